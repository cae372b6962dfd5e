import { quantile } from '../stats/quantiles.ts';

/** Fewer collections than this leave open what is garbage and what is growth: one level is known for sure after each, and two of them, beside a ramp that a fit may follow instead, are no trend. */
export const FEWEST_COLLECTIONS = 3;
/** A fall by this share of the range, within two places, is a collection. */
const SHARP_SHARE = 0.25;
/** Places between collections, on average: fewer are noise, and the floor of neighbours has taken such teeth away. */
const LEAST_RAMP = 4;
/** Share of the steps between collections that rise. Waves of load rise as they fall: in half of the steps. */
const RISING_SHARE = 0.75;
/** So much of the whole change must be ramps that fall at once. */
const SHARP_PART = 0.5;

/**
 * The old generation of a heap fills slowly with what outlived the young collections, and a full collection takes it away:
 * long ramps under the quick teeth, too few to read a trend from their feet alone. Their garbage as columns of a
 * regression: work done since the last collection (`clock`; hours where nobody counted work), and a line of its own for the points before the first, whose garbage
 * began unseen and among which something may have filled. A trend is then read beside the ramps. `known` are the places right behind collections, where they
 * need not be guessed. Empty where there are no such ramps, or more than one life.
 */
export function sinceCollection(
  clock: Float64Array,
  life: Int32Array,
  values: Float64Array,
  known: readonly number[] = [],
): Float64Array[] {
  const n = values.length;
  if (n < 4 * LEAST_RAMP || life[0] !== life[n - 1]) return [];
  const drops = known.length > 0 ? known : sharpFalls(values);
  if (drops.length < FEWEST_COLLECTIONS || n / (drops.length + 1) < LEAST_RAMP) return [];
  if (known.length === 0 && !mostlyRamps(values, drops)) return [];
  const since = new Float64Array(n);
  const before = new Float64Array(n);
  const rise = new Float64Array(n);
  let start = clock[0]!;
  for (let i = 0; i < n; i++) {
    if (drops.includes(i)) start = clock[i]!;
    since[i] = clock[i]! - start;
    if (i >= drops[0]!) continue;
    before[i] = 1;
    rise[i] = clock[i]! - clock[0]!;
    since[i] = 0;
  }
  return [since, before, rise];
}

/** The first place at the foot of each sharp fall. */
function sharpFalls(values: Float64Array): number[] {
  const threshold = SHARP_SHARE * (quantile(values, 0.95) - quantile(values, 0.05));
  if (!(threshold > 0)) return [];
  const drops: number[] = [];
  for (let i = 1; i < values.length; i++) {
    const from = Math.max(values[i - 1]!, i > 1 ? values[i - 2]! : Number.NEGATIVE_INFINITY);
    if (from - values[i]! < threshold) continue;
    if (drops.length > 0 && i - drops.at(-1)! <= 2) {
      if (values[i]! < values[drops.at(-1)!]!) drops[drops.length - 1] = i;
    } else drops.push(i);
  }
  return drops;
}

function mostlyRamps(values: Float64Array, drops: readonly number[]): boolean {
  let up = 0;
  let all = 0;
  let risen = 0;
  let sharp = 0;
  for (let i = 1; i < values.length; i++) {
    const step = values[i]! - values[i - 1]!;
    if (drops.some((drop) => i === drop || i === drop - 1)) continue;
    all++;
    if (step >= 0) up++;
    risen += Math.max(0, step);
  }
  const steps = Float64Array.from(values.subarray(1), (value, i) => value - values[i]!).sort();
  for (const step of steps.subarray(-drops.length)) sharp += Math.max(0, step);
  return all > 0 && up >= RISING_SHARE * all && sharp <= SHARP_PART * risen;
}
