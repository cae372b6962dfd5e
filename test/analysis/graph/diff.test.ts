import { describe, expect, it } from 'vitest';
import { diffClasses, growsSteadily, type HeapTotals } from '../../../functions/analysis/graph/diff.ts';

const dump = (sessions: number, arrays: number): HeapTotals =>
  new Map([
    ['Session', { instances: sessions, shallowBytes: sessions * 10, retainedBytes: sessions * 100 }],
    ['Array', { instances: arrays, shallowBytes: arrays * 50, retainedBytes: arrays * 5000 }],
    ['Same', { instances: 3, shallowBytes: 3, retainedBytes: 3 }],
  ]);

describe('diff', () => {
  it('lists what changed, with a column a dump', () => {
    const changed = diffClasses([dump(100, 5), dump(200, 4), dump(300, 8)]);
    expect(changed.map(({ name, totals }) => [name, growsSteadily(totals, 'instances')])).toEqual([
      ['Session', true],
      ['Array', false],
    ]);
    expect(changed[0]).toMatchObject({ instancesDelta: 200, shallowBytesDelta: 2000, retainedBytesDelta: 20_000 });
  });
});
