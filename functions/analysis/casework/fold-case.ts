import type { Analysis } from '../../model/analysis.ts';
import type { CaseDocument } from '../../model/case.ts';
import {
  PublicNote,
  type Deploy,
  type Event,
  type Experiment,
  type Hypothesis,
  type Judgement,
  type Note,
  type PersonFinding,
  type Step,
  type Update,
} from '../../model/casework.ts';
import { PublicEvidence, type Evidence } from '../../model/evidence.ts';
import type { Investigation } from '../../model/investigation.ts';
import type { SeriesMapping } from '../../model/mapping.ts';
import { mainChart } from './main-chart.ts';
import { caseVerdict, leadingEvidence } from './case-verdict.ts';
import { groupFindings } from './group-findings.ts';
import { whatIsMissing } from './what-is-missing.ts';
import { unknownSeries } from './unknown-series.ts';
import { versionMatrix } from './version-matrix.ts';

/** Evidence with what was read in it; `analysis` is absent until it is analysed. */
export interface AnalysedEvidence {
  readonly record: Evidence;
  readonly analysis?: Analysis;
  /** Of growing evidence: `analysis` is that of so many pieces, of which this is the newest. The others have none here. */
  readonly pieces?: number;
}

export interface CaseInput {
  readonly investigation: Investigation;
  readonly evidence: readonly AnalysedEvidence[];
  readonly personFindings: readonly PersonFinding[];
  readonly judgements: readonly Judgement[];
  readonly hypotheses: readonly Hypothesis[];
  readonly experiments: readonly Experiment[];
  readonly steps: readonly Step[];
  readonly updates: readonly Update[];
  readonly notes: readonly Note[];
  readonly events: readonly Event[];
  /** What maintainers said that series are. */
  readonly mapping: readonly SeriesMapping[];
  readonly deploys: readonly Deploy[];
}

const visible = (thing: { readonly visibility: string }): boolean => thing.visibility === 'visible';
const newestFirst = (a: { readonly atMs: number }, b: { readonly atMs: number }): number => b.atMs - a.atMs;

/**
 * Many analyses and what people said -> one case, for everybody's eyes: what is hidden, pending or deleted stays out, and
 * so do receipts, uploads and keys. `toHtml` turns a stranger's markdown into safe HTML.
 */
export function foldCase(input: CaseInput, toHtml: (markdown: string) => string): CaseDocument {
  const evidence = input.evidence.filter(({ record }) => visible(record) && record.state !== 'deleted');
  const withHtml = <T extends { readonly body: string }>(thing: T): T & { html: string } => ({
    ...thing,
    html: toHtml(thing.body),
  });
  const findings = groupFindings(evidence, input.judgements).map((found) => ({
    ...found,
    judgement: found.judgement && { ...found.judgement, html: toHtml(found.judgement.reason) },
  }));
  const judged = new Map(input.judgements.map((judgement) => [judgement.fingerprint, judgement.judgement]));
  const timeline = input.events.filter((event) => event.audience === 'public').sort(newestFirst);
  const chart = mainChart(evidence, judged, leadingEvidence(evidence, judged));
  const matrix = versionMatrix(evidence);
  const deploys = input.deploys.filter(visible).sort((a, b) => b.timeMs - a.timeMs);
  const unknown = unknownSeries(evidence, input.mapping);
  return {
    schema: 1,
    investigation: { ...input.investigation, html: toHtml(input.investigation.summary) },
    verdict: caseVerdict(evidence, judged, { mapping: input.mapping, deploys }),
    ...(chart && { chart }),
    findings,
    personFindings: input.personFindings.filter(visible).sort(newestFirst).map(withHtml),
    hypotheses: input.hypotheses.filter(visible).sort(newestFirst).map(withHtml),
    experiments: input.experiments
      .filter(visible)
      .sort(newestFirst)
      .map((experiment) => ({ ...experiment, html: toHtml(experiment.result || experiment.body) })),
    steps: input.steps.filter(visible).sort(stepOrder),
    updates: input.updates.filter(visible).sort(newestFirst).map(withHtml),
    notes: input.notes
      .filter(visible)
      .sort(newestFirst)
      .map((note) => withHtml(PublicNote.parse(note))),
    evidence: evidence
      .map(({ record }) => PublicEvidence.parse(record))
      .sort((a, b) => b.submittedAtMs - a.submittedAtMs),
    ...(matrix && { versionMatrix: matrix }),
    missing: whatIsMissing(input.investigation, evidence, unknown),
    ...(deploys.length > 0 && { deploys: deploys.map(withHtml) }),
    ...(unknown.length > 0 && { unknownSeries: unknown }),
    timeline,
    updatedAtMs: Math.max(input.investigation.updatedAtMs, timeline[0]?.atMs ?? 0),
    updatedBy: timeline[0]?.by ?? input.investigation.openedBy,
  };
}

const STEP_ORDER = { doing: 0, open: 1, done: 2, dropped: 3 } as const;

function stepOrder(a: Step, b: Step): number {
  return (
    STEP_ORDER[a.state] - STEP_ORDER[b.state] || (a.dueAtMs ?? Infinity) - (b.dueAtMs ?? Infinity) || a.atMs - b.atMs
  );
}
