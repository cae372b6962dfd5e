import { isCounted, UNIT_SCALES, type MappedRole, type SeriesMapping } from '../../../model/mapping.ts';
import type { MemoryRole } from '../memory-role.ts';
import type { SampleSeries } from '../sample-set.ts';
import type { Recognised } from './role.ts';

/** What people said that series are, by name and labels: it wins over what can be recognised. */
export type Mapping = readonly SeriesMapping[];
export const NO_MAPPING: Mapping = [];

interface Meaning {
  readonly recognised: Recognised;
  /** In the chart of a container's memory; absent where that has no line for it. */
  readonly line?: MemoryRole;
}

const MEANINGS: Readonly<Record<MappedRole, Meaning>> = {
  'working-set': { recognised: { role: 'working-set' }, line: 'working-set' },
  rss: { recognised: { role: 'rss' }, line: 'process-rss' },
  usage: { recognised: { role: 'usage' }, line: 'usage' },
  'page-cache': { recognised: { role: 'cache' }, line: 'cache' },
  shmem: { recognised: { role: 'shmem' }, line: 'shmem' },
  kernel: { recognised: { role: 'kernel' }, line: 'kernel' },
  swap: { recognised: { role: 'swap' }, line: 'swap' },
  limit: { recognised: { role: 'limit' }, line: 'limit' },
  memory: { recognised: { role: 'memory' }, line: 'usage' },
  'js-heap': { recognised: { role: 'heap-used', runtime: 'node' }, line: 'heap-used' },
  'js-heap-total': { recognised: { role: 'heap-committed', runtime: 'node' }, line: 'heap-total' },
  'js-external': { recognised: { role: 'external', runtime: 'node' } },
  'jvm-heap': { recognised: { role: 'heap-used', runtime: 'jvm', additive: true }, line: 'heap-used' },
  'jvm-heap-max': { recognised: { role: 'heap-max', runtime: 'jvm', additive: true } },
  'jvm-non-heap': { recognised: { role: 'non-heap', runtime: 'jvm', additive: true } },
  'jvm-direct': { recognised: { role: 'direct', runtime: 'jvm', additive: true } },
  'beam-total': { recognised: { role: 'beam-total', runtime: 'beam' }, line: 'runtime-total' },
  'beam-processes': { recognised: { role: 'beam-processes', runtime: 'beam' } },
  'beam-binary': { recognised: { role: 'beam-binary', runtime: 'beam' } },
  'beam-ets': { recognised: { role: 'beam-ets', runtime: 'beam' } },
  'go-heap': { recognised: { role: 'heap-used', runtime: 'go' }, line: 'heap-used' },
  'python-heap': { recognised: { role: 'heap-used', runtime: 'python' }, line: 'heap-used' },
  work: { recognised: { role: 'load', additive: true } },
  errors: { recognised: { role: 'errors', additive: true } },
  restarts: { recognised: { role: 'restarts' } },
  'oom-kills': { recognised: { role: 'oom-kills' } },
  threads: { recognised: { role: 'threads' } },
  descriptors: { recognised: { role: 'descriptors' } },
  ignore: { recognised: { role: 'unknown' } },
};

/** One series as a person said that it is: its values in bytes, or counted. */
export interface MappedAs extends Meaning {
  readonly said: SeriesMapping;
  readonly series: SampleSeries;
}

/** Answers what was said of a series; the word with the most labels counts, of equals the last. */
export function mapper(mapping: Mapping): (series: SampleSeries) => MappedAs | undefined {
  const byName = Map.groupBy(mapping, ({ metric }) => metric);
  return (series) => {
    const said = saidOf(byName.get(series.metric), series.labels);
    return said && { ...MEANINGS[said.role], said, series: inBaseUnit(series, said) };
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
