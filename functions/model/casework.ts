import { z } from 'zod';
import { Id, Slug } from './id.ts';
import { Line, Markdown, OptionalLine, TimeMs } from './text.ts';

/**
 * What people do in an investigation. Each noun has what is written (`New…`), and the record: that plus id, slug,
 * author, time, version and visibility.
 */
const Base = z.object({
  id: Id,
  slug: Slug,
  by: Line,
  atMs: TimeMs,
  version: z.number().int().min(0),
  visibility: z.enum(['pending', 'visible', 'hidden']),
});

/** A claim made by a person; machine findings live in analyses. */
export const NewPersonFinding = z.object({
  title: Line,
  body: Markdown.default(''),
  severity: z.enum(['note', 'warning', 'critical']).default('note'),
  evidenceIds: z.array(Id).max(100).default([]),
});
export const PersonFinding = Base.extend(NewPersonFinding.shape);

/** A maintainer's word on a machine finding, by fingerprint, so that it holds for every submission with this cause. */
export const NewJudgement = z.object({
  fingerprint: z.string().min(1).max(300),
  judgement: z.enum(['confirmed', 'refuted']),
  reason: Markdown.default(''),
});
export const Judgement = Base.extend(NewJudgement.shape);

export const NewHypothesis = z.object({
  title: Line,
  body: Markdown.default(''),
  state: z.enum(['open', 'supported', 'refuted', 'confirmed']).default('open'),
  evidenceIds: z.array(Id).max(100).default([]),
});
export const Hypothesis = Base.extend(NewHypothesis.shape);

export const NewExperiment = z.object({
  title: Line,
  /** The single variable that changes. */
  variable: Line,
  hypothesisId: Id.optional(),
  body: Markdown.default(''),
  state: z.enum(['planned', 'running', 'done', 'abandoned']).default('planned'),
  result: Markdown.default(''),
  evidenceIds: z.array(Id).max(100).default([]),
  startedAtMs: TimeMs.optional(),
  endedAtMs: TimeMs.optional(),
});
export const Experiment = Base.extend(NewExperiment.shape);

export const NewStep = z.object({
  title: Line,
  owner: OptionalLine,
  state: z.enum(['open', 'doing', 'done', 'dropped']).default('open'),
  dueAtMs: TimeMs.optional(),
});
export const Step = Base.extend(NewStep.shape);

/** A maintainer's status update. */
export const NewUpdate = z.object({ title: Line, body: Markdown });
export const Update = Base.extend(NewUpdate.shape);

/** A release went live: what a maintainer, or the token of a pipeline, records from outside of the evidence. */
export const NewDeploy = z.object({
  /** `2.13.3`; `version` is that of the record. */
  release: Line,
  timeMs: TimeMs,
  /** Where; empty: everywhere. */
  cluster: OptionalLine,
  namespace: OptionalLine,
  container: OptionalLine,
  body: Markdown.default(''),
});
export const Deploy = Base.extend(NewDeploy.shape);

/** A note by anybody. */
export const NewNote = z.object({ body: Markdown.min(1), author: OptionalLine, evidenceId: Id.optional() });
export const Note = Base.extend(NewNote.shape).extend({ receiptHash: z.string().length(64).optional() });

export const PublicNote = Note.omit({ receiptHash: true });

/** Who, when, what: appended with every change, never altered. */
export const Event = z.object({
  id: Id,
  slug: Slug,
  by: Line,
  atMs: TimeMs,
  kind: z.string().regex(/^[a-z]+\/[a-z-]+$/), // 'evidence/received', 'step/changed', 'raw/opened'
  subjectId: z.string().max(100).default(''),
  text: z.string().max(1000),
  /** Events of audit are for maintainers. */
  audience: z.enum(['public', 'maintainers']).default('public'),
});

export type PersonFinding = z.infer<typeof PersonFinding>;
export type Judgement = z.infer<typeof Judgement>;
export type Hypothesis = z.infer<typeof Hypothesis>;
export type Experiment = z.infer<typeof Experiment>;
export type Step = z.infer<typeof Step>;
export type Update = z.infer<typeof Update>;
export type Deploy = z.infer<typeof Deploy>;
export type Note = z.infer<typeof Note>;
export type Event = z.infer<typeof Event>;
