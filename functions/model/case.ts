import { z } from 'zod';
import { Finding } from './analysis.ts';
import {
  Deploy,
  Event,
  Experiment,
  Hypothesis,
  Judgement,
  PersonFinding,
  PublicNote,
  Step,
  Update,
} from './casework.ts';
import { PublicEvidence } from './evidence.ts';
import { Investigation } from './investigation.ts';
import { TimeMs } from './text.ts';
import { ChartView, TableView } from './view.ts';

/**
 * One investigation folded together: what `data.json` holds and what the investigation page draws. Made by
 * `analysis/casework`, stored by publish. Rendered markdown is beside its source as `html`, sanitised once on the server.
 */
const Html = z.object({ html: z.string() });

export const Verdict = z.object({
  state: z.enum(['leak', 'no-leak', 'undecided', 'no-evidence']),
  /** The largest text on the page, made from numbers. */
  sentence: z.string().max(2000),
  /** 0..1 */
  confidence: z.number().min(0).max(1),
  submissions: z.number().int(),
  clusters: z.number().int(),
  /** What would decide, when undecided. */
  wouldDecide: z.array(z.string().max(1000)).max(20),
});

/** A machine finding with where it came from and what people said of it. */
export const CaseFinding = z.object({
  finding: Finding,
  evidenceIds: z.array(z.string()),
  judgement: Judgement.extend(Html.shape).optional(),
  reportedBySubmitter: z.boolean(),
});

/** What is missing, with the command that brings it. */
export const Missing = z.object({
  what: z.string().max(500),
  why: z.string().max(1000),
  command: z.string().max(2000).optional(),
});

/** One name among the series of the evidence that no list knows: a maintainer may say what it is. */
export const UnknownSeries = z.object({
  metric: z.string().max(300),
  unit: z.string().max(24),
  /** What is made of it now. */
  reading: z.enum(['unknown', 'memory', 'mapped']),
  seriesCount: z.number().int(),
  /** Labels that tell some of its series from others, with how many have them. */
  labels: z.array(z.object({ name: z.string(), value: z.string(), series: z.number().int() })).max(24),
  evidenceIds: z.array(z.string()).max(50),
  /** Of its longest series, as the evidence gives it. */
  first: z.number(),
  last: z.number(),
  hours: z.number(),
  spark: z.array(z.number()).max(60),
});

export const CaseDocument = z.object({
  schema: z.literal(1),
  investigation: Investigation.extend(Html.shape),
  verdict: Verdict,
  chart: ChartView.optional(),
  findings: z.array(CaseFinding),
  personFindings: z.array(PersonFinding.extend(Html.shape)),
  hypotheses: z.array(Hypothesis.extend(Html.shape)),
  experiments: z.array(Experiment.extend(Html.shape)),
  steps: z.array(Step),
  updates: z.array(Update.extend(Html.shape)),
  notes: z.array(PublicNote.extend(Html.shape)),
  evidence: z.array(PublicEvidence),
  versionMatrix: TableView.optional(),
  missing: z.array(Missing),
  /** Absent where nobody recorded any. */
  deploys: z.array(Deploy.extend(Html.shape)).optional(),
  /** Absent where every name is known. */
  unknownSeries: z.array(UnknownSeries).max(200).optional(),
  timeline: z.array(Event),
  updatedAtMs: TimeMs,
  updatedBy: z.string(),
});

/** One row of the list of investigations: what the front page needs and no more. */
export const CaseSummary = z.object({
  slug: z.string(),
  title: z.string(),
  product: z.string(),
  versions: z.array(z.string()),
  status: Investigation.shape.status,
  verdict: Verdict,
  evidenceCount: z.number().int(),
  openSteps: z.number().int(),
  updatedAtMs: TimeMs,
  /** A few points of the main chart, for a sparkline. */
  spark: z.array(z.number()).max(60),
});

export type Verdict = z.infer<typeof Verdict>;
export type CaseFinding = z.infer<typeof CaseFinding>;
export type UnknownSeries = z.infer<typeof UnknownSeries>;
export type Missing = z.infer<typeof Missing>;
export type CaseDocument = z.infer<typeof CaseDocument>;
export type CaseSummary = z.infer<typeof CaseSummary>;
