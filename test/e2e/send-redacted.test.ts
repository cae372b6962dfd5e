import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Browser } from 'playwright-core';
import { javaDump } from '../analysis/redact/java-dump.ts';
import { SLUG, startAppServer, type AppServer } from './app-server.ts';
import { launchBrowser, watchPage, whySkipped } from './app-site.ts';

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

  test('a heap dump becomes a copy without contents, which can be saved and takes its place', async () => {
    const page = await browser.newPage();
    const complaints = watchPage(page);
    await page.goto(`${app.url}/i/${SLUG}/send/`);
    await page.getByRole('button', { name: 'Choose files' }).and(page.locator(':enabled')).waitFor();
    const dump = javaDump(8, { string: 'the customer is Anna', constant: 'x', thread: 'main', other: 'chars' });
    const dataTransfer = await page.evaluateHandle((bytes) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([Uint8Array.from(bytes)], 'heap.hprof'));
      return transfer;
    }, Array.from(dump));
    await page.dispatchEvent('[data-drop]', 'drop', { dataTransfer });
    await page.getByRole('button', { name: 'Make a redacted copy' }).click();
    const saved = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Save the copy' }).click();
    const copy = readFileSync(await (await saved).path());
    expect(copy.length).toBe(dump.length);
    expect(copy.includes('customer')).toBe(false);
    expect(copy.includes('java/lang/Thread')).toBe(true);
    await page.getByRole('button', { name: 'Send this copy instead' }).click();
    await page.getByRole('heading', { name: 'heap.redacted.hprof' }).waitFor();
    expect(await page.getByRole('heading', { name: 'heap.hprof', exact: true }).count()).toBe(0);
    expect(complaints).toEqual([]);
    await page.close();
  });
});
