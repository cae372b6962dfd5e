import { robustFit } from '../stats/robust-regression.ts';
import { harmonics, seasonalStrength } from '../stats/seasonality.ts';
import { exponentialAverage } from '../stats/smoothing.ts';
import type { Wave } from './explanation.ts';
import type { Points } from './points.ts';

/** Columns that stand for a wave, and what they cost in parameters. */
export interface WaveColumns {
  readonly wave: Wave;
  readonly columns: readonly Float64Array[];
  readonly parameters: number;
}

/** How long memory may remember load: sessions, pools and caches hold what was asked for minutes to half a day. */
const LAGS_HOURS = [0, 0.5, 1, 2, 3.5, 6, 10];
/** Then closely around the best of these. */
const CLOSER = [0.7, 0.8, 0.9, 1.12, 1.25, 1.4];
const DAY_HOURS = 24;
/** A daily wave can be told from a trend from a day and a half on: half of it was seen twice. */
const DAYS_FOR_SEASON = 1.5;
/** A wave that removes less of the deviation than this is not worth its four parameters. */
const LEAST_STRENGTH = 0.1;
/** Load that varies by less than this share of its mean cannot explain anything. */
const LEAST_VARIATION = 0.03;

/**
 * The waves that could be in `points`. Load enters at the lag that fits best beside a line and a warm-up (`flexible`).
 */
export function possibleWaves(
  points: Points,
  base: readonly Float64Array[],
  flexible: readonly Float64Array[],
): WaveColumns[] {
  const { garbage } = points;
  const waves: WaveColumns[] = [{ wave: 'none', columns: garbage, parameters: garbage.length }];
  const load = loadWave(points, [...base, ...garbage], flexible);
  if (load) waves.push(load);
  const span = points.hours.at(-1)! - points.hours[0]!;
  if (span >= DAYS_FOR_SEASON * DAY_HOURS && points.hours.length >= 30) {
    if (seasonalStrength(points.hours, points.values, DAY_HOURS) > LEAST_STRENGTH) {
      const columns = [...harmonics(points.hours, DAY_HOURS, 2), ...garbage];
      waves.push({ wave: 'daily', columns, parameters: 4 + garbage.length });
    }
  }
  return waves;
}

function loadWave(
  points: Points,
  base: readonly Float64Array[],
  flexible: readonly Float64Array[],
): WaveColumns | undefined {
  const { rates } = points;
  if (!rates || points.values.length < 8 || !normalised(rates)) return undefined;
  let best: { error: number; lag: number; column: Float64Array } | undefined;
  const attempt = (lag: number): void => {
    const column = normalised(lagged(points, rates, lag));
    const fit = column && robustFit([...base, ...flexible, column], points.values, 2);
    if (!fit) return;
    let error = 0;
    for (const residual of fit.residuals) error += Math.abs(residual);
    if (!best || error < best.error) best = { error, lag, column };
  };
  const span = Math.max(...points.ages);
  for (const lag of LAGS_HOURS) if (lag <= span / 4) attempt(lag);
  const coarse = best?.lag ?? 0;
  if (coarse > 0) for (const factor of CLOSER) attempt(coarse * factor);
  const { garbage } = points;
  return (
    best && { wave: 'load', columns: [best.column, ...garbage], parameters: (best.lag > 0 ? 1.5 : 1) + garbage.length }
  );
}

/** In each life from its own start: a new process remembers nothing. */
function lagged(points: Points, rates: Float64Array, lag: number): Float64Array {
  if (lag === 0) return rates;
  const result = new Float64Array(rates.length);
  for (let from = 0; from < rates.length;) {
    let to = from + 1;
    while (to < rates.length && points.life[to] === points.life[from]) to++;
    result.set(exponentialAverage(points.ages.subarray(from, to), rates.subarray(from, to), lag), from);
    from = to;
  }
  return result;
}

/** Divided by its mean: a coefficient is then the bytes that the mean load holds. Undefined for no load, or an even one. */
function normalised(rates: Float64Array): Float64Array | undefined {
  let sum = 0;
  for (const rate of rates) sum += rate;
  const mean = sum / rates.length;
  if (!(mean > 0)) return undefined;
  let deviation = 0;
  for (const rate of rates) deviation += Math.abs(rate - mean);
  return deviation / rates.length > LEAST_VARIATION * mean ? rates.map((rate) => rate / mean) : undefined;
}
