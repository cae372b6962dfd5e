import { median } from './quantiles.ts';

/** The median of each value and `reach` neighbours on either side (fewer at the ends): spikes shorter than `reach` vanish. */
export function runningMedian(values: ArrayLike<number>, reach: number): Float64Array {
  const source = Float64Array.from(values);
  return source.map((_, index) => median(source.subarray(Math.max(0, index - reach), index + reach + 1)));
}

/**
 * Exponential average over uneven times: what a store that forgets with time constant `tau` (same unit as `times`) holds
 * of an inflow. `tau` 0 returns the values. Starts at the first value.
 */
export function exponentialAverage(times: ArrayLike<number>, values: ArrayLike<number>, tau: number): Float64Array {
  const result = Float64Array.from(values);
  if (tau <= 0) return result;
  for (let index = 1; index < result.length; index++) {
    const keep = Math.exp(-(times[index]! - times[index - 1]!) / tau);
    result[index] = keep * result[index - 1]! + (1 - keep) * values[index]!;
  }
  return result;
}
