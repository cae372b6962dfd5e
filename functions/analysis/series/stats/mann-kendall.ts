import { autocorrelation } from './autocorrelation.ts';
import { normalCdf } from './normal.ts';
import { ranks } from './ranks.ts';
import { theilSen } from './theil-sen.ts';

export interface MannKendall {
  /** Pairs that rise minus pairs that fall. */
  readonly s: number;
  /** -1..1 */
  readonly tau: number;
  /** Two-sided, after the correction. */
  readonly p: number;
  /** How many times the variance was enlarged for autocorrelation; 1 for independent samples. */
  readonly inflation: number;
}

/**
 * Mann-Kendall test for a monotone trend of evenly spaced values, with Hamed and Rao's correction of the variance for
 * autocorrelation (1998, J. Hydrology 204:182) taken over the lags whose rank correlation is significant. Known to call
 * any creeping series a trend, so it never decides alone. O(n^2): condense long series first.
 */
export function mannKendall(values: ArrayLike<number>): MannKendall {
  const n = values.length;
  if (n < 4) return { s: 0, tau: 0, p: 1, inflation: 1 };
  let s = 0;
  for (let a = 0; a < n; a++) for (let b = a + 1; b < n; b++) s += Math.sign(values[b]! - values[a]!);
  let ties = 0;
  const sorted = Float64Array.from(values).sort();
  for (let start = 0; start < n;) {
    let end = start + 1;
    while (end < n && sorted[end] === sorted[start]) end++;
    const size = end - start;
    ties += size * (size - 1) * (2 * size + 5);
    start = end;
  }
  const inflation = varianceInflation(values);
  const variance = ((n * (n - 1) * (2 * n + 5) - ties) / 18) * inflation;
  if (variance <= 0) return { s, tau: 0, p: 1, inflation };
  const z = (s - Math.sign(s)) / Math.sqrt(variance);
  return { s, tau: (2 * s) / (n * (n - 1)), p: 2 * (1 - normalCdf(Math.abs(z))), inflation };
}

/** Hamed and Rao's n/n*, from the ranks of what the Theil-Sen line leaves. */
function varianceInflation(values: ArrayLike<number>): number {
  const n = values.length;
  const places = Float64Array.from({ length: n }, (_, index) => index);
  const line = theilSen(places, values);
  if (!line) return 1;
  const rest = ranks(Float64Array.from(values, (value, index) => value - line.slope * index));
  const significant = 1.96 / Math.sqrt(n);
  let sum = 0;
  for (let lag = 1; lag < Math.min(n - 3, Math.ceil(n / 3)); lag++) {
    const r = autocorrelation(rest, lag);
    if (Math.abs(r) > significant) sum += (n - lag) * (n - lag - 1) * (n - lag - 2) * r;
  }
  return Math.max(1, 1 + (2 / (n * (n - 1) * (n - 2))) * sum);
}
