import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CaseDocument } from '../../functions/model/case.ts';
import { leakingSnapshot } from '../analysis/formats/v8-heapsnapshot/build-snapshot.ts';
import { sharedPath } from '../fixtures/shared.ts';
import { CHROMIUM, CHROMIUM_ARGUMENTS } from '../web/chromium.ts';
import { faultsOfPage } from './app-site.ts';
import { startServer, whyNotBuilt, type RunningServer } from './server.ts';

const whySkipped = whyNotBuilt ?? (CHROMIUM ? undefined : 'no Chromium: install it, or set CHROMIUM');
if (whySkipped) console.warn(`test/e2e/compare: skipped, ${whySkipped}`);

interface Dump {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}
const built: Dump[] = [40, 400, 760].map((count, i) => ({
  name: `after-${i + 1}h.heapsnapshot`,
  bytes: new TextEncoder().encode(leakingSnapshot(count)),
}));
/** A leaking program's own dumps, where there are any. */
const real: Dump[] = [1, 2, 3].flatMap((i) => {
  const name = `gen_node20_leakA-${i}.heapsnapshot.gz`;
  const path = sharedPath('fixtures', 'heapsnapshot-series', name);
  return path === undefined ? [] : [{ name, bytes: new Uint8Array(readFileSync(path)) }];
});
const SERIES: [string, Dump[]][] = [['built', built], ...(real.length > 0 ? [['real', real] as [string, Dump[]]] : [])];

describe.skipIf(whySkipped)('comparing dumps at the hub, in a browser', () => {
  let server: RunningServer;
  let browser: Browser;
  let desk: Page;
  const complaints: string[] = [];
  /** Where to leave a picture of each page, for a person to look at. */
  const shots = process.env['CASEBOOK_SHOTS'];

  beforeAll(async () => {
    server = await startServer();
    browser = await chromium.launch({ executablePath: CHROMIUM, args: CHROMIUM_ARGUMENTS });
    desk = await (await browser.newContext({ viewport: { width: 1200, height: 900 } })).newPage();
    desk.setDefaultTimeout(30_000);
    desk.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    desk.on('pageerror', (error) => void complaints.push(String(error)));
    await desk.goto(server.signInLink);
    await desk.getByText('Signed in as Maintainer').waitFor();
  });
  afterAll(async () => {
    await browser.close();
    await server.remove();
  });

  const at = (path: string): string => `${server.url}${path}`;
  const shot = async (name: string): Promise<void> => {
    if (shots !== undefined) await desk.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
  };

  async function open(slug: string): Promise<string> {
    const opened = await desk.request.post(at('/api/investigations'), {
      data: { slug, title: `Memory of ${slug} rises`, product: 'Engine' },
    });
    return ((await opened.json()) as { publicToken: string }).publicToken;
  }
  async function send(slug: string, token: string, { name, bytes }: Dump): Promise<void> {
    const taken = await fetch(at(`/api/investigations/${slug}/evidence?name=${name}&size=${bytes.byteLength}`), {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
    });
    expect((await fetch((await taken.text()).trim(), { method: 'PUT', body: bytes })).status).toBe(200);
  }

  test.each(SERIES)('%s: chosen at the desk, shown on a page of its own and in the case', async (series, dumps) => {
    const slug = `${series}-series`;
    const token = await open(slug);
    for (const dump of dumps) await send(slug, token, dump);
    await desk.goto(at(`/desk/#${slug}/inbox`));
    for (const { name } of dumps) await desk.getByRole('checkbox', { name }).check();
    await shot(`${series}-desk`);
    await desk.getByRole('button', { name: 'Compare these 3' }).click();
    const link = desk.getByRole('link', { name: 'the comparison’s page' });
    const page = at((await link.getAttribute('href')) ?? '');
    // Published a moment after it was asked for; longer on a busy machine.
    await expect.poll(async () => (await fetch(page)).status, { timeout: 20_000 }).toBe(200);
    await link.click();
    await desk
      .getByRole('heading', { name: /LeakedSession/ })
      .first()
      .waitFor();
    for (const { name } of dumps) expect(await desk.locator('#compared').getByRole('link', { name }).count()).toBe(1);
    const name = desk.getByRole('cell', { name: 'LeakedSession' }).first();
    expect((await name.boundingBox())?.width).toBeGreaterThan(150);
    const row = desk.getByRole('row', { name: /LeakedSession/ }).first();
    expect(await row.locator('rect.up').count()).toBeGreaterThan(0);
    expect(await faultsOfPage(desk)).toEqual([]);
    await shot(`${series}-comparison`);
    await desk.setViewportSize({ width: 390, height: 844 });
    await shot(`${series}-comparison-phone`);
    await desk.setViewportSize({ width: 1200, height: 900 });

    const data = CaseDocument.parse(await (await fetch(at(`/i/${slug}/data.json`))).json());
    const growth = data.findings.find(({ finding }) => finding.rule === 'heap/growth');
    expect(growth?.finding.evidence).toMatchObject({ class: 'LeakedSession' });
    expect(data.verdict.submissions).toBe(3);
    expect(data.verdict.sentence).toMatch(/more `LeakedSession` pile up/);
    await desk.goto(at(`/i/${slug}/`));
    await shot(`${series}-case`);
  });

  test('two dropped files are compared in this browser, and nothing is sent', async () => {
    await open('here');
    await expect.poll(async () => (await fetch(at('/i/here/send/'))).status).toBe(200);
    await desk.goto(at('/i/here/send/'));
    await desk.getByRole('button', { name: 'Choose files' }).and(desk.locator(':enabled')).waitFor();
    const files = built
      .slice(0, 2)
      .map(({ name, bytes }) => ({ name, buffer: Buffer.from(bytes), mimeType: 'application/json' }));
    await desk.locator('input[type=file]').first().setInputFiles(files);
    await desk.getByRole('button', { name: 'Compare these two here' }).click();
    const card = desk.locator('section', { has: desk.getByRole('heading', { name: 'Compare' }) });
    await card
      .getByText(/The number of LeakedSession objects grows by/)
      .first()
      .waitFor();
    await shot('here');
    expect(await faultsOfPage(desk)).toEqual([]);
    const shown = await desk.request.get(at('/api/investigations/here/desk'));
    expect(((await shown.json()) as { evidence: unknown[] }).evidence).toEqual([]);
  });

  test('nothing was refused or broke on the way', () => {
    expect(complaints).toEqual([]);
  });
});
