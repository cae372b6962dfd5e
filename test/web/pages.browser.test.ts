import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { renderMarkdown } from '../../functions/hub/publish/markdown.ts';
import { siteKeys } from '../../functions/hub/keys.ts';
import { sharedPath } from '../fixtures/shared.ts';
import { CHROMIUM, CHROMIUM_ARGUMENTS } from './chromium.ts';
import { SLUG } from './example-case.ts';
import { writeGallery } from './gallery.ts';
import { type FolderServer, serveFolder } from './serve-folder.ts';

const BUILT = join(import.meta.dirname, '../../dist/web');
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const WIDE = { viewport: { width: 1200, height: 900 } };
/** Long enough for a machine that does eight other things. */
vi.setConfig({ testTimeout: 90_000 });
const SOON = { timeout: 15_000 };
const PHONE = { viewport: { width: 360, height: 780 } };

describe.skipIf(CHROMIUM === undefined || !existsSync(join(BUILT, 'manifest.json')))(
  'published pages in Chromium',
  () => {
    let folder = '';
    let server: FolderServer;
    let browser: Browser;
    let ids: Map<string, string>;
    const evidence = (name: string): string => `/i/${SLUG}/evidence/${ids.get(name) ?? ''}/`;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'casebook-pages-'));
      server = await serveFolder(folder);
      ids = await writeGallery(folder, BUILT, server.url);
      browser = await chromium.launch({ executablePath: CHROMIUM ?? '', args: CHROMIUM_ARGUMENTS });
    });
    afterAll(async () => {
      await browser.close();
      await server.close();
      await rm(folder, { recursive: true, force: true });
    });

    /** Opens a page and fails on anything that the console complains of. */
    async function open(
      path: string,
      options: BrowserContextOptions,
      use: (page: Page) => Promise<void>,
    ): Promise<void> {
      const context = await browser.newContext(options);
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
      });
      page.on('pageerror', (error) => complaints.push(error.message));
      await page.goto(server.url + path);
      if (options.javaScriptEnabled !== false) await page.waitForLoadState('networkidle');
      await use(page);
      await context.close();
      expect(complaints, path).toEqual([]);
    }
    const sideways = (page: Page): Promise<number> =>
      page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

    const all = (): string[] => [
      '/',
      '/empty/',
      `/i/${SLUG}/`,
      ...[
        'worker-6f9c.heapsnapshot',
        'memory-week.json',
        'core.dump',
        'worker-b.heapsnapshot',
        'report-from-laptop.json',
      ].map(evidence),
    ];

    test.each([
      ['light', WIDE],
      ['dark', PHONE],
    ] as const)(
      'axe finds no fault, nothing scrolls sideways, the console is silent: %s',
      async (colorScheme, size) => {
        for (const path of all()) {
          // axe is put in by the test; the policy of the page would rightly refuse it.
          await open(path, { ...size, colorScheme, bypassCSP: true }, async (page) => {
            expect(await sideways(page), path).toBeLessThanOrEqual(0);
            await page.addScriptTag({ content: AXE });
            const found = await page.evaluate<{
              violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[];
            }>('axe.run(document, { resultTypes: ["violations"] })');
            const { violations } = found;
            expect(
              violations.map(
                ({ id, nodes }) => `${path} ${id}: ${nodes[0]?.html ?? ''} ${nodes[0]?.failureSummary ?? ''}`,
              ),
            ).toEqual([]);
          });
        }
      },
    );

    test('under the real policy, nothing is refused or complained of', async () => {
      for (const path of all()) await open(path, WIDE, async () => Promise.resolve());
    });

    test('without JavaScript everything reads', async () => {
      for (const path of all()) {
        await open(path, { ...PHONE, javaScriptEnabled: false }, async (page) => {
          expect(await page.locator('h1').count()).toBe(1);
          expect(await page.locator('button').evaluateAll((all) => all.map((one) => one.outerHTML)), path).toEqual([]);
        });
      }
      await open(evidence('worker-6f9c.heapsnapshot'), { ...WIDE, javaScriptEnabled: false }, async (page) => {
        const text = await page.locator('main').innerText();
        for (const words of [
          'createEngine',
          'Class histogram',
          'Dominator tree',
          'Allocations by stack',
          'Objects by size',
        ]) {
          expect(text).toContain(words);
        }
        expect(await page.locator('#histogram tbody tr').count()).toBe(100);
      });
      await open(`/i/${SLUG}/`, { ...WIDE, javaScriptEnabled: false }, async (page) => {
        expect(await page.locator('svg.chart-svg .area').count()).toBe(3);
        expect(await page.locator('#send pre').innerText()).toContain('curl -fT dump.hprof');
      });
    });

    test('tables: filter as one types, sort, only the rows in sight are in the document, the address remembers', async () => {
      await open(`${evidence('worker-6f9c.heapsnapshot')}#histogram`, WIDE, async (page) => {
        await page.getByRole('tab', { name: 'Class histogram', selected: true }).waitFor();
        await page.getByText('3,000 rows').waitFor();
        const rows = page.locator('.table tbody tr:not(.spacer)');
        expect(await rows.count()).toBeLessThan(80);
        await page.locator('.table-wrap').evaluate((element) => element.scrollTo(0, element.scrollHeight));
        await page.locator('tr[aria-rowindex="3001"]').waitFor();
        await page.getByPlaceholder('Filter').fill('leaked');
        await page.getByText('300 of 3,000 rows').waitFor();
        await page.getByRole('button', { name: 'instances' }).click();
        const counts = (await page.locator('.table tbody td:nth-child(2)').allInnerTexts()).map((text) =>
          Number(text.replaceAll(',', '')),
        );
        expect(counts).toEqual([...counts].sort((a, b) => b - a));
        expect(page.url()).toContain('view=histogram');
        expect(page.url()).toContain('q=leaked');
        await page.reload();
        await page.getByText('300 of 3,000 rows').waitFor();
      });
    });

    test('the tree walks by arrow keys', async () => {
      await open(`${evidence('worker-6f9c.heapsnapshot')}#dominators`, WIDE, async (page) => {
        await page.locator('[role=treegrid] tbody tr[tabindex="0"]').first().focus();
        const focused = (): Promise<string> =>
          page.evaluate(
            () =>
              `${document.activeElement?.getAttribute('aria-level') ?? ''} ${document.activeElement?.getAttribute('aria-expanded') ?? ''}`,
          );
        expect(await focused()).toBe('1 true');
        await page.keyboard.press('ArrowLeft');
        expect(await focused()).toBe('1 false');
        await page.keyboard.press('ArrowRight');
        await expect.poll(focused, SOON).toBe('1 true');
        await page.keyboard.press('ArrowRight');
        await expect.poll(focused, SOON).toMatch(/^2 /);
        await page.keyboard.press('End');
        await page.keyboard.press('ArrowLeft');
        await expect.poll(focused, SOON).toBe('1 true');
      });
    });

    test('the icicle zooms, searches and says what is pointed at', async () => {
      await open(`${evidence('worker-6f9c.heapsnapshot')}#allocations`, WIDE, async (page) => {
        await page.getByPlaceholder('Highlight frames').fill('onMessage');
        await page.getByText(/of the whole/).waitFor();
        await page.locator('.flame-scroll').focus();
        await page.keyboard.press('ArrowDown');
        await page.keyboard.press('ArrowDown');
        await expect.poll(() => page.locator('.flame-said').innerText(), SOON).toMatch(/own/);
        await page.keyboard.press('Enter');
        await page.getByRole('button', { name: 'Show all' }).click();
        expect(await page.getByRole('button', { name: 'Show all' }).count()).toBe(0);
      });
    });

    test('the chart comes to life, zooms by keys, hides a layer and saves a picture', async () => {
      await open(`/i/${SLUG}/`, WIDE, async (page) => {
        await page.locator('.uplot').waitFor();
        expect(await page.locator('.chart-svg').isVisible()).toBe(false);
        await page.getByRole('button', { name: 'Zoom in' }).click();
        await page.getByRole('button', { name: 'Whole time' }).click();
        await expect.poll(() => page.getByRole('button', { name: 'Whole time' }).count(), SOON).toBe(0);
        const layer = page.locator('.legend button', { hasText: 'page cache' });
        await layer.click();
        expect(await layer.getAttribute('aria-pressed')).toBe('false');
        const download = page.waitForEvent('download');
        await page.getByRole('button', { name: 'PNG' }).click();
        const saved = await readFile(await (await download).path());
        expect(saved.subarray(1, 4).toString()).toBe('PNG');
        await page.getByText('The numbers behind it').click();
        await page.getByRole('columnheader', { name: 'JS heap' }).waitFor();
      });
    });

    test('pointing at a moment in the list marks it in the chart, and the other way round', async () => {
      await open(`/i/${SLUG}/`, WIDE, async (page) => {
        await page.locator('.uplot').waitFor();
        await page.getByText(/^\d+ more$/).click();
        const killed = page.locator('.moment', { hasText: 'OOM killed' });
        await killed.hover();
        expect(await killed.getAttribute('class')).toContain('pointed');
        await page.locator('.u-over').scrollIntoViewIfNeeded();
        const over = await page.locator('.u-over').boundingBox();
        if (!over) throw new Error('the chart has no size');
        const share = await page.evaluate(() => {
          const { chart } = (
            JSON.parse(document.getElementById('page-data')?.textContent ?? '{}') as {
              props: { data: { chart: { timesMs: number[]; marks: { kind: string; timeMs: number }[] } } };
            }
          ).props.data;
          const [first = 0, last = 1] = [chart.timesMs[0], chart.timesMs.at(-1)];
          return ((chart.marks.find((mark) => mark.kind === 'oom-kill')?.timeMs ?? 0) - first) / (last - first);
        });
        await page.mouse.move(over.x + over.width * share, over.y + 100);
        await expect
          .poll(() => page.locator('.moment.pointed').allInnerTexts(), SOON)
          .toEqual([expect.stringContaining('worker-6f9c')]);
      });
    });

    test('a page follows its data.json by conditional requests', async () => {
      const path = join(folder, siteKeys.data(SLUG));
      const first = await readFile(path, 'utf8');
      try {
        await open(`/i/${SLUG}/`, WIDE, async (page) => {
          const asked = (status: number): number =>
            server.answers.filter((one) => one.path.endsWith('data.json') && one.status === status).length;
          const before = asked(304);
          // Evidence is being analysed, so it asks every 3 s.
          await expect.poll(() => asked(304), { timeout: 15_000 }).toBeGreaterThan(before);
          await writeFile(path, first.replace('"Worker memory rises until the pod is killed"', '"A title from later"'));
          await expect.poll(() => page.locator('h1').innerText(), { timeout: 15_000 }).toBe('A title from later');
        });
      } finally {
        await writeFile(path, first);
      }
    });

    test('the skip link comes first, and the focus is seen', async () => {
      await open('/', WIDE, async (page) => {
        await page.keyboard.press('Tab');
        expect(await page.evaluate(() => document.activeElement?.textContent)).toContain('Skip to the content');
        expect(await page.evaluate(() => getComputedStyle(document.activeElement!).outlineStyle)).toBe('solid');
      });
    });

    const payloads = sharedPath('fixtures', 'xss', 'payloadbox__xss.open.txt.gz');
    test.skipIf(payloads === undefined)(
      'no payload of the collections runs when its rendering is shown, even without the policy',
      async () => {
        const list = gunzipSync(readFileSync(payloads ?? ''))
          .toString()
          .split('\n')
          .filter(Boolean);
        const more = JSON.parse(
          readFileSync(sharedPath('fixtures', 'xss', 'DOMPurify__payloads.open.json') ?? '', 'utf8'),
        ) as { payload: string }[];
        const html = [...list, ...more.map(({ payload }) => payload)].map(renderMarkdown);
        const context = await browser.newContext({ bypassCSP: true });
        const page = await context.newPage();
        const asked: string[] = [];
        page.on('dialog', (dialog) => void dialog.dismiss().then(() => asked.push(dialog.message())));
        page.on('request', (request) => asked.push(request.url()));
        await page.goto(`${server.url}/empty/`);
        asked.length = 0;
        const left = await page.evaluate((pieces) => {
          document.body.innerHTML = pieces.map((piece) => `<div>${piece}</div>`).join('');
          const bad = document.body.querySelectorAll(
            'script, style, iframe, object, embed, form, input, button, img, svg, math, link, meta, base, video, audio',
          );
          const odd = [...document.body.querySelectorAll('*')]
            .flatMap((element) => [...element.attributes].map((one) => one.name))
            .filter((name) => !['href', 'rel', 'start', 'align'].includes(name));
          // ':' is a link that leads nowhere, such as http://[.
          const schemes = [...document.querySelectorAll('a[href]')]
            .map((link) => (link as HTMLAnchorElement).protocol)
            .filter((scheme) => !['http:', 'https:', 'mailto:', ':'].includes(scheme));
          for (const summary of document.querySelectorAll('details')) summary.open = true;
          return [...[...bad].map((element) => element.outerHTML), ...odd, ...schemes];
        }, html);
        await page.waitForTimeout(300);
        expect(left).toEqual([]);
        expect(asked).toEqual([]);
        await context.close();
      },
    );
  },
);
