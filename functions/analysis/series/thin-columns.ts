/** Columns to thin, or the place where the thinned ones go (which may be the same arrays). */
export interface TimedColumns {
  readonly times: Float64Array;
  readonly values: Float64Array;
}

/**
 * Thins sorted columns: of each `stretch` consecutive samples the smallest and the largest stay, in their order, so that
 * every peak and every floor survives (the min-max decimation of plotting libraries). The first and the last sample stay
 * as well. Returns the new length, at most 2 + 2 * ceil(length / stretch). `into` may be `from`.
 */
export function thinColumns(from: TimedColumns, length: number, stretch: number, into: TimedColumns): number {
  const { times, values } = from;
  if (length === 0) return 0;
  const last = length - 1;
  const put = (to: number, index: number): number => {
    into.times[to] = times[index] ?? 0;
    into.values[to] = values[index] ?? 0;
    return to + 1;
  };
  let to = put(0, 0);
  for (let start = 1; start < last; start += stretch) {
    const stop = Math.min(start + stretch, last);
    let low = start;
    let high = start;
    let least = values[start] ?? 0;
    let most = least;
    for (let i = start + 1; i < stop; i++) {
      const value = values[i] ?? 0;
      if (value < least) {
        least = value;
        low = i;
      } else if (value > most) {
        most = value;
        high = i;
      }
    }
    to = put(to, Math.min(low, high));
    if (low !== high) to = put(to, Math.max(low, high));
  }
  return last > 0 ? put(to, last) : to;
}
