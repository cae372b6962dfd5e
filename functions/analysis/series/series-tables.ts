import type { TableView } from '../../model/view.ts';
import { type ContainerMemory, limitOf, mainSeries } from './containers.ts';
import { mapper, type Mapping } from './recognise/mapping.ts';
import type { SampleSet } from './sample-set.ts';
import { sparklineOf } from './sparkline.ts';

const CELL = 400;

/** One row a container: `growth` is last minus first, in bytes. The largest growth comes first. */
export function containersTable(containers: readonly ContainerMemory[], maxRows: number): TableView | undefined {
  const rows = containers.flatMap((container) => {
    const series = mainSeries(container);
    if (series === undefined) return [];
    const { first, last, low, peak } = extent(series.values);
    const { namespace, pod, container: name } = container;
    return [
      {
        growth: last - first,
        peak,
        row: [
          cut(namespace),
          cut(pod),
          cut(name),
          first,
          last,
          peak,
          limitOf(container) ?? null,
          last - first,
          low,
          cut(series.metric),
          sparklineOf(series.values),
        ],
      },
    ];
  });
  if (rows.length === 0) return undefined;
  rows.sort((a, b) => b.growth - a.growth || b.peak - a.peak);
  return {
    kind: 'table',
    name: 'containers',
    title: 'Memory by container',
    columns: [
      { name: 'namespace' },
      { name: 'pod' },
      { name: 'container' },
      { name: 'first', unit: 'bytes' },
      { name: 'last', unit: 'bytes' },
      { name: 'peak', unit: 'bytes' },
      { name: 'limit', unit: 'bytes' },
      { name: 'growth', unit: 'bytes' },
      { name: 'floor', unit: 'bytes' },
      { name: 'metric' },
      { name: 'over time', unit: 'sparkline' },
    ],
    rows: rows.slice(0, maxRows).map(({ row }) => row),
    ...(rows.length > maxRows ? { note: `${rows.length - maxRows} further containers grew less` } : {}),
  };
}

/** One row a series, in the order of the evidence. */
export function seriesTable(samples: SampleSet, maxRows: number): TableView {
  const rows = samples.series.slice(0, maxRows).map((series) => {
    const { first, last, low, peak } = extent(series.values);
    return [
      cut(series.metric),
      cut(labelText(series.labels)),
      series.unit.slice(0, 24),
      series.values.length,
      first,
      last,
      low,
      peak,
    ];
  });
  const columns = ['metric', 'labels', 'unit', 'samples', 'first', 'last', 'low', 'peak'];
  const more = samples.series.length - rows.length;
  return {
    kind: 'table',
    name: 'series',
    title: 'Series',
    columns: columns.map((name) => ({ name })),
    rows,
    ...(more > 0 ? { note: `${more} further series are not shown` } : {}),
  };
}

/** One row a word of the maintainers that holds for series of this set; undefined where none does. */
export function mappedTable(samples: SampleSet, mapping: Mapping): TableView | undefined {
  if (mapping.length === 0) return undefined;
  const mapped = mapper(mapping);
  const counts = new Map<Mapping[number], number>();
  for (const series of samples.series) {
    const said = mapped(series)?.said;
    if (said) counts.set(said, (counts.get(said) ?? 0) + 1);
  }
  if (counts.size === 0) return undefined;
  return {
    kind: 'table',
    name: 'mapped-by-hand',
    title: 'Series mapped by hand',
    columns: [
      { name: 'metric' },
      { name: 'labels' },
      { name: 'is' },
      { name: 'in' },
      { name: 'series', unit: 'count' },
    ],
    rows: [...counts].map(([{ metric, labels, role, unit }, count]) => [
      cut(metric),
      cut(labelText(labels)),
      role === 'ignore' ? 'ignored' : role,
      role === 'ignore' ? '' : unit,
      count,
    ]),
    note: 'No exporter’s list has these names: a maintainer of the investigation said what they are, and the verdict stands on it.',
  };
}

function extent(values: Float64Array): { first: number; last: number; low: number; peak: number } {
  let low = Infinity;
  let peak = -Infinity;
  // By index: an iterator boxes every number, and millions of boxes are the peak of a whole analysis.
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value < low) low = value;
    if (value > peak) peak = value;
  }
  return { first: values[0] ?? 0, last: values.at(-1) ?? 0, low, peak };
}

function labelText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${value}"`)
    .join(', ');
}

function cut(text: string): string {
  return text.length > CELL ? `${text.slice(0, CELL - 1)}…` : text;
}
