import type { ChartView, Mark } from '../../model/view.ts';
import { type ContainerMemory, containerTitle, limitOf, mainSeries } from './containers.ts';
import { fineData } from './fine-data.ts';
import { gapsOf, longestStep } from './gaps.ts';
import type { Role } from './recognise/role.ts';
import type { SampleSeries } from './sample-set.ts';

const MAX_POINTS = 2000;
const LIMIT = 'limit';
/** Parts of memory that add up: what the kernel accounts to a group. */
const LAYERS: readonly (readonly [Role, string])[] = [
  ['rss', 'anonymous (RSS)'],
  ['cache', 'page cache and shared memory'],
  ['kernel', 'kernel'],
];
const LINES: readonly (readonly [Role, string])[] = [
  ['working-set', 'working set'],
  ['usage', 'usage'],
  ['memory', 'memory'],
  ['heap-committed', 'heap total'],
  ['heap-used', 'heap used'],
  ['heap-live', 'heap after collection'],
  ['non-heap', 'outside the heap (non-heap)'],
  ['external', 'buffers outside the heap'],
  ['direct', 'direct buffers'],
  ['beam-total', "the runtime's total"],
  ['beam-processes', 'BEAM processes'],
  ['beam-binary', 'BEAM binaries'],
  ['beam-ets', 'BEAM ETS'],
  ['shmem', 'shared memory (part of the cache)'],
  ['swap', 'swap'],
];

/** A chart, and how many samples it holds beyond those that it draws. */
export interface SampledChart {
  readonly chart: ChartView;
  readonly samples: number;
}

/**
 * One container's memory over time: layers stacked where at least two are known, totals as lines, the limit over them;
 * every sample as long as `fineBudget` lasts. Undefined without a time axis.
 */
export function memoryChart(
  container: ContainerMemory,
  name: string,
  marks: Mark[],
  fineBudget: number,
): SampledChart | undefined {
  const has = ([role]: readonly [Role, string]): boolean => container.byRole.has(role);
  const layers = LAYERS.filter(has);
  const stacked = layers.length > 1;
  const lines = [
    ...layers.map(([role, label]) => ({ role, label, as: stacked ? ('layer' as const) : ('line' as const) })),
    ...LINES.filter(has).map(([role, label]) => ({ role, label, as: 'line' as const })),
  ];
  const drawn = lines.flatMap(({ role }) => container.byRole.get(role) ?? []);
  const timesMs = chartTimes(drawn);
  if (timesMs.length < 2) return undefined;
  const limit = limitOf(container);
  const fine = fineData(drawn, timesMs.length, fineBudget);
  const chart: ChartView = {
    kind: 'chart',
    name,
    title: `Memory of ${containerTitle(container)}`.slice(0, 2000),
    unit: 'bytes',
    timesMs,
    lines: [
      ...lines.map(({ role, label, as }) => ({
        label,
        role: as,
        values: valuesAt(container.byRole.get(role), timesMs),
      })),
      ...(limit === undefined ? [] : [{ label: LIMIT, role: 'limit' as const, values: timesMs.map(() => limit) }]),
    ],
    marks: marks.slice(0, 2000),
    ...(fine && { fine: fine.fine }),
  };
  return { chart, samples: fine?.samples ?? 0 };
}

/** The totals of several containers in one chart, those that grew the most first; their pages fold what is too much to tell apart. */
export function containersChart(
  containers: readonly ContainerMemory[],
  name: string,
  fineBudget: number,
): SampledChart | undefined {
  const shown = containers.slice(0, MOST_CONTAINERS);
  const series = shown.map(mainSeries);
  const known = series.filter((each) => each !== undefined);
  const timesMs = chartTimes(known);
  if (known.length < 2 || timesMs.length < 2) return undefined;
  const fine = fineData(series, timesMs.length, fineBudget);
  const left = containers.length - shown.length;
  const chart: ChartView = {
    kind: 'chart',
    name,
    title: 'Memory of all containers',
    unit: 'bytes',
    timesMs,
    lines: shown.map((container, i) => ({
      label: containerTitle(container).slice(0, 2000),
      role: 'line',
      values: valuesAt(series[i], timesMs),
    })),
    marks: [],
    note: `Each container's total, those that grew the most first.${left > 0 ? ` ${left} more are in the table.` : ''}`,
    ...(fine && { fine: fine.fine }),
  };
  return { chart, samples: fine?.samples ?? 0 };
}

const MOST_CONTAINERS = 40;

/**
 * At most about MAX_POINTS times at which the lines are drawn: all of them where they are few; else, of each stretch,
 * the times of the smallest and the largest value of each line, so that no peak is lost.
 */
export function chartTimes(lines: readonly SampleSeries[], most = MAX_POINTS): number[] {
  const chosen = new Set<number>();
  const perLine = most / Math.max(1, lines.length);
  for (const series of lines) {
    const { timesMs, values } = series;
    // The start of a gap is a time of its own: a line between its two sides would say what nobody measured.
    let side = 0;
    for (const ms of gapsOf(series).slice(0, perLine / 4)) {
      while (side < timesMs.length && (timesMs[side] ?? 0) < ms) side++;
      for (const time of [timesMs[side - 1], ms, timesMs[side]]) if (time !== undefined) chosen.add(time);
    }
    const length = timesMs.length;
    const stretch = Math.max(1, Math.ceil((2 * length) / perLine));
    for (let from = 0; from < length; from += stretch) {
      const stop = Math.min(length, from + stretch);
      let low = from;
      let high = from;
      for (let i = from + 1; i < stop; i++) {
        if ((values[i] ?? 0) < (values[low] ?? 0)) low = i;
        if ((values[i] ?? 0) > (values[high] ?? 0)) high = i;
      }
      chosen.add(timesMs[low] ?? 0);
      chosen.add(timesMs[high] ?? 0);
    }
    if (length > 0) chosen.add(timesMs[0] ?? 0).add(timesMs[length - 1] ?? 0);
  }
  return [...chosen].sort((a, b) => a - b);
}

/** The last value at or before each time, and null before the first sample and where the last one is older than three usual steps. */
export function valuesAt(series: SampleSeries | undefined, times: readonly number[]): (number | null)[] {
  if (series === undefined) return times.map(() => null);
  const { timesMs, values } = series;
  const longest = longestStep(timesMs);
  const gaps = new Set(gapsOf(series));
  let i = -1;
  return times.map((time) => {
    while (i + 1 < timesMs.length && (timesMs[i + 1] ?? 0) <= time) i++;
    if (i < 0 || time - (timesMs[i] ?? 0) > longest || gaps.has(time)) return null;
    return values[i] ?? null;
  });
}
