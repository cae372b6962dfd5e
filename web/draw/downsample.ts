/** Null and NaN are gaps. */
type Values = ArrayLike<number | null>;
type Times = ArrayLike<number>;

/**
 * Indices to draw so that the picture at `buckets` columns equals that of all points: of each column the first, lowest,
 * highest and last of every line (M4, Jugel et al., VLDB 2014), and both sides of each gap. Peaks are never lost.
 * `from` and `to` are indices, `to` exclusive. O(points x lines).
 */
export function downsampleIndices(
  timesMs: Times,
  lines: readonly Values[],
  buckets: number,
  from = 0,
  to = timesMs.length,
): number[] {
  const count = to - from;
  if (count <= buckets * 4 || buckets < 1) return Array.from({ length: Math.max(0, count) }, (_, i) => from + i);
  const start = timesMs[from] ?? 0;
  const span = (timesMs[to - 1] ?? start) - start || 1;
  const keep = new Uint8Array(count);
  keep[0] = 1;
  keep[count - 1] = 1;
  for (const line of lines) keepExtremes(line, keep, { timesMs, from, to, start, span, buckets });
  const kept: number[] = [];
  for (let i = 0; i < count; i++) if (keep[i] === 1) kept.push(from + i);
  return kept;
}

interface Window {
  timesMs: Times;
  from: number;
  to: number;
  start: number;
  span: number;
  buckets: number;
}

function keepExtremes(line: Values, keep: Uint8Array, window: Window): void {
  const { timesMs, from, to, start, span, buckets } = window;
  let bucket = -1;
  let low = -1;
  let high = -1;
  let last = -1;
  const close = (): void => {
    for (const index of [low, high, last]) if (index >= 0) keep[index - from] = 1;
    low = high = last = -1;
  };
  for (let i = from; i < to; i++) {
    const value = line[i];
    if (value === null || value === undefined || Number.isNaN(value)) {
      // A gap needs its own point, or the line would cross it.
      if (last >= 0) keep[i - from] = 1;
      close();
      bucket = -1;
      continue;
    }
    const here = Math.min(buckets - 1, Math.floor((((timesMs[i] ?? start) - start) / span) * buckets));
    if (here !== bucket) {
      close();
      bucket = here;
      keep[i - from] = 1;
    }
    if (low < 0 || value < (line[low] ?? Infinity)) low = i;
    if (high < 0 || value > (line[high] ?? -Infinity)) high = i;
    last = i;
  }
  close();
}

/** First index whose time is not before `ms`. */
export function firstAtOrAfter(timesMs: Times, ms: number): number {
  let low = 0;
  let high = timesMs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((timesMs[middle] ?? Infinity) < ms) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Index of the time closest to `ms`, -1 when there is none. */
export function nearestIndex(timesMs: Times, ms: number): number {
  const after = firstAtOrAfter(timesMs, ms);
  if (after === 0) return timesMs.length === 0 ? -1 : 0;
  if (after === timesMs.length) return after - 1;
  return ms - (timesMs[after - 1] ?? 0) <= (timesMs[after] ?? 0) - ms ? after - 1 : after;
}
