import { Evidence, type Refusal } from '../model/evidence.ts';
import { firstSentence } from '../model/text.ts';
import type { Config } from './config.ts';
import type { Deps } from './deps.ts';
import { nounKey } from './keys.ts';
import { changeStored, getStored, type Decision, type StoredKind } from './stored.ts';

const DAY_MS = 86_400_000;
/** A worker writes a sign of life every 30 s; this long without one means that it died. */
export const LIFELESS_AFTER_MS = 3 * 60_000;

/**
 * When sweep must look again. Awaiting uploads stay due, so each sweep asks the store whether the object came without
 * its event; everything else is due when its worker should long have spoken, or when its bytes must go.
 */
export function evidenceDueAtMs(evidence: Evidence, config: Config, nowMs: number): number | undefined {
  const uploadEndsMs = evidence.uploadExpiresAtMs ?? evidence.submittedAtMs + config.uploadLifetimeMs;
  switch (evidence.state) {
    case 'awaiting-upload':
      return evidence.submittedAtMs + Math.min(config.sweepEveryMs, config.uploadLifetimeMs);
    case 'received': {
      // Doubles with its age: a long queue is not made longer by reminders.
      const ageMs = nowMs - (evidence.receivedAtMs ?? nowMs);
      return nowMs + Math.max(config.sweepEveryMs, Math.min(ageMs, DAY_MS / 4));
    }
    case 'analysing':
      return (evidence.progress?.atMs ?? nowMs) + LIFELESS_AFTER_MS;
    case 'analysed':
    case 'refused':
      return evidence.rawDeleted ? undefined : evidence.rawExpiresAtMs;
    case 'expired':
      // A PUT that began in time may end late, and its event may be lost: one last look.
      return nowMs < uploadEndsMs + DAY_MS ? uploadEndsMs + DAY_MS : undefined;
    case 'deleted':
      // The signed URL lives until then: what a late PUT brings is deleted too, then the record.
      return Math.max(nowMs, uploadEndsMs + DAY_MS);
  }
}

export function evidenceKind(
  deps: Pick<Deps, 'config' | 'now'>,
  slug: string,
  id: string,
): StoredKind<typeof Evidence> {
  return {
    key: nounKey(slug, 'evidence', id),
    slug,
    schema: Evidence,
    what: `evidence ${id} in ${slug}`,
    dueAtMs: (next) => evidenceDueAtMs(next, deps.config, deps.now()),
  };
}

export function getEvidence(deps: Deps, slug: string, id: string): Promise<Evidence> {
  return getStored(deps.records, nounKey(slug, 'evidence', id), Evidence, `evidence ${id} in ${slug}`);
}

export function changeEvidence(
  deps: Deps,
  slug: string,
  id: string,
  decide: (current: Evidence) => Decision<Evidence> | undefined,
): Promise<{ record: Evidence; changed: boolean }> {
  return changeStored(deps, evidenceKind(deps, slug, id), decide);
}

/** The end of the road for an attempt; a maintainer may still have it analysed again while the bytes are kept. */
export function refused(current: Evidence, refusal: Refusal): Decision<Evidence> {
  return {
    next: {
      ...current,
      state: 'refused',
      progress: undefined,
      refusal: { ...refusal, message: refusal.message.slice(0, 4000), looksLike: refusal.looksLike.slice(0, 4000) },
      format: undefined,
      analyserVersion: undefined,
      analysedAtMs: undefined,
      analysisKey: undefined,
      mainFact: undefined,
      findingCount: 0,
    },
    event: {
      kind: 'evidence/refused',
      by: 'casebook',
      subjectId: current.id,
      text: `Could not be analysed: ${firstSentence(refusal.message).replace(/\.$/, '')}`,
    },
  };
}
