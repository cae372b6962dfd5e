import fc from 'fast-check';
import { expect, test } from 'vitest';
import { linearScale, ticks, timeTicks } from '../../../web/draw/scale.ts';

test('a scale and its inverse agree', () => {
  const scale = linearScale([10, 20], [0, 100]);
  expect(scale(15)).toBe(50);
  expect(scale.invert(50)).toBe(15);
  expect(linearScale([5, 5], [0, 100])(5)).toBe(0);
});

test('ticks are round, inside, and few', () => {
  expect(ticks(0, 2.2e9, 4)).toEqual([0, 1e9, 2e9]);
  expect(ticks(0, 1, 5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
  fc.assert(
    fc.property(
      fc.double({ min: -1e12, max: 1e12, noNaN: true }),
      fc.double({ min: 1e-6, max: 1e12, noNaN: true }),
      fc.integer({ min: 1, max: 12 }),
      (from, given, count) => {
        // Ticks a billionth of their size apart are beyond a double, and beyond any axis.
        const span = Math.max(given, Math.abs(from) * 1e-6);
        const found = ticks(from, from + span, count);
        expect(found.length).toBeLessThanOrEqual(count + 1);
        for (const tick of found) {
          expect(tick).toBeGreaterThanOrEqual(from - span * 1e-6);
          expect(tick).toBeLessThanOrEqual(from + span * (1 + 1e-6));
        }
      },
    ),
  );
});

test('ticks of time fall on round times in UTC and name days at midnight', () => {
  const from = Date.UTC(2026, 10, 17, 1);
  const found = timeTicks(from, from + 48 * 3_600_000, 5);
  expect(found.map((tick) => tick.label)).toEqual(['12:00', '18 Nov', '12:00', '19 Nov']);
  expect(timeTicks(Date.UTC(2020, 0, 1), Date.UTC(2026, 0, 1), 6).map((tick) => tick.label)).toContain('2022');
  expect(timeTicks(5, 5, 4)).toEqual([]);
});
