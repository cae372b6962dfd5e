import type { RoleSeries } from '../recognise/subjects.ts';
import { countedTotal, interpolate } from './counter-rate.ts';
import type { Life } from './lives.ts';

/** Time cut into bins, each inside one life. Hours count from `startMs`, ages from the start of the bin's life. */
export interface Grid {
  readonly startMs: number;
  /** Bins cover [from, to), ms. */
  readonly fromMs: Float64Array;
  readonly toMs: Float64Array;
  readonly hours: Float64Array;
  readonly ages: Float64Array;
  readonly life: Int32Array;
  readonly lives: readonly Life[];
}

/** Middle and floor of a series in each bin of a grid; NaN where a bin has no sample. */
export interface Binned {
  readonly middle: Float64Array;
  /** Lowest: what is left when the garbage of the bin is gone. */
  readonly low: Float64Array;
}

export const HOUR_MS = 3_600_000;
const BINS = 240;
const FEWEST_IN_LIFE = 8;
/** Quantiles of a bin are taken from at most this many of its samples, evenly picked. */
const MOST_IN_BIN = 48;

/** Bins of equal width over the lives, at most about 240 in all, none narrower than the distance of the samples. */
export function makeGrid(lives: readonly Life[], intervalMs: number): Grid {
  const total = lives.reduce((sum, life) => sum + life.endMs - life.startMs, 0);
  const width = Math.max(total / BINS, intervalMs, 1);
  const fromMs: number[] = [];
  const toMs: number[] = [];
  const owner: number[] = [];
  lives.forEach((life, index) => {
    const span = life.endMs - life.startMs;
    const fit = Math.floor(span / Math.max(intervalMs, 1));
    const count = Math.max(1, Math.min(Math.max(Math.round(span / width), FEWEST_IN_LIFE), Math.max(1, fit)));
    for (let bin = 0; bin < count; bin++) {
      fromMs.push(life.startMs + (span * bin) / count);
      toMs.push(bin + 1 === count ? life.endMs + 1 : life.startMs + (span * (bin + 1)) / count);
      owner.push(index);
    }
  });
  const startMs = lives[0]?.startMs ?? 0;
  const centre = (bin: number): number => (fromMs[bin]! + toMs[bin]!) / 2;
  return {
    startMs,
    fromMs: Float64Array.from(fromMs),
    toMs: Float64Array.from(toMs),
    hours: Float64Array.from(fromMs, (_, bin) => (centre(bin) - startMs) / HOUR_MS),
    ages: Float64Array.from(fromMs, (_, bin) => (centre(bin) - lives[owner[bin]!]!.startMs) / HOUR_MS),
    life: Int32Array.from(owner),
    lives,
  };
}

/** A gauge on the grid. Series that are parts of one number are added; others follow each other in time. */
export function binGauges(grid: Grid, parts: readonly RoleSeries[] | undefined): Binned | undefined {
  if (!parts || parts.length === 0) return undefined;
  const all = parts.map((part) => binOne(grid, part.series.timesMs, part.series.values));
  const sum = all[0]!;
  for (let index = 1; index < all.length; index++) {
    const next = all[index]!;
    for (let bin = 0; bin < grid.hours.length; bin++) {
      if (Number.isNaN(next.middle[bin]!)) continue;
      const add = parts[index]!.additive === true && !Number.isNaN(sum.middle[bin]!);
      sum.middle[bin] = next.middle[bin]! + (add ? sum.middle[bin]! : 0);
      sum.low[bin] = next.low[bin]! + (add ? sum.low[bin]! : 0);
    }
  }
  return sum;
}

function binOne(grid: Grid, timesMs: Float64Array, values: Float64Array): Binned {
  const bins = grid.hours.length;
  const middle = new Float64Array(bins).fill(Number.NaN);
  const low = new Float64Array(bins).fill(Number.NaN);
  const picked = new Float64Array(MOST_IN_BIN);
  let next = 0;
  for (let bin = 0; bin < bins; bin++) {
    next = firstAtOrAfter(timesMs, grid.fromMs[bin]!, next);
    const end = firstAtOrAfter(timesMs, grid.toMs[bin]!, next);
    const count = end - next;
    if (count === 0) continue;
    const take = Math.min(count, MOST_IN_BIN);
    for (let index = 0; index < take; index++) picked[index] = values[next + Math.floor((index * count) / take)]!;
    const sorted = picked.subarray(0, take).sort();
    middle[bin] = take % 2 === 1 ? sorted[take >> 1]! : (sorted[(take >> 1) - 1]! + sorted[take >> 1]!) / 2;
    low[bin] = sorted[0]!;
    next = end;
  }
  return { middle, low };
}

/** Binary search from `from` on: the index of the first time >= `timeMs`. */
function firstAtOrAfter(timesMs: Float64Array, timeMs: number, from: number): number {
  let low = from;
  let high = timesMs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (timesMs[middle]! < timeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Rate per hour of counters in each bin (parts added); a gap between samples spreads its gain evenly. Gauges of a rate
 * (requests per second) are taken as they are.
 */
export function binRates(grid: Grid, parts: readonly RoleSeries[] | undefined): Float64Array | undefined {
  if (!parts || parts.length === 0) return undefined;
  const rates = new Float64Array(grid.hours.length);
  for (const { series } of parts) {
    const falls = series.kind === 'gauge' || (series.kind === 'unknown' && !mostlyRises(series.values));
    const total = falls ? undefined : countedTotal(series.values);
    const level = falls ? binOne(grid, series.timesMs, series.values).middle : undefined;
    for (let bin = 0; bin < rates.length; bin++) {
      const from = grid.fromMs[bin]!;
      const to = grid.toMs[bin]!;
      if (total) {
        const gained = interpolate(series.timesMs, total, to) - interpolate(series.timesMs, total, from);
        rates[bin] = rates[bin]! + (gained / (to - from)) * HOUR_MS;
      } else if (!Number.isNaN(level![bin]!)) rates[bin] = rates[bin]! + level![bin]! * 3600;
    }
  }
  return rates.some((rate) => rate > 0) ? rates : undefined;
}

function mostlyRises(values: Float64Array): boolean {
  let falls = 0;
  for (let index = 1; index < values.length; index++) if (values[index]! < values[index - 1]!) falls++;
  return falls <= 0.02 * values.length + 1;
}
