import { describe, expect, it } from 'vitest';
import { judge } from '../../../../functions/analysis/series/verdict/judge.ts';
import { HARD_CASES, hardCase } from '../builders/hard-cases.ts';

/** Built cases, harder than the open corpus: two draws of each here, more by hand. One setting judges all. */
describe.each(Object.keys(HARD_CASES))('%s', (name) => {
  it.each([1, 2])('draw %i', (seed) => {
    const built = hardCase(name, seed);
    const { whole } = judge(built.samples);
    expect(built.accept ?? [built.verdict]).toContain(whole.verdict);
    if (built.layer !== undefined) expect(whole.layer).toBe(built.layer);
    if (built.pod !== undefined) expect(whole.main?.subject.pod).toBe(built.pod);
    if (built.state !== undefined) expect(whole.stateAtEnd).toBe(built.state);
    if (built.bytesPerHour !== undefined) {
      expect(Math.abs(whole.slope!.bytesPerHour / built.bytesPerHour - 1)).toBeLessThan(0.15);
    }
  });
});
