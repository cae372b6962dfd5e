import { sawFloor } from '../stats/saw-floor.ts';
import { theilSen } from '../stats/theil-sen.ts';
import { SLOWED } from './bends.ts';
import type { Missing } from './container-verdict.ts';
import type { Grid } from './grid.ts';
import type { Points } from './points.ts';
import type { Signal } from './signals.ts';

/** The last stretch between full collections begins behind about this share of the time up to the last. */
const LAST_STRETCH = 0.6;

/**
 * Young collections alone raise the old generation of a JVM in a straight line. What keeps full collections from confirming a growth that was read
 * from all floors; undefined where they do confirm it, or where nothing tells of them.
 */
export function unconfirmed(signal: Signal, points: Points, grid: Grid): Missing | undefined {
  if (!signal.collections || grid.lives.length > 1) return undefined;
  const { places, seen } = signal.collections;
  if (points.collected.length === 0 && seen === 'surely') return 'no-full-collection';
  if (places.length === 0 && seen === 'likely' && !wideTeeth(signal.values, points)) return 'no-full-collection';
  return slowedAcross(points) ? 'not-settled' : undefined;
}

/**
 * Bytes per hour from full collection to full collection: what is held, without the garbage that young collections leave. The error is half of what
 * the stretches between them differ by. Undefined where too few are known.
 */
export function paceAcross({ collected, ages, values }: Points): { slope: number; error: number } | undefined {
  const line = theilSen(
    collected.map((at) => ages[at]!),
    collected.map((at) => values[at]!),
  );
  if (!line) return undefined;
  const paces = collected.slice(1).map((at, i) => {
    const before = collected[i]!;
    return (values[at]! - values[before]!) / (ages[at]! - ages[before]!);
  });
  return { slope: line.slope, error: (Math.max(...paces) - Math.min(...paces)) / 2 };
}

/** Between young collections as far apart as that, nearly everything has died before it is old enough for the old generation. */
function wideTeeth(values: Float64Array, { garbage }: Points): boolean {
  return garbage.length > 0 || sawFloor(values.filter((value) => !Number.isNaN(value))).length > 0;
}

/** In the last stretch between full collections the heap grew by less than before, in time and in work done. */
function slowedAcross({ collected, ages, work, values }: Points): boolean {
  const first = collected[0];
  const last = collected.at(-1);
  const before = collected.findLast((at) => ages[at]! < LAST_STRETCH * ages[last!]!);
  if (first === undefined || last === undefined || before === undefined || before === first) return false;
  return [ages, work].every((clock) => {
    const pace = (from: number, to: number): number => (values[to]! - values[from]!) / (clock![to]! - clock![from]!);
    return clock === undefined || pace(before, last) < SLOWED * pace(first, before);
  });
}
