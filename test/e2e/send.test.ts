import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { rawKey } from '../../functions/hub/keys.ts';
import { leakingSnapshot } from '../analysis/formats/v8-heapsnapshot/build-snapshot.ts';
import { SLUG, startAppServer, type AppServer } from './app-server.ts';
import { faultsOfPage, launchBrowser, watchPage, whySkipped } from './app-site.ts';

const METRICS = [
  '# TYPE process_resident_memory_bytes gauge',
  ...Array.from(
    { length: 120 },
    (_, i) => `process_resident_memory_bytes{pod="worker-0"} ${100e6 + i * 1e6} ${1_700_000_000_000 + i * 60_000}`,
  ),
  '',
].join('\n');
const PART = 5 * 2 ** 20;

if (whySkipped) console.warn(`test/e2e/send: skipped, ${whySkipped}`);

describe.skipIf(whySkipped)('sending evidence in a browser', () => {
  let app: AppServer;
  let browser: Browser;
  beforeAll(async () => {
    app = await startAppServer({ partBytes: PART });
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
    await app.close();
  });

  async function openSend(page: Page): Promise<string[]> {
    const complaints = watchPage(page);
    await page.goto(`${app.url}/i/${SLUG}/send/`);
    await page.getByRole('button', { name: 'Choose files' }).and(page.locator(':enabled')).waitFor();
    return complaints;
  }
  const choose = (page: Page, ...files: { name: string; buffer: Buffer }[]): Promise<void> =>
    page
      .locator('input[type=file]')
      .first()
      .setInputFiles(files.map((file) => ({ mimeType: '', ...file })));
  const row = (page: Page, name: string) => page.locator('.file-row', { hasText: name });
  const held = async (name: string) => {
    const { records } = await app.hub.deps.records.query(`investigation#${SLUG}`, 'evidence#', { limit: 1000 });
    return records.map(({ body }) => body).filter((body) => body['name'] === name);
  };

  test('what is dropped is read before anything is sent, then arrives and is analysed; what is broken says why', async () => {
    const page = await browser.newPage();
    const complaints = await openSend(page);
    const [handle] = await Promise.all([
      page.evaluateHandle((text) => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([text], 'metrics.prom'));
        transfer.items.add(new File([new Uint8Array(5000).fill(7)], 'broken.bin'));
        return transfer;
      }, METRICS),
    ]);
    await page.dispatchEvent('[data-drop]', 'drop', { dataTransfer: handle });
    const metrics = row(page, 'metrics.prom');
    await metrics.getByText('Prometheus text exposition').waitFor();
    await metrics.getByText(/^Read: /).waitFor();
    const broken = row(page, 'broken.bin');
    await broken.getByText('not recognised').waitFor();
    expect(await broken.getByRole('switch').isDisabled()).toBe(true);
    expect(await held('metrics.prom')).toEqual([]);
    expect(await faultsOfPage(page)).toEqual([]);

    await page.getByRole('button', { name: /^Send 2 files/ }).click();
    await metrics.getByText('Your receipt').waitFor();
    await metrics.getByText(/^Analysed: /).waitFor();
    await broken.getByText('It could not be analysed.').waitFor();
    await broken.getByText(/looks like/).waitFor();
    const [evidence] = await held('metrics.prom');
    expect(evidence).toMatchObject({ kind: 'file', state: 'analysed', format: 'prometheus-text' });
    expect(complaints).toEqual([]);

    // The receipt shows it, and deletes it.
    const address = await metrics.locator('.receipt a').getAttribute('href');
    const other = await browser.newPage();
    await other.goto(`${app.url}${address ?? ''}`);
    await other.getByText(/^Analysed: /).waitFor();
    await other.getByRole('button', { name: 'Delete what was sent' }).click();
    await other.getByRole('button', { name: 'Delete for good' }).click();
    await other.getByText('It is deleted.').waitFor();
    expect((await held('metrics.prom')).map(({ state }) => state)).not.toContain('analysed');
    await Promise.all([page.close(), other.close()]);
  });

  test('two dumps that were sent are compared by their receipts', async () => {
    const page = await browser.newPage();
    const complaints = await openSend(page);
    await choose(page, { name: 'early.heapsnapshot', buffer: Buffer.from(leakingSnapshot(100)) });
    await choose(page, { name: 'late.heapsnapshot', buffer: Buffer.from(leakingSnapshot(400)) });
    await page.getByRole('button', { name: /^Send 2 files/ }).click();
    for (const name of ['early.heapsnapshot', 'late.heapsnapshot'])
      await row(page, name)
        .getByText(/^Analysed: /)
        .waitFor();
    await page.goto(
      `${app.url}${(await row(page, 'early.heapsnapshot').locator('.receipt a').getAttribute('href')) ?? ''}`,
    );
    await page.getByRole('heading', { name: 'Compare it with another of yours' }).waitFor();
    await page.getByLabel(/late\.heapsnapshot/).check();
    expect(await faultsOfPage(page)).toEqual([]);
    await page.getByRole('button', { name: 'Compare' }).click();
    await page.getByRole('link', { name: 'the comparison’s page' }).waitFor();
    const name = 'early.heapsnapshot ↔ late.heapsnapshot';
    await expect.poll(async () => (await held(name))[0]?.['state'], { timeout: 15_000 }).toBe('analysed');
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('only the report leaves when the switch says so', async () => {
    const page = await browser.newPage();
    await openSend(page);
    const secret = 'password="never-leaves-this-machine"';
    await choose(page, { name: 'report.prom', buffer: Buffer.from(`# ${secret}\n${METRICS}`) });
    const report = row(page, 'report.prom');
    await report.getByText(/^Read: /).waitFor();
    await report.getByRole('switch').click();
    await report.getByText('Stays on this machine').waitFor();
    await report.getByRole('button', { name: /^Send the report/ }).click();
    await report.getByText(/^Analysed: /).waitFor();
    const [evidence] = await held('report.prom');
    expect(evidence).toMatchObject({ kind: 'report', state: 'analysed' });
    const sent = new TextDecoder().decode(await app.hub.evidence.read(rawKey(SLUG, String(evidence?.['id']))));
    expect(JSON.parse(sent)).toMatchObject({ format: 'prometheus-text' });
    expect(sent).not.toContain('never-leaves');
    await page.close();
  });

  test('a large upload goes on after a reload with the parts that are missing; another file of that name is told apart', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await openSend(page);
    // 13 parts and a bit: above the size from which uploads go by parts.
    const make = (pad: number) => `(() => {
      const mib = new Uint8Array(1048576).map((_, i) => (i * 31 + ${pad}) & 255);
      const file = new File([...Array.from({ length: 66 }, () => mib), 'the end'], 'big.bin', { lastModified: 1 });
      const transfer = new DataTransfer();
      transfer.items.add(file);
      return transfer;
    })()`;
    const drop = async (pad: number): Promise<void> =>
      page.dispatchEvent('[data-drop]', 'drop', { dataTransfer: await page.evaluateHandle(make(pad)) });
    const partNumbers: number[] = [];
    let isHeld = true;
    app.intercept = (request) => {
      if (request.method !== 'PUT') return false;
      if (isHeld && partNumbers.length >= 5) return true; // stands still, as a lost line does
      partNumbers.push(Number(new URL(request.url ?? '', app.url).searchParams.get('part') ?? 0));
      return false;
    };
    await drop(0);
    await row(page, 'big.bin').getByRole('button', { name: 'Send the file' }).and(page.locator(':enabled')).click();
    await row(page, 'big.bin')
      .getByText(/ of 69\.2/)
      .waitFor();
    await expect.poll(() => partNumbers.length).toBe(5);
    await page.waitForTimeout(500);
    page.once('dialog', (dialog) => void dialog.accept());
    await page.reload();
    isHeld = false;

    await page.getByText('An upload was interrupted.').waitFor();
    await drop(1);
    await page.getByText(/This is not the file whose upload was interrupted: its first bytes differ/).waitFor();
    await page.getByRole('button', { name: 'Take off' }).click();
    await drop(0);
    const before = partNumbers.length;
    await page.getByRole('button', { name: 'Continue the upload' }).click();
    await row(page, 'big.bin').getByText('Your receipt').waitFor();
    expect(partNumbers.length - before).toBe(14 - 5);
    const all = await held('big.bin');
    expect(all).toHaveLength(1);
    expect(all[0]).toMatchObject({ sizeBytes: 66 * 2 ** 20 + 7 });
    app.intercept = () => false;
    await context.close();
  });

  test('pause stops the bytes and go on brings the rest', async () => {
    const page = await browser.newPage();
    await openSend(page);
    let puts = 0;
    app.intercept = async (request) => {
      if (request.method === 'PUT') {
        puts += 1;
        await new Promise((resolve) => setTimeout(resolve, 150));
      }
      return false;
    };
    await page.dispatchEvent('[data-drop]', 'drop', {
      dataTransfer: await page.evaluateHandle(() => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([new Uint8Array(68 * 2 ** 20).fill(65)], 'pause.bin'));
        return transfer;
      }),
    });
    const paused = row(page, 'pause.bin');
    await paused.getByRole('button', { name: 'Send the file' }).and(page.locator(':enabled')).click();
    await paused.getByRole('button', { name: 'Pause' }).click();
    await paused.getByText(/^Paused\. /).waitFor();
    await page.waitForTimeout(400);
    const atPause = puts;
    await page.waitForTimeout(500);
    expect(puts).toBe(atPause);
    await paused.getByRole('button', { name: 'Go on' }).click();
    await paused.getByText('Your receipt').waitFor();
    app.intercept = () => false;
    await page.close();
  });

  test('a note keeps what was written when the hub refuses it, and says so', async () => {
    const page = await browser.newPage();
    await openSend(page);
    app.intercept = (request, response) => {
      if (!request.url?.endsWith('/notes')) return false;
      response.writeHead(503).end();
      return true;
    };
    await page.getByRole('textbox', { name: 'Your note' }).fill('We see it **too**.');
    await page.getByRole('button', { name: 'Preview' }).click();
    await page.locator('#note-body-preview strong', { hasText: 'too' }).waitFor();
    await page.getByRole('button', { name: 'Send the note' }).click();
    await page.getByText('The note was not sent.').waitFor();
    await page.reload();
    await expect.poll(() => page.getByRole('textbox', { name: 'Your note' }).inputValue()).toBe('We see it **too**.');
    app.intercept = () => false;
    await page.getByRole('button', { name: 'Send the note' }).click();
    await page.getByText('The note has arrived.').waitFor();
    expect(await page.getByRole('textbox', { name: 'Your note' }).inputValue()).toBe('');
    await page.close();
  });
});
