import { robustFit } from './robust-regression.ts';

/** In less than this nothing of a wave was seen twice that could tell it from a curve. */
const LEAST_PERIODS = 1.5;

/** Sine and cosine columns of `period` and its first `count` harmonics, at `times` (same unit as `period`). */
export function harmonics(times: ArrayLike<number>, period: number, count: number): Float64Array[] {
  const columns: Float64Array[] = [];
  for (let order = 1; order <= count; order++) {
    const turn = (2 * Math.PI * order) / period;
    columns.push(Float64Array.from(times, (time) => Math.sin(turn * time)));
    columns.push(Float64Array.from(times, (time) => Math.cos(turn * time)));
  }
  return columns;
}

/**
 * How much of the absolute deviation around a line a wave of `period` removes, 0..1: 0 for none, 1 for a pure wave.
 * Needs at least one and a half periods; 0 otherwise.
 */
export function seasonalStrength(times: Float64Array, values: Float64Array, period: number): number {
  const count = times.length;
  if (count < 12 || times[count - 1]! - times[0]! < LEAST_PERIODS * period) return 0;
  const line = [new Float64Array(count).fill(1), Float64Array.from(times)];
  const without = robustFit(line, values);
  const within = robustFit([...line, ...harmonics(times, period, 2)], values);
  if (!without || !within) return 0;
  const total = absoluteSum(without.residuals);
  return total > 0 ? Math.max(0, 1 - absoluteSum(within.residuals) / total) : 0;
}

function absoluteSum(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += Math.abs(value);
  return sum;
}
