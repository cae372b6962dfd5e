import { mkdtempSync, openAsBlob, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { DEFAULT_LIMITS } from '../../functions/analysis/analyser.ts';
import { analyse } from '../../functions/analysis/run.ts';
import { readFrames, watchFrames } from '../web/watch-frames.ts';
import { SLUG, startAppServer, type AppServer } from './app-server.ts';
import { launchBrowser, watchPage, whySkipped } from './app-site.ts';
import { heapSnapshot } from './samples.ts';

if (whySkipped) console.warn(`test/e2e/send-analyse-here: skipped, ${whySkipped}`);

/** The worker of `web/local` in a real browser: it must not freeze the page, and its end must be said. */
describe.skipIf(whySkipped)('analysing in the browser', () => {
  let app: AppServer;
  let browser: Browser;
  const folder = mkdtempSync(join(tmpdir(), 'casebook-here-'));
  beforeAll(async () => {
    app = await startAppServer();
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
    await app.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Prometheus text made in the page, so that a large one does not pass through the debugger. */
  const dropMetrics = async (page: Page, name: string, lines: number): Promise<void> => {
    const dataTransfer = await page.evaluateHandle(
      ([fileName, count]) => {
        const transfer = new DataTransfer();
        const block: string[] = [];
        for (let i = 0; i < count; i++) {
          block.push(
            `process_resident_memory_bytes{pod="worker-${i % 50}"} ${1e8 + i} ${1_700_000_000_000 + i * 1000}\n`,
          );
        }
        transfer.items.add(new File(block, fileName));
        return transfer;
      },
      [name, lines] as const,
    );
    await page.dispatchEvent('[data-drop]', 'drop', { dataTransfer });
  };

  async function open(): Promise<Page> {
    const page = await browser.newPage();
    await page.goto(`${app.url}/i/${SLUG}/send/`);
    await page.getByRole('button', { name: 'Choose files' }).and(page.locator(':enabled')).waitFor();
    return page;
  }

  test('a heap snapshot of some 25 MB is analysed in a worker while the page draws on; the answer is the one made here', async () => {
    const page = await open();
    const complaints = watchPage(page);
    let workers = 0;
    page.on('worker', () => (workers += 1));
    const path = join(folder, 'large.heapsnapshot');
    writeFileSync(path, heapSnapshot({ count: 550_000 }));
    await watchFrames(page);
    await page.locator('input[type=file]').first().setInputFiles(path);
    const row = page.locator('.file-row');
    await row.getByText(/^Read: /).waitFor({ timeout: 60_000 });
    const { framesUnderWay, steps } = await readFrames(page);
    // Frames were drawn while the bar was there, and it went on: on the page's own thread neither would be.
    expect(framesUnderWay).toBeGreaterThan(5);
    expect(new Set(steps.map(({ done }) => done)).size).toBeGreaterThan(2);
    expect(steps.map(({ done }) => done)).toEqual(steps.map(({ done }) => done).toSorted((a, b) => a - b));
    expect(new Set(steps.map(({ words }) => words)).size).toBeGreaterThan(1);
    // One looked at it, one analysed it, and both are gone.
    expect(workers).toBe(2);
    await expect.poll(() => page.workers().length).toBe(0);
    const saved = page.waitForEvent('download');
    await row.getByRole('button', { name: 'Save the report to read it first' }).click();
    const here: unknown = JSON.parse(readFileSync(await (await saved).path(), 'utf8'));
    const run = { signal: AbortSignal.timeout(60_000), limits: DEFAULT_LIMITS, progress: () => undefined };
    const there = await analyse(await openAsBlob(path), 'large.heapsnapshot', run);
    expect(here).toEqual(JSON.parse(JSON.stringify(there)));
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('cancelling ends the worker at once and leaves the file to be sent or tried again', async () => {
    const page = await open();
    await dropMetrics(page, 'cancel.prom', 500_000);
    await page.getByRole('button', { name: 'Cancel the analysis' }).click();
    await page.getByText('The analysis was cancelled.').waitFor();
    await expect.poll(() => page.workers().length).toBe(0);
    await page.getByRole('button', { name: /^Analyse it here/ }).click();
    await page
      .locator('.file-row')
      .getByText(/^Read: /)
      .waitFor({ timeout: 60_000 });
    await page.close();
  });

  test('a worker that dies is said so, and the file may still be sent', async () => {
    const page = await browser.newPage();
    // Its script is lost on the way: what a crash looks like from the page.
    await page.route(/\/assets\/worker-/, (route) => route.abort());
    await page.goto(`${app.url}/i/${SLUG}/send/`);
    await page.getByRole('button', { name: 'Choose files' }).and(page.locator(':enabled')).waitFor();
    await page
      .locator('input[type=file]')
      .first()
      .setInputFiles([{ name: 'a.prom', mimeType: '', buffer: Buffer.from('up 1\n') }]);
    const row = page.locator('.file-row');
    await row.getByText('could not be looked at').waitFor();
    await row.getByText(/stopped/).waitFor();
    await row.getByRole('button', { name: 'Send the file' }).click();
    await row.getByText('Your receipt').waitFor();
    await page.close();
  });

  test('after a crash of the whole tab the page says what it was doing', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`${app.url}/i/${SLUG}/send/`);
    await page.getByRole('button', { name: 'Choose files' }).and(page.locator(':enabled')).waitFor();
    await dropMetrics(page, 'too-much.prom', 500_000);
    await page.getByText(/^Analysing here/).waitFor();
    // A page that crashed cannot be driven on, so what it leaves behind is read here and put back after the analysis.
    const left = await page.evaluate(() => sessionStorage.getItem('casebook.analysing'));
    await page
      .locator('.file-row')
      .getByText(/^Read: /)
      .waitFor({ timeout: 60_000 });
    expect(await page.evaluate(() => sessionStorage.getItem('casebook.analysing'))).toBeNull();
    await page.evaluate((words) => sessionStorage.setItem('casebook.analysing', String(words)), left);
    await page.reload();
    await page.getByText(/The browser ended this page while it analysed/).waitFor();
    await page.getByText('too-much.prom').waitFor();
    await page.reload();
    await page.getByRole('button', { name: 'Choose files' }).and(page.locator(':enabled')).waitFor();
    expect(await page.getByText(/The browser ended this page/).count()).toBe(0);
    await context.close();
  });
});
