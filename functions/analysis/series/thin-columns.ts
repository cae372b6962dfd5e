/**
 * Halves columns in place: of each four consecutive samples the smallest and the largest stay, in their order, so that
 * every peak and every floor survives any number of rounds (the min-max decimation of plotting libraries). The first and
 * the last sample stay as well. Times must be sorted. Returns the new length.
 */
export function thinColumns(times: Float64Array, values: Float64Array, length: number): number {
  if (length < 8) return length;
  let to = 1;
  const last = length - 1;
  for (let from = 1; from < last; from += 4) {
    const stop = Math.min(from + 4, last);
    let low = from;
    let high = from;
    for (let i = from + 1; i < stop; i++) {
      const value = values[i] ?? 0;
      if (value < (values[low] ?? 0)) low = i;
      if (value > (values[high] ?? 0)) high = i;
    }
    const first = Math.min(low, high);
    const second = Math.max(low, high);
    times[to] = times[first] ?? 0;
    values[to++] = values[first] ?? 0;
    if (second !== first) {
      times[to] = times[second] ?? 0;
      values[to++] = values[second] ?? 0;
    }
  }
  times[to] = times[last] ?? 0;
  values[to++] = values[last] ?? 0;
  return to;
}
