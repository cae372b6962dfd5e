/**
 * Push: the built server takes remote writes from several connections for some seconds, is killed with -9 in between, and
 * nothing that it acknowledged may be missing afterwards. `npx node test/bench/push.ts [seconds] [connections] [samples a batch] [samples a second]`: with
 * the last, it is sent at that rate, and what waits for compaction is told for each tenth of the time: whether it grows, is seen there.
 *
 *     --piece-bytes N   evidence rolls over at so many bytes, not at 64 MB
 *     --churn N         after so many scrapes all pods are replaced: stale markers for the old, new names for the new
 *     --no-kill         for measuring memory; then the server rests until it has compacted all, and its memory is told once more
 *     --program FILE    another build of casebook.mjs
 *     --snapshots DIR   with --no-kill: heap snapshots of the server, after a quarter of the time and at its end, for `casebook diff`
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { unpackSnappy } from '../../functions/analysis/bytes/snappy.ts';
import { framesOf, HEADER_BYTES } from '../../functions/analysis/formats/push-log/frame.ts';
import { type BlockSeries, readBlock } from '../../functions/analysis/formats/push-log/series-block.ts';
import { walkRequest } from '../../functions/hub/push/walk-request.ts';
import { openFileObjects } from '../../functions/platform/objects/files.ts';
import { bodyMaker, labelBytes, roundOf, T0_MS } from './push-bodies.ts';
import { signIn, type Maintainer } from '../e2e/maintainer.ts';
import { residentBytes, startServer, whyNotBuilt, type RunningServer } from '../e2e/server.ts';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    'piece-bytes': { type: 'string', default: '64000000' },
    churn: { type: 'string', default: '0' },
    'no-kill': { type: 'boolean', default: false },
    program: { type: 'string' },
    snapshots: { type: 'string' },
  },
});
const [seconds = 60, connections = 8, batchSamples = 2000, pace = 0] = positionals.map(Number);
const shape = { batchSamples, churn: Number(options.churn) };
const SLUG = 'bench';
/** More bodies than this are not made: a server that is faster is measured until they are used up. */
const MOST_SAMPLES_A_SECOND = pace > 0 ? pace : 120_000;
/** From one body of a connection to its next. */
const EVERY_MS = pace > 0 ? (1000 * connections * batchSamples) / pace : 0;
if (whyNotBuilt !== undefined) throw new Error(whyNotBuilt);

/** What lies there at one moment. */
interface Moment {
  readonly atS: number;
  /** Files of evidence, nearly all of them segments that no compaction has joined, and their bytes. */
  readonly files: number;
  readonly storedBytes: number;
  readonly serverBytes: number;
  readonly analysisBytes: number;
  readonly pieces: number;
  /** Since the last analysis of any piece ended. */
  readonly staleS: number;
}

const moments: Moment[] = [];

/** Every five seconds: what grows. */
function watch(running: RunningServer, by: Maintainer, startMs: number): { stop(): void } {
  const look = async (): Promise<void> => {
    const files = readdirSync(join(running.dataDir, 'evidence', 'data'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => ({ path: join(parentPath, name), bytes: sizeOf(join(parentPath, name)) }));
    const { evidence } = await by.desk(SLUG);
    const lastMs = Math.max(...evidence.map(({ analysedAtMs = 0 }) => analysedAtMs));
    const moment: Moment = {
      atS: (performance.now() - startMs) / 1000,
      files: files.length,
      storedBytes: files.reduce((bytes, file) => bytes + file.bytes, 0),
      serverBytes: residentBytes(running.pid),
      analysisBytes: Math.max(0, ...childrenOf(running.pid).map(residentBytes)),
      pieces: evidence.length,
      staleS: lastMs > 0 ? (Date.now() - lastMs) / 1000 : NaN,
    };
    moments.push(moment);
    process.stderr.write(`${JSON.stringify(moment)}\n`);
  };
  // While it is down, nobody answers.
  const timer = setInterval(() => void look().catch(() => undefined), 5000);
  return { stop: () => clearInterval(timer) };
}

/** The largest of each, tenth by tenth. */
function tellMoments(): string {
  const rows = Array.from({ length: 10 }, (_, tenth) => {
    const some = moments.filter(({ atS }) => Math.floor((10 * atS) / seconds) === tenth);
    if (some.length === 0)
      return `| ${Math.round((tenth * seconds) / 10)} s | it was down or did not answer | | | | | |`;
    const most = (of: (moment: Moment) => number): number => Math.max(...some.map(of));
    const mega = (of: (moment: Moment) => number): string => `${Math.round(most(of) / 1e6)} MB`;
    const stored = `${most((one) => one.files)} | ${mega((one) => one.storedBytes)}`;
    const memory = `${mega((one) => one.serverBytes)} | ${mega((one) => one.analysisBytes)}`;
    return `| ${Math.round((tenth * seconds) / 10)} s | ${stored} | ${memory} | ${most((one) => one.pieces)} | ${Math.round(most((one) => one.staleS))} s |`;
  });
  return [
    '| from | files of evidence | their bytes | server | analysis | pieces of evidence | since the last analysis |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

const namesOf = (connection: number, generation: number): string[] =>
  Array.from({ length: batchSamples }, (_, i) =>
    Buffer.from(labelBytes(connection, i, generation).done()).toString('latin1'),
  );

/** Nothing arrives any more: when all is compacted and analysed, what the server still holds. */
async function restedMemory(running: RunningServer, by: Maintainer): Promise<number> {
  for (let waited = 0; waited < 600; waited += 5) {
    await sleep(5000);
    const { evidence } = await by.desk(SLUG);
    if (evidence.every(({ state }) => state === 'analysed')) break;
  }
  await sleep(5000);
  const bytes = residentBytes(running.pid);
  if (options.snapshots !== undefined) {
    // Afterwards: to write one takes memory itself.
    process.kill(running.pid, 'SIGUSR2');
    await sleep(30_000);
  }
  return bytes;
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

const server = await startServer({
  config: { sweepEveryMs: 1000, pushEvidenceBytes: Number(options['piece-bytes']) },
  ...(options.program !== undefined && { program: options.program }),
  ...(options.snapshots !== undefined && {
    env: { NODE_OPTIONS: `--heapsnapshot-signal=SIGUSR2 --diagnostic-dir=${options.snapshots}` },
  }),
});
try {
  const maintainer = await signIn(server);
  await maintainer.open(SLUG);
  const issued = await maintainer.call('POST', `/api/investigations/${SLUG}/tokens`, {
    label: 'bench',
    expiresInDays: 1,
  });
  const { secret } = z.object({ secret: z.string() }).parse(issued);
  const url = `${server.url}/api/push/prometheus`;
  const headers = {
    authorization: `Bearer ${secret}`,
    'content-type': 'application/x-protobuf',
    'content-encoding': 'snappy',
  };
  // Made before: what is measured is the server.
  const turns = Math.ceil((MOST_SAMPLES_A_SECOND * seconds) / connections / batchSamples);
  const bodies = Array.from({ length: connections }, (_, i) => {
    const make = bodyMaker(shape, i);
    return Array.from({ length: turns }, (_, turn) => make(turn));
  });
  const acknowledged = Array.from({ length: connections }, () => new Set<number>());
  let failed = 0;
  let peakBytes = 0;
  const killedAt = seconds / 2;
  const killer = (async () => {
    if (options['no-kill']) return 0;
    await sleep(killedAt * 1000);
    await server.kill9();
    const downMs = performance.now();
    await server.restart();
    return performance.now() - downMs;
  })();
  const startMs = performance.now();
  const sender = async (connection: number): Promise<void> => {
    for (let turn = 0; turn < turns && performance.now() - startMs < seconds * 1000;) {
      await sleep(Math.max(0, startMs + (turn + connection / connections) * EVERY_MS - performance.now()));
      try {
        const answer = await fetch(url, { method: 'POST', headers, body: bodies[connection]?.[turn] });
        await answer.arrayBuffer();
        if (answer.status !== 204) throw new Error(String(answer.status));
        acknowledged[connection]?.add(turn++);
        peakBytes = Math.max(peakBytes, residentBytes(server.pid));
      } catch {
        // As Prometheus does: the same again, later.
        failed++;
        await sleep(30);
      }
    }
  };
  const watcher = watch(server, maintainer, startMs);
  if (options.snapshots !== undefined) setTimeout(() => process.kill(server.pid, 'SIGUSR2'), seconds * 250).unref();
  const senders = bodies.map((_, connection) => sender(connection));
  const downMs = await killer;
  await Promise.all(senders);
  const sentMs = performance.now() - startMs;
  watcher.stop();
  const restedBytes = options['no-kill'] ? await restedMemory(server, maintainer) : 0;
  const upMs = sentMs - downMs;
  const batches = acknowledged.reduce((sum, turns) => sum + turns.size, 0);
  const rate = (batches * batchSamples) / (upMs / 1000);

  // Everything that is in the store, read back from its files after one more kill.
  await server.kill9();
  const stored = new Map<string, Set<number>>();
  let storedBytes = 0;
  const objects = await openFileObjects({
    dir: join(server.dataDir, 'evidence'),
    secret: 'reading needs no signature, so any will do',
    publicUrl: 'http://127.0.0.1',
  });
  let cursor: string | undefined;
  let segments = 0;
  const pieces = new Set<string>();
  do {
    const page = await objects.list(`push/${SLUG}/`, { cursor });
    for (const { key, sizeBytes } of page.objects) {
      segments++;
      pieces.add(key.split('/')[2] ?? '');
      storedBytes += sizeBytes;
      const log = await objects.read(key);
      for (const { frame, start, end } of framesOf(log)) {
        const body = log.subarray(start + HEADER_BYTES, end);
        const taken: BlockSeries[] = [];
        if (frame.type === 'remote-write') walkRequest(unpackSnappy(body, { maxBytes: 2 ** 27 }), taken);
        else readBlock(gunzipSync(body), (series) => taken.push(series));
        for (const { labels, times } of taken) {
          const name = Buffer.from(labels).toString('latin1');
          const seen = stored.get(name) ?? new Set<number>();
          for (const time of times) seen.add((time - T0_MS) / 15_000);
          stored.set(name, seen);
        }
      }
    }
    cursor = page.cursor;
  } while (cursor !== undefined);
  let lost = 0;
  acknowledged.forEach((taken, connection) => {
    const names = new Map<number, string[]>();
    for (const turn of taken) {
      const { generation, stale } = roundOf(shape, turn);
      if (stale) continue;
      const known = names.get(generation) ?? namesOf(connection, generation);
      names.set(generation, known);
      for (const name of known) if (!stored.get(name)?.has(turn)) lost++;
    }
  });
  process.stdout.write(
    `${connections} connections, batches of ${batchSamples} samples, ${seconds} s ${options['no-kill'] ? 'without a kill -9' : `with one kill -9 (down ${(downMs / 1000).toFixed(1)} s)`}\n` +
      `acknowledged ${batches * batchSamples} samples in ${batches} batches: ${Math.round(rate)} samples/s while it was up; refused or cut ${failed}\n` +
      `stored ${(storedBytes / 1e6).toFixed(1)} MB in ${segments} objects of ${pieces.size} pieces of evidence; resident peak ${(peakBytes / 1e6).toFixed(0)} MB\n` +
      (options['no-kill']
        ? `resident when all was compacted and analysed: ${(restedBytes / 1e6).toFixed(0)} MB\n`
        : '') +
      `acknowledged and missing after kill -9: ${lost}\n`,
  );
  if (pace > 0) process.stdout.write(`${tellMoments()}\n`);
  if (lost > 0) process.exitCode = 1;
} finally {
  await server.remove();
}
