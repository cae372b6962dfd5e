import type { Analysis } from '../../model/analysis.ts';
import type { UnknownSeries } from '../../model/case.ts';
import { kindOfName } from '../series/metric-name.ts';
import { mapper, type Mapping } from '../series/recognise/mapping.ts';
import { recogniseName } from '../series/recognise/names.ts';
import { recognise } from '../series/recognise/recognise.ts';
import type { SampleSeries } from '../series/sample-set.ts';
import type { AnalysedEvidence } from './fold-case.ts';

/** More names than anybody reads; those that look like memory come first. */
const MOST_NAMES = 200;
const MOST_LABELS = 24;
const SPARK_POINTS = 32;

type Read = Analysis['series'][number];
interface Group {
  readonly metric: string;
  readonly unit: string;
  readonly evidenceIds: Set<string>;
  readonly labels: Map<string, { name: string; value: string; series: number }>;
  longest: Read;
  seriesCount: number;
  mappedCount: number;
  isMemory: boolean;
}

/**
 * The series of all evidence that no list of names knows, one entry a name: what a maintainer may say the meaning of.
 * `reading` says what is made of them now: nothing (`unknown`), memory of some kind (`memory`, by unit or range), or what a
 * person said (`mapped`). Pieces of histograms and descriptions (`_info`) are left out: no trend is read from them.
 */
export function unknownSeries(evidence: readonly AnalysedEvidence[], mapping: Mapping): UnknownSeries[] {
  const mapped = mapper(mapping);
  const names = new Set(mapping.map(({ metric }) => metric));
  const groups = new Map<string, Group>();
  for (const { record, analysis } of evidence)
    for (const read of analysis?.series ?? []) {
      // Most names are known: that is found without a look at their samples.
      if (!names.has(read.metric) && recogniseName(read.metric, read.labels).role !== 'unknown') continue;
      const series = asSamples(read);
      const said = mapped(series) !== undefined;
      const { role } = recognise(series);
      if (!said && role !== 'unknown' && role !== 'memory') continue;
      if (series.kind === 'part' || /_info$/.test(series.metric) || series.values.length === 0) continue;
      addTo(groups, read, record.id, said, role === 'memory');
    }
  return [...groups.values()]
    .sort((a, b) => rankOf(a) - rankOf(b) || largest(b) - largest(a) || (a.metric < b.metric ? -1 : 1))
    .slice(0, MOST_NAMES)
    .map(toUnknown);
}

function addTo(groups: Map<string, Group>, read: Read, evidenceId: string, said: boolean, isMemory: boolean): void {
  let group = groups.get(read.metric);
  if (!group) {
    const { metric, unit } = read;
    const none = { evidenceIds: new Set<string>(), labels: new Map<string, never>(), seriesCount: 0, mappedCount: 0 };
    groups.set(metric, (group = { metric, unit, ...none, longest: read, isMemory }));
  }
  group.seriesCount++;
  if (said) group.mappedCount++;
  group.isMemory ||= isMemory;
  if (group.evidenceIds.size < 50) group.evidenceIds.add(evidenceId);
  if (read.values.length > group.longest.values.length) group.longest = read;
  for (const [name, value] of Object.entries(read.labels)) {
    const key = keyOf({ name, value });
    const known = group.labels.get(key);
    if (known) known.series++;
    else if (group.labels.size < 500) group.labels.set(key, { name, value: value.slice(0, 300), series: 1 });
  }
}

const keyOf = ({ name, value }: { name: string; value: string }): string => `${name}\u0001${value}`;

/** Memory by its unit or its name first: a dump of all metrics of a program has hundreds of other names. */
function rankOf({ unit, metric, mappedCount, isMemory }: Group): number {
  if (mappedCount > 0) return 0;
  if (isMemory) return 1;
  return looksLikeMemory({ unit, metric }) ? 2 : 3;
}

export function looksLikeMemory({ unit, metric }: { readonly unit: string; readonly metric: string }): boolean {
  return unit === 'bytes' || /mem|heap|rss|bytes|cache|alloc|(^|[_.])ram($|[_.])|[_.]([kmg]i?b)$/i.test(metric);
}

const largest = ({ longest }: Group): number => longest.values.reduce((high, value) => Math.max(high, value), 0);

function toUnknown(group: Group): UnknownSeries {
  const { metric, unit, longest, seriesCount, mappedCount, isMemory } = group;
  const { timesMs, values } = longest;
  // A label that all have in common, or each its own, tells nothing apart.
  const telling = [...group.labels.values()].filter(({ series }) => series < seriesCount);
  const stride = Math.max(1, (values.length - 1) / (SPARK_POINTS - 1));
  const points = Math.min(values.length, SPARK_POINTS);
  return {
    metric,
    unit,
    reading: mappedCount > 0 ? 'mapped' : isMemory ? 'memory' : 'unknown',
    seriesCount,
    labels: telling.sort((a, b) => b.series - a.series || (keyOf(a) < keyOf(b) ? -1 : 1)).slice(0, MOST_LABELS),
    evidenceIds: [...group.evidenceIds],
    first: values[0] ?? 0,
    last: values.at(-1) ?? 0,
    hours: Math.max(0, ((timesMs.at(-1) ?? 0) - (timesMs[0] ?? 0)) / 3_600_000),
    spark: Array.from({ length: points }, (_, i) => values[Math.round(i * stride)] ?? 0),
  };
}

function asSamples({ metric, labels, unit, timesMs, values }: Read): SampleSeries {
  const columns = { timesMs: Float64Array.from(timesMs), values: Float64Array.from(values) };
  return {
    metric,
    labels,
    unit,
    kind: kindOfName(metric, labels),
    ...columns,
    staleMs: new Float64Array(0),
    thinned: false,
  };
}
