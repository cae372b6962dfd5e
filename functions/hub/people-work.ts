import { z } from 'zod';
import {
  Deploy,
  Experiment,
  Hypothesis,
  Judgement,
  NewDeploy,
  NewExperiment,
  NewHypothesis,
  NewJudgement,
  NewPersonFinding,
  NewStep,
  NewUpdate,
  Note,
  PersonFinding,
  Step,
  Update,
} from '../model/casework.ts';
import { AppError } from '../model/error.ts';
import { newId } from '../model/id.ts';
import { partialOf } from '../model/partial.ts';
import type { Person } from '../model/person.ts';
import type { Deps } from './deps.ts';
import { nounKey, type Noun } from './keys.ts';
import { getInvestigation } from './open-investigation.ts';
import { changeStored, requireVersion, writeStored } from './stored.ts';

/** What every noun of people's work has; the rest of its fields are its own. */
const Common = z.looseObject({
  id: z.string(),
  slug: z.string(),
  by: z.string(),
  atMs: z.number(),
  version: z.number(),
  visibility: z.enum(['pending', 'visible', 'hidden']),
});

export interface WorkNoun {
  readonly noun: Noun;
  readonly create: z.ZodObject;
  readonly record: z.ZodObject;
  /** For the timeline. */
  readonly title: (work: Readonly<Record<string, unknown>>) => string;
}

const titled = (work: Readonly<Record<string, unknown>>): string => String(work['title']);

/** By the plural that is in their addresses. */
export const WORK = {
  findings: { noun: 'finding', create: NewPersonFinding, record: PersonFinding, title: titled },
  judgements: {
    noun: 'judgement',
    create: NewJudgement,
    record: Judgement,
    // The fingerprint is for machines; the card of the finding shows who said so.
    title: (work) => `A finding was ${String(work['judgement'])}`,
  },
  hypotheses: { noun: 'hypothesis', create: NewHypothesis, record: Hypothesis, title: titled },
  experiments: { noun: 'experiment', create: NewExperiment, record: Experiment, title: titled },
  steps: { noun: 'step', create: NewStep, record: Step, title: titled },
  updates: { noun: 'update', create: NewUpdate, record: Update, title: titled },
  deploys: {
    noun: 'deploy',
    create: NewDeploy,
    record: Deploy,
    title: ({ release, timeMs }) =>
      `${String(release)} was deployed at ${new Date(Number(timeMs)).toISOString().slice(0, 16).replace('T', ' ')} UTC`,
  },
} as const satisfies Record<string, WorkNoun>;

export type WorkName = keyof typeof WORK;

/** A note is written elsewhere (by anybody), and moderated here. */
export const CHANGEABLE = {
  ...WORK,
  notes: { noun: 'note', create: z.object({}), record: Note, title: () => '' },
} as const satisfies Record<string, WorkNoun>;
export type ChangeableName = keyof typeof CHANGEABLE;

const VISIBILITY = z.enum(['pending', 'visible', 'hidden']);

/** Any field of a noun, its visibility, and the version that was read. Fields left out stay: no default fills them; null empties one. */
export function patchOf(name: ChangeableName): z.ZodObject {
  return partialOf(CHANGEABLE[name].create as z.ZodObject).extend({
    visibility: VISIBILITY.optional(),
    version: z.number().int().min(1),
  });
}

export async function createWork(
  deps: Deps,
  slug: string,
  name: WorkName,
  input: Readonly<Record<string, unknown>>,
  person: Person,
): Promise<z.infer<typeof Common>> {
  const { noun, record, title } = WORK[name];
  await getInvestigation(deps, slug);
  const atMs = deps.now();
  const id = newId(atMs, deps.random(10));
  const base = { id, slug, by: person.name, atMs, version: 0, visibility: 'visible' };
  const next = Common.parse(record.parse({ ...input, ...base }));
  const event = { kind: `${noun}/added`, by: person.name, subjectId: id, text: title(next) };
  return writeStored(deps, workKind(slug, noun, id), { next, event }, 0);
}

export async function changeWork(
  deps: Deps,
  slug: string,
  name: ChangeableName,
  id: string,
  patch: Readonly<Record<string, unknown>>,
  person: Person,
): Promise<z.infer<typeof Common>> {
  const { noun, record: schema, title } = CHANGEABLE[name];
  const { version, ...given } = patch;
  const fields = Object.fromEntries(Object.entries(given).map(([field, value]) => [field, value ?? undefined]));
  const { record } = await changeStored(deps, workKind(slug, noun, id), (current) => {
    requireVersion(current, Number(version), `this ${noun}`, { ...schema.parse(current), receiptHash: undefined });
    const next = Common.parse(schema.parse({ ...current, ...fields }));
    return {
      next,
      event: {
        kind: kindOfChange(noun, current, next),
        by: person.name,
        subjectId: id,
        text: changeText(title(next), current, next),
      },
    };
  });
  return record;
}

function workKind(slug: string, noun: Noun, id: string) {
  return { key: nounKey(slug, noun, id), slug, schema: Common, what: `${noun} ${id} in ${slug}` };
}

type Work = z.infer<typeof Common>;

function kindOfChange(noun: Noun, before: Work, after: Work): string {
  if (before.visibility !== after.visibility) return `${noun}/${after.visibility === 'visible' ? 'shown' : 'hidden'}`;
  return before['state'] === after['state'] ? `${noun}/changed` : `${noun}/moved`;
}

function changeText(title: string, before: Work, after: Work): string {
  if (before.visibility !== after.visibility) return `Now ${after.visibility}`;
  if (before['state'] !== after['state']) return `${title}: ${String(before['state'])} -> ${String(after['state'])}`;
  return title;
}

export function requireWorkName(name: string): ChangeableName {
  if (Object.hasOwn(CHANGEABLE, name)) return name as ChangeableName;
  throw new AppError('not-found', `there is no noun "${name}": one of ${Object.keys(CHANGEABLE).join(', ')}`);
}
