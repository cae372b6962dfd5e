import { describe, expect, it } from 'vitest';
import { sinceCollection } from '../../../../functions/analysis/series/verdict/collections.ts';
import { judge } from '../../../../functions/analysis/series/verdict/judge.ts';
import { freshCase } from '../builders/fresh/families.ts';

const clock = Float64Array.from({ length: 40 }, (_, hour) => hour);
const oneLife = new Int32Array(40);
const columnsOf = (value: (hour: number) => number): Float64Array[] =>
  sinceCollection(clock, oneLife, clock.map(value));

describe('garbage since the last full collection', () => {
  it('is counted from each sharp fall, and apart before the first', () => {
    const [since, before, rise] = columnsOf((hour) => 100 + 0.5 * hour + 5 * ((hour + 3) % 10));
    expect([...since!].slice(5, 12)).toEqual([0, 0, 0, 1, 2, 3, 4]);
    expect([...before!].slice(5, 9)).toEqual([1, 1, 0, 0]);
    expect([...rise!].slice(5, 9)).toEqual([5, 6, 0, 0]);
  });

  it('is not seen in noise, in a wave, in one fall, or across a restart', () => {
    expect(columnsOf((hour) => 100 + 10 * Math.sin(97 * hour * hour))).toEqual([]);
    expect(columnsOf((hour) => 100 + 10 * Math.sin(hour / 3))).toEqual([]);
    expect(columnsOf((hour) => (hour < 20 ? 100 + hour : 80 + hour))).toEqual([]);
    // Two floors and what came before them: a fit may follow one long ramp and pass over the rest.
    expect(columnsOf((hour) => 15 + 2 * ((hour + 4) % 18))).toEqual([]);
    const lives = oneLife.map((_, hour) => (hour < 20 ? 0 : 1));
    expect(
      sinceCollection(
        clock,
        lives,
        clock.map((hour) => 5 * (hour % 10)),
      ),
    ).toEqual([]);
  });
});

describe('memory that hides behind something larger', () => {
  it.each([
    'leak that is swapped out',
    'JVM floor rises under old garbage',
    'old garbage over an even floor',
    'one full collection in all the time',
    'load rises in stairs',
    'leak too slow for the life of a pod',
  ])('%s', (family) => {
    const { verdict, accept, layer, state, samples } = freshCase(family, 3);
    const { whole } = judge(samples);
    expect(accept ?? [verdict]).toContain(whole.verdict);
    if (layer) expect(whole.layer).toBe(layer);
    if (state) expect(whole.stateAtEnd).toBe(state);
  });
});
