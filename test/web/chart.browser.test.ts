import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { publishEverything } from '../../functions/hub/publish/publish.ts';
import { analysed, millionSamples, openChartCase, PEAK, thirtyContainers } from './chart-cases.ts';
import { CHROMIUM, CHROMIUM_ARGUMENTS } from './chromium.ts';
import { writeAssets, writeObjects } from './gallery.ts';
import { memoryHub } from './memory-hub.ts';
import { type FolderServer, serveFolder } from './serve-folder.ts';

const BUILT = join(import.meta.dirname, '../../dist/web');
vi.setConfig({ testTimeout: 90_000, hookTimeout: 120_000 });
const SOON = { timeout: 15_000 };
const WIDE: BrowserContextOptions = { viewport: { width: 1200, height: 900 }, timezoneId: 'Europe/Berlin' };

describe.skipIf(CHROMIUM === undefined || !existsSync(join(BUILT, 'manifest.json')))('charts in Chromium', () => {
  let folder = '';
  let server: FolderServer;
  let browser: Browser;
  let thirty = '';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'casebook-charts-'));
    server = await serveFolder(folder);
    const hub = memoryHub({ publicUrl: server.url, assets: await writeAssets(folder, BUILT) });
    await openChartCase(hub, 'million', 'A million samples', await analysed(millionSamples()));
    thirty = await openChartCase(hub, 'thirty', 'Thirty containers', await analysed(thirtyContainers()));
    await publishEverything(hub.deps);
    expect(hub.errors).toEqual([]);
    await writeObjects(hub.site, folder);
    browser = await chromium.launch({ executablePath: CHROMIUM ?? '', args: CHROMIUM_ARGUMENTS });
  });
  afterAll(async () => {
    await browser.close();
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function open(path: string, options: BrowserContextOptions, use: (page: Page) => Promise<void>): Promise<void> {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(server.url + path);
    if (options.javaScriptEnabled !== false) await page.locator('.u-over').first().waitFor();
    await use(page);
    await context.close();
    expect(complaints, path).toEqual([]);
  }
  const frameOf = async (page: Page, nth = 0): Promise<[number, number]> => {
    const [from = NaN, to = NaN] =
      (await page.locator('.chart-view').nth(nth).getAttribute('data-frame'))?.split(' ').map(Number) ?? [];
    return [from, to];
  };
  const spanOf = async (page: Page): Promise<number> => {
    const [from, to] = await frameOf(page);
    return to - from;
  };
  const boxOf = async (page: Page): Promise<{ x: number; y: number; width: number; height: number }> => {
    await page.locator('.u-over').first().scrollIntoViewIfNeeded();
    const box = await page.locator('.u-over').first().boundingBox();
    if (!box) throw new Error('the chart has no size');
    return box;
  };
  const valueOf = (page: Page, label: string): Promise<string> =>
    page.locator('.legend li', { hasText: label }).first().locator('.legend-value').innerText();

  test('one sample among a million is seen in the still picture', async () => {
    const chart = await readFile(join(folder, 'i/million/chart.svg'), 'utf8');
    // The highest place that any curve but the limit reaches is next to the limit (3.9 of 4 GiB), not in the lower third.
    const curves = [...chart.matchAll(/<path d="([^"]+)"[^>]*stroke-width="1.5"(?![^>]*dasharray)/g)].map(
      ([, d]) => d ?? '',
    );
    const highest = Math.min(
      ...curves.flatMap((d) => [...d.matchAll(/[ML][\d.]+ ([\d.]+)/g)].map(([, y]) => Number(y))),
    );
    const limit = Number(/<path d="M[\d.]+ ([\d.]+)[^"]*"[^>]*stroke-dasharray/.exec(chart)?.[1]);
    expect(highest - limit).toBeGreaterThan(0);
    expect(highest - limit).toBeLessThan(20);
  });

  test('zooming to it fetches its surroundings at full resolution, and nothing was fetched before', async () => {
    await open('/i/million/', WIDE, async (page) => {
      const asked = (): number => server.answers.filter(({ path }) => path.startsWith('/i/million/chart/')).length;
      expect(asked()).toBe(0);
      const box = await boxOf(page);
      await page.keyboard.down('Control');
      for (let i = 0; i < 40; i++) {
        const [from, to] = await frameOf(page);
        if (to - from < 600_000) break;
        await page.mouse.move(box.x + (box.width * (PEAK.timeMs - from)) / (to - from), box.y + 100);
        await page.mouse.wheel(0, -60);
        await expect.poll(async () => (await frameOf(page))[0] !== from, SOON).toBe(true);
      }
      await page.keyboard.up('Control');
      await page.getByText('every sample', { exact: true }).waitFor(SOON);
      expect(asked()).toBeGreaterThan(0);
      expect(asked()).toBeLessThan(40);
      const [from, to] = await frameOf(page);
      await page.mouse.move(box.x + (box.width * (PEAK.timeMs - from)) / (to - from), box.y + 110);
      await expect.poll(() => valueOf(page, 'Total'), SOON).toContain('3.81');
      // Every sample, 15 s apart, stands in the table.
      await page.getByText('The numbers behind it').click();
      const cells = await page
        .locator('.numbers tbody tr:not(.spacer) td:first-child, .numbers tbody th')
        .allInnerTexts();
      const times = cells.filter((text) => text.includes('UTC'));
      const expected = Math.floor((to - from) / 15_000);
      expect(times.length).toBeGreaterThanOrEqual(Math.min(expected - 1, 20));
      expect(times.some((text) => /:15 UTC|:30 UTC|:45 UTC/.test(text))).toBe(true);
    });
  });

  test('keys zoom, pan and read values; the zone is said; what is read is announced', async () => {
    await open('/i/million/', WIDE, async (page) => {
      const whole = await spanOf(page);
      await page.locator('.chart-holder').first().focus();
      await page.keyboard.press('+');
      await expect.poll(async () => (await spanOf(page)) / whole, SOON).toBeCloseTo(0.5);
      const [before] = await frameOf(page);
      await page.keyboard.press('Shift+ArrowRight');
      await expect.poll(async () => (await frameOf(page))[0], SOON).toBeGreaterThan(before);
      await page.keyboard.press('ArrowRight');
      await expect.poll(() => page.locator('.chart-spoken').innerText(), SOON).toMatch(/UTC\+2: .*Total.*MiB/);
      await page.keyboard.press('0');
      await expect.poll(() => spanOf(page), SOON).toBe(whole);
    });
  });

  test('a drag zooms, a double click shows all, Shift and drag pans; the outline follows and can be dragged', async () => {
    await open('/i/thirty/', WIDE, async (page) => {
      const box = await boxOf(page);
      const whole = await spanOf(page);
      const drag = async (from: number, to: number): Promise<void> => {
        await page.mouse.move(box.x + box.width * from, box.y + 80);
        await page.mouse.down();
        await page.mouse.move(box.x + box.width * ((from + to) / 2), box.y + 82);
        await page.mouse.move(box.x + box.width * to, box.y + 84);
        await page.mouse.up();
      };
      await drag(0.25, 0.5);
      await expect.poll(async () => (await spanOf(page)) / whole, SOON).toBeCloseTo(0.25, 1);
      const [before] = await frameOf(page);
      await page.keyboard.down('Shift');
      await drag(0.8, 0.2);
      await page.keyboard.up('Shift');
      await expect.poll(async () => (await frameOf(page))[0], SOON).toBeGreaterThan(before);
      expect((await spanOf(page)) / whole).toBeCloseTo(0.25, 1);
      await page.locator('.navigator').scrollIntoViewIfNeeded();
      const outline = await page.locator('.navigator').boundingBox();
      if (!outline) throw new Error('there is no outline');
      await page.mouse.click(outline.x + outline.width * 0.95, outline.y + 10);
      await expect.poll(async () => (await frameOf(page))[1], SOON).toBeGreaterThan(before + whole / 2);
      await page.locator('.u-over').first().dblclick();
      await expect.poll(() => spanOf(page), SOON).toBe(whole);
      expect(await page.locator('.navigator').count()).toBe(0);
    });
  });

  test('two fingers pinch, one pans what is zoomed', async () => {
    const phone = { viewport: { width: 390, height: 800 }, hasTouch: true, isMobile: true };
    await open('/i/thirty/', phone, async (page) => {
      const box = await boxOf(page);
      const whole = await spanOf(page);
      const client = await page.context().newCDPSession(page);
      const y = box.y + 100;
      const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', xs: number[]): Promise<unknown> =>
        client.send('Input.dispatchTouchEvent', {
          type,
          touchPoints: xs.map((share, id) => ({ x: box.x + box.width * share, y, id })),
        });
      await touch('touchStart', [0.45, 0.55]);
      for (let i = 1; i <= 8; i++) await touch('touchMove', [0.45 - i * 0.03, 0.55 + i * 0.03]);
      await touch('touchEnd', []);
      await expect.poll(async () => (await spanOf(page)) / whole, SOON).toBeLessThan(0.3);
      const [before] = await frameOf(page);
      await touch('touchStart', [0.2]);
      for (let i = 1; i <= 8; i++) await touch('touchMove', [0.2 + i * 0.05]);
      await touch('touchEnd', []);
      await expect.poll(async () => (await frameOf(page))[0], SOON).toBeLessThan(before);
    });
  });

  test('thirty containers: eight colours, the rest told together; a legend entry switches them; names keep what differs', async () => {
    await open(`/i/thirty/evidence/${thirty}/#view=memory-of-all`, WIDE, async (page) => {
      const others = page.locator('.legend button', { hasText: '23 others' });
      await others.waitFor(SOON);
      const labels = await page.locator('.legend .legend-label').allInnerTexts();
      expect(new Set(labels).size).toBe(labels.length);
      expect(labels.some((label) => label.startsWith('…03-7d9c8b6f5'))).toBe(true);
      await others.press('Enter');
      expect(await others.getAttribute('aria-pressed')).toBe('false');
    });
  });

  test('charts of one kind stand below each other, load when they come near, and share cursor and time', async () => {
    await open(`/i/thirty/evidence/${thirty}/#view=memory`, WIDE, async (page) => {
      await page.getByRole('tab', { name: 'Memory: 24 charts', selected: true }).waitFor(SOON);
      expect(await page.locator('.u-over').count()).toBeLessThan(10);
      await expect.poll(() => page.locator('.u-over').count(), SOON).toBeGreaterThan(1);
      await page.locator('.chart-view').nth(1).locator('.chart-tools').waitFor(SOON);
      const box = await boxOf(page);
      await page.mouse.move(box.x + box.width / 2, box.y + 50);
      const readout = (nth: number): Promise<string> => page.locator('.chart-at').nth(nth).innerText();
      await expect.poll(() => readout(1), SOON).toMatch(/UTC\+2/);
      expect((await readout(0)).slice(0, 12)).toBe((await readout(1)).slice(0, 12));
      await page.getByRole('button', { name: 'Zoom in' }).first().click();
      await expect
        .poll(async () => (await frameOf(page, 1)).join() === (await frameOf(page, 0)).join(), SOON)
        .toBe(true);
    });
  });

  test('on paper and without script the still picture stands, with UTC said', async () => {
    await open('/i/thirty/', { ...WIDE, colorScheme: 'dark' }, async (page) => {
      await page.emulateMedia({ media: 'print' });
      expect(await page.locator('.chart-svg').first().isVisible()).toBe(true);
      expect(await page.locator('.uplot').first().isVisible()).toBe(false);
    });
    await open('/i/thirty/', { ...WIDE, javaScriptEnabled: false }, async (page) => {
      const words = await page.locator('.chart-svg text').allTextContents();
      expect(words).toContain('UTC');
      expect(words).toContain('512\u202fMiB');
      expect(await page.locator('.numbers-marks').textContent()).toContain('Killed at the memory limit');
    });
  });
});
