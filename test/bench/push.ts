/**
 * Push: the built server takes remote writes from several connections for some seconds, is killed with -9 in between, and
 * nothing that it acknowledged may be missing afterwards. `npx node test/bench/push.ts [seconds] [connections] [samples a batch]`
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { compress } from 'snappyjs';
import { z } from 'zod';
import { unpackSnappy } from '../../functions/analysis/bytes/snappy.ts';
import { framesOf, HEADER_BYTES } from '../../functions/analysis/formats/push-log/frame.ts';
import { readWriteRequest } from '../../functions/analysis/formats/remote-write/read-request.ts';
import { SampleSetBuilder } from '../../functions/analysis/series/sample-set-builder.ts';
import { openFileObjects } from '../../functions/platform/objects/files.ts';
import { ProtoWriter } from '../analysis/formats/proto-writer.ts';
import { signIn } from '../e2e/maintainer.ts';
import { residentBytes, startServer, whyNotBuilt } from '../e2e/server.ts';

const [seconds = 10, connections = 8, batchSamples = 1000] = process.argv.slice(2).map(Number);
const SLUG = 'bench';
const SERIES_A_REQUEST = 200;
/** More bodies than this are not made: a server that is faster is measured until they are used up. */
const MOST_SAMPLES_A_SECOND = 250_000;
if (whyNotBuilt !== undefined) throw new Error(whyNotBuilt);

/** One body of the connection's own series, `turn` scrapes on: its head is made once, the samples are written into it. */
function bodyMaker(connection: number): (turn: number) => Uint8Array<ArrayBuffer> {
  const perSeries = Math.max(1, Math.round(batchSamples / SERIES_A_REQUEST));
  const labels = Array.from({ length: Math.min(SERIES_A_REQUEST, batchSamples) }, (_, i) => {
    const series = new ProtoWriter();
    const named = {
      __name__: 'container_memory_working_set_bytes',
      container: 'app',
      namespace: 'bench',
      pod: `pod-${connection}-${i}`,
    };
    for (const [name, value] of Object.entries(named))
      series.bytes(1, new ProtoWriter().bytes(1, name).bytes(2, value));
    return series.done();
  });
  return (turn) => {
    const request: Uint8Array[] = [];
    for (const [i, head] of labels.entries()) {
      const samples: Uint8Array[] = [];
      for (let k = 0; k < perSeries; k++) {
        const at = turn * perSeries + k;
        samples.push(
          new ProtoWriter()
            .bytes(2, new ProtoWriter().double(1, 2e8 + at * 1024 + i).varint(2, T0_MS + at * 15_000))
            .done(),
        );
      }
      const series = Buffer.concat([head, ...samples]);
      request.push(Uint8Array.of(0x0a), varint(series.length), series);
    }
    return new Uint8Array(compress(Buffer.concat(request)));
  };
}
const T0_MS = Date.UTC(2026, 0, 1);

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  for (; value >= 128; value = Math.floor(value / 128)) bytes.push((value % 128) | 128);
  return Uint8Array.of(...bytes, value);
}

const server = await startServer({ config: { sweepEveryMs: 1000 } });
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
    const make = bodyMaker(i);
    return Array.from({ length: turns }, (_, turn) => make(turn));
  });
  const acknowledged = Array.from({ length: connections }, () => new Set<number>());
  let failed = 0;
  let peakBytes = 0;
  const killedAt = seconds / 2;
  const killer = (async () => {
    await sleep(killedAt * 1000);
    await server.kill9();
    const downMs = performance.now();
    await server.restart();
    return performance.now() - downMs;
  })();
  const startMs = performance.now();
  const sender = async (connection: number): Promise<void> => {
    for (let turn = 0; turn < turns && performance.now() - startMs < seconds * 1000;) {
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
  const senders = bodies.map((_, connection) => sender(connection));
  const downMs = await killer;
  await Promise.all(senders);
  const upMs = performance.now() - startMs - downMs;
  const batches = acknowledged.reduce((sum, turns) => sum + turns.size, 0);
  const perBatch = Math.round(batchSamples / SERIES_A_REQUEST) * Math.min(SERIES_A_REQUEST, batchSamples);
  const rate = (batches * perBatch) / (upMs / 1000);

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
  do {
    const page = await objects.list(`push/${SLUG}/`, { cursor });
    for (const { key, sizeBytes } of page.objects) {
      segments++;
      storedBytes += sizeBytes;
      const log = await objects.read(key);
      for (const { start, end } of framesOf(log)) {
        const builder = new SampleSetBuilder();
        readWriteRequest(unpackSnappy(log.subarray(start + HEADER_BYTES, end), { maxBytes: 2 ** 26 }), builder);
        for (const { labels, timesMs } of builder.finish().series) {
          const seen = stored.get(labels['pod'] ?? '') ?? new Set<number>();
          for (const time of timesMs) seen.add(time);
          stored.set(labels['pod'] ?? '', seen);
        }
      }
    }
    cursor = page.cursor;
  } while (cursor !== undefined);
  let lost = 0;
  const perSeries = Math.max(1, Math.round(batchSamples / SERIES_A_REQUEST));
  acknowledged.forEach((taken, connection) => {
    for (const turn of taken) {
      for (let i = 0; i < Math.min(SERIES_A_REQUEST, batchSamples); i++) {
        for (let k = 0; k < perSeries; k++) {
          if (!stored.get(`pod-${connection}-${i}`)?.has(T0_MS + (turn * perSeries + k) * 15_000)) lost++;
        }
      }
    }
  });
  process.stdout.write(
    `${connections} connections, batches of ${perBatch} samples, ${seconds} s with one kill -9 (down ${(downMs / 1000).toFixed(1)} s)\n` +
      `acknowledged ${batches * perBatch} samples in ${batches} batches: ${Math.round(rate)} samples/s while it was up; refused or cut ${failed}\n` +
      `stored ${(storedBytes / 1e6).toFixed(1)} MB in ${segments} objects; resident peak ${(peakBytes / 1e6).toFixed(0)} MB\n` +
      `acknowledged and missing after kill -9: ${lost}\n`,
  );
  if (lost > 0) process.exitCode = 1;
} finally {
  await server.remove();
}
