import type { Context } from '../model/analysis.ts';
import { AppError } from '../model/error.ts';
import { Evidence, PublicEvidence } from '../model/evidence.ts';
import type { Person } from '../model/person.ts';
import { FAILED, parseJob } from './analyse-evidence.ts';
import { comparedObjects } from './compared-objects.ts';
import type { Deps } from './deps.ts';
import { changeEvidence, getEvidence } from './evidence-record.ts';
import { nounKey, rawKey } from './keys.ts';
import { listSegments } from './push/push-objects.ts';
import { recordEvent } from './record-event.ts';
import { sendJob } from './receive-object.ts';
import { parseStored, requireVersion } from './stored.ts';

const LINK_SECONDS = 300;

/** What a maintainer does with one piece of evidence: approve or hide it, mend its context. */
export async function editEvidence(
  deps: Deps,
  slug: string,
  id: string,
  patch: { version: number; visibility?: Evidence['visibility']; context?: Context },
  person: Person,
): Promise<Evidence> {
  const { record } = await changeEvidence(deps, slug, id, (current) => {
    if (current.state === 'deleted') throw new AppError('gone', 'this evidence was deleted by its submitter');
    requireVersion(current, patch.version, 'this evidence', PublicEvidence.parse(current));
    const { visibility = current.visibility, context = current.context } = patch;
    const moved = visibility !== current.visibility;
    const shown = visibility === 'visible' ? 'shown' : 'hidden';
    return {
      next: { ...current, visibility, context },
      event: {
        kind: `evidence/${moved ? shown : 'changed'}`,
        by: person.name,
        subjectId: id,
        text: moved ? `Evidence is now ${visibility}` : 'The context of evidence was changed',
        audience: 'maintainers',
      },
    };
  });
  return record;
}

/** A link to private bytes, recorded before it is given. */
export async function openRaw(
  deps: Deps,
  slug: string,
  id: string,
  reason: string,
  person: Person,
): Promise<{ url: string; expiresAtMs: number }> {
  const evidence = await requireRaw(deps, slug, id);
  if (evidence.kind === 'comparison') {
    throw new AppError('bad-input', 'a comparison has no bytes of its own: open those of what it compares');
  }
  await recordEvent(deps, slug, {
    kind: 'raw/opened',
    by: person.name,
    subjectId: id,
    text: `${person.name} (${person.email ?? person.subject}) opened the raw bytes: ${reason}`,
    audience: 'maintainers',
  });
  // Control characters, quotes and slashes would speak to the header or the file system of whoever downloads.
  const downloadName = evidence.name.replace(/[^\p{L}\p{N}._ -]/gu, '_');
  const url = await deps.evidence.presignGet(await rawKeyOf(deps, evidence), {
    expiresInSeconds: LINK_SECONDS,
    downloadName,
  });
  return { url, expiresAtMs: deps.now() + LINK_SECONDS * 1000 };
}

/** Once more from the bytes, for instance with a newer analyser. The old analysis stands until the new one is there. */
export async function analyseAgain(deps: Deps, slug: string, id: string, person: Person): Promise<Evidence> {
  await requireRaw(deps, slug, id);
  const { record, changed } = await changeEvidence(deps, slug, id, (current) =>
    current.state === 'analysed' || current.state === 'refused'
      ? {
          next: {
            ...current,
            state: 'received',
            attempts: 0,
            refusal: undefined,
            progress: undefined,
            receivedAtMs: deps.now(),
          },
          event: {
            kind: 'evidence/requeued',
            by: person.name,
            subjectId: id,
            text: 'To be analysed again',
            audience: 'maintainers',
          },
        }
      : undefined,
  );
  if (changed) await sendJob(deps, slug, id);
  return record;
}

/** Of what grows, the largest object: all that was there at the last compaction. */
async function rawKeyOf(deps: Deps, { kind, slug, id }: Evidence): Promise<string> {
  if (kind !== 'push') return rawKey(slug, id);
  const segments = await listSegments(deps.evidence, slug, id);
  return segments.sort((a, b) => b.sizeBytes - a.sizeBytes)[0]?.key ?? rawKey(slug, id);
}

async function requireRaw(deps: Deps, slug: string, id: string): Promise<Evidence> {
  const evidence = await getEvidence(deps, slug, id);
  if (evidence.kind === 'comparison' && !evidence.rawDeleted) {
    await comparedObjects(deps, evidence);
    return evidence;
  }
  const there = !evidence.rawDeleted && (await deps.evidence.head(await rawKeyOf(deps, evidence)));
  if (there) return evidence;
  throw new AppError(
    'gone',
    `the raw bytes are not there (${evidence.state}${evidence.rawDeleted ? ', deleted' : ''})`,
  );
}

export interface DeadLetter {
  readonly slug: string;
  readonly id: string;
  readonly attempts: number;
  readonly name: string;
  readonly sizeBytes: number;
  /** When and with what its last attempt failed; absent for those of an older edition. */
  readonly failure?: Evidence['failure'];
}

/** Those whose evidence still waits for it; other dead letters were outlived by a later job (a host that was stopped leaves such). */
export async function listDead(deps: Deps): Promise<DeadLetter[]> {
  const dead = new Map<string, DeadLetter>();
  for (const { body, attempts } of await deps.jobs.deadLetters(100)) {
    const job = parseJob(body);
    const stored = job && (await deps.records.get(nounKey(job.slug, 'evidence', job.id)));
    const evidence = stored && parseStored(Evidence, stored);
    if (!job || evidence?.refusal?.code !== FAILED) continue;
    const { name, sizeBytes, failure } = evidence;
    // One that was tried again by hand and failed again left two letters.
    dead.set(`${job.slug}/${job.id}`, { ...job, attempts, name, sizeBytes, failure });
  }
  return [...dead.values()];
}

/** The evidence first: a job finds nothing to do for one that counts as refused. */
export async function redriveDead(deps: Deps, person: Person): Promise<number> {
  for (const { slug, id } of await listDead(deps)) {
    await changeEvidence(deps, slug, id, (current) =>
      current.state === 'refused' && current.refusal?.code === FAILED && !current.rawDeleted
        ? {
            next: { ...current, state: 'received', attempts: 0, refusal: undefined, receivedAtMs: deps.now() },
            event: {
              kind: 'evidence/requeued',
              by: person.name,
              subjectId: id,
              text: 'To be analysed again',
              audience: 'maintainers',
            },
          }
        : undefined,
    ).catch((error: unknown) => deps.log.warn('a dead letter without evidence', { slug, id, message: String(error) }));
  }
  return deps.jobs.redrive();
}
