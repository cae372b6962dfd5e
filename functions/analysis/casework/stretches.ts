import type { Analysis, Finding } from '../../model/analysis.ts';
import type { Mapping } from '../series/recognise/mapping.ts';
import { findSubjects } from '../series/recognise/subjects.ts';
import { samplesOfAnalyses } from '../series/samples-of-analyses.ts';
import { verdictReport } from '../series/verdict/verdict.ts';
import type { AnalysedEvidence } from './fold-case.ts';

/** Of one stretch, the newest: ten pieces as large as an analysis may be, half a second of one core. */
const MOST_SAMPLES = 3_000_000;

/** What is judged as one. */
export interface Stretch {
  /** Its newest piece, for whoever shows one. */
  readonly record: AnalysedEvidence['record'];
  /** Oldest first. */
  readonly analyses: readonly Analysis[];
  readonly findings: readonly Finding[];
}

/**
 * Evidence that grows begins anew when it is full or a week old, and where it does so means nothing: all that one cluster pushed is judged
 * as if it were in one piece, and what its pieces say alone is not heard. Everything else is a stretch of its own.
 */
export function stretchesOf(evidence: readonly AnalysedEvidence[], mapping: Mapping): Stretch[] {
  const groups = new Map<string, { record: AnalysedEvidence['record']; analysis: Analysis }[]>();
  for (const { record, analysis } of evidence) {
    if (!analysis) continue;
    const grows = record.kind === 'push' && analysis.series.length > 0;
    const name = grows ? `pushed by ${record.submittedBy}` : record.id;
    groups.set(name, [...(groups.get(name) ?? []), { record, analysis }]);
  }
  return [...groups.values()].flatMap((pieces) => {
    pieces.sort((a, b) => b.record.submittedAtMs - a.record.submittedAtMs);
    const [newest] = pieces;
    if (!newest) return [];
    if (pieces.length === 1) return [stretchOf(newest.record, [newest.analysis], newest.analysis.findings)];
    let samples = 0;
    const joined = pieces.flatMap(({ analysis }) => {
      samples += analysis.series.reduce((sum, { timesMs }) => sum + timesMs.length, 0);
      return analysis === newest.analysis || samples <= MOST_SAMPLES ? [analysis] : [];
    });
    return [stretchOf(newest.record, joined.reverse(), judge(joined, mapping))];
  });
}

const stretchOf = (record: Stretch['record'], analyses: Analysis[], findings: Finding[]): Stretch => ({
  record,
  analyses,
  findings,
});

/** The verdict on the series of all of them, joined by metric and labels. */
export function judge(analyses: readonly Analysis[], mapping: Mapping): Finding[] {
  const samples = samplesOfAnalyses(analyses);
  return verdictReport(samples, findSubjects(samples, mapping)).findings;
}
