import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CaseDocument } from '../../functions/model/case.ts';
import { sharedPath } from '../fixtures/shared.ts';
import { CHROMIUM, CHROMIUM_ARGUMENTS } from '../web/chromium.ts';
import { faultsOfPage } from './app-site.ts';
import { BROKEN, heapSnapshot, prometheusJson } from './samples.ts';
import { startServer, whyNotBuilt, type RunningServer } from './server.ts';

const SLUG = 'engine-memory';
const MIB = 2 ** 20;
const whySkipped = whyNotBuilt ?? (CHROMIUM ? undefined : 'no Chromium: install it, or set CHROMIUM');
if (whySkipped) console.warn(`test/e2e/journey: skipped, ${whySkipped}`);

interface Sample {
  readonly name: string;
  readonly bytes: Uint8Array;
}
const sample = (name: string, content: string): Sample => ({ name, bytes: new TextEncoder().encode(content) });
const METRICS = sample('memory.json', prometheusJson({ points: 2000 }));
const HEAP = sample('worker.heapsnapshot', heapSnapshot());
const BROKEN_FILE: Sample = { name: 'broken.bin', bytes: BROKEN };
/** Files of real programs, where there are any; the test's own are sent in any case. */
const FIXTURES = [
  ['prometheus-json', 'VictoriaMetrics__instant_response.json'],
  ['heapsnapshot', 'heapsnapshot__small.heapsnapshot'],
].flatMap((path): Sample[] => {
  const found = sharedPath('fixtures', ...path);
  return found === undefined ? [] : [{ name: basename(found), bytes: readFileSync(found) }];
});
const READ = [METRICS, HEAP, ...FIXTURES];
const PRIVATE = sample('private.heapsnapshot', heapSnapshot({ className: 'Ticket' }));

describe.skipIf(whySkipped)('from a first suspicion to a published answer, in a browser', () => {
  let server: RunningServer;
  let browser: Browser;
  let desk: Page;
  let stranger: Page;
  let reader: Page;
  const complaints: string[] = [];
  /** Where to leave a picture of each page, for a person to look at. */
  const shots = process.env['CASEBOOK_SHOTS'];
  const at = (path: string): string => `${server.url}${path}`;

  beforeAll(async () => {
    server = await startServer({ config: { partBytes: 5 * MIB } });
    browser = await chromium.launch({ executablePath: CHROMIUM, args: CHROMIUM_ARGUMENTS });
    desk = await newPage('maintainer', { viewport: { width: 1200, height: 900 } });
    stranger = await newPage('stranger', { viewport: { width: 1200, height: 900 } });
    reader = await newPage('reader', { javaScriptEnabled: false });
  });
  afterAll(async () => {
    await browser.close();
    await server.remove();
  });

  async function newPage(who: string, options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
    const context: BrowserContext = await browser.newContext(options);
    context.setDefaultTimeout(20_000);
    const page = await context.newPage();
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(`${who} at ${page.url()}: ${message.text()}`);
    });
    page.on('pageerror', (error) => complaints.push(`${who} at ${page.url()}: ${String(error)}`));
    return page;
  }
  const shot = async (page: Page, name: string): Promise<void> => {
    if (shots !== undefined) await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
  };
  const published = async () =>
    CaseDocument.parse(await (await fetch(at(`/i/${SLUG}/data.json`), { cache: 'no-store' })).json());
  /** The first words of a verdict: the page sets its sentences apart. */
  const spoken = (sentence: string): string => sentence.split(/[.`:]/)[0] ?? sentence;
  const row = (name: string) => stranger.locator('.file-row', { hasText: name });

  async function openSend(): Promise<void> {
    await stranger.goto(at(`/i/${SLUG}/send/`));
    await stranger.getByRole('button', { name: 'Choose files' }).and(stranger.locator(':enabled')).waitFor();
  }
  async function drop(...files: Sample[]): Promise<void> {
    const encoded = files.map(({ name, bytes }) => [name, Buffer.from(bytes).toString('base64')] as const);
    const dataTransfer = await stranger.evaluateHandle((list) => {
      const transfer = new DataTransfer();
      for (const [name, base64] of list) {
        transfer.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name));
      }
      return transfer;
    }, encoded);
    await stranger.dispatchEvent('[data-drop]', 'drop', { dataTransfer });
  }

  test('a maintainer signs in by the printed link and opens an investigation', async () => {
    await desk.goto(server.signInLink);
    await desk.getByText('Signed in as Maintainer').waitFor();
    await desk.getByRole('link', { name: 'Open the first' }).click();
    await desk.getByLabel('Title').fill('Memory of the engine rises slowly until its pod is killed');
    await desk.getByLabel('Address name').fill(SLUG);
    await desk.getByLabel('Product').fill('Engine');
    await desk.getByLabel('Affected versions').fill('2.13.3, 1.5.11');
    await desk.getByRole('button', { name: 'Open the investigation' }).click();
    await desk.getByRole('heading', { name: /Memory of the engine/ }).waitFor();
    // The link works once.
    expect((await fetch(server.signInLink, { redirect: 'manual' })).status).toBe(401);
  });

  test('a stranger drops files, sees how far they are, what was found, and why one was refused', async () => {
    await expect.poll(async () => (await fetch(at(`/i/${SLUG}/`))).status, { timeout: 10_000 }).toBe(200);
    await stranger.goto(at(`/i/${SLUG}/`));
    await stranger.getByRole('link', { name: 'Choose files' }).click();
    await stranger.getByRole('button', { name: 'Choose files' }).and(stranger.locator(':enabled')).waitFor();
    // What stood there for a moment counts as well.
    await stranger.evaluate(() => {
      const seen = new Set<string>();
      Object.assign(globalThis, { seen });
      new MutationObserver(() => {
        for (const shown of document.querySelectorAll('progress, .evidence-progress')) {
          seen.add(shown.getAttribute('aria-label') ?? shown.textContent);
        }
      }).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
    });
    await drop(...READ, BROKEN_FILE);
    for (const { name } of READ)
      await row(name)
        .getByText(/^Read: /)
        .waitFor();
    await row(BROKEN_FILE.name).getByText('not recognised').waitFor();
    await shot(stranger, 'send-read');
    await stranger.getByRole('button', { name: `Send ${READ.length + 1} files` }).click();
    for (const { name } of READ)
      await row(name)
        .getByText(/^Analysed: /)
        .waitFor();
    const broken = row(BROKEN_FILE.name);
    await broken.getByText('It could not be analysed.').waitFor();
    await broken
      .getByText(/looks like/)
      .first()
      .waitFor();
    const seen = await stranger.evaluate(() => [...(globalThis as unknown as { seen: Set<string> }).seen]);
    for (const { name } of [METRICS, HEAP]) expect(seen).toContain(`Upload of ${name}`);
    expect(seen.join('\n')).toMatch(/in line to be analysed|Being analysed/);
    await shot(stranger, 'send-done');

    // In place: the page of the evidence has its facts, and the investigation its verdict.
    await row(METRICS.name).getByRole('link', { name: 'See the result on its page' }).click();
    await stranger.getByRole('heading', { name: METRICS.name }).waitFor();
    await stranger.getByRole('heading', { name: 'Facts' }).waitFor();
    await shot(stranger, 'evidence-metrics');
  });

  test('the investigation page follows by itself while somebody looks', async () => {
    await stranger.goto(at(`/i/${SLUG}/`));
    await stranger
      .getByRole('row', { name: new RegExp(HEAP.name) })
      .getByText('analysed')
      .waitFor();
    const { verdict, findings } = await published();
    expect(verdict.state).toBe('leak');
    expect(findings.length).toBeGreaterThan(0);
    await stranger.locator('.verdict').getByText(spoken(verdict.sentence)).waitFor();
    await shot(stranger, 'investigation');
  });

  test('analysed here, only the report leaves, and it is marked as the word of its submitter', async () => {
    await openSend();
    await drop(PRIVATE);
    await row(PRIVATE.name)
      .getByText(/^Read: /)
      .waitFor();
    await row(PRIVATE.name).getByRole('switch').click();
    await row(PRIVATE.name)
      .getByRole('button', { name: /^Send the report/ })
      .click();
    await row(PRIVATE.name)
      .getByText(/^Analysed: /)
      .waitFor();
    await expect
      .poll(async () => (await published()).evidence.some(({ kind }) => kind === 'report'), { timeout: 10_000 })
      .toBe(true);
    const report = (await published()).evidence.find(({ kind }) => kind === 'report');
    const raw = await desk.request.post(at(`/api/investigations/${SLUG}/evidence/${report?.id ?? ''}/raw`), {
      data: { reason: 'to see what was sent' },
    });
    const { url } = (await raw.json()) as { url: string }; // the API's own schema
    const sent = await (await fetch(url)).text();
    expect(JSON.parse(sent)).toMatchObject({ format: 'v8-heapsnapshot' });
    expect(sent).not.toContain('node_fields');
    await row(PRIVATE.name).getByRole('link', { name: 'See the result on its page' }).click();
    await stranger.getByText('reported by the submitter', { exact: true }).first().waitFor();
    await stranger.getByText('Reported by the submitter.').waitFor();
  });

  test(
    'an upload in parts is paused, survives a reload, and goes on with the same file',
    { timeout: 90_000 },
    async () => {
      const make = `(() => {
      const text = ${JSON.stringify(prometheusJson({ seed: 7 }))};
      const mib = ' '.repeat(1048576);
      const file = new File([text, ...Array.from({ length: 66 }, () => mib)], 'large.json', { lastModified: 1 });
      const transfer = new DataTransfer();
      transfer.items.add(file);
      return transfer;
    })()`;
      const dropLarge = async () =>
        stranger.dispatchEvent('[data-drop]', 'drop', { dataTransfer: await stranger.evaluateHandle(make) });
      const puts: string[] = [];
      let isHeld = true;
      await stranger.route('**/objects/**', async (route) => {
        // The line stands still after three parts.
        if (isHeld && puts.length >= 3) return;
        puts.push(route.request().url());
        await route.continue();
      });
      await openSend();
      await dropLarge();
      const large = row('large.json');
      await large
        .getByRole('button', { name: /^Send the file/ })
        .and(stranger.locator(':enabled'))
        .click();
      await expect.poll(() => puts.length, { timeout: 20_000 }).toBe(3);
      await expect
        .poll(() => large.locator('progress').evaluate((bar) => (bar as HTMLProgressElement).value), {
          timeout: 20_000,
        })
        .toBeGreaterThan(10 * MIB);
      await large.getByRole('button', { name: 'Pause' }).click();
      await large.getByText(/^Paused\. /).waitFor();
      await shot(stranger, 'send-paused');
      stranger.once('dialog', (dialog) => void dialog.accept());
      await stranger.reload();
      isHeld = false;
      await stranger.getByText('An upload was interrupted.').waitFor();
      await shot(stranger, 'send-interrupted');
      await dropLarge();
      await stranger.getByRole('button', { name: /^Continue the upload/ }).click();
      await row('large.json')
        .getByText(/^Analysed: /)
        .waitFor({ timeout: 60_000 });
      // 14 parts: those that had arrived were not sent again.
      expect(puts.length).toBeLessThanOrEqual(14 + 3);
      expect(puts.length).toBeGreaterThanOrEqual(14);
      await stranger.unroute('**/objects/**');
    },
  );

  test('the published pages show all of it without JavaScript', async () => {
    await expect.poll(async () => (await published()).evidence.length, { timeout: 10_000 }).toBe(READ.length + 3);
    const { evidence, verdict } = await published();
    await reader.goto(at('/'));
    await reader.getByRole('link', { name: /Memory of the engine/ }).click();
    expect(await reader.locator('h1').innerText()).toContain('Memory of the engine');
    const text = await reader.locator('body').innerText();
    expect(await reader.locator('.verdict').innerText()).toContain(spoken(verdict.sentence));
    for (const { name } of evidence) expect(text).toContain(name);
    expect(text).toContain('reported by the submitter');
    expect(text).toContain('curl -fT');
    expect(await reader.locator('svg').count()).toBeGreaterThan(0);
    await shot(reader, 'investigation-without-javascript');
    for (const one of evidence) {
      await reader.goto(at(`/i/${SLUG}/evidence/${one.id}/`));
      const page = await reader.locator('main').innerText();
      expect(page).toContain(one.name);
      if (one.state === 'refused') {
        const [why = '', reads = ''] = (one.refusal?.message ?? '').split(' What is read: ');
        expect(why).not.toBe('');
        expect(page).toContain(why);
        // The long list of formats is folded.
        expect(await reader.locator('main details').first().textContent()).toContain(reads.replace(/\.$/, ''));
      } else expect(await reader.locator('table, svg, dl').count()).toBeGreaterThan(0);
      if (one.kind === 'report') expect(page).toContain('Reported by the submitter.');
    }
  });

  test('the maintainer adds a step, publishes an update, confirms a finding; the page has them', async () => {
    const section = async (name: string): Promise<void> => {
      await desk.goto(at(`/desk/#${SLUG}/${name}`));
      await desk.locator('.desk-section h2').waitFor();
    };
    await section('steps');
    await desk.getByRole('button', { name: 'Add a next step' }).click();
    await desk.getByLabel('What to do next').fill('Soak 1.13.4 for 48 h under load');
    await desk.getByLabel('Owner').fill('mara');
    await desk.getByRole('button', { name: 'Add it' }).click();
    await desk.locator('.lane-card', { hasText: 'Soak 1.13.4' }).waitFor();
    await section('updates');
    await desk.getByLabel('Headline').fill('Reproduced on one machine');
    await desk.getByRole('textbox', { name: 'The update' }).fill('It is **the engine**: see the chart.');
    await desk.getByRole('button', { name: 'Publish it' }).click();
    await desk.getByRole('heading', { name: 'Reproduced on one machine' }).waitFor();
    await section('findings');
    await desk
      .getByRole('button', { name: /^Confirm ?: / })
      .first()
      .click();
    await desk.getByLabel('What confirms it?').fill('Two clusters show the same slope.');
    await desk.getByRole('button', { name: 'Confirm it' }).click();
    await desk.getByText('confirmed by Maintainer').waitFor();
    await shot(desk, 'desk-findings');
    await expect
      .poll(
        async () => (await published()).findings.filter(({ judgement }) => judgement?.judgement === 'confirmed').length,
      )
      .toBeGreaterThan(0);
    await reader.goto(at(`/i/${SLUG}/`));
    const text = await reader.locator('main').innerText();
    for (const said of [
      'Soak 1.13.4 for 48 h',
      'mara',
      'Reproduced on one machine',
      'confirmed by Maintainer',
      'Two clusters show',
    ])
      expect(text).toContain(said);
  });

  test('what the maintainer hides is gone from every published page', async () => {
    const hidden = (await published()).evidence.find(({ kind }) => kind === 'report');
    await desk.goto(at(`/desk/#${SLUG}/inbox`));
    await desk.getByRole('button', { name: `Hide ${PRIVATE.name}` }).click();
    await desk.getByRole('button', { name: `Show ${PRIVATE.name}` }).waitFor();
    await shot(desk, 'desk-inbox');
    const page = at(`/i/${SLUG}/evidence/${hidden?.id ?? ''}/`);
    await expect.poll(async () => (await fetch(page)).status, { timeout: 10_000 }).toBe(404);
    for (const path of [`/i/${SLUG}/`, `/i/${SLUG}/data.json`, `/i/${SLUG}/feed.xml`])
      await expect.poll(async () => (await fetch(at(path))).text(), { timeout: 10_000 }).not.toContain(PRIVATE.name);
    for (const file of ['index.html', 'analysis.json']) expect((await fetch(`${page}${file}`)).status).toBe(404);
  });

  describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
    let page: Page;
    let receipt: string;
    let evidence: string[];
    beforeAll(async () => {
      receipt = (await stranger.locator('.receipt a').first().getAttribute('href')) ?? '';
      const shown = [METRICS, HEAP, BROKEN_FILE].map(({ name }) => name);
      evidence = (await published()).evidence
        .filter(({ name }) => shown.includes(name))
        .map(({ id }) => `/i/${SLUG}/evidence/${id}/`);
      page = await newPage(colorScheme, {
        viewport: { width: 360, height: 740 },
        colorScheme,
        storageState: await desk.context().storageState(),
      });
    });
    const places: readonly (readonly [string, () => string[]])[] = [
      ['home', () => ['/']],
      ['investigation', () => [`/i/${SLUG}/`]],
      ['evidence', () => evidence],
      ['send', () => [`/i/${SLUG}/send/`]],
      ['receipt', () => [receipt]],
      ['sign-in', () => ['/sign-in/']],
      ['desk', () => ['/desk/', ...['inbox', 'steps', 'findings', 'tokens'].map((s) => `/desk/#${SLUG}/${s}`)]],
      ['reference', () => ['/api/']],
    ];
    test.each(places)('%s has no serious fault of accessibility and fits a phone', async (name, paths) => {
      for (const [i, path] of paths().entries()) {
        await page.goto('about:blank');
        await page.goto(at(path));
        await page
          .locator(path.includes('#engine-memory/') ? '.desk-section h2' : 'h1')
          .first()
          .waitFor();
        const faults = await faultsOfPage(page);
        await shot(page, `${name}${i || ''}-phone-${colorScheme}`);
        const width = await page.evaluate(() => document.documentElement.scrollWidth);
        expect({ path, faults, width: Math.max(360, width) }).toEqual({ path, faults: [], width: 360 });
        if (colorScheme === 'dark' && shots === undefined) continue;
        await page.setViewportSize({ width: 1280, height: 900 });
        await shot(page, `${name}${i || ''}-wide-${colorScheme}`);
        expect({ path, faults: await faultsOfPage(page) }).toEqual({ path, faults: [] });
        await page.setViewportSize({ width: 360, height: 740 });
      }
    });
  });

  test('no page complained on the way', () => {
    expect(complaints).toEqual([]);
    expect(server.log).toBe('');
  });
});
