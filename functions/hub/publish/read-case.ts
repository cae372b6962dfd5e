import type { z } from 'zod';
import type { CaseInput } from '../../analysis/casework/fold-case.ts';
import {
  Deploy,
  Event,
  Experiment,
  Hypothesis,
  Judgement,
  Note,
  PersonFinding,
  Step,
  Update,
} from '../../model/casework.ts';
import { Evidence, type EvidenceState } from '../../model/evidence.ts';
import { Investigation } from '../../model/investigation.ts';
import type { Deps } from '../deps.ts';
import { investigationKey, type Noun, partitionOf } from '../keys.ts';
import { getMapping } from '../mapping-record.ts';
import { type AnalysedRecord, readPieces } from './read-pieces.ts';

/** A page of 300 events tells the story; all of them are on the maintainers' desk. */
const MOST_EVENTS = 300;
const MOST_NOTES = 500;

/** Everything of one investigation that everybody may see; `undefined` when there is none. */
export async function readPublicCase(deps: Deps, slug: string): Promise<CaseInput | undefined> {
  const stored = await deps.records.get(investigationKey(slug));
  if (!stored) return undefined;
  const investigation = Investigation.parse({ ...stored.body, version: stored.version });
  const list = <S extends z.ZodType>(noun: Noun, schema: S, newest?: number): Promise<z.infer<S>[]> =>
    listNoun(deps, slug, noun, schema, newest);
  const [evidence, personFindings, judgements, hypotheses, experiments, steps, updates, notes, deploys, events] =
    await Promise.all([
      list('evidence', Evidence),
      list('finding', PersonFinding),
      list('judgement', Judgement),
      list('hypothesis', Hypothesis),
      list('experiment', Experiment),
      list('step', Step),
      list('update', Update),
      list('note', Note, MOST_NOTES),
      list('deploy', Deploy),
      list('event', Event, MOST_EVENTS * 3),
    ]);
  const mapping = (await getMapping(deps, slug)).series;
  const analysed: CaseInput['evidence'][number][] = [];
  // One after the other: analyses are large.
  for (const records of togetherOf(withoutBlind(evidence.filter(isShown)))) {
    const read = records.filter(wasAnalysed);
    const newest = read.at(-1);
    const analysis = await readPieces(deps, read, mapping);
    for (const record of records)
      analysed.push({ record, ...(record === newest && analysis && { analysis, pieces: read.length }) });
  }
  return withoutHidden({
    investigation,
    mapping,
    evidence: analysed,
    personFindings,
    judgements,
    hypotheses,
    experiments,
    steps,
    updates,
    notes,
    deploys,
    events,
  });
}

/** What one cluster pushed, oldest first; anything else stands alone. */
function togetherOf(evidence: readonly Evidence[]): Evidence[][] {
  const groups = Map.groupBy(evidence, ({ id, kind, submittedBy }) => (kind === 'push' ? `by ${submittedBy}` : id));
  return [...groups.values()].map((group) => group.sort((a, b) => a.submittedAtMs - b.submittedAtMs));
}
const wasAnalysed = (record: Evidence): record is AnalysedRecord => record.analysisKey !== undefined;

const visible = (thing: { readonly visibility: string }): boolean => thing.visibility === 'visible';
/** What was announced and never arrived whole is nobody's to see: else anybody could fill the page without sending a byte. */
const NOT_THERE: ReadonlySet<EvidenceState> = new Set(['awaiting-upload', 'expired', 'deleted']);
const isShown = (evidence: Evidence): boolean => visible(evidence) && !NOT_THERE.has(evidence.state);
/** A comparison is shown while all that it compares is. */
function withoutBlind(shown: readonly Evidence[]): Evidence[] {
  const ids = new Set(shown.map(({ id }) => id));
  return shown.filter(({ comparedIds = [] }) => comparedIds.every((id) => ids.has(id)));
}
/** Kinds of events whose subject has a visibility of its own. */
const WITH_SUBJECT = /^(?:evidence|finding|hypothesis|experiment|step|update|note|judgement|deploy)\//;

/** Drops what is hidden or pending, every reference to it, and every event that tells of it. */
export function withoutHidden(input: CaseInput): CaseInput {
  const shownRecords = new Set(withoutBlind(input.evidence.map(({ record }) => record).filter(isShown)));
  const shown = {
    evidence: input.evidence.filter(({ record }) => shownRecords.has(record)),
    personFindings: input.personFindings.filter(visible),
    judgements: input.judgements.filter(visible),
    hypotheses: input.hypotheses.filter(visible),
    experiments: input.experiments.filter(visible),
    steps: input.steps.filter(visible),
    updates: input.updates.filter(visible),
    notes: input.notes.filter(visible),
    deploys: input.deploys.filter(visible),
  };
  const { evidence, ...people } = shown;
  const known = new Set(evidence.map(({ record }) => record.id));
  for (const things of Object.values(people)) for (const thing of things) known.add(thing.id);
  const fingerprints = new Set(shown.judgements.map((one) => one.fingerprint));
  const citing = <T extends { readonly evidenceIds: string[] }>(thing: T): T => ({
    ...thing,
    evidenceIds: thing.evidenceIds.filter((id) => known.has(id)),
  });
  const told = (event: Event): boolean =>
    event.audience === 'public' &&
    (!WITH_SUBJECT.test(event.kind) ||
      event.subjectId === '' ||
      known.has(event.subjectId) ||
      fingerprints.has(event.subjectId));
  return {
    ...input,
    ...shown,
    personFindings: shown.personFindings.map(citing),
    hypotheses: shown.hypotheses.map(citing),
    experiments: shown.experiments.map(citing).map(({ hypothesisId, ...experiment }) => ({
      ...experiment,
      ...(hypothesisId !== undefined && known.has(hypothesisId) ? { hypothesisId } : {}),
    })),
    notes: shown.notes.map(({ evidenceId, ...note }) => ({
      ...note,
      ...(evidenceId !== undefined && known.has(evidenceId) ? { evidenceId } : {}),
    })),
    events: input.events.filter(told).slice(0, MOST_EVENTS),
  };
}

/** A damaged record must not take the page down with it: it is reported and left out. */
async function listNoun<S extends z.ZodType>(
  deps: Deps,
  slug: string,
  noun: Noun,
  schema: S,
  newest = Infinity,
): Promise<z.infer<S>[]> {
  const found: z.infer<S>[] = [];
  let cursor: string | undefined;
  let read = 0;
  do {
    const page = await deps.records.query(partitionOf(slug), `${noun}#`, {
      limit: 1000,
      cursor,
      reverse: Number.isFinite(newest),
    });
    for (const record of page.records) {
      const parsed = schema.safeParse({ ...record.body, version: record.version });
      if (parsed.success) found.push(parsed.data);
      else deps.log.error('a stored record is not what its schema says', parsed.error, { slug, sort: record.sort });
    }
    read += page.records.length;
    cursor = page.cursor;
  } while (cursor !== undefined && read < newest);
  return found.slice(0, newest);
}
