import { describe, expect, it } from 'vitest';
import type { SampleSet } from '../../../../functions/analysis/series/sample-set.ts';
import { judge } from '../../../../functions/analysis/series/verdict/judge.ts';
import { verdictReport } from '../../../../functions/analysis/series/verdict/verdict.ts';
import { type Course, simulate } from '../builders/simulate.ts';

const MB = 1e6;
const LIMIT = 800 * MB;

/** One memory series of a container as a console draws it: percent of the limit, with or without the limit beside it. */
function shares(of: string, as: string, native: Course, withLimit = false): SampleSet {
  const samples = simulate({
    hours: 48,
    stepMinutes: 5,
    seed: 4,
    pods: [{ pod: 'a-0', start: -30, native, limit: LIMIT }],
  });
  const memory = samples.series.find(({ metric }) => metric === of)!;
  const share = { ...memory, metric: as, unit: '%', values: memory.values.map((value) => (100 * value) / LIMIT) };
  const limit = samples.series.filter(({ metric }) => withLimit && metric === 'container_spec_memory_limit_bytes');
  return { ...samples, series: [share, ...limit] };
}
const leaking: Course = (_, hour) => (200 + 4 * hour) * MB;

describe('memory in percent of a limit', () => {
  it('leaks in percent points where the limit is unknown, and says what is missing', () => {
    const { findings, views } = verdictReport(shares('container_memory_rss', 'RSS of limit', leaking));
    for (const { evidence, title, limits } of findings.slice(0, 2)) {
      expect(evidence).toMatchObject({ verdict: 'leak', layer: 'native', slopeBytesPerHour: null, slopeLow: null });
      expect(evidence['slopePercentPerHour']).toBeCloseTo(0.5, 1);
      expect(Number(evidence['timeToLimitHours'])).toBeGreaterThan(90);
      expect(Number(evidence['timeToLimitHours'])).toBeLessThan(110);
      expect(evidence['onset']).not.toBeNull();
      expect(`${title} ${(evidence['reasons'] as string[]).join(' ')}`).not.toMatch(/\b[kMG]i?B\b/);
      expect(title).toMatch(/0\.5\d* percent points\/h; the limit is reached/);
      expect(limits).toMatch(/container_spec_memory_limit_bytes/);
    }
    const chart = views.find(({ kind }) => kind === 'chart');
    expect(chart).toMatchObject({ unit: '%' });
  });

  it('leaks in bytes where the limit is there', () => {
    const { whole } = judge(shares('container_memory_rss', 'RSS of limit', leaking, true));
    expect(whole).toMatchObject({ verdict: 'leak', layer: 'native' });
    expect(whole.slope!.bytesPerHour / (4 * MB)).toBeCloseTo(1, 1);
  });

  it('is no leak where it is flat, and open where page cache may be what grows', () => {
    const flat = verdictReport(shares('container_memory_working_set_bytes', 'Memory usage', () => 300 * MB));
    expect(flat.findings[0]!.evidence).toMatchObject({ verdict: 'no-leak', slopeBytesPerHour: 0 });
    expect(flat.findings[0]!.title).not.toMatch(/\b[kMG]i?B\b/);
    const grown = verdictReport(shares('container_memory_working_set_bytes', 'Memory usage', leaking));
    expect(grown.findings[0]!.evidence).toMatchObject({ verdict: 'undecided', missing: 'unknown-memory' });
  });
});
