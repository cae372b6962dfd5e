import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { javaDump } from '../analysis/redact/java-dump.ts';
import { SLUG, startAppServer, type AppServer } from './app-server.ts';
import { faultsOfPage, launchBrowser, watchPage, whySkipped } from './app-site.ts';

if (whySkipped) console.warn(`test/e2e/send-redacted: skipped, ${whySkipped}`);

describe.skipIf(whySkipped)('redacting in the browser', () => {
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

  const dump = javaDump(8, { string: 'the customer is Anna', constant: 'x', thread: 'main', other: 'chars' });

  async function drop(): Promise<Page> {
    const page = await browser.newPage();
    await page.goto(`${app.url}/i/${SLUG}/send/`);
    await page.getByRole('button', { name: 'Choose files' }).and(page.locator(':enabled')).waitFor();
    const dataTransfer = await page.evaluateHandle((bytes) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([Uint8Array.from(bytes)], 'heap.hprof'));
      return transfer;
    }, Array.from(dump));
    await page.dispatchEvent('[data-drop]', 'drop', { dataTransfer });
    return page;
  }
  async function saveCopy(page: Page): Promise<Buffer> {
    const saved = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Save the copy' }).click();
    return readFileSync(await (await saved).path());
  }

  test('a heap dump becomes a copy without contents, which can be saved and takes its place with what was written', async () => {
    const page = await drop();
    const complaints = watchPage(page);
    await page.getByText('Say which version, pod and limit').or(page.getByText('It says:')).first().click();
    await page.getByLabel('Version', { exact: true }).fill('2.13.3-beta');
    await page.getByLabel('What should one know about it?').fill('Taken an hour before the kill.');
    await page.getByRole('button', { name: 'Make a redacted copy' }).click();
    const copy = await saveCopy(page);
    expect(copy.length).toBe(dump.length);
    expect(copy.includes('customer')).toBe(false);
    expect(copy.includes('java/lang/Thread')).toBe(true);
    await page.getByRole('button', { name: 'Send this copy instead' }).click();
    await page.getByRole('heading', { name: 'heap.redacted.hprof' }).waitFor();
    expect(await page.getByRole('heading', { name: 'heap.hprof', exact: true }).count()).toBe(0);
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('heap.redacted.hprof');
    await page.getByText(/^Redacted: /).click();
    await page.getByText('byte and char arrays (the contents of strings and buffers)').waitFor();
    await page
      .locator('.file-row')
      .getByText(/^Read: /)
      .waitFor();
    expect(await faultsOfPage(page)).toEqual([]);
    await page.getByRole('button', { name: 'Send the file' }).click();
    await page.locator('.file-row').getByText('Your receipt').waitFor();
    const { records } = await app.hub.deps.records.query(`investigation#${SLUG}`, 'evidence#', { limit: 1000 });
    expect(records.map(({ body }) => body)).toMatchObject([
      {
        name: 'heap.redacted.hprof',
        comment: 'Taken an hour before the kill.',
        context: { version: '2.13.3-beta' },
      },
    ]);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('what stays and what goes can be chosen, and the report says it', async () => {
    const page = await drop();
    await page.getByText('What is blanked, what stays').click();
    await page.getByLabel('Blank the numbers in fields too').check();
    await page.getByLabel('Texts that stay, one a line').fill('the customer is Anna\nnothing like this');
    await page.getByRole('button', { name: 'Make a redacted copy' }).click();
    await page.getByText(/^Redacted: /).click();
    await page.getByRole('row', { name: /^primitive fields/ }).waitFor();
    await page.getByRole('row', { name: /^strings to keep: you asked for it/ }).waitFor();
    expect((await saveCopy(page)).includes('the customer is Anna')).toBe(true);
    await page.close();
  });
});
