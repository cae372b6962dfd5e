/**
 * Real here: Prometheus as Debian packs it, two processes that it scrapes (one leaks), Casebook as `npm start` runs it, curl and the
 * line of the README. A leak shows in hours and a test has a minute, so Prometheus' wall clock runs faster (`fast-clock.ts`): what is
 * a minute for the processes is six hours by the times that Prometheus gives to what it scraped. No sample is made by the test.
 */
import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Analysis } from '../../functions/model/analysis.ts';
import { freePort } from '../contract/free-port.ts';
import { setClock, whyNoFastClock } from './fast-clock.ts';
import { signIn, type Maintainer } from './maintainer.ts';
import { startServer, whyNotBuilt, type RunningServer } from './server.ts';

const SLUG = 'scraped';
const SPEED = 360;
const SCRAPE_MS = 500;
/** By Prometheus' clock. */
const STEP_SECONDS = (SCRAPE_MS / 1000) * SPEED;
const SPAN_MS = 6 * 3_600_000;
const USED = 'nodejs_heap_size_used_bytes';
const README = readFileSync(resolve(import.meta.dirname, '../../README.md'), 'utf8');

const has = (program: string): boolean => spawnSync(program, ['--version']).status === 0;
const missing = ['prometheus', 'curl'].find((program) => !has(program));
const whySkipped = whyNotBuilt ?? whyNoFastClock ?? (missing === undefined ? undefined : `${missing} is not installed`);
if (whySkipped) console.warn(`test/e2e/prometheus: skipped, ${whySkipped}`);

const run = promisify(execFile);
const Verdict = z.object({
  verdict: z.string(),
  layer: z.string(),
  namespace: z.string(),
  pod: z.string(),
  container: z.string(),
  stateAtEnd: z.string(),
  slopeBytesPerHour: z.number(),
  slopeLow: z.number(),
  slopeHigh: z.number(),
  culprits: z.array(z.object({ pod: z.string() })),
});
const Counted = z.object({
  data: z.object({
    result: z.array(z.object({ metric: z.record(z.string(), z.string()), value: z.tuple([z.number(), z.string()]) })),
  }),
});

describe.skipIf(whySkipped)('a real Prometheus that scrapes a leaking process', () => {
  const folder = mkdtempSync(join(tmpdir(), 'casebook-prometheus-'));
  const started: ChildProcess[] = [];
  let server: RunningServer;
  let maintainer: Maintainer;
  let publicToken: string;
  let prometheusUrl: string;
  let startMs: number;
  let prometheusLog = '';

  async function startScraped(mode: 'leaking' | 'steady'): Promise<{ child: ChildProcess; port: string }> {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'scraped-process.ts'), mode], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    started.push(child);
    const [port] = (await once(child.stdout, 'data')) as [Buffer]; // its first and only words
    return { child, port: port.toString().trim() };
  }

  beforeAll(async () => {
    server = await startServer({ config: { pushAnalyseEveryMs: 1000 } });
    maintainer = await signIn(server);
    publicToken = await maintainer.open(SLUG);
    const issued = await maintainer.call('POST', `/api/investigations/${SLUG}/tokens`, {
      label: 'prod',
      expiresInDays: 1,
    });
    const { secret } = z.object({ secret: z.string() }).parse(issued);
    const [leaking, steady] = await Promise.all([startScraped('leaking'), startScraped('steady')]);
    const address = `127.0.0.1:${await freePort()}`;
    prometheusUrl = `http://${address}`;
    writeFileSync(
      join(folder, 'prometheus.yml'),
      `global: { scrape_interval: ${SCRAPE_MS}ms, scrape_timeout: ${SCRAPE_MS}ms }
scrape_configs:
  - job_name: shop
    static_configs:
      - targets: ['127.0.0.1:${leaking.port}']
        labels: { namespace: shop, pod: checkout-1, container: checkout }
      - targets: ['127.0.0.1:${steady.port}']
        labels: { namespace: shop, pod: search-1, container: search }
remote_write:
  - url: ${server.url}/api/push/prometheus
    authorization: { credentials: ${secret} }
    queue_config: { batch_send_deadline: 500ms }
`,
    );
    const prometheus = spawn(
      'prometheus',
      [
        `--config.file=${join(folder, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(folder, 'tsdb')}`,
        `--web.listen-address=${address}`,
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    prometheus.stderr.setEncoding('utf8').on('data', (text: string) => (prometheusLog += text));
    started.push(prometheus);
    startMs = Date.now() - SPAN_MS;
    setClock(prometheus.pid ?? 0, { startMs, speed: SPEED });
    // What is scraped in this time is the evidence; then both processes are gone, and Prometheus says so by stale markers.
    await sleep(SPAN_MS / SPEED);
    leaking.child.kill('SIGKILL');
    steady.child.kill('SIGKILL');
    await sleep(3 * SCRAPE_MS);
  }, 120_000);

  afterAll(async () => {
    for (const child of started) child.kill('SIGKILL');
    await server.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  /** By Prometheus' own API: how many samples each pod has of a metric. */
  async function countScraped(metric: string): Promise<Record<string, number>> {
    const query = new URLSearchParams({
      query: `count_over_time(${metric}[2d])`,
      time: String((Date.now() + SPAN_MS) / 1000),
    });
    const answer = await fetch(`${prometheusUrl}/api/v1/query?${query.toString()}`);
    const { data } = Counted.parse(await answer.json());
    return Object.fromEntries(data.result.map(({ metric, value }) => [metric['pod'] ?? '', Number(value[1])]));
  }

  async function analysisOf(kind: 'push' | 'file'): Promise<Analysis | undefined> {
    const one = (await maintainer.desk(SLUG)).evidence.find((evidence) => evidence.kind === kind);
    const answer = await fetch(`${server.url}/i/${SLUG}/evidence/${one?.id ?? ''}/analysis.json`);
    return answer.ok ? Analysis.parse(await answer.json()) : undefined;
  }

  const verdictOf = (analysis: Analysis | undefined) =>
    Verdict.parse(
      analysis?.findings.find(({ rule, evidence }) => rule === 'metrics/verdict' && evidence['scope'] === 'case')
        ?.evidence,
    );

  it('pushes every sample that it scraped, and nothing twice', { timeout: 60_000 }, async () => {
    const scraped = await countScraped(USED);
    // Nine tenths of the plan at least: a busy machine misses scrapes.
    expect(scraped['checkout-1'], prometheusLog).toBeGreaterThan((0.9 * SPAN_MS) / 1000 / STEP_SECONDS);
    const pushed = async (): Promise<Record<string, number>> => {
      const series = (await analysisOf('push'))?.series.filter(({ metric }) => metric === USED) ?? [];
      return Object.fromEntries(series.map(({ labels, timesMs }) => [labels['pod'] ?? '', timesMs.length]));
    };
    await expect.poll(pushed, { timeout: 30_000, interval: 500 }).toEqual(scraped);
  });

  it('says by its pushes and by its export, sent with curl, the same: which process leaks, where, how fast', async () => {
    const between = [`start=${startMs / 1000}`, `end=${(startMs + SPAN_MS + 600_000) / 1000}`, `step=${STEP_SECONDS}`];
    const query = 'query={__name__=~"process_.*_bytes|nodejs_.*_bytes"}';
    const given = [query, ...between].flatMap((one) => ['--data-urlencode', one]);
    const range = `${prometheusUrl}/api/v1/query_range`;
    await run('curl', ['-fsS', '-o', 'memory.json', '-G', range, ...given], { cwd: folder });
    const line = (/^curl -fT dump\.hprof .*$/m.exec(README)?.[0] ?? 'false # README has no curl line')
      .replaceAll('http://127.0.0.1:8787', server.url)
      .replaceAll('SLUG', SLUG)
      .replaceAll('TOKEN', publicToken)
      .replaceAll('dump.hprof', 'memory.json');
    await run('/bin/sh', ['-c', line], { cwd: folder });
    await expect.poll(() => analysisOf('file'), { timeout: 30_000, interval: 500 }).toBeDefined();

    const pushed = verdictOf(await analysisOf('push'));
    const exported = verdictOf(await analysisOf('file'));
    const { slopeBytesPerHour, slopeLow, slopeHigh, culprits, ...said } = pushed;
    expect(said).toEqual({
      verdict: 'leak',
      layer: 'js-heap',
      namespace: 'shop',
      pod: 'checkout-1',
      container: 'checkout',
      stateAtEnd: 'leaking',
    });
    expect(exported).toMatchObject(said);
    for (const { pod } of [...culprits, ...exported.culprits]) expect(pod).toBe('checkout-1');
    // Its query asks at round times, so its samples are not the same ones: each slope lies in the other's interval.
    expect(exported.slopeBytesPerHour).toBeGreaterThanOrEqual(slopeLow);
    expect(exported.slopeBytesPerHour).toBeLessThanOrEqual(slopeHigh);
    expect(slopeBytesPerHour).toBeGreaterThanOrEqual(exported.slopeLow);
    expect(slopeBytesPerHour).toBeLessThanOrEqual(exported.slopeHigh);
  });
});
