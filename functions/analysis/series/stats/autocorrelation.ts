/** Correlation of a series with itself `lag` places later, -1..1; 0 for a constant or too short series. */
export function autocorrelation(values: ArrayLike<number>, lag: number): number {
  const count = values.length;
  if (count <= lag + 1) return 0;
  let sum = 0;
  for (let index = 0; index < count; index++) sum += values[index]!;
  const mean = sum / count;
  let product = 0;
  let square = 0;
  for (let index = 0; index < count; index++) {
    const here = values[index]! - mean;
    square += here * here;
    if (index + lag < count) product += here * (values[index + lag]! - mean);
  }
  return square > 0 ? product / square : 0;
}

/**
 * How many independent samples `count` residuals are worth when they follow a first-order autoregression:
 * n (1 - r) / (1 + r) (Bayley and Hammersley 1946). Never more than `count`, never less than 3.
 */
export function effectiveCount(residuals: ArrayLike<number>): number {
  const r = Math.max(0, autocorrelation(residuals, 1));
  return Math.max(3, (residuals.length * (1 - r)) / (1 + r));
}
