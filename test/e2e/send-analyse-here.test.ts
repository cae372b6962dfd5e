import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { SLUG, startAppServer, type AppServer } from './app-server.ts';
import { launchBrowser, watchPage, whySkipped } from './app-site.ts';

if (whySkipped) console.warn(`test/e2e/send-analyse-here: skipped, ${whySkipped}`);

/** The worker of `web/local` in a real browser: it must not freeze the page, and its end must be said. */
describe.skipIf(whySkipped)('analysing in the browser', () => {
  let app: AppServer;
  let browser: Browser;
  beforeAll(async () => {
    app = await startAppServer();
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
    await app.close();
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

  test('the page answers while a file of some 40 MB is analysed', async () => {
    const page = await open();
    const complaints = watchPage(page);
    await page.evaluate(() => {
      const state = { longestMs: 0, last: performance.now() };
      Object.assign(globalThis, { frames: state });
      const tick = (): void => {
        const now = performance.now();
        state.longestMs = Math.max(state.longestMs, now - state.last);
        state.last = now;
        setTimeout(tick, 10);
      };
      tick();
    });
    await dropMetrics(page, 'large.prom', 500_000);
    // Making the file took its own time: from here on only the analysis runs.
    await page.evaluate(() => Object.assign((globalThis as unknown as { frames: object }).frames, { longestMs: 0 }));
    await page
      .locator('.file-row')
      .getByText(/^Read: /)
      .waitFor({ timeout: 60_000 });
    const { longestMs } = await page.evaluate(
      () => (globalThis as unknown as { frames: { longestMs: number } }).frames,
    );
    // No budget of speed: on the page's own thread the analysis would stop it for seconds.
    expect(longestMs).toBeLessThan(1500);
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
