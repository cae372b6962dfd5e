import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changePoints } from '../../../../functions/analysis/series/stats/change-points.ts';
import { normalCdf, normalQuantile } from '../../../../functions/analysis/series/stats/normal.ts';
import { correlation, rankCorrelation, ranks } from '../../../../functions/analysis/series/stats/ranks.ts';
import { robustFit } from '../../../../functions/analysis/series/stats/robust-regression.ts';
import { sawFloor } from '../../../../functions/analysis/series/stats/saw-floor.ts';
import { harmonics, seasonalStrength } from '../../../../functions/analysis/series/stats/seasonality.ts';
import { exponentialAverage, runningMedian } from '../../../../functions/analysis/series/stats/smoothing.ts';
import { wilson } from '../../../../functions/analysis/series/stats/wilson.ts';
import { Dice } from '../builders/simulate.ts';

describe('robustFit', () => {
  it('finds the coefficients that made the values, whatever they are', () => {
    const coefficient = fc.integer({ min: -50, max: 50 });
    fc.assert(
      fc.property(coefficient, coefficient, coefficient, (a, b, c) => {
        const one = new Float64Array(40).fill(1);
        const line = one.map((_, i) => i / 10);
        const wave = one.map((_, i) => Math.sin(i));
        const y = one.map((_, i) => a + b * line[i]! + c * wave[i]!);
        const fit = robustFit([one, line, wave], y)!;
        expect([...fit.coefficients].map((value) => Math.round(value * 1e4) / 1e4 + 0)).toEqual(
          [a, b, c].map((v) => v + 0),
        );
      }),
    );
  });

  it('is not pulled by a tenth of wild values', () => {
    const dice = new Dice(5);
    const one = new Float64Array(100).fill(1);
    const line = one.map((_, i) => i);
    const y = line.map((x, i) => 7 + 2 * x + dice.normal() + (i % 10 === 0 ? 500 : 0));
    expect(robustFit([one, line], y)!.coefficients[1]).toBeCloseTo(2, 1);
  });

  it('refuses more columns than points', () => {
    expect(
      robustFit([new Float64Array(2).fill(1), new Float64Array([1, 2])], new Float64Array([1, 2])),
    ).toBeUndefined();
  });
});

describe('changePoints', () => {
  it('finds the best single split, as trying every split does', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 8, maxLength: 40 }), (values) => {
        const error = (part: number[]): number => {
          const mean = part.reduce((sum, value) => sum + value, 0) / part.length;
          return part.reduce((sum, value) => sum + (value - mean) ** 2, 0);
        };
        let least = error(values);
        for (let at = 2; at + 2 <= values.length; at++)
          least = Math.min(least, error(values.slice(0, at)) + error(values.slice(at)));
        const [place] = changePoints(values, 1, 2, 0);
        const found = place === undefined ? error(values) : error(values.slice(0, place)) + error(values.slice(place));
        expect(found).toBeCloseTo(least, 6);
      }),
    );
  });
});

describe('sawFloor', () => {
  it('takes the values after each collection of a wide saw, and not the last ramp', () => {
    const values = Array.from({ length: 120 }, (_, i) => 100 + (i % 15) * 4);
    const floor = sawFloor(values);
    expect(floor.length).toBe(7);
    expect(floor.every((place) => values[place] === 100)).toBe(true);
  });

  it('sees no teeth in noise, in a wave or in a line', () => {
    const dice = new Dice(9);
    expect(sawFloor(Array.from({ length: 200 }, () => dice.normal()))).toEqual([]);
    expect(sawFloor(Array.from({ length: 200 }, (_, i) => Math.sin(i / 8)))).toEqual([]);
    expect(sawFloor(Array.from({ length: 200 }, (_, i) => i))).toEqual([]);
    // A batch every twenty places rises as sharply as it falls.
    expect(sawFloor(Array.from({ length: 200 }, (_, i) => i / 100 + (i % 20 > 3 && i % 20 < 8 ? 50 : 0)))).toEqual([]);
  });
});

describe('smoothing, seasons, ranks', () => {
  it('running median equals sorting each neighbourhood', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer(), { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 0, max: 5 }),
        (values, reach) => {
          const smooth = runningMedian(values, reach);
          values.forEach((_, i) => {
            const near = values.slice(Math.max(0, i - reach), i + reach + 1).sort((a, b) => a - b);
            const middle = (near[(near.length - 1) >> 1]! + near[near.length >> 1]!) / 2;
            expect(smooth[i]).toBeCloseTo(middle, 6);
          });
        },
      ),
    );
  });

  it('an exponential average of a constant is the constant, and lags behind a step', () => {
    const times = Float64Array.from({ length: 50 }, (_, i) => i);
    expect(
      [
        ...exponentialAverage(
          times,
          times.map(() => 4),
          3,
        ),
      ].every((value) => Math.abs(value - 4) < 1e-9),
    ).toBe(true);
    const step = exponentialAverage(
      times,
      times.map((time) => (time < 10 ? 0 : 1)),
      5,
    );
    expect(step[15]).toBeCloseTo(1 - Math.exp(-6 / 5), 9);
  });

  it('a daily wave has strength, noise has none', () => {
    const times = Float64Array.from({ length: 240 }, (_, i) => i / 2);
    const dice = new Dice(2);
    expect(
      seasonalStrength(
        times,
        times.map((time) => Math.sin((2 * Math.PI * time) / 24)),
        24,
      ),
    ).toBeGreaterThan(0.95);
    expect(
      seasonalStrength(
        times,
        times.map(() => dice.normal()),
        24,
      ),
    ).toBeLessThan(0.1);
    expect(harmonics(times, 24, 2)).toHaveLength(4);
  });

  it('ranks share ties, and rank correlation ignores the scale', () => {
    expect([...ranks([10, 20, 20, 5])]).toEqual([2, 3.5, 3.5, 1]);
    expect(rankCorrelation([1, 2, 3, 4], [1, 8, 27, 64])).toBeCloseTo(1, 9);
    expect(correlation([1, 2, 3], [5, 5, 5])).toBe(0);
  });

  it('normal and Wilson values are those of the tables', () => {
    expect(normalCdf(1.959964)).toBeCloseTo(0.975, 6);
    expect(normalQuantile(0.975)).toBeCloseTo(1.959964, 4);
    expect(wilson(41, 42).low).toBeCloseTo(0.877, 3);
    expect(wilson(0, 10).low).toBe(0);
  });
});
