import { mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { chromium, type Page } from 'playwright-core';
import { MILLION, millionSamples, PEAK } from '../web/chart-cases.ts';
import { CHROMIUM, CHROMIUM_ARGUMENTS } from '../web/chromium.ts';
import { serveFolder } from '../web/serve-folder.ts';
import { bundlePages } from './bundle-pages.ts';

/**
 * A chart of a million samples: bytes of the published page and of the chart's data, time until it answers to hands, gaps
 * between frames while one zooms and pans by the mouse, and whether the one sample that stands out is still there.
 * Needs `npm run build` and a Chromium; prints a markdown table.
 *
 *   node test/bench/chart.ts [runs]
 */
const RUNS = Number(process.argv[2] ?? 3);
const SLUG = 'million';

const cache = 'node_modules/.cache/bench-chart';
await mkdir(cache, { recursive: true });
const bundled = join(process.cwd(), cache, 'chart-site.mjs');
await bundlePages('test/bench/chart-site.ts', bundled);
const { publishCharts } = (await import(bundled)) as typeof import('./chart-site.ts');

const folder = await mkdtemp(join(tmpdir(), 'casebook-chart-'));
const server = await serveFolder(folder);
const browser = await chromium.launch({ executablePath: CHROMIUM ?? '', args: CHROMIUM_ARGUMENTS });
try {
  const took = await publishCharts(folder, SLUG, millionSamples());
  const page = await readFile(join(folder, `i/${SLUG}/index.html`));
  const still = await readFile(join(folder, `i/${SLUG}/chart.svg`));
  const data = JSON.parse(await readFile(join(folder, `i/${SLUG}/data.json`), 'utf8')) as {
    chart: { timesMs: number[] };
  };
  const pieces = join(folder, `i/${SLUG}/chart`);
  const sizes = await Promise.all((await readdir(pieces)).map(async (name) => (await stat(join(pieces, name))).size));
  const runs = [];
  for (let run = 0; run < RUNS; run++) runs.push(await once());
  const rows: [string, string][] = [
    ['samples', String(MILLION)],
    ['analysed / published (Node)', `${seconds(took['analysed'])} / ${seconds(took['published'])}`],
    ['page', `${kb(page.length)}, ${kb(gzipSync(page).length)} with gzip`],
    ['`chart.svg`', kb(still.length)],
    ['points that the page holds', String(data.chart.timesMs.length)],
    [
      'finer data, fetched only on zoom',
      `${sizes.length} pieces, ${kb(sum(sizes))} in all, ${kb(Math.max(...sizes))} the largest`,
    ],
    ['until the chart answers', `${median(runs.map(({ readyMs }) => readyMs))} ms`],
    [
      `zoom by the wheel, from 174 days to ${median(runs.map(({ minutes }) => minutes))} min`,
      `frame gaps: ${gapsOf(runs.map(({ zoom }) => zoom))}`,
    ],
    ['pan there and back', `frame gaps: ${gapsOf(runs.map(({ pan }) => pan))}`],
    [
      'pieces fetched by that',
      `${median(runs.map(({ fetched }) => fetched))}, ${kb(median(runs.map(({ bytes }) => bytes)))}`,
    ],
    ['the peak, zoomed out and in', runs.map(({ peaks }) => peaks.join(' and ')).join('; ')],
  ];
  process.stdout.write(
    `| what | measured |\n| --- | --- |\n${rows.map(([what, is]) => `| ${what} | ${is} |\n`).join('')}`,
  );
} finally {
  await browser.close();
  await server.close();
  await rm(folder, { recursive: true, force: true });
}

interface Run {
  readyMs: number;
  /** In sight when zoomed in. */
  minutes: number;
  zoom: number[];
  pan: number[];
  fetched: number;
  bytes: number;
  peaks: string[];
}

async function once(): Promise<Run> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, timezoneId: 'UTC' });
  const page = await context.newPage();
  let [fetched, bytes] = [0, 0];
  page.on('response', (response) => {
    if (!response.url().includes(`/i/${SLUG}/chart/`)) return;
    fetched++;
    void response.body().then(
      (body) => (bytes += body.length),
      () => undefined,
    );
  });
  await page.goto(`${server.url}/i/${SLUG}/`);
  await page.locator('.chart-tools').waitFor();
  const readyMs = await page.evaluate(() => performance.now());
  const over = await page.locator('.u-over').boundingBox();
  if (!over) throw new Error('the chart has no size');
  const y = over.y + 120;
  const xOf = async (): Promise<number> => {
    // Where the peak is in what is in sight now.
    const [from = 0, to = 1] =
      (await page.locator('.chart-view').getAttribute('data-frame'))?.split(' ').map(Number) ?? [];
    return over.x + (over.width * (PEAK.timeMs - from)) / (to - from);
  };
  await page.mouse.move(await xOf(), y);
  const peaks = [await legend(page)];
  await watch(page);
  await page.keyboard.down('Control');
  for (let i = 0; i < 45; i++) {
    await page.mouse.move(await xOf(), y);
    await page.mouse.wheel(0, -20);
    await page.waitForTimeout(16);
  }
  await page.keyboard.up('Control');
  const zoom = await gaps(page);
  await page.getByText('every sample', { exact: true }).waitFor();
  await page.mouse.move(await xOf(), y);
  peaks.push(await legend(page));
  const minutes = await page
    .locator('.chart-view')
    .evaluate((element) => ((element as HTMLElement).dataset['frame'] ?? '').split(' ').map(Number))
    .then(([from = 0, to = 0]) => (to - from) / 60_000);
  await watch(page);
  await page.keyboard.down('Shift');
  await page.mouse.down();
  for (let i = 0; i < 120; i++) await page.mouse.move(over.x + over.width * (0.5 + 0.45 * Math.sin(i / 10)), y);
  await page.mouse.up();
  await page.keyboard.up('Shift');
  const pan = await gaps(page);
  await context.close();
  return { readyMs, minutes, zoom, pan, fetched, bytes, peaks };
}

async function legend(page: Page): Promise<string> {
  await page.waitForTimeout(100);
  return page.locator('.legend li', { hasText: 'Total' }).locator('.legend-value').innerText();
}

async function watch(page: Page): Promise<void> {
  await page.evaluate(() => {
    const known = globalThis as unknown as { gaps: number[]; watching?: boolean };
    known.gaps = [];
    if (known.watching) return;
    known.watching = true;
    let last = performance.now();
    const onFrame = (): void => {
      const now = performance.now();
      known.gaps.push(now - last);
      last = now;
      requestAnimationFrame(onFrame);
    };
    requestAnimationFrame(onFrame);
  });
}

function gaps(page: Page): Promise<number[]> {
  return page.evaluate(() => (globalThis as unknown as { gaps: number[] }).gaps);
}

function gapsOf(runs: readonly number[][]): string {
  const all = runs.flat().sort((a, b) => a - b);
  const at = (share: number): string =>
    `${Math.round(all[Math.min(all.length - 1, Math.floor(all.length * share))] ?? 0)} ms`;
  return `median ${at(0.5)}, 95 % below ${at(0.95)}, longest ${at(1)} (${all.length} frames)`;
}

function median(values: readonly number[]): number {
  return Math.round([...values].sort((a, b) => a - b)[values.length >> 1] ?? 0);
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}

function kb(bytes: number): string {
  return bytes >= 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${Math.round(bytes / 1000)} kB`;
}

function seconds(ms = 0): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
