import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type BlockSeries,
  readBlock,
  readBlockLabels,
  writeBlocks,
} from '../../../../functions/analysis/formats/push-log/series-block.ts';
import { isAppError } from '../../../../functions/model/error.ts';
import { ProtoWriter } from '../proto-writer.ts';

const time = fc.integer({ min: -(2 ** 50), max: 2 ** 50 });
const value = fc.oneof(
  fc.integer({ min: -(2 ** 50), max: 2 ** 50 }),
  fc.double({ noNaN: true }),
  fc.constantFrom(-0, 2 ** 53, 2 ** 50 + 1, Number.MAX_VALUE),
);
const series = fc
  .record({
    kind: fc.nat(7),
    labels: fc.uint8Array({ maxLength: 30 }),
    samples: fc.uniqueArray(fc.tuple(time, value), { selector: ([at]) => at, maxLength: 20 }),
    stale: fc.uniqueArray(time, { maxLength: 4 }),
  })
  .map(({ kind, labels, samples, stale }): BlockSeries => {
    const sorted = samples.sort(([a], [b]) => a - b);
    return {
      kind,
      labels,
      times: sorted.map(([at]) => at),
      values: sorted.map(([, what]) => what),
      stale: stale.sort((a, b) => a - b),
    };
  });
const identity = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((n) => n.toString(16).padStart(16, '0'));

function readAll(blocks: Iterable<Uint8Array>): { series: BlockSeries[]; identities: string[]; histograms: number } {
  const all = { series: [] as BlockSeries[], identities: [] as string[], histograms: 0 };
  for (const block of blocks) {
    const head = readBlock(block, (one) => all.series.push({ ...one, labels: one.labels.slice() }));
    all.identities.push(...head.identities);
    all.histograms += head.histograms;
  }
  return all;
}

describe('a block of series', () => {
  it('gives back bit by bit what was written', () => {
    fc.assert(
      fc.property(
        fc.array(series, { maxLength: 6 }),
        fc.array(identity, { maxLength: 3 }),
        fc.nat(9),
        (all, ids, h) => {
          fc.pre(all.length > 0 || ids.length > 0);
          const read = readAll(writeBlocks({ identities: ids, histograms: h }, all));
          expect(read).toEqual({ series: all, identities: ids, histograms: h });
        },
      ),
    );
  });

  it('that is cut or changed gives other numbers or is refused, and never more than it can hold', () => {
    const writable = fc.array(series, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(writable, fc.nat(), fc.nat(255), fc.boolean(), (all, where, byte, cut) => {
        const [block] = [...writeBlocks({ identities: ['00112233445566ff'], histograms: 1 }, all)];
        if (!block) throw new Error('nothing was written');
        const bad = cut ? block.slice(0, where % block.length) : block.slice();
        if (!cut) bad[where % bad.length] = byte;
        let samples = 0;
        try {
          readBlock(bad, ({ times }) => (samples += times.length));
        } catch (error) {
          expect(isAppError(error) && error.code).toBe('corrupt');
        }
        expect(samples).toBeLessThanOrEqual(bad.length);
      }),
    );
  });

  it('ends before it is more than a frame takes, also within one series', () => {
    const labels = Uint8Array.of(1, 2, 3);
    const times = Array.from({ length: 1_500_000 }, (_, i) => i * 15_000 + ((i * 7919) % 9973));
    const values = times.map((at) => Math.sin(at));
    const blocks = [
      ...writeBlocks({ identities: [], histograms: 0 }, [{ kind: 2, labels, times, values, stale: [5] }]),
    ];
    expect(blocks.length).toBeGreaterThan(1);
    for (const block of blocks) expect(block.length).toBeLessThan(16_000_000);
    const read = readAll(blocks).series;
    expect(read.flatMap((one) => one.times)).toEqual(times);
    expect(read.flatMap((one) => one.values)).toEqual(values);
    expect(read.flatMap((one) => one.stale)).toEqual([5]);
  });

  it('reads the labels of remote write, and refuses what is none', () => {
    const bytes = new ProtoWriter()
      .bytes(1, new ProtoWriter().bytes(1, '__name__').bytes(2, 'up'))
      .bytes(1, new ProtoWriter().bytes(1, '__proto__').bytes(2, 'x'))
      .done();
    const { metric, labels } = readBlockLabels(bytes);
    expect([metric, Object.entries(labels)]).toEqual(['up', [['__proto__', 'x']]]);
    expect(() => readBlockLabels(Uint8Array.of(0x12, 0))).toThrow(/no label/);
  });
});
