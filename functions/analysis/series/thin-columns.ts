/** Columns to thin, or the place where the thinned ones go (which may be the same arrays). */
export interface TimedColumns {
  readonly times: Float64Array;
  readonly values: Float64Array;
}

/**
 * Thins sorted columns: of each `stretch` consecutive samples the smallest and the largest stay, in their order, so that
 * every peak and every floor survives (the min-max decimation of plotting libraries). The first and the last sample stay
 * as well. Returns the new length, at most `thinnedLength`. `into` may be `from`.
 */
export function thinColumns(from: TimedColumns, length: number, stretch: number, into: TimedColumns): number {
  const { times, values } = from;
  const { times: intoTimes, values: intoValues } = into;
  if (length === 0) return 0;
  const last = length - 1;
  intoTimes[0] = times[0] ?? 0;
  intoValues[0] = values[0] ?? 0;
  let to = 1;
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
    const lowFirst = low < high;
    intoTimes[to] = times[lowFirst ? low : high] ?? 0;
    intoValues[to++] = lowFirst ? least : most;
    if (low === high) continue;
    intoTimes[to] = times[lowFirst ? high : low] ?? 0;
    intoValues[to++] = lowFirst ? most : least;
  }
  if (last === 0) return to;
  intoTimes[to] = times[last] ?? 0;
  intoValues[to] = values[last] ?? 0;
  return to + 1;
}

/** The most samples that are left of so many. */
export function thinnedLength(length: number, stretch: number): number {
  return Math.min(length, 2 + 2 * Math.ceil(length / stretch));
}
