import { describe, expect, it } from 'vitest';
import { judge } from '../../../../functions/analysis/series/verdict/judge.ts';
import { verdictReport } from '../../../../functions/analysis/series/verdict/verdict.ts';
import { BENDING } from '../builders/fresh/bending.ts';
import { CALM } from '../builders/fresh/calm.ts';
import { freshCase } from '../builders/fresh/families.ts';
import { GENERATIONS } from '../builders/fresh/generations.ts';
import { HIDDEN } from '../builders/fresh/hidden.ts';
import { OPEN } from '../builders/fresh/open.ts';
import { SHORT } from '../builders/fresh/short.ts';
import { TRAFFIC } from '../builders/fresh/traffic.ts';
import { simulate } from '../builders/simulate.ts';

const MB = 1e6;

/** One draw a family; `test/bench/verdict-fresh.ts` judges hundreds. What must not happen is a false alarm. */
describe('fresh cases without a leak', () => {
  it.each([...Object.keys(CALM), ...Object.keys(OPEN)])('%s', (family) => {
    expect(judge(freshCase(family, 1000).samples).whole.verdict).not.toBe('leak');
  });
});

describe.each([
  ['growth that bends', BENDING],
  ['old generations', GENERATIONS],
  ['garbage and waves of traffic', TRAFFIC],
  ['hidden behind something larger', HIDDEN],
])('%s', (_, families) => {
  it.each(Object.keys(families))('%s', (family) => {
    const { verdict, accept, layer, samples } = freshCase(family, 2);
    const { whole } = judge(samples);
    expect(accept ?? [verdict]).toContain(whole.verdict);
    if (layer) expect(whole.layer).toBe(layer);
  });
});

describe('short windows', () => {
  it.each(Object.keys(SHORT))('%s', (family) => {
    for (const seed of [1, 2, 3]) {
      const { verdict, accept, samples } = freshCase(family, seed);
      expect(accept ?? [verdict]).toContain(judge(samples).whole.verdict);
    }
  });

  const violent = (start: number) =>
    simulate({
      hours: 1.25,
      stepMinutes: 0.25,
      seed: 3,
      pods: [{ pod: 'a-0', start, native: (_, hour) => (100 + 400 * hour) * MB, load: () => 20, limit: 900 * MB }],
    });

  it('decide where an old process multiplies in a straight line, with less confidence and saying so', () => {
    const { findings } = verdictReport(violent(-30));
    expect(findings[0]!.evidence).toMatchObject({ verdict: 'leak', layer: 'native' });
    expect(findings[0]!.confidence).toBeLessThanOrEqual(0.8);
    expect(findings[0]!.evidence['reasons']).toEqual(
      expect.arrayContaining([expect.stringMatching(/less sure than a day would make it/)]),
    );
  });

  it('decide nothing of a heap between two full collections', () => {
    const samples = simulate({
      hours: 1.25,
      stepMinutes: 0.25,
      seed: 3,
      pods: [
        {
          pod: 'a-0',
          start: -30,
          runtime: 'jvm',
          heap: (_, hour) => (100 + 400 * hour) * MB,
          native: () => 40 * MB,
          load: () => 20,
          limit: 900 * MB,
        },
      ],
    });
    expect(judge(samples).whole.verdict).toBe('undecided');
  });
});
