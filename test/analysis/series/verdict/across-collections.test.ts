import { describe, expect, it } from 'vitest';
import { paceAcross, unconfirmed } from '../../../../functions/analysis/series/verdict/across-collections.ts';
import { HOUR_MS, makeGrid } from '../../../../functions/analysis/series/verdict/grid.ts';
import { judge } from '../../../../functions/analysis/series/verdict/judge.ts';
import { type Points, pickPoints } from '../../../../functions/analysis/series/verdict/points.ts';
import type { Signal } from '../../../../functions/analysis/series/verdict/signals.ts';
import { freshCase } from '../builders/fresh/families.ts';

const grid = makeGrid([{ startMs: 0, endMs: 60 * HOUR_MS, end: 'open', startSeen: false }], HOUR_MS);
const places = [8, 22, 50];
/** The second collection is caught with the young garbage of nearly a whole tooth. */
const TEETH = [0, 12, 5, 9, 2, 7];

/** The points and the doubt about a heap that holds `held(hour)`, under young garbage. */
function across(held: (hour: number) => number): { points: Points; doubt: unknown } {
  const values = Float64Array.from(grid.hours, (hour, place) => held(hour) + TEETH[(place + 3) % TEETH.length]!);
  const signal: Signal = {
    layer: 'jvm-heap',
    title: 'heap',
    values,
    floor: 'collected',
    scope: 'whole',
    collections: { places, seen: 'surely' },
  };
  const points = pickPoints(grid, values, undefined, 'collected', places);
  return { points, doubt: unconfirmed(signal, points, grid) };
}

describe('growth across full collections', () => {
  it('is steady, however much young garbage is back by the time of a sample', () => {
    const { points, doubt } = across((hour) => 100 + hour);
    expect(points.collected).toHaveLength(3);
    expect(doubt).toBeUndefined();
    expect(paceAcross(points)!.slope).toBeCloseTo(1, 1);
  });

  it('is in doubt where a cache became full', () => {
    expect(across((hour) => 100 + Math.min(hour, 25)).doubt).toBe('not-settled');
  });

  // Draws in which single samples behind the collections had made the leak look slower, or the full cache look like a leak.
  it.each([
    ['JVM: leak, the heap grows at full collections', 301],
    ['JVM: leak, the heap grows at full collections', 302],
    ['JVM: leak, the heap grows at full collections', 303],
    ['JVM: cache is full, old entries pile up', 313],
  ])('%s, draw %i', (family, seed) => {
    const { verdict, accept, samples } = freshCase(family, seed);
    expect(accept ?? [verdict]).toContain(judge(samples).whole.verdict);
  });
});
