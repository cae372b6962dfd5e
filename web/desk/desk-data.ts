import type { Alert } from '../../functions/model/alert.ts';
import type {
  Deploy,
  Event,
  Experiment,
  Hypothesis,
  Judgement,
  Note,
  PersonFinding,
  Step,
  Update,
} from '../../functions/model/casework.ts';
import type { CaseFinding, UnknownSeries } from '../../functions/model/case.ts';
import type { Evidence, PublicEvidence } from '../../functions/model/evidence.ts';
import type { Investigation } from '../../functions/model/investigation.ts';
import type { MappedSeries } from '../../functions/model/mapping.ts';
import type { Token } from '../../functions/model/person.ts';
import { call, isObject } from '../calls/call.ts';
import { AppError, isAppError } from '../../functions/model/error.ts';

export type DeskAlert = Omit<Alert, 'heard'>;
export type DeskEvidence = PublicEvidence & Pick<Evidence, 'failure'>;
export type FailedJob = Pick<DeskEvidence, 'slug' | 'id' | 'name' | 'attempts' | 'sizeBytes' | 'failure'>;

/** `PublicSubscription` of `hub/subscriptions.ts`. */
export interface DeskSubscription {
  readonly id: string;
  readonly channel: 'webhook' | 'mail';
  readonly target: string;
  readonly by: string;
  readonly atMs: number;
  readonly confirmed: boolean;
}

/** Everything of one investigation that a maintainer may see, as `GET …/desk` answers it. */
export interface DeskData {
  readonly investigation: Investigation;
  readonly evidence: readonly DeskEvidence[];
  readonly findings: readonly PersonFinding[];
  readonly judgements: readonly Judgement[];
  readonly hypotheses: readonly Hypothesis[];
  readonly experiments: readonly Experiment[];
  readonly steps: readonly Step[];
  readonly updates: readonly Update[];
  readonly notes: readonly Omit<Note, 'receiptHash'>[];
  readonly tokens: readonly Omit<Token, 'secretHash'>[];
  readonly subscriptions: readonly DeskSubscription[];
  readonly deploys: readonly Deploy[];
  readonly alerts: readonly DeskAlert[];
  readonly mapping: readonly MappedSeries[];
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
  'subscriptions',
  'deploys',
  'alerts',
  'mapping',
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

/** What the analysers said: it lives in the published case. */
export interface Published {
  readonly machineFindings: readonly CaseFinding[];
  readonly unknownSeries: readonly UnknownSeries[];
}
export const NOT_PUBLISHED: Published = { machineFindings: [], unknownSeries: [] };

/** Before the first publish there is nothing. */
export async function fetchPublished(slug: string, signal?: AbortSignal): Promise<Published> {
  const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
  const read = (answer: unknown): Published =>
    isObject(answer)
      ? {
          // Published by the same hub from validated analyses.
          machineFindings: list(answer['findings']) as CaseFinding[],
          unknownSeries: list(answer['unknownSeries']) as UnknownSeries[],
        }
      : NOT_PUBLISHED;
  try {
    return await call('GET', `/i/${slug}/data.json`, read, signal ? { signal } : {});
  } catch (error) {
    if (isAppError(error) && error.code === 'not-found') return NOT_PUBLISHED;
    throw error;
  }
}

export function readFailed(answer: unknown): readonly FailedJob[] {
  // The hub parsed each by its schema on the way out.
  return isObject(answer) && Array.isArray(answer['dead']) ? (answer['dead'] as FailedJob[]) : [];
}

/** The nouns whose records are changed at `…/{noun}/:id`. */
export type Noun =
  | 'findings'
  | 'judgements'
  | 'hypotheses'
  | 'experiments'
  | 'steps'
  | 'updates'
  | 'deploys'
  | 'alerts'
  | 'notes'
  | 'evidence';

/** What every changeable record has. */
export interface Versioned {
  readonly id: string;
  readonly version: number;
}
