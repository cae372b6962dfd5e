import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs, isDeepStrictEqual } from 'node:util';
import { chromium, type Browser, type Page } from 'playwright-core';
import type { Analysis } from '../../functions/model/analysis.ts';
import { PROGRAM, residentBytes, startServer } from '../e2e/server.ts';
import { CHROMIUM, CHROMIUM_ARGUMENTS } from '../web/chromium.ts';
import { readFrames, watchFrames } from '../web/watch-frames.ts';
import { makeHeapInput } from './heap-inputs.ts';

/**
 * A large dump in the browser: the built site, served by the built server, gets it dropped on the send form and analyses it in its worker. Says
 * how long it took, whether the page's thread ever stopped, what the renderer held, and whether the answer is the command line's. A markdown table.
 *
 *   npm run build && node test/bench/browser.ts [--cache DIR] [--only 30,300,1300] [--runs 3] [--views]
 */
const { values: options } = parseArgs({
  options: {
    cache: { type: 'string', default: resolve('node_modules/.cache/bench-heap') },
    only: { type: 'string', default: '300' },
    runs: { type: 'string', default: '1' },
    views: { type: 'boolean', default: false },
  },
});
const SLUG = 'bench';
const LIMIT_MS = 10 * 60_000;

interface Outcome {
  readonly seconds: number;
  readonly framesUnderWay: number;
  readonly longestFrameGapMs: number;
  readonly longTasksMs: readonly number[];
  readonly told: number;
  readonly peakBytes: number;
  readonly analysis: Analysis;
}

/** The pids of Chromium's renderers, as it says itself. */
async function rendererPids(browser: Browser): Promise<number[]> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  return processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
}

/** The most that any of these processes held at once, looked at every 20 ms: Linux' own high-water mark was up to 350 MB below it. */
function watchMemory(pids: readonly number[]): { readonly stop: () => number } {
  let peakBytes = 0;
  const look = (): void => void (peakBytes = Math.max(peakBytes, ...pids.map(residentBytes)));
  const timer = setInterval(look, 20);
  return {
    stop() {
      clearInterval(timer);
      return peakBytes;
    },
  };
}

async function measure(browser: Browser, url: string, file: string): Promise<Outcome> {
  const context = await browser.newContext({ acceptDownloads: true });
  const page = await context.newPage();
  page.setDefaultTimeout(LIMIT_MS);
  await page.goto(`${url}/i/${SLUG}/send/`);
  await page.getByRole('button', { name: 'Choose files' }).and(page.locator(':enabled')).waitFor();
  const row = page.locator('.file-row');
  const ask = row.getByRole('button', { name: /^Analyse it here/ });
  const read = row.getByText(/^Read: /);
  const memory = watchMemory(await rendererPids(browser));
  await watchFrames(page);
  let startedMs = performance.now();
  await page.locator('input[type=file]').first().setInputFiles(file);
  // Small ones are read without being asked.
  await ask.or(read).first().waitFor();
  if ((await ask.count()) > 0) {
    await watchFrames(page);
    startedMs = performance.now();
    await ask.click();
  }
  await read.waitFor();
  const seconds = (performance.now() - startedMs) / 1000;
  // What the answer costs the page comes right after it.
  await page.waitForTimeout(1000);
  const watched = await readFrames(page);
  const peakBytes = memory.stop();
  const analysis = await saveReport(page);
  if (options.views) await measureViews(page, analysis);
  await context.close();
  return { ...watched, told: watched.steps.length, seconds, peakBytes, analysis };
}

async function saveReport(page: Page): Promise<Analysis> {
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save the report to read it first' }).click();
  return JSON.parse(readFileSync(await (await saved).path(), 'utf8')) as Analysis;
}

/** Each view opened once: what it costs the page. */
async function measureViews(page: Page, { views }: Analysis): Promise<void> {
  const buttons = page.getByRole('group', { name: 'Views' }).getByRole('button');
  for (const [i, view] of views.entries()) {
    await watchFrames(page);
    await buttons.nth(i).click();
    await page.waitForTimeout(600);
    const { longestFrameGapMs, longTasksMs } = await readFrames(page);
    const size = JSON.stringify(view).length;
    process.stderr.write(
      `  ${view.name} (${view.kind}, ${(size / 1e6).toFixed(2)} MB): gap ${longestFrameGapMs.toFixed(0)} ms, tasks ${longTasksMs.join(' ')}\n`,
    );
  }
}

/** A table of so many rows, as a class histogram makes it. */
const TABLE_ROWS = 20_000;

/** Milliseconds from each key typed into the filter to the next frame with its rows, sorted; how many rows the document holds. */
async function measureTable(page: Page, url: string, publicToken: string): Promise<{ keysMs: number[]; rows: number }> {
  const lines = Array.from({ length: TABLE_ROWS }, (_, i) => {
    const name = `org.example.${['orders', 'billing', 'search'][i % 3] ?? ''}.Class${(i * 7919) % TABLE_ROWS}`;
    return `${i + 1}: ${TABLE_ROWS - i} ${(TABLE_ROWS - i) * 48} ${name}`;
  });
  const body = ` num     #instances         #bytes  class name\n${lines.join('\n')}\nTotal 0 0\n`;
  const announced = await fetch(`${url}/api/investigations/${SLUG}/evidence?name=classes.histo&size=${body.length}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${publicToken}`, accept: 'application/json' },
  });
  const ticket = (await announced.json()) as { evidence: { id: string }; upload: { url: string } };
  await fetch(ticket.upload.url, { method: 'PUT', body });
  const address = `${url}/i/${SLUG}/evidence/${ticket.evidence.id}/`;
  while ((await page.request.get(`${address}analysis.json`)).status() !== 200) await page.waitForTimeout(300);
  await page.goto(address);
  const field = page.getByPlaceholder('Filter').first();
  await page.getByText('20,000 rows').first().waitFor();
  await field.focus();
  await page.evaluate(() => {
    const tookMs: number[] = [];
    Object.assign(globalThis, { tookMs });
    // The task after the next frame: what was typed is on the screen by then.
    addEventListener('keydown', ({ timeStamp }) => {
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => tookMs.push(performance.now() - timeStamp);
        port2.postMessage(0);
      });
    });
  });
  for (const key of 'billing class19') {
    await page.keyboard.press(key === ' ' ? 'Space' : key);
    await page.waitForTimeout(60);
  }
  const rows = await page.locator('.table tbody tr:not(.spacer)').count();
  const tookMs = await page.evaluate(() => (globalThis as unknown as { tookMs: number[] }).tookMs);
  return { keysMs: tookMs.toSorted((a, b) => a - b), rows };
}

function analyseByCommand(file: string): Analysis {
  const text = execFileSync(process.execPath, [PROGRAM, 'analyse', '--json', file], {
    maxBuffer: 2 ** 30,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return JSON.parse(text.toString()) as Analysis;
}

/** Which parts of the two answers are not the same. */
function differences(here: Analysis, there: Analysis): string[] {
  const names = Object.keys(there) as (keyof Analysis)[];
  return names.filter((name) => !isDeepStrictEqual(here[name], there[name]));
}

if (CHROMIUM === undefined) throw new Error('no Chromium: install it, or set CHROMIUM');
mkdirSync(options.cache, { recursive: true });
const server = await startServer();
const browser = await chromium.launch({ executablePath: CHROMIUM, args: CHROMIUM_ARGUMENTS });
try {
  const desk = await browser.newPage();
  await desk.goto(server.signInLink);
  await desk.getByText('Signed in as').waitFor();
  const opened = await desk.request.post(`${server.url}/api/investigations`, {
    data: { slug: SLUG, title: 'Bench', product: 'Bench' },
  });
  const { publicToken } = (await opened.json()) as { publicToken: string };
  while ((await desk.request.get(`${server.url}/i/${SLUG}/send/`)).status() !== 200) await desk.waitForTimeout(200);
  const { keysMs, rows } = await measureTable(desk, server.url, publicToken);
  process.stdout.write(
    `A table of ${TABLE_ROWS} rows, from a key in its filter to the frame with its rows: median ${keysMs[keysMs.length >> 1]?.toFixed(0) ?? ''} ms, most ${keysMs.at(-1)?.toFixed(0) ?? ''} ms of ${keysMs.length} keys; ${rows} rows in the document.\n\n`,
  );
  await desk.close();
  process.stdout.write(
    `Chromium ${browser.version()}, median of ${options.runs}.\n\n` +
      '| input | until the result | frames drawn meanwhile | longest gap between frames | tasks over 50 ms of the page | progress told | peak of the renderer | as the command line |\n' +
      '|---|---|---|---|---|---|---|---|\n',
  );
  for (const name of options.only.split(',')) {
    const file = makeHeapInput(name, options.cache);
    const expected = analyseByCommand(file);
    const all: Outcome[] = [];
    for (let run = 0; run < Number(options.runs); run++) all.push(await measure(browser, server.url, file));
    const outcome = all.toSorted((a, b) => a.seconds - b.seconds)[all.length >> 1]!;
    const differing = differences(outcome.analysis, expected);
    process.stdout.write(
      `| ${Math.round(statSync(file).size / 1e6)} MB | ${outcome.seconds.toFixed(1)} s | ${outcome.framesUnderWay} | ${outcome.longestFrameGapMs.toFixed(0)} ms | ` +
        `${outcome.longTasksMs.length === 0 ? 'none' : `${outcome.longTasksMs.join(', ')} ms`} | ${outcome.told} times | ${(outcome.peakBytes / 1e6).toFixed(0)} MB | ` +
        `${differing.length === 0 ? 'equal' : `differs in ${differing.join(', ')}`} |\n`,
    );
  }
} finally {
  await browser.close();
  await server.remove();
}
