import type {
  Event,
  Experiment,
  Hypothesis,
  Judgement,
  Note,
  PersonFinding,
  Step,
  Update,
} from '../../functions/model/casework.ts';
import type { CaseFinding } from '../../functions/model/case.ts';
import type { PublicEvidence } from '../../functions/model/evidence.ts';
import type { Investigation } from '../../functions/model/investigation.ts';
import type { Token } from '../../functions/model/person.ts';
import { call, isObject } from '../calls/call.ts';
import { AppError, isAppError } from '../../functions/model/error.ts';

/** Everything of one investigation that a maintainer may see, as `GET …/desk` answers it. */
export interface DeskData {
  readonly investigation: Investigation;
  readonly evidence: readonly PublicEvidence[];
  readonly findings: readonly PersonFinding[];
  readonly judgements: readonly Judgement[];
  readonly hypotheses: readonly Hypothesis[];
  readonly experiments: readonly Experiment[];
  readonly steps: readonly Step[];
  readonly updates: readonly Update[];
  readonly notes: readonly Omit<Note, 'receiptHash'>[];
  readonly tokens: readonly Omit<Token, 'secretHash'>[];
  readonly events: readonly Event[];
  /** Formats whose files can be compared. */
  readonly comparableFormats: readonly string[];
}

const LISTS = [
  'evidence',
  'findings',
  'judgements',
  'hypotheses',
  'experiments',
  'steps',
  'updates',
  'notes',
  'tokens',
  'events',
  'comparableFormats',
] as const;

export const pathOf = (slug: string, ...rest: readonly string[]): string =>
  ['/api/investigations', slug, ...rest].join('/');

export function fetchDesk(slug: string, signal?: AbortSignal): Promise<DeskData> {
  return call('GET', pathOf(slug, 'desk'), readDesk, signal ? { signal } : {});
}

export function readDesk(answer: unknown): DeskData {
  if (!isObject(answer) || !isObject(answer['investigation'])) {
    throw new AppError('unavailable', 'The hub answered without the desk. Reload the page.');
  }
  const lists = Object.fromEntries(LISTS.map((list) => [list, Array.isArray(answer[list]) ? answer[list] : []]));
  // The hub parsed each record by its schema on the way out (`hub/desk.ts`).
  return { ...lists, investigation: answer['investigation'] } as unknown as DeskData;
}

/** Machine findings live in the published case; before the first publish there are none. */
export async function fetchMachineFindings(slug: string, signal?: AbortSignal): Promise<readonly CaseFinding[]> {
  const read = (answer: unknown): readonly CaseFinding[] =>
    // Published by the same hub from validated analyses.
    isObject(answer) && Array.isArray(answer['findings']) ? (answer['findings'] as CaseFinding[]) : [];
  try {
    return await call('GET', `/i/${slug}/data.json`, read, signal ? { signal } : {});
  } catch (error) {
    if (isAppError(error) && error.code === 'not-found') return [];
    throw error;
  }
}

/** The nouns whose records are changed at `…/{noun}/:id`. */
export type Noun =
  'findings' | 'judgements' | 'hypotheses' | 'experiments' | 'steps' | 'updates' | 'notes' | 'evidence';

/** What every changeable record has. */
export interface Versioned {
  readonly id: string;
  readonly version: number;
}
