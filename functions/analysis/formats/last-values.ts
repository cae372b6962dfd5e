import type { Fact } from '../../model/analysis.ts';
import type { SampleSet } from '../series/sample-set.ts';

const MAX_FACTS = 200;

/** The last value of each series as a fact under the field's own name, for files that tell of one process, group or machine. */
export function lastValues(samples: SampleSet): Fact[] {
  if (new Set(samples.series.map(({ labels }) => labels['pid'] ?? '')).size > 1) return [];
  return samples.series.slice(0, MAX_FACTS).map(({ metric, labels, unit, values }) => {
    const name = labels['kind'] === undefined ? metric : `${metric}_${labels['kind']}`;
    return { name: name.slice(0, 100), value: values.at(-1) ?? 0, unit: unit.slice(0, 24) };
  });
}
