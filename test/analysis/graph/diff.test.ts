import { describe, expect, it } from 'vitest';
import { diffClasses, type HeapTotals } from '../../../functions/analysis/graph/diff.ts';
import { growthFindings, growthView, type Growth } from '../../../functions/analysis/graph/growth.ts';

const dump = (sessions: number, arrays: number): HeapTotals =>
  new Map([
    ['Session', { instances: sessions, shallowBytes: sessions * 10, retainedBytes: sessions * 100 }],
    ['Array', { instances: arrays, shallowBytes: arrays * 50, retainedBytes: arrays * 5000 }],
    ['Same', { instances: 3, shallowBytes: 3, retainedBytes: 3 }],
  ]);

const growth = (className: string, named: boolean, instances: number[], bytesEach: number): Growth => ({
  className,
  named,
  totals: instances.map((count) => ({ instances: count, shallowBytes: 0, retainedBytes: count * bytesEach })),
  steady: instances.every((count, i) => i === 0 || count > instances[i - 1]!),
  path: [],
  holder: 'globalThis.sessions (Map)',
  kind: 'unbounded-cache',
  advice: 'Bound it.',
  fingerprint: className,
});

describe('diff', () => {
  it('lists what changed, with a column a dump', () => {
    const changed = diffClasses([dump(100, 5), dump(200, 4), dump(300, 8)]);
    expect(changed.map(({ name, steady }) => [name, steady])).toEqual([
      ['Session', true],
      ['Array', false],
    ]);
    expect(changed[0]).toMatchObject({ instancesDelta: 200, shallowBytesDelta: 2000, retainedBytesDelta: 20_000 });
  });

  it('shows named classes before containers', () => {
    const changed = diffClasses([dump(100, 5), dump(200, 500)]);
    expect(changed[0]?.name).toBe('Array');
    expect(growthView(changed, (name) => name === 'Session', 10).rows[0]).toEqual([
      'Session',
      100,
      200,
      100,
      1000,
      10_000,
    ]);
  });

  it('finds what grew enough, named classes first, and trusts steady growth more', () => {
    const findings = growthFindings(
      [
        growth('(string)', false, [10, 5000, 9000], 100),
        growth('Session', true, [1000, 2000, 3000], 100),
        growth('Job', true, [1000, 3000, 2500], 100),
        growth('Stable', true, [1000, 1001, 1002], 5000),
        growth('Shrinking', true, [1000, 500, 100], 5000),
      ],
      [1e6, 2e6, 3e6],
    );
    expect(findings.map(({ evidence }) => evidence['class'])).toEqual(['Session', 'Job', '(string)']);
    expect(findings[0]?.evidence).toMatchObject({
      instancesDelta: 2000,
      retainedBytesDelta: 200_000,
      instancesPerDump: 1000,
    });
    expect(findings[0]!.confidence).toBeGreaterThan(findings[1]!.confidence);
    expect(findings[1]?.severity).toBe('note');
  });
});
