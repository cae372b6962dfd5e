import type { Finding } from '../../model/analysis.ts';
import type { CaseFinding } from '../../model/case.ts';
import type { Judgement } from '../../model/casework.ts';
import type { AnalysedEvidence } from './fold-case.ts';
import { metricsVerdictOf } from './metrics-verdict.ts';

const SEVERITY_ORDER = { critical: 0, warning: 1, note: 2 } as const;
const MAX_FINDINGS = 200;

/** The verdict on a whole file is in the case's verdict; its containers stand for it here. */
const isNoSummary = (finding: Finding): boolean => metricsVerdictOf(finding)?.scope !== 'case';

/** That something grew between two dumps says more than that it was large in one. */
function saysMore(a: Finding, b: Finding): boolean {
  const shows = ({ rule, severity }: Finding): number => Number(rule === 'heap/growth' && severity !== 'note');
  return (shows(a) - shows(b) || a.confidence - b.confidence) > 0;
}

/**
 * Equal causes in different submissions are one finding: by fingerprint, shown as the most confident of them. Strongest
 * first; what maintainers refuted goes last, and is kept.
 */
export function groupFindings(
  evidence: readonly AnalysedEvidence[],
  judgements: readonly Judgement[],
): (Omit<CaseFinding, 'judgement'> & { judgement?: Judgement })[] {
  const groups = new Map<string, CaseFinding>();
  for (const { record, analysis } of evidence)
    for (const finding of (analysis?.findings ?? []).filter(isNoSummary)) {
      const reported = record.kind === 'report';
      const group = groups.get(finding.fingerprint);
      if (!group) {
        groups.set(finding.fingerprint, { finding, evidenceIds: [record.id], reportedBySubmitter: reported });
        continue;
      }
      if (!group.evidenceIds.includes(record.id)) group.evidenceIds.push(record.id);
      // What the hub read itself stands before what a stranger says of a file nobody saw.
      const better = group.reportedBySubmitter === reported ? saysMore(finding, group.finding) : !reported;
      if (better) group.finding = finding;
      group.reportedBySubmitter &&= reported;
    }
  const latest = new Map(
    [...judgements].sort((a, b) => a.atMs - b.atMs).map((judgement) => [judgement.fingerprint, judgement]),
  );
  return [...groups.values()]
    .map((group) => ({ ...group, judgement: latest.get(group.finding.fingerprint) }))
    .sort(
      (a, b) =>
        Number(a.judgement?.judgement === 'refuted') - Number(b.judgement?.judgement === 'refuted') ||
        SEVERITY_ORDER[a.finding.severity] - SEVERITY_ORDER[b.finding.severity] ||
        b.evidenceIds.length - a.evidenceIds.length ||
        b.finding.confidence - a.finding.confidence,
    )
    .slice(0, MAX_FINDINGS);
}
