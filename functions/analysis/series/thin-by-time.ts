import { rankOf } from './analysis-series.ts';
import type { SampleSeries, SampleSet } from './sample-set.ts';

const FIRST_STEP_MS = 60_000;
/** Longer than any recording: four samples are left of a series. */
const MOST_STEP_MS = FIRST_STEP_MS * 2 ** 40;

export interface ThinnedByTime {
  readonly samples: SampleSet;
  /** 0 while every sample is there. */
  readonly stepMs: number;
}

/**
 * Thins all series alike until they fit: of each step of time, counted from the epoch, the smallest and the largest sample stay, and the first and the last of
 * the series. Steps only double, so that what was thinned before, has grown, and is thinned again is what it would be, had it been thinned
 * once: it does not matter in how many pieces it came. `stepMs` is that of before. Of too many series those that tell of memory stay, and the newest.
 */
export function thinByTime(
  samples: SampleSet,
  stepMs: number,
  most: { readonly samples: number; readonly series: number },
): ThinnedByTime {
  let series = mostTelling(samples.series, most.series);
  if (stepMs > 0) series = series.map((one) => thinned(one, stepMs));
  while (stepMs < MOST_STEP_MS && lengthOf(series) > most.samples) {
    stepMs = Math.max(FIRST_STEP_MS, stepMs * 2);
    series = series.map((one) => thinned(one, stepMs));
  }
  return { samples: { ...samples, series }, stepMs };
}

const lengthOf = (series: readonly SampleSeries[]): number =>
  series.reduce((sum, { timesMs }) => sum + timesMs.length, 0);

function mostTelling(series: readonly SampleSeries[], most: number): readonly SampleSeries[] {
  if (series.length <= most) return series;
  const ranked = series.map((one) => ({ one, rank: rankOf(one), endMs: one.timesMs.at(-1) ?? 0 }));
  ranked.sort((a, b) => a.rank - b.rank || b.endMs - a.endMs);
  const kept = new Set(ranked.slice(0, most).map(({ one }) => one));
  return series.filter((one) => kept.has(one));
}

function thinned(series: SampleSeries, stepMs: number): SampleSeries {
  const { timesMs, values } = series;
  const { length } = timesMs;
  const keptTimes = new Float64Array(length);
  const keptValues = new Float64Array(length);
  let to = 0;
  for (let start = 0, stop = 0; start < length; start = stop) {
    const endMs = (Math.floor(timesMs[start]! / stepMs) + 1) * stepMs;
    let low = start;
    let high = start;
    for (stop = start + 1; stop < length && timesMs[stop]! < endMs; stop++) {
      if (values[stop]! < values[low]!) low = stop;
      else if (values[stop]! > values[high]!) high = stop;
    }
    for (let i = start; i < stop; i++) {
      if (i !== low && i !== high && i !== 0 && i !== length - 1) continue;
      keptTimes[to] = timesMs[i]!;
      keptValues[to++] = values[i]!;
    }
  }
  if (to === length) return series;
  return { ...series, timesMs: keptTimes.slice(0, to), values: keptValues.slice(0, to), thinned: true };
}
