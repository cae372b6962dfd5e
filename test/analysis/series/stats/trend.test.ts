import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { autocorrelation, effectiveCount } from '../../../../functions/analysis/series/stats/autocorrelation.ts';
import { mannKendall } from '../../../../functions/analysis/series/stats/mann-kendall.ts';
import { median, quantile } from '../../../../functions/analysis/series/stats/quantiles.ts';
import { theilSen } from '../../../../functions/analysis/series/stats/theil-sen.ts';
import { Dice } from '../builders/simulate.ts';

const numbers = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 4, maxLength: 40 });

describe('theilSen', () => {
  it('is the median of all pairwise slopes', () => {
    fc.assert(
      fc.property(numbers, (values) => {
        const slopes: number[] = [];
        for (let a = 0; a < values.length; a++)
          for (let b = a + 1; b < values.length; b++) slopes.push((values[b]! - values[a]!) / (b - a));
        const line = theilSen([...values.keys()], values)!;
        expect(line.slope).toBeCloseTo(median(slopes), 9);
        expect(line.low).toBeLessThanOrEqual(line.slope);
        expect(line.high).toBeGreaterThanOrEqual(line.slope);
      }),
    );
  });

  it('does not move for a quarter of wild values', () => {
    const values = Array.from({ length: 80 }, (_, i) => (i % 4 === 3 ? 1e6 : 3 * i));
    expect(theilSen([...values.keys()], values)!.slope).toBeCloseTo(3, 0);
  });

  it('covers the true slope in about 95 of 100 noisy lines', () => {
    let covered = 0;
    for (let seed = 1; seed <= 200; seed++) {
      const dice = new Dice(seed);
      const values = Array.from({ length: 50 }, (_, i) => 0.4 * i + 5 * dice.normal());
      const { low, high } = theilSen([...values.keys()], values)!;
      if (low <= 0.4 && 0.4 <= high) covered++;
    }
    expect(covered / 200).toBeGreaterThan(0.9);
    expect(covered / 200).toBeLessThan(0.99);
  });

  it('says nothing of fewer than three distinct pairs', () => {
    expect(theilSen([0, 1], [1, 2])).toBeUndefined();
    expect(theilSen([1, 1, 1, 1], [1, 2, 3, 4])).toBeUndefined();
  });
});

describe('mannKendall', () => {
  it('counts rising minus falling pairs', () => {
    fc.assert(
      fc.property(numbers, (values) => {
        let s = 0;
        for (let a = 0; a < values.length; a++)
          for (let b = a + 1; b < values.length; b++) s += Math.sign(values[b]! - values[a]!);
        const test = mannKendall(values);
        expect(test.s).toBe(s);
        expect(test.p).toBeGreaterThanOrEqual(0);
        expect(test.p).toBeLessThanOrEqual(1 + 1e-6);
        expect(test.inflation).toBeGreaterThanOrEqual(1);
      }),
    );
  });

  it('calls autocorrelated noise a trend far less often than the plain test', () => {
    let corrected = 0;
    let plain = 0;
    for (let seed = 1; seed <= 100; seed++) {
      const dice = new Dice(seed);
      let creep = 0;
      const values = Array.from({ length: 80 }, () => (creep = 0.8 * creep + dice.normal()));
      const { p, s } = mannKendall(values);
      if (p < 0.01) corrected++;
      if (Math.abs(s) / Math.sqrt((80 * 79 * 165) / 18) > 2.576) plain++;
    }
    expect(plain).toBeGreaterThan(25);
    expect(corrected).toBeLessThan(plain / 2);
  });

  it('finds a clear rise', () => {
    expect(mannKendall(Array.from({ length: 40 }, (_, i) => i + (i % 3))).p).toBeLessThan(1e-6);
  });
});

describe('quantiles and autocorrelation', () => {
  it('agree with sorting', () => {
    fc.assert(
      fc.property(numbers, fc.double({ min: 0, max: 1, noNaN: true }), (values, q) => {
        const sorted = values.toSorted((a, b) => a - b);
        const place = q * (sorted.length - 1);
        const low = sorted[Math.floor(place)]!;
        const high = sorted[Math.ceil(place)]!;
        expect(quantile(values, q)).toBeGreaterThanOrEqual(low);
        expect(quantile(values, q)).toBeLessThanOrEqual(high);
      }),
    );
  });

  it('reduces the count of a creeping series, and not that of noise', () => {
    const dice = new Dice(3);
    let creep = 0;
    const creeping = Array.from({ length: 300 }, () => (creep = 0.9 * creep + dice.normal()));
    const noise = Array.from({ length: 300 }, () => dice.normal());
    expect(autocorrelation(creeping, 1)).toBeGreaterThan(0.8);
    expect(effectiveCount(creeping)).toBeLessThan(40);
    expect(effectiveCount(noise)).toBeGreaterThan(200);
  });
});
