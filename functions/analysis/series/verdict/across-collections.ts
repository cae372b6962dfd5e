import { sawFloor } from '../stats/saw-floor.ts';
import { SLOWED } from './bends.ts';
import { FEWEST_COLLECTIONS } from './collections.ts';
import type { Missing } from './container-verdict.ts';
import type { Grid } from './grid.ts';
import type { Points } from './points.ts';
import type { Signal } from './signals.ts';

/** What came after the last full collection may be garbage: it must lie behind this share of the time. */
const LATE = 0.4;

/**
 * Young collections alone raise the old generation of a JVM in a straight line. What keeps full collections from confirming a growth that was read
 * from all floors; undefined where they do confirm it, or where nothing tells of them.
 */
export function unconfirmed(signal: Signal, points: Points, grid: Grid): Missing | undefined {
  if (!signal.collections || grid.lives.length > 1) return undefined;
  const { places, seen } = signal.collections;
  const few = places.length < FEWEST_COLLECTIONS || grid.ages[places.at(-1)!]! < LATE * grid.ages.at(-1)!;
  if (few && seen === 'surely') return 'no-full-collection';
  if (places.length === 0)
    return seen === 'likely' && !wideTeeth(signal.values, points) ? 'no-full-collection' : undefined;
  return slowedAcross(places, points, grid) ? 'not-settled' : undefined;
}

/** Between young collections as far apart as that, nearly everything has died before it is old enough for the old generation. */
function wideTeeth(values: Float64Array, { garbage }: Points): boolean {
  return garbage.length > 0 || sawFloor(values.filter((value) => !Number.isNaN(value))).length > 0;
}

/** From the last full collection but one to the last, the heap grew by less than before, in time and in work done. */
function slowedAcross(places: readonly number[], points: Points, grid: Grid): boolean {
  const at = places.map((place) => points.hours.indexOf(grid.hours[place]!)).filter((index) => index >= 0);
  if (at.length < FEWEST_COLLECTIONS) return false;
  const [first, before, last] = [at[0]!, at.at(-2)!, at.at(-1)!];
  return [points.ages, points.work].every((clock) => {
    if (!clock) return true;
    const pace = (from: number, to: number): number =>
      (points.values[to]! - points.values[from]!) / (clock[to]! - clock[from]!);
    return pace(before, last) < SLOWED * pace(first, before);
  });
}
