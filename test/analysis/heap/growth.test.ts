import { describe, expect, it } from 'vitest';
import { diffClasses, type HeapTotals } from '../../../functions/analysis/graph/diff.ts';
import { growthFindings, growthView, type Growth } from '../../../functions/analysis/heap/growth.ts';

const growth = (className: string, named: boolean, instances: number[], bytesEach: number): Growth => ({
  className,
  named,
  totals: instances.map((count) => ({ instances: count, shallowBytes: 0, retainedBytes: count * bytesEach })),
  path: [],
  holder: 'globalThis.sessions (Map)',
  heldBy: 'held by globalThis.sessions (a Map)',
  kind: 'unbounded-cache',
  advice: 'Bound it.',
  fingerprint: className,
});

describe('growth', () => {
  it('is shown with the classes that the program names before containers', () => {
    const dump = (sessions: number, arrays: number): HeapTotals =>
      new Map([
        ['Session', { instances: sessions, shallowBytes: sessions * 10, retainedBytes: sessions * 100 }],
        ['Array', { instances: arrays, shallowBytes: arrays * 50, retainedBytes: arrays * 5000 }],
      ]);
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

  it('is shown with what became more before the one object that has it all', () => {
    const dump = (sessions: number): HeapTotals =>
      new Map([
        ['Session', { instances: sessions, shallowBytes: 0, retainedBytes: sessions * 100 }],
        ['Cache', { instances: 1, shallowBytes: 0, retainedBytes: 16 + sessions * 120 }],
      ]);
    const { rows } = growthView(diffClasses([dump(100), dump(200)]), () => true, 10);
    expect(rows.map(([name]) => name)).toEqual(['Session', 'Cache']);
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

  it('is a sentence that one can read, and raw numbers for scripts', () => {
    const [steady] = growthFindings([growth('Session', true, [1000, 2000, 3000], 1000)], [5e6, 6e6, 7e6]);
    expect(steady?.title).toBe(
      'The number of Session objects grows by 1,000 a snapshot (+2.0 MB kept alive over 3 snapshots), held by globalThis.sessions (a Map)',
    );
    expect(steady?.evidence).toMatchObject({ instancesDelta: 2000, retainedBytesDelta: 2_000_000 });
    const [strings] = growthFindings([growth('(string)', false, [10, 5000, 4000], 1000)], [5e6, 6e6, 9e6]);
    expect(strings?.title).toMatch(/^The number of strings grew by 3,990, not steadily \(\+4\.0 MB /);
  });

  it('leaves out what neither the growth nor the heap would miss', () => {
    const found = (instances: number[], heapBytes: number[]): number =>
      growthFindings([growth('Route', true, instances, 100)], heapBytes).length;
    // 30 kB are noise where the heap grew by 10 MB to 50 MB, and all there is where it grew by 30 kB, or is small itself.
    expect(found([100, 400], [40e6, 50e6])).toBe(0);
    expect(found([100, 400], [50e6, 50.03e6])).toBe(1);
    expect(found([100, 400], [1e6, 5e6])).toBe(1);
    // A heap that shrank has no growth to take a share of.
    expect(found([100, 400], [60e6, 50e6])).toBe(0);
    expect(found([100, 4000], [60e6, 50e6])).toBe(1);
  });

  it('names ten at most', () => {
    const many = Array.from({ length: 30 }, (_, i) => growth(`Class${i}`, i % 2 === 0, [100, 200 + i], 10_000));
    const findings = growthFindings(many, [5e7, 1e8]);
    expect(findings).toHaveLength(10);
    expect(findings.map(({ evidence }) => evidence['class'])).toEqual(
      [28, 26, 24, 22, 20, 18, 16, 14, 12, 10].map((i) => `Class${i}`),
    );
  });
});
