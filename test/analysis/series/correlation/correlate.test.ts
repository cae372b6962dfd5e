import { describe, expect, it } from 'vitest';
import { correlate, correlationFinding } from '../../../../functions/analysis/series/correlation/correlate.ts';
import { laggedCorrelation } from '../../../../functions/analysis/series/correlation/lagged.ts';
import { judge } from '../../../../functions/analysis/series/verdict/judge.ts';
import { Finding } from '../../../../functions/model/analysis.ts';
import { hardCase } from '../builders/hard-cases.ts';
import { Dice } from '../builders/simulate.ts';

describe('laggedCorrelation', () => {
  it('finds the lag that was put in', () => {
    const dice = new Dice(6);
    const cause = Float64Array.from({ length: 80 }, () => dice.normal());
    const effect = cause.map((_, i) => (i >= 3 ? cause[i - 3]! : 0) + 0.1 * dice.normal());
    expect(laggedCorrelation(cause, effect, 6)).toMatchObject({ lag: 3 });
  });

  it('says nothing of too few pairs', () => {
    expect(laggedCorrelation(new Float64Array(8), new Float64Array(8), 2)).toBeUndefined();
  });
});

describe('correlate', () => {
  it('names load where a leak grows only under load', () => {
    const { containers } = judge(hardCase('leak that pauses at night, load known', 1).samples);
    const found = correlate(containers[0]!);
    expect(found.map(({ driver }) => driver)).toContain('load');
    expect(found[0]!.strength).toBeGreaterThan(0.6);
    expect(Finding.parse(correlationFinding(containers[0]!)).title).toMatch(/faster when there is more of/);
  });

  it('names nothing where a leak grows by the clock', () => {
    const { containers } = judge(hardCase('it starts to leak in the middle', 1).samples);
    expect(correlationFinding(containers[0]!)).toBeUndefined();
  });
});
