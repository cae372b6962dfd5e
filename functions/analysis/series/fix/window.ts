import type { SampleSeries, SampleSet } from '../sample-set.ts';

/**
 * The samples with fromMs <= time < toMs of the series that `keep` takes; series without such samples are left out. The start
 * and end of the whole stay, so that a pod that was started with the deploy is known to have been started then.
 */
export function sampleWindow(
  samples: SampleSet,
  fromMs: number,
  toMs: number,
  keep: (series: SampleSeries) => boolean,
): SampleSet {
  const series: SampleSeries[] = [];
  for (const one of samples.series) {
    if (!keep(one)) continue;
    const from = firstAtOrAfter(one.timesMs, fromMs);
    const to = firstAtOrAfter(one.timesMs, toMs);
    if (to > from)
      series.push({ ...one, timesMs: one.timesMs.subarray(from, to), values: one.values.subarray(from, to) });
  }
  return {
    ...samples,
    series,
    sampleCount: series.reduce((sum, one) => sum + one.values.length, 0),
  };
}

function firstAtOrAfter(timesMs: Float64Array, timeMs: number): number {
  let low = 0;
  let high = timesMs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (timesMs[middle]! < timeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
