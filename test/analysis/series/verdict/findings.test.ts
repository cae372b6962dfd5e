import { describe, expect, it } from 'vitest';
import { Finding } from '../../../../functions/model/analysis.ts';
import { View } from '../../../../functions/model/view.ts';
import { verdictReport } from '../../../../functions/analysis/series/verdict/verdict.ts';
import { hardCase } from '../builders/hard-cases.ts';
import { simulate } from '../builders/simulate.ts';

const FIELDS = [
  'verdict',
  'layer',
  'namespace',
  'pod',
  'container',
  'slopeBytesPerHour',
  'slopeLow',
  'slopeHigh',
  'onset',
  'timeToLimitHours',
  'confidence',
];

describe('findings of the verdict', () => {
  const { samples } = hardCase('one of thirty pods leaks', 1);
  const { findings, views } = verdictReport(samples);

  it('are one for the whole and one a container, with the fields of the contract', () => {
    expect(findings).toHaveLength(31);
    expect(findings[0]!.evidence['scope']).toBe('case');
    for (const finding of findings) {
      expect(Finding.parse(finding).rule).toBe('metrics/verdict');
      for (const field of FIELDS) expect(finding.evidence).toHaveProperty(field);
    }
    expect(findings[0]!.evidence).toHaveProperty('fixedAt');
    expect(findings[0]!.evidence).toHaveProperty('stateAtEnd', 'leaking');
    expect(findings.filter(({ evidence }) => evidence['verdict'] === 'leak')).toHaveLength(2);
  });

  it('say it in one sentence made from numbers, with reasons', () => {
    expect(findings[0]!.title).toMatch(/^Leak\. JS heap of `app` grows .*MB\/h.*limit is reached in /);
    expect(findings[0]!.evidence['reasons']).toEqual(
      expect.arrayContaining([expect.stringMatching(/^Heap used rose by [\d.]+ MB in 70 h, [\d.]+ % of/)]),
    );
  });

  it('come with a chart of each leak and a table of all, valid as views', () => {
    expect(views.map(({ name }) => name)).toEqual(['leak', 'verdicts']);
    for (const view of views) View.parse(view);
    const chart = views[0]!;
    if (chart.kind !== 'chart') throw new Error('not a chart');
    expect(chart.lines.map(({ role }) => role)).toEqual(
      expect.arrayContaining(['layer', 'limit', 'trend', 'low', 'high']),
    );
    for (const line of chart.lines) expect(line.values).toHaveLength(chart.timesMs.length);
    expect(chart.marks.some(({ kind }) => kind === 'onset')).toBe(true);
  });

  it('have the same fingerprint for the same leak in other evidence', () => {
    const again = verdictReport(hardCase('one of thirty pods leaks', 2).samples).findings[0]!;
    expect(again.fingerprint).toBe(findings[0]!.fingerprint);
  });

  it('are none where there is no memory to judge', () => {
    const nothing = simulate({ hours: 5, stepMinutes: 5, seed: 1, pods: [{ pod: 'a-0' }], without: /memory/ });
    expect(verdictReport(nothing)).toMatchObject({ findings: [], views: [] });
  });

  it('are undecided where the samples have no times', () => {
    const report = verdictReport({ ...samples, clock: 'order' });
    expect(report.findings[0]!.evidence).toMatchObject({ verdict: 'undecided', missing: 'no-clock' });
  });

  it('are the same twice', () => {
    expect(verdictReport(samples).findings).toEqual(findings);
  });
});
