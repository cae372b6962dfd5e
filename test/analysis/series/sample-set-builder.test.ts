import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SampleSet } from '../../../functions/analysis/series/sample-set.ts';
import { SampleSetBuilder } from '../../../functions/analysis/series/sample-set-builder.ts';

const built = (samples: readonly (readonly [number, number])[], options = {}): SampleSet => {
  const builder = new SampleSetBuilder(options);
  const columns = builder.series('m', { a: '1' });
  for (const [time, value] of samples) builder.push(columns, time, value);
  return builder.finish();
};

describe('SampleSetBuilder', () => {
  it('sorts by time and keeps the last of equal times, as a map would', () => {
    const samples = fc.array(fc.tuple(fc.integer({ min: 0, max: 50 }), fc.integer()), { minLength: 1, maxLength: 80 });
    fc.assert(
      fc.property(samples, (input) => {
        const expected = [...new Map(input)].sort(([a], [b]) => a - b);
        const set = built(input);
        const [series] = set.series;
        expect([...series!.timesMs].map((time, i) => [time, series!.values[i]])).toEqual(expected);
        expect(set.sampleCount).toBe(expected.length);
        expect([set.startMs, set.endMs]).toEqual([expected[0]![0], expected.at(-1)![0]]);
      }),
    );
  });

  it('thins a long series and keeps its extremes, its ends and its order', () => {
    const values = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 400 });
    fc.assert(
      fc.property(values, (input) => {
        const set = built(
          input.map((value, i) => [i, value]),
          { maxSeriesSamples: 32 },
        );
        const { timesMs, values: kept, thinned } = set.series[0]!;
        expect(timesMs.length).toBeLessThanOrEqual(32);
        expect(thinned).toBe(input.length > 32);
        expect(Math.max(...kept)).toBe(Math.max(...input));
        expect(Math.min(...kept)).toBe(Math.min(...input));
        expect([timesMs[0], timesMs.at(-1)]).toEqual([0, input.length - 1]);
        timesMs.forEach((time, i) => expect(kept[i]).toBe(input[time]));
        timesMs.forEach((time, i) => expect(i === 0 || time > timesMs[i - 1]!).toBe(true));
        expect(set.sampleCount).toBe(input.length);
      }),
    );
  });

  it('stays inside of its budget of samples', () => {
    const builder = new SampleSetBuilder({ memoryBytes: 64 * 20_000 });
    for (let series = 0; series < 10; series++) {
      const columns = builder.series('m', { series: String(series) });
      for (let i = 0; i < 20_000; i++) builder.push(columns, i, i % 97);
    }
    const set = builder.finish();
    expect(set.series.reduce((sum, { values }) => sum + values.length, 0)).toBeLessThanOrEqual(20_000);
    expect(set.warnings.join()).toMatch(/peaks and floors were kept/);
  });

  it('gives back the memory of samples that are thinned, and goes on behind them', () => {
    const columns = new SampleSetBuilder().series('m', {});
    for (let i = 0; i < 3000; i++) columns.push(i, i % 97);
    expect(columns.shrink()).toBe(3000 - columns.length);
    for (const { buffer } of [columns.times, columns.values]) expect(buffer.byteLength).toBe(8 * columns.length);
    columns.push(3000, 1);
    expect([columns.times[columns.length - 1], columns.values[columns.length - 1]]).toEqual([3000, 1]);
  });

  it("adds to a series what comes in runs, whose memory is the caller's", () => {
    const builder = new SampleSetBuilder();
    const columns = builder.series('m', {});
    const times = new Float64Array(4);
    for (let from = 0; from < 12; from += 4) {
      for (let i = 0; i < 4; i++) times[i] = from + i;
      builder.pushRun(columns, times, times, 4, true);
    }
    const [series] = builder.finish().series;
    expect([...series!.values]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(series!.timesMs).toEqual(series!.values);
  });

  it('bounds the number of series, pieces of histograms first', () => {
    const builder = new SampleSetBuilder({ maxSeries: 10 });
    for (let i = 0; i < 20; i++) builder.push(builder.series('h_bucket', { le: String(i) }), 1, i);
    for (let i = 0; i < 20; i++) builder.push(builder.series('memory_bytes', { i: String(i) }), 1, i);
    const set = builder.finish();
    expect(set.series.map(({ metric }) => metric)).toEqual([
      ...Array<string>(5).fill('h_bucket'),
      ...Array<string>(5).fill('memory_bytes'),
    ]);
    expect(set.warnings.join()).toMatch(/more than 10 series/);
  });

  it('joins series whatever the order of their labels, and shares equal grids of times', () => {
    const builder = new SampleSetBuilder();
    const times = Float64Array.of(1, 2, 3);
    builder.pushRun(builder.series('m', { a: '1', b: '2' }), times, Float64Array.of(1, 2, 3), 3, true);
    builder.pushRun(builder.series('n', {}), times, Float64Array.of(4, 5, 6), 3, true);
    builder.push(builder.series('m', { b: '2', a: '1' }), 4, 4);
    const [m, n] = builder.finish().series;
    expect([...m!.values]).toEqual([1, 2, 3, 4]);
    expect([...n!.timesMs]).toEqual([1, 2, 3]);
  });

  it('takes rows of a table as it takes them sample by sample, whatever comes in between', () => {
    const cell = fc.oneof(
      { weight: 5, arbitrary: fc.integer({ min: -99, max: 99 }) },
      { weight: 1, arbitrary: fc.constant(NaN) },
    );
    const row = fc.record({
      step: fc.integer({ min: -1, max: 3 }),
      cells: fc.tuple(cell, cell, cell),
      alone: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 60 }), fc.integer({ min: 1, max: 9 }), (rows, blockRows) => {
        const byRows = new SampleSetBuilder();
        const bySample = new SampleSetBuilder();
        const names = ['a', 'b', 'c'];
        const columns = names.map((name) => byRows.series(name, {}));
        let waiting: { timeMs: number; cells: number[] }[] = [];
        const flush = (): void => {
          const times = Float64Array.from(waiting, ({ timeMs }) => timeMs);
          byRows.pushRows(columns, times, Float64Array.from(waiting.flatMap(({ cells }) => cells)), waiting.length);
          waiting = [];
        };
        let timeMs = 100;
        for (const { step, cells, alone } of rows) {
          timeMs += step;
          waiting.push({ timeMs, cells });
          if (alone || waiting.length >= blockRows) flush();
          if (alone) byRows.push(columns[1]!, timeMs, 7);
          cells.forEach((value, i) => {
            if (!Number.isNaN(value)) bySample.push(bySample.series(names[i]!, {}), timeMs, value);
          });
          if (alone) bySample.push(bySample.series('b', {}), timeMs, 7);
        }
        flush();
        const shown = (set: SampleSet): unknown =>
          set.series
            .map(({ metric, timesMs, values }) => [metric, [...timesMs], [...values]] as const)
            .sort(([a], [b]) => (a < b ? -1 : 1));
        const [left, right] = [byRows.finish(), bySample.finish()];
        expect(shown(left)).toEqual(shown(right));
        expect(left.sampleCount).toBe(right.sampleCount);
      }),
    );
  });

  it('thins the columns of a long table, each by its own peaks', () => {
    const builder = new SampleSetBuilder({ maxSeriesSamples: 100 });
    const columns = [builder.series('whole', {}), undefined, builder.series('holed', {})];
    const value = (i: number): number => Math.sin(i * 12.9898) * 1000;
    for (let i = 0; i < 1000; i += 10) {
      const rows = Array.from({ length: 10 }, (_, j) => i + j);
      const block = rows.flatMap((j) => [value(j), NaN, j % 7 === 0 ? NaN : value(j)]);
      builder.pushRows(columns, Float64Array.from(rows), Float64Array.from(block), 10);
    }
    for (const { metric, timesMs, values, thinned } of builder.finish().series) {
      const all = Array.from({ length: 1000 }, (_, i) => i).filter((i) => metric === 'whole' || i % 7 !== 0);
      expect(thinned).toBe(true);
      expect(timesMs.length).toBeLessThanOrEqual(100);
      expect(Math.max(...values)).toBe(Math.max(...all.map(value)));
      expect(Math.min(...values)).toBe(Math.min(...all.map(value)));
      timesMs.forEach((time, i) => {
        expect(values[i]).toBe(value(time));
        if (i > 0) expect(time).toBeGreaterThan(timesMs[i - 1]!);
      });
      expect([timesMs[0], timesMs.at(-1)]).toEqual([all[0], all.at(-1)]);
    }
  });

  it('takes NaN for a break and leaves infinities out, with a warning', () => {
    const set = built([
      [1, 5],
      [2, NaN],
      [3, Infinity],
      [4, 6],
      [5, 1e200],
    ]);
    expect([...set.series[0]!.values]).toEqual([5, 6]);
    expect([...set.series[0]!.staleMs]).toEqual([2]);
    expect(set.warnings).toEqual([
      '2 samples are infinite or have a time that is no date; they were left out of the series',
    ]);
  });

  it('knows what the times of samples without a time are', () => {
    const untimed = (rounds: number, options = {}): SampleSet => {
      const builder = new SampleSetBuilder(options);
      for (let round = 0; round < rounds; round++) builder.pushUntimed(builder.series('m', {}), round, round);
      return builder.finish();
    };
    expect(untimed(1)).toMatchObject({ clock: 'none' });
    expect(untimed(1, { capturedAtMs: 77 })).toMatchObject({ clock: 'utc', startMs: 77, endMs: 77 });
    expect(untimed(3)).toMatchObject({ clock: 'order', startMs: 0, endMs: 2 });
  });

  it('is not harmed by labels called __proto__', () => {
    const builder = new SampleSetBuilder();
    const labels = JSON.parse('{"__proto__":"x"}') as Record<string, string>; // an own property, as the parsers make it
    builder.push(builder.series('m', labels), 1, 1);
    builder.push(builder.series('m', {}), 1, 2);
    expect(builder.finish().series).toHaveLength(2);
  });
});
