import { describe, expect, it } from 'vitest';
import type { AnalysedEvidence } from '../../../functions/analysis/casework/fold-case.ts';
import { whatIsMissing } from '../../../functions/analysis/casework/what-is-missing.ts';
import { versionMatrix } from '../../../functions/analysis/casework/version-matrix.ts';
import { verdictReport } from '../../../functions/analysis/series/verdict/verdict.ts';
import { Analysis } from '../../../functions/model/analysis.ts';
import { Evidence } from '../../../functions/model/evidence.ts';
import { simulate } from '../series/builders/simulate.ts';

const MB = 1e6;

function submitted(versions: Record<string, number>, context: Record<string, string> = {}): AnalysedEvidence {
  const pods = Object.entries(versions).map(([version, bytesPerHour], at) => ({
    pod: `web-7d9f8b6c5d-bcdf${at}`,
    version,
    native: (age: number) => 100 * MB + bytesPerHour * age,
    load: () => 20,
  }));
  const { findings } = verdictReport(simulate({ hours: 48, stepMinutes: 5, seed: 4, pods }));
  return {
    record: Evidence.parse({
      id: '0'.repeat(19),
      slug: 'x',
      name: 'x',
      sizeBytes: 1,
      kind: 'file',
      state: 'analysed',
      visibility: 'visible',
      submittedBy: 'a',
      submittedAtMs: 1_760_000_000_000,
      receiptHash: 'f'.repeat(64),
      version: 1,
      context,
    }),
    analysis: Analysis.parse({
      format: 'x',
      analyserVersion: 1,
      facts: [],
      findings,
      views: [],
      series: [],
      events: [],
      signatures: [],
      warnings: [],
      context: {},
    }),
  };
}

describe('the version matrix', () => {
  it('knows a version from the image, which nobody is asked for then', () => {
    const asked = (versions: Record<string, number>): string[] =>
      whatIsMissing({ status: 'open' }, [submitted(versions)]).map(({ what }) => what);
    expect(asked({ '1.9.0': MB })).not.toContain('The version that runs');
    expect(asked({ '': MB })).toContain('The version that runs');
  });

  it('has a row for each version that runs in one submission, with slope, interval and hours', () => {
    const { rows } = versionMatrix([submitted({ '1.9.0': 0, '1.10.0': MB }, { cluster: 'eu' })])!;
    expect(rows.map((row) => row.slice(0, 3))).toEqual([
      ['1.9.0', 'eu', 'no-leak'],
      ['1.10.0', 'eu', 'leak'],
    ]);
    const [, , , slope, low, high, hours] = rows[1]!;
    expect(Number(slope) / MB).toBeCloseTo(1, 1);
    expect(Number(low)).toBeLessThan(Number(slope));
    expect(Number(high)).toBeGreaterThan(Number(slope));
    expect(Number(hours)).toBeCloseTo(48, 0);
  });

  it('takes the version that the submitter named where the evidence holds one', () => {
    const { rows } = versionMatrix([submitted({ '1.0.0': MB }, { version: '2.13.3' })])!;
    expect(rows.map((row) => row.slice(0, 3))).toEqual([['2.13.3', 'a', 'leak']]);
  });

  it('is absent without a verdict', () => {
    expect(versionMatrix([{ ...submitted({ '1.0.0': 0 }), analysis: undefined }])).toBeUndefined();
  });
});
