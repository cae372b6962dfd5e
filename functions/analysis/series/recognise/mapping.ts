import { isCounted, UNIT_SCALES } from '../../../model/mapped-roles.ts';
import type { MappedRole, SeriesMapping } from '../../../model/mapping.ts';
import type { SampleSeries } from '../sample-set.ts';
import type { Recognised } from './role.ts';

/** What people said that series are, by name and labels: it wins over what can be recognised. */
export type Mapping = readonly SeriesMapping[];
export const NO_MAPPING: Mapping = [];

const MEANINGS: Readonly<Record<MappedRole, Recognised>> = {
  'working-set': { role: 'working-set' },
  rss: { role: 'rss' },
  usage: { role: 'usage' },
  'page-cache': { role: 'cache' },
  shmem: { role: 'shmem' },
  kernel: { role: 'kernel' },
  swap: { role: 'swap' },
  limit: { role: 'limit' },
  memory: { role: 'memory' },
  'js-heap': { role: 'heap-used', runtime: 'node' },
  'js-heap-total': { role: 'heap-committed', runtime: 'node' },
  'js-external': { role: 'external', runtime: 'node' },
  'jvm-heap': { role: 'heap-used', runtime: 'jvm', additive: true },
  'jvm-heap-max': { role: 'heap-max', runtime: 'jvm', additive: true },
  'jvm-non-heap': { role: 'non-heap', runtime: 'jvm', additive: true },
  'jvm-direct': { role: 'direct', runtime: 'jvm', additive: true },
  'beam-total': { role: 'beam-total', runtime: 'beam' },
  'beam-processes': { role: 'beam-processes', runtime: 'beam' },
  'beam-binary': { role: 'beam-binary', runtime: 'beam' },
  'beam-ets': { role: 'beam-ets', runtime: 'beam' },
  'go-heap': { role: 'heap-used', runtime: 'go' },
  'python-heap': { role: 'heap-used', runtime: 'python' },
  work: { role: 'load', additive: true },
  errors: { role: 'errors', additive: true },
  restarts: { role: 'restarts' },
  'oom-kills': { role: 'oom-kills' },
  threads: { role: 'threads' },
  descriptors: { role: 'descriptors' },
  ignore: { role: 'unknown' },
};

/** One series as a person said that it is: its values in bytes, or counted. */
export interface MappedAs {
  readonly recognised: Recognised;
  readonly said: SeriesMapping;
  readonly series: SampleSeries;
}

/** Answers what was said of a series; the word with the most labels counts, of equals the last. */
export function mapper(mapping: Mapping): (series: SampleSeries) => MappedAs | undefined {
  const byName = Map.groupBy(mapping, ({ metric }) => metric);
  return (series) => {
    const said = saidOf(byName.get(series.metric), series.labels);
    return said && { recognised: MEANINGS[said.role], said, series: inBaseUnit(series, said) };
  };
}

/** The same by name and labels alone, for what has no samples at hand. */
export function saidOf(
  named: readonly SeriesMapping[] | undefined,
  labels: Readonly<Record<string, string>>,
): SeriesMapping | undefined {
  let best: SeriesMapping | undefined;
  let most = -1;
  for (const one of named ?? []) {
    const wanted = Object.entries(one.labels);
    const fits = wanted.every(([name, value]) => Object.hasOwn(labels, name) && labels[name] === value);
    if (!fits || wanted.length < most) continue;
    best = one;
    most = wanted.length;
  }
  return best;
}

function inBaseUnit(series: SampleSeries, { unit, role }: SeriesMapping): SampleSeries {
  if (isCounted(role)) return { ...series, unit: 'count' };
  const scale = UNIT_SCALES[unit];
  return {
    ...series,
    unit: 'bytes',
    values: scale === 1 ? series.values : series.values.map((value) => value * scale),
  };
}
