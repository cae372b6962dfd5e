import { normalQuantile } from './normal.ts';
import { median, quantileOfSorted } from './quantiles.ts';

export interface TheilSen {
  /** Units of `values` per unit of `times`. */
  readonly slope: number;
  /** Bounds of the confidence interval of the slope. */
  readonly low: number;
  readonly high: number;
  /** Value at time 0. */
  readonly intercept: number;
}

/** All pairs of 500 points are 124,750 slopes: 10 ms to sort. Longer inputs are thinned evenly. */
const MOST_POINTS = 500;

/**
 * Median of the slopes between all pairs of points, with Sen's rank interval (P. K. Sen 1968, JASA 63:1379). `inflation`
 * >= 1 widens the variance for autocorrelated input (see `mannKendall`). Up to 29 % outliers do not move it.
 * Undefined where fewer than three points have different times.
 */
export function theilSen(
  times: ArrayLike<number>,
  values: ArrayLike<number>,
  confidence = 0.95,
  inflation = 1,
): TheilSen | undefined {
  const count = Math.min(times.length, values.length);
  const stride = Math.max(1, Math.ceil(count / MOST_POINTS));
  const picked: number[] = [];
  for (let index = 0; index < count; index += stride) picked.push(index);
  const slopes = new Float64Array((picked.length * (picked.length - 1)) / 2);
  let pairs = 0;
  for (let a = 0; a < picked.length; a++) {
    for (let b = a + 1; b < picked.length; b++) {
      const span = times[picked[b]!]! - times[picked[a]!]!;
      if (span !== 0) slopes[pairs++] = (values[picked[b]!]! - values[picked[a]!]!) / span;
    }
  }
  if (pairs < 3) return undefined;
  const sorted = slopes.subarray(0, pairs).sort();
  const slope = quantileOfSorted(sorted, 0.5);
  const n = picked.length;
  const deviation = Math.sqrt(((n * (n - 1) * (2 * n + 5)) / 18) * Math.max(1, inflation));
  const reach = (normalQuantile(0.5 + confidence / 2) * deviation) / 2 / pairs;
  const offsets = Float64Array.from(picked, (index) => values[index]! - slope * times[index]!);
  return {
    slope,
    low: quantileOfSorted(sorted, 0.5 - reach),
    high: quantileOfSorted(sorted, 0.5 + reach),
    intercept: median(offsets),
  };
}
