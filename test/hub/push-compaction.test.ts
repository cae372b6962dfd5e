import { compress } from 'snappyjs';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { joinSegments, listSegments, putSegment } from '../../functions/hub/push/push-objects.ts';
import { readWritePush } from '../../functions/hub/push/read-push.ts';
import { runAnalysis } from '../../functions/hub/run-analysis.ts';
import type { Analysis } from '../../functions/model/analysis.ts';
import { ProtoWriter } from '../analysis/formats/proto-writer.ts';
import { writeRequestV2 } from '../analysis/formats/metric-samples.ts';
import { testRun } from '../analysis/test-run.ts';
import { openTestHub, type TestHub } from './test-hub.ts';

const SLUG = 'pushed';
const T0 = Date.UTC(2026, 0, 1);
const STALE = 0x7ff0000000000002n;

/** [pod, seconds, value]: each a series of its own, as Prometheus sends it. */
type Sample = readonly [number, number, number | 'stale'];

function bodyOf(samples: readonly Sample[]): Uint8Array {
  const request = new ProtoWriter();
  for (const [pod, seconds, value] of samples) {
    const series = new ProtoWriter();
    const labels = { __name__: 'container_memory_rss', container: 'app', namespace: 'shop', pod: `app-${pod}` };
    for (const [name, text] of Object.entries(labels)) series.bytes(1, new ProtoWriter().bytes(1, name).bytes(2, text));
    const sample = new ProtoWriter();
    if (value === 'stale') sample.fixed64(1, STALE);
    else sample.double(1, value);
    request.bytes(1, series.bytes(2, sample.varint(2, T0 + seconds * 1000)));
  }
  return compress(request.done());
}

let hub: TestHub;
let count = 0;
beforeEach(async () => {
  hub = await openTestHub();
});
afterEach(() => hub.close());

const plain = { contentType: 'application/x-protobuf', contentEncoding: 'snappy' };
const push = (samples: readonly Sample[]) => readWritePush(bodyOf(samples), plain).push;
const evidence = (): string => `0${String(++count).padStart(18, '0')}`;

/** What the analysis says of the segments as they lie there, one after the other, without a compaction. */
async function analysis(id: string): Promise<Analysis> {
  const joined = await joinSegments(hub.deps, SLUG, id);
  const request = { key: joined?.info.key ?? '', name: 'pushes', kind: 'push' as const };
  return runAnalysis((key) => hub.evidence.source(key), request, testRun());
}

const rss = ({ series }: Analysis) =>
  Object.fromEntries(
    series
      .filter(({ metric }) => metric === 'container_memory_rss')
      .map(({ labels, timesMs, values }) => [
        labels['pod'] ?? '',
        timesMs.map((at, i) => [(at - T0) / 1000, values[i]] as const),
      ]),
  );

describe('compaction', () => {
  it('keeps every sample once, whatever the order of pushes and of compactions: a naive map says the same', async () => {
    const sample = fc.tuple(
      fc.nat(2),
      fc.nat(30),
      fc.oneof(fc.integer({ min: 1, max: 1e9 }), fc.double({ min: 1, max: 9 })),
    );
    const round = fc.array(fc.array(sample, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(fc.array(round, { minLength: 1, maxLength: 4 }), async (rounds) => {
        const id = evidence();
        const seen = new Set<string>();
        const expected = new Map<string, Map<number, number>>();
        let last: Analysis | undefined;
        for (const pushes of rounds) {
          for (const samples of pushes) {
            hub.clock.nowMs += 1000;
            await putSegment(hub.deps, SLUG, id, [push(samples)]);
            const name = JSON.stringify(samples);
            // The same body again is a push that was sent again: it comes late, and changes nothing.
            if (seen.has(name)) continue;
            seen.add(name);
            for (const [pod, seconds, value] of samples) {
              const known = expected.get(`app-${pod}`) ?? new Map<number, number>();
              expected.set(`app-${pod}`, known.set(seconds, value));
            }
          }
          last = await analysis(id);
          expect(await listSegments(hub.evidence, SLUG, id)).toHaveLength(1);
        }
        const wanted = [...expected].map(([pod, known]) => [pod, [...known].sort(([a], [b]) => a - b)]);
        expect(last && rss(last)).toEqual(Object.fromEntries(wanted));
        expect(last?.facts).toContainEqual({ name: 'pushes', value: seen.size, unit: 'count' });
      }),
      { numRuns: 12 },
    );
  });

  it('writes the labels of a series once, not once a sample', async () => {
    const id = evidence();
    let sent = 0;
    for (let scrape = 0; scrape < 120; scrape++) {
      const samples = Array.from({ length: 50 }, (_, pod) => [pod, scrape * 15, 2e8 + scrape * 4096 + pod] as const);
      const one = push(samples);
      sent += one.body.length;
      hub.clock.nowMs += 1000;
      await putSegment(hub.deps, SLUG, id, [one]);
      if (scrape % 40 === 39) await joinSegments(hub.deps, SLUG, id);
    }
    const joined = await joinSegments(hub.deps, SLUG, id);
    expect(joined?.info.sizeBytes).toBeLessThan(sent / 5);
    expect(Object.values(rss(await analysis(id))).map((points) => points.length)).toEqual(Array(50).fill(120));
  });

  it('keeps stale markers, the types of version 2.0, and leaves what it cannot read as it is', async () => {
    const id = evidence();
    const v2 = readWritePush(writeRequestV2(), {
      ...plain,
      contentType: 'application/x-protobuf;proto=io.prometheus.write.v2.Request',
    }).push;
    const damaged = { type: 'remote-write' as const, body: Uint8Array.of(3, 8, 1, 2, 3), identity: new Uint8Array(8) };
    const pushes = [
      push([
        [0, 0, 5],
        [0, 15, 6],
      ]),
      push([[0, 30, 'stale']]),
      push([[0, 90, 7]]),
      v2,
    ];
    const before = evidence();
    await putSegment(hub.deps, SLUG, before, [...pushes, damaged]);
    for (const one of [...pushes, damaged]) {
      hub.clock.nowMs += 1000;
      await putSegment(hub.deps, SLUG, id, [one]);
    }
    const as = await analysis(before);
    const compacted = await analysis(id);
    expect(compacted.warnings.filter((text) => text.startsWith('the push at byte'))).toHaveLength(1);
    const said = ({ series, findings, facts }: Analysis) => ({ series, findings, facts });
    expect(said(compacted)).toEqual(said(as));
    // Once more: blocks are read as pushes are.
    hub.clock.nowMs += 1000;
    await putSegment(hub.deps, SLUG, id, [push([[0, 90, 7]])]);
    expect(said(await analysis(id))).toEqual(said(as));
  });
});
