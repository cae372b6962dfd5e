import type { Series } from '../../model/analysis.ts';
import { SampleSetBuilder } from './sample-set-builder.ts';
import type { SampleSet } from './sample-set.ts';
import { isSample } from './sample-value.ts';
import { isRising } from './wide-columns.ts';

/** A series as an Analysis carries it, or as it is kept in columns. */
export interface CarriedSeries extends Pick<Series, 'metric' | 'unit' | 'labels'> {
  readonly timesMs: ArrayLike<number>;
  readonly values: ArrayLike<number>;
}

/** The series that analyses carry as one SampleSet: what was scraped in pieces, or sent by several people, joins up by metric and labels. */
export function samplesOfAnalyses(analyses: readonly { readonly series: readonly CarriedSeries[] }[]): SampleSet {
  const builder = new SampleSetBuilder();
  for (const { series } of analyses)
    for (const { metric, labels, unit, timesMs, values } of series) {
      const columns = builder.series(metric, labels, { unit });
      const length = Math.min(timesMs.length, values.length);
      const [times, samples] = [new Float64Array(timesMs), new Float64Array(values)];
      if (samples.every(isSample)) builder.pushRun(columns, times, samples, length, isRising(times, length));
      else samples.forEach((value, i) => builder.push(columns, times[i] ?? NaN, value));
    }
  return builder.finish();
}
