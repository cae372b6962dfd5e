import type { RobustFit } from '../stats/robust-regression.ts';
import type { Explanation } from './explanation.ts';
import type { Points } from './points.ts';
import type { Shape } from './shapes.ts';
import type { WaveColumns } from './waves.ts';

/** A story with a wave, fitted. */
export interface Candidate {
  readonly shape: Shape;
  readonly wave: WaveColumns;
  readonly fit: RobustFit;
}

/** What every fit of one set of points shares. */
export interface Setting {
  readonly points: Points;
  readonly base: readonly Float64Array[];
  readonly span: number;
  /** Bytes below which nothing counts. */
  readonly blind: number;
}

/** What a fitted story means in bytes, hours and bytes per hour; `count` is the effective number of points. */
export function explain(setting: Setting, { shape, wave, fit }: Candidate, count: number): Omit<Explanation, 'cost'> {
  const { points, base, span } = setting;
  const n = points.values.length;
  const trend = new Float64Array(n);
  [...base, ...shape.columns].forEach((column, at) => {
    for (let i = 0; i < n; i++) trend[i] = trend[i]! + fit.coefficients[at]! * column[i]!;
  });
  const growing = shape.outcome === 'growing';
  const coefficient = growing ? fit.coefficients[base.length]! : 0;
  const steep = growing ? gainPerHour(shape, points) : 0;
  return {
    story: shape.story,
    outcome: shape.outcome,
    wave: wave.wave,
    slope: coefficient * steep,
    slopeError: growing ? fit.errors[base.length]! * steep * Math.sqrt(Math.max(1, n / count)) : 0,
    perWork: shape.story === 'grows-with-work' ? coefficient : undefined,
    atHours: shape.atHours,
    growthBytes: growthOf(shape, trend, growing ? coefficient * steep * (span - (shape.atHours ?? 0)) : undefined),
    trend,
    calm: sum(trend, fit.residuals),
  };
}

function sum(first: Float64Array, second: Float64Array): Float64Array {
  const result = new Float64Array(first.length);
  for (let i = 0; i < result.length; i++) result[i] = first[i]! + second[i]!;
  return result;
}

/** From the first to the last point, save where memory rose and fell between them: then up to the highest. */
function growthOf(shape: Shape, trend: Float64Array, growing: number | undefined): number {
  if (growing !== undefined) return growing;
  return (shape.story === 'falls-back' ? Math.max(...trend) : trend.at(-1)!) - trend[0]!;
}

/** What the growing column gains in an hour: 1 for a column of hours, the mean rate of work for a column of work. */
function gainPerHour(shape: Shape, points: Points): number {
  const column = shape.columns[0]!;
  if (shape.story !== 'grows-with-work' && shape.story !== 'grows-with-busy-work') return 1;
  let gained = 0;
  let hours = 0;
  for (let i = 1; i < column.length; i++) {
    if (points.life[i] !== points.life[i - 1]) continue;
    gained += column[i]! - column[i - 1]!;
    hours += points.ages[i]! - points.ages[i - 1]!;
  }
  return hours > 0 ? gained / hours : 0;
}
