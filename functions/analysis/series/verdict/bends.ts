import { mannKendall } from '../stats/mann-kendall.ts';
import { type TheilSen, theilSen } from '../stats/theil-sen.ts';

/** Where the pace is taken, as shares of the time: behind what a warm-up does at the start. */
const PARTS = [
  [0.1, 0.4],
  [0.4, 0.7],
  [0.7, 1],
] as const;
/** A pace that falls by less than this from part to part is a straight line to anybody who looks at it. */
export const SLOWED = 0.8;
const FEWEST_IN_PART = 4;

/**
 * Does growth still slow down at the end, whatever curve it follows? A leak behind a warm-up has found its pace by the
 * middle of the window; a cache that fills, a dictionary or a heap that settles slows from part to part. By the slopes of three parts (Theil-Sen) of `values` over `clock` (ages, or work
 * done), so that no formula must fit: each slower than the one before, and the last slower than the middle by a fifth and
 * by more than both their intervals.
 */
export function stillBends(clock: readonly number[], values: readonly number[]): boolean {
  const start = clock[0]!;
  const span = clock.at(-1)! - start;
  const [first, middle, late] = PARTS.map(([from, to]) => {
    const places = [...clock.keys()].filter((place) => {
      const share = (clock[place]! - start) / span;
      return share >= from && share <= to;
    });
    return places.length < FEWEST_IN_PART
      ? undefined
      : pace(
          places.map((place) => clock[place]!),
          places.map((place) => values[place]!),
        );
  });
  if (!first || !middle || !late) return false;
  return first.slope > middle.slope && late.slope < SLOWED * middle.slope && late.high < middle.low;
}

function pace(clock: number[], values: number[]): TheilSen | undefined {
  return theilSen(clock, values, 0.9, mannKendall(values).inflation);
}
