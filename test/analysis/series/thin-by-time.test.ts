import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { CarriedSeries } from '../../../functions/analysis/series/samples-of-analyses.ts';
import { samplesOfAnalyses } from '../../../functions/analysis/series/samples-of-analyses.ts';
import { thinByTime, type ThinnedByTime } from '../../../functions/analysis/series/thin-by-time.ts';

const T0 = Date.UTC(2026, 0, 1);
const MOST = { samples: 200, series: 3 };
const NONE: Pick<ThinnedByTime, 'stepMs'> & { samples: { series: readonly CarriedSeries[] } } = {
  stepMs: 0,
  samples: { series: [] },
};

const seriesOf = (metric: string, samples: readonly (readonly [number, number])[]): CarriedSeries => ({
  ...{ metric, unit: 'bytes', labels: { pod: metric } },
  timesMs: samples.map(([second]) => T0 + second * 1000),
  values: samples.map(([, value]) => value),
});
const columns = ({ samples }: ThinnedByTime) =>
  samples.series.map(({ metric, timesMs, values }) => [metric, [...timesMs], [...values]]);
const join = (before: typeof NONE, series: readonly CarriedSeries[], most = MOST): ThinnedByTime =>
  thinByTime(samplesOfAnalyses([before.samples, { series }]), before.stepMs, most);

it('leaves what fits as it is', () => {
  const series = [seriesOf('a', [[0, 5]]), seriesOf('b', [[0, 1], [15, 2], [30, 1]])]; // prettier-ignore
  const made = join(NONE, series);
  expect(made.stepMs).toBe(0);
  expect(columns(made)).toEqual(
    series.map(({ metric, timesMs, values }) => [metric, [...Array.from(timesMs)], [...Array.from(values)]]),
  );
});

it('keeps the smallest and the largest of each step, and both ends', () => {
  const wave = Array.from({ length: 4000 }, (_, i) => 1e8 + 1e6 * Math.sin(i / 50));
  [wave[1234], wave[3210]] = [9e9, 5];
  const { samples, stepMs } = join(NONE, [
    seriesOf(
      'a',
      wave.map((value, i) => [i * 15, value]),
    ),
  ]);
  const [{ timesMs, values } = { timesMs: [], values: [] }] = samples.series;
  expect(timesMs.length).toBeLessThanOrEqual(MOST.samples);
  expect(stepMs).toBe(960_000);
  expect([timesMs[0], timesMs.at(-1)]).toEqual([T0, T0 + 3999 * 15_000]);
  expect([Math.max(...values), Math.min(...values)]).toEqual([9e9, 5]);
});

it('is the same in however many pieces it came', () => {
  const recording = fc.array(fc.tuple(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 0, max: 1e6 })), {
    minLength: 250,
    maxLength: 900,
  });
  fc.assert(
    fc.property(recording, fc.array(fc.nat(899), { maxLength: 6 }), (gaps, cuts) => {
      let second = 0;
      const samples = gaps.map(([gap, value]): [number, number] => [(second += gap), value]);
      const whole = join(NONE, [seriesOf('a', samples)]);
      const at = [0, ...cuts.map((cut) => cut % samples.length).sort((a, b) => a - b), samples.length];
      let joined: typeof NONE = NONE;
      for (let i = 1; i < at.length; i++) joined = join(joined, [seriesOf('a', samples.slice(at[i - 1], at[i]))]);
      const again = join(joined, []);
      expect(again.stepMs).toBe(whole.stepMs);
      expect(columns(again)).toEqual(columns(whole));
    }),
    { numRuns: 60 },
  );
});

it('of too many series keeps memory, and of that the newest', () => {
  const series = ['requests_total', 'container_memory_rss', 'container_memory_cache', 'container_memory_working_set_bytes', 'container_memory_swap'].map((metric, i) => seriesOf(metric, [[0, 1], [60 * i, 2]])); // prettier-ignore
  expect(columns(join(NONE, series)).map(([metric]) => metric)).toEqual([
    'container_memory_cache',
    'container_memory_working_set_bytes',
    'container_memory_swap',
  ]);
});
