/**
 * What the values of a series mean. `counter` only grows, save for resets; `part` is a piece of a histogram, summary,
 * info or state set (a bucket, a quantile), which no trend should be read from.
 */
export type SampleKind = 'gauge' | 'counter' | 'part' | 'unknown';

/**
 * What the times are.
 * - `utc`: milliseconds since the epoch.
 * - `relative`: milliseconds since an unknown start: slopes hold, dates do not.
 * - `order`: 0, 1, 2, ...: only the order of the samples is known, so no slope per hour can be given.
 * - `none`: one sample a series at time 0: nothing can be said of a trend.
 */
export type SampleClock = 'utc' | 'relative' | 'order' | 'none';

/** One series in columns. `values[i]` was taken at `timesMs[i]`; both have the same length, at least 1. */
export interface SampleSeries {
  /** The name as the evidence gives it: `container_memory_rss`, `heapUsed`, `VmRSS`. */
  readonly metric: string;
  /** Without `__name__`. Own properties only, in the order of the evidence; the values come from strangers. */
  readonly labels: Readonly<Record<string, string>>;
  /** `bytes`, `s`, `ms`, `%`, `ratio`, `count`, `cores`, or '' where neither the evidence nor the name says it. */
  readonly unit: string;
  readonly kind: SampleKind;
  /** Strictly increasing and finite. May be the same array in many series: never write to it. */
  readonly timesMs: Float64Array;
  /** Finite: NaN and infinities of the evidence are left out, and counted in a warning of the set. */
  readonly values: Float64Array;
  /** When the series was said to have ended (Prometheus' staleness marker, an explicit NaN or null): breaks, not samples. */
  readonly staleMs: Float64Array;
  /** True where samples were left out to fit the budget; the smallest and the largest of each stretch were kept. */
  readonly thinned: boolean;
}

/**
 * The one typed model of every metric format: what `formats/*` of metrics make, and what the verdict judges. Series are
 * unique by metric and labels, in the order in which the evidence first names them. Read only.
 */
export interface SampleSet {
  readonly series: readonly SampleSeries[];
  readonly clock: SampleClock;
  /** Of all series, as read (before thinning, after removing duplicates). */
  readonly sampleCount: number;
  /** First and last time over all series; both 0 where there is no series. */
  readonly startMs: number;
  readonly endMs: number;
  /** What was dropped, thinned or doubtful while collecting; for the Analysis. */
  readonly warnings: readonly string[];
}

/** The series with this name, in the order of the set. */
export function seriesNamed(samples: SampleSet, metric: string): SampleSeries[] {
  return samples.series.filter((series) => series.metric === metric);
}

/** One string for a metric and its labels, whatever the order of the labels: equal for equal series. */
export function seriesKey(metric: string, labels: Readonly<Record<string, string>>): string {
  const names = Object.keys(labels).sort();
  let key = metric;
  for (const name of names) key += `\u0000${name}\u0001${labels[name] ?? ''}`;
  return key;
}
