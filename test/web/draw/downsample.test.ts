import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { downsampleIndices, firstAtOrAfter, nearestIndex } from '../../../web/draw/downsample.ts';
import { thinChart } from '../../../web/draw/thin-chart.ts';
import { workerChart } from '../example-views.ts';

type Values = (number | null)[];

/** Of each column: lowest, highest, first and last value, by looking at every point. */
function columnsOf(times: readonly number[], values: Values, buckets: number, at: readonly number[]): string[] {
  const start = times[0] ?? 0;
  const span = (times.at(-1) ?? start) - start || 1;
  const found: number[][] = Array.from({ length: buckets }, () => []);
  for (const i of at) {
    const value = values[i];
    if (value === null || value === undefined) continue;
    const column = Math.min(buckets - 1, Math.floor((((times[i] ?? 0) - start) / span) * buckets));
    found[column]?.push(value);
  }
  return found.map((held) =>
    held.length === 0 ? '' : [Math.min(...held), Math.max(...held), held[0], held.at(-1)].join(' '),
  );
}

const chart = fc
  .array(
    fc.record({
      step: fc.integer({ min: 1, max: 50 }),
      a: fc.option(fc.integer({ min: -1000, max: 1000 }), { freq: 8 }),
      b: fc.integer({ min: 0, max: 9 }),
    }),
    {
      minLength: 1,
      maxLength: 600,
    },
  )
  .map((points) => {
    let time = 0;
    const times = points.map(({ step }) => (time += step));
    return { times, a: points.map(({ a }) => a), b: points.map(({ b }): number | null => b) };
  });

describe('downsampling', () => {
  test('every column of the picture keeps its lowest, highest, first and last value', () => {
    fc.assert(
      fc.property(chart, fc.integer({ min: 1, max: 40 }), ({ times, a, b }, buckets) => {
        const at = downsampleIndices(times, [a, b], buckets);
        const all = times.map((_, i) => i);
        for (const values of [a, b]) {
          expect(columnsOf(times, values, buckets, at)).toEqual(columnsOf(times, values, buckets, all));
        }
        expect([...at].sort((x, y) => x - y)).toEqual(at);
        expect(new Set(at).size).toBe(at.length);
      }),
    );
  });

  test('no line crosses a gap', () => {
    fc.assert(
      fc.property(chart, fc.integer({ min: 1, max: 20 }), ({ times, a }, buckets) => {
        const at = downsampleIndices(times, [a], buckets);
        for (let i = 1; i < at.length; i++) {
          const [from, to] = [at[i - 1] ?? 0, at[i] ?? 0];
          if (a[from] === null || a[to] === null) continue;
          expect(a.slice(from, to + 1)).not.toContain(null);
        }
      }),
    );
  });

  test('a million points become at most four a column', () => {
    const times = Array.from({ length: 1_000_000 }, (_, i) => i);
    const values = times.map((i) => (i === 654_321 ? 1e6 : Math.sin(i / 1000)));
    const at = downsampleIndices(times, [values], 1200);
    expect(at.length).toBeLessThanOrEqual(1200 * 4);
    expect(at).toContain(654_321);
  });

  test('what a page carries is bounded, peaks and all', () => {
    const full = workerChart({ startMs: 0, hours: 24 * 60, stepMinutes: 1, slopeMbPerHour: 22 });
    const thin = thinChart(full, 20_000);
    expect(thin.timesMs.length * thin.lines.length).toBeLessThanOrEqual(20_000);
    const peak = (view: typeof full): number => Math.max(...(view.lines[0]?.values ?? []).map((value) => value ?? 0));
    expect(peak(thin)).toBe(peak(full));
    expect(thinChart(thin, 20_000)).toBe(thin);
  });
});

test('search by time agrees with looking at every sample', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: 0, max: 1000 }), { maxLength: 60 }),
      fc.integer({ min: -10, max: 1010 }),
      (given, ms) => {
        const times = given.sort((x, y) => x - y);
        const after = times.findIndex((time) => time >= ms);
        expect(firstAtOrAfter(times, ms)).toBe(after < 0 ? times.length : after);
        const nearest = nearestIndex(times, ms);
        if (times.length === 0) expect(nearest).toBe(-1);
        else expect(Math.abs((times[nearest] ?? NaN) - ms)).toBe(Math.min(...times.map((time) => Math.abs(time - ms))));
      },
    ),
  );
});
