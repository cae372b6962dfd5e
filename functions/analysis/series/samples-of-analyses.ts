import type { Analysis } from '../../model/analysis.ts';
import { SampleSetBuilder } from './sample-set-builder.ts';
import type { SampleSet } from './sample-set.ts';

/** The series that analyses carry as one SampleSet: what was scraped in pieces, or sent by several people, joins up by metric and labels. */
export function samplesOfAnalyses(analyses: readonly Analysis[]): SampleSet {
  const builder = new SampleSetBuilder();
  for (const { series } of analyses)
    for (const { metric, labels, unit, timesMs, values } of series) {
      const columns = builder.series(metric, labels, { unit });
      timesMs.forEach((timeMs, i) => builder.push(columns, timeMs, values[i] ?? NaN));
    }
  return builder.finish();
}
