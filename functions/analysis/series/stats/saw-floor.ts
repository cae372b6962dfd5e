import { quantile } from './quantiles.ts';

const FEWEST_TEETH = 5;
/** Share of the steps between drops that must rise: noise rises as often as it falls. */
const RISING_SHARE = 0.75;
/** A saw falls at once and rises slowly; pulses (a nightly batch) and noise rise as sharply as they fall. */
const SHARP_RISES = 0.5;
/** Samples a tooth must have on average to be seen as a ramp rather than as noise. */
const LEAST_RESOLUTION = 5;

/**
 * Places of the values right after each sharp drop: the floor under a sawtooth whose ramps are longer than the distance
 * of the samples, as after full garbage collections. A drop is sharp when it takes at most two places and is at least
 * `share` of the range of the values (5th to 95th percentile). The ramp after the last drop is not a floor, and neither is
 * what lies before the first. Empty where there are fewer than `FEWEST_TEETH`, or where teeth are so narrow or ragged that
 * no ramps are seen, or where it rises as sharply as it falls: then the series has no visible teeth.
 */
export function sawFloor(values: ArrayLike<number>, share = 0.3): number[] {
  const n = values.length;
  const threshold = share * (quantile(values, 0.95) - quantile(values, 0.05));
  if (!(threshold > 0)) return [];
  const drops: number[] = [];
  for (let i = 1; i < n; i++) {
    const before = Math.max(values[i - 1]!, i > 1 ? values[i - 2]! : Number.NEGATIVE_INFINITY);
    if (before - values[i]! < threshold) continue;
    if (drops.length > 0 && i - drops.at(-1)! <= 2) {
      if (values[i]! < values[drops.at(-1)!]!) drops[drops.length - 1] = i;
    } else drops.push(i);
  }
  if (drops.length < FEWEST_TEETH || n / drops.length < LEAST_RESOLUTION) return [];
  const ramps = rises(values, drops);
  if (ramps < RISING_SHARE || sharpRises(values, threshold) > SHARP_RISES * drops.length) return [];
  return drops.map((from, index) => lowest(values, from, drops[index + 1] ?? Math.min(n, from + 3)));
}

/** Rises by the threshold within one place or two. */
function sharpRises(values: ArrayLike<number>, threshold: number): number {
  let count = 0;
  for (let i = 1; i < values.length; i++) {
    const before = Math.min(values[i - 1]!, i > 1 ? values[i - 2]! : Number.POSITIVE_INFINITY);
    if (values[i]! - before < threshold) continue;
    count++;
    i++;
  }
  return count;
}

/** Share of the steps that do not fall, from each drop to the next. */
function rises(values: ArrayLike<number>, drops: readonly number[]): number {
  let up = 0;
  let all = 0;
  for (let index = 0; index + 1 < drops.length; index++) {
    for (let i = drops[index]! + 1; i < drops[index + 1]! - 1; i++) {
      all++;
      if (values[i]! >= values[i - 1]!) up++;
    }
  }
  return all > 0 ? up / all : 0;
}

function lowest(values: ArrayLike<number>, from: number, to: number): number {
  let place = from;
  for (let i = from; i < to; i++) if (values[i]! < values[place]!) place = i;
  return place;
}
