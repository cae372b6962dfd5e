import type { Series } from '../../model/analysis.ts';
import { SampleSetBuilder } from './sample-set-builder.ts';
import type { SampleSet } from './sample-set.ts';

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
      for (let i = 0; i < timesMs.length; i++) builder.push(columns, timesMs[i] ?? NaN, values[i] ?? NaN);
    }
  return builder.finish();
}
