import { type SampleSeries, type SampleSet, seriesKey } from '../../series/sample-set.ts';

/**
 * Labels by which two Prometheus that scrape the same targets tell themselves apart: the one that Mimir and Cortex ask for, and the one
 * of the Prometheus operator. `replica` alone may be anything of the application.
 */
const REPLICA_LABELS = ['__replica__', 'prometheus_replica'] as const;
/** So many intervals without a sample are a gap. */
const GAP = 2.5;
/** Of the intervals of a long series, so many are looked at. */
const MOST_INTERVALS = 2001;

/**
 * Series that differ in the replica alone become one. Replicas scrape at different times by clocks of their own, so their samples are
 * not mixed, which would make counters fall: the replica with the most samples stands, and another one is heard only where it
 * has a gap, as Thanos does (https://thanos.io/tip/components/query.md/#deduplication). A stale marker counts only where no
 * other replica saw the target. Without such labels the set comes back as it is.
 */
export function mergeReplicas(samples: SampleSet): { samples: SampleSet; replicas: number } {
  const groups = new Map<string, SampleSeries[]>();
  const replicas = new Set<string>();
  for (const series of samples.series) {
    const names = REPLICA_LABELS.filter((label) => Object.hasOwn(series.labels, label));
    for (const name of names) replicas.add(series.labels[name] ?? '');
    const labels = Object.fromEntries(
      Object.entries(series.labels).filter(([label]) => !REPLICA_LABELS.some((one) => one === label)),
    );
    const stripped = names.length > 0 ? { ...series, labels } : series;
    const key = seriesKey(stripped.metric, stripped.labels);
    const group = groups.get(key);
    if (group) group.push(stripped);
    else groups.set(key, [stripped]);
  }
  if (replicas.size === 0) return { samples, replicas: 0 };
  const series: SampleSeries[] = [];
  let dropped = 0;
  for (const group of groups.values()) {
    const merged = mergeGroup(group);
    if (!merged) continue;
    series.push(merged);
    for (const { timesMs } of group) dropped += timesMs.length;
    dropped -= merged.timesMs.length;
  }
  const sampleCount = Math.max(0, samples.sampleCount - dropped);
  return { samples: { ...samples, series, sampleCount }, replicas: replicas.size };
}

function mergeGroup(group: readonly SampleSeries[]): SampleSeries | undefined {
  const [first, ...others] = [...group].sort((a, b) => b.timesMs.length - a.timesMs.length);
  if (!first || others.length === 0) return first;
  const intervalMs = medianInterval(first.timesMs);
  let { timesMs, values } = first;
  for (const other of others) ({ timesMs, values } = fillGaps({ timesMs, values }, other, intervalMs));
  const stale = new Set<number>();
  for (const one of group) {
    for (const time of one.staleMs) {
      const seen = group.some((other) => other !== one && hasNear(other.timesMs, time, 0.6 * intervalMs));
      if (!seen) stale.add(time);
    }
  }
  const thinned = group.some((one) => one.thinned);
  return { ...first, timesMs, values, staleMs: Float64Array.from(stale).sort(), thinned };
}

type Columns = Pick<SampleSeries, 'timesMs' | 'values'>;

function fillGaps(into: Columns, from: Columns, intervalMs: number): Columns {
  const times: number[] = [];
  const values: number[] = [];
  let next = 0;
  for (let i = 0; i <= into.timesMs.length; i++) {
    const before = into.timesMs[i - 1] ?? -Infinity;
    const after = into.timesMs[i] ?? Infinity;
    const isGap = after - before > GAP * intervalMs;
    for (; next < from.timesMs.length; next++) {
      const time = from.timesMs[next] ?? 0;
      if (time >= after - intervalMs / 2) break;
      if (isGap && time > before + intervalMs / 2) {
        times.push(time);
        values.push(from.values[next] ?? 0);
      }
    }
    if (i === into.timesMs.length) break;
    times.push(after);
    values.push(into.values[i] ?? 0);
  }
  return { timesMs: Float64Array.from(times), values: Float64Array.from(values) };
}

function medianInterval(times: Float64Array): number {
  const intervals = new Float64Array(Math.min(MOST_INTERVALS, Math.max(0, times.length - 1)));
  for (let i = 0; i < intervals.length; i++) intervals[i] = (times[i + 1] ?? 0) - (times[i] ?? 0);
  intervals.sort();
  return intervals[intervals.length >> 1] ?? 0;
}

/** Whether a sample lies so near, by bisection. */
function hasNear(times: Float64Array, time: number, withinMs: number): boolean {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) < time - withinMs) low = middle + 1;
    else high = middle;
  }
  return (times[low] ?? Infinity) <= time + withinMs;
}
