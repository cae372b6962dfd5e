/** The `q`-quantile (0..1) of ascending values, by linear interpolation (Hyndman and Fan's type 7). NaN for none. */
export function quantileOfSorted(sorted: ArrayLike<number>, q: number): number {
  const count = sorted.length;
  if (count === 0) return Number.NaN;
  const position = Math.min(Math.max(q, 0), 1) * (count - 1);
  const below = Math.floor(position);
  const low = sorted[below]!;
  return below + 1 < count ? low + (position - below) * (sorted[below + 1]! - low) : low;
}

/** The `q`-quantile of values in any order; the input is left as it is. */
export function quantile(values: ArrayLike<number>, q: number): number {
  const own = new Float64Array(values.length);
  own.set(values);
  return quantileOfSorted(own.sort(), q);
}

export function median(values: ArrayLike<number>): number {
  return quantile(values, 0.5);
}

/** Median absolute deviation from the median, in the unit of the values (not scaled to a standard deviation). */
export function medianDeviation(values: ArrayLike<number>): number {
  const centre = median(values);
  return median(Float64Array.from(values, (value) => Math.abs(value - centre)));
}
