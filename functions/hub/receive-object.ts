import { isAppError } from '../model/error.ts';
import type { Deps } from './deps.ts';
import { changeEvidence, refused } from './evidence-record.ts';
import { counterKey, parseRawKey } from './keys.ts';
import { releaseBytes } from './held-bytes.ts';

/** The URL of a single PUT can be used again while it lives; beyond this the analysis stays as it is. */
const MAX_ARRIVALS = 5;

/**
 * Step 2: an object was created, says the store (or sweep, when the event was lost). At least once, in any order. Answers
 * what to tell a sender who still listens.
 */
export async function receiveObject(deps: Deps, key: string): Promise<string | undefined> {
  const name = parseRawKey(key);
  if (!name) return undefined;
  const { slug, id } = name;
  const info = await deps.evidence.head(key);
  if (!info) return undefined;
  const arrivals = await deps.records.add(
    counterKey('arrivals', key),
    1,
    deps.now() + deps.config.uploadLifetimeMs * 2,
  );
  const seen = { orphan: false, late: false };
  try {
    const { record, changed } = await changeEvidence(deps, slug, id, (current) => {
      if (current.kind === 'push') return undefined;
      seen.orphan = current.state === 'deleted' || current.rawDeleted;
      const sameBytes = current.etag === info.etag;
      const first = current.state === 'awaiting-upload' || current.state === 'expired';
      if (seen.orphan || (!first && (sameBytes || arrivals > MAX_ARRIVALS))) return undefined;
      seen.late = current.state === 'expired';
      const nowMs = deps.now();
      const arrived = {
        ...current,
        etag: info.etag,
        receivedAtMs: nowMs,
        rawExpiresAtMs: nowMs + deps.config.rawRetentionMs,
        uploadId: undefined,
        progress: undefined,
        refusal: undefined,
        attempts: 0,
      };
      if (info.sizeBytes !== current.sizeBytes) {
        const message = `${info.sizeBytes} bytes arrived where ${current.sizeBytes} were announced: submit again with the right size`;
        return refused(arrived, { code: 'bad-input', message, looksLike: '' });
      }
      return {
        next: { ...arrived, state: 'received' },
        event: {
          kind: 'evidence/received',
          by: current.submittedBy,
          subjectId: id,
          text: `Received: a ${current.kind} of ${info.sizeBytes} bytes`,
        },
      };
    });
    // Save first, then send: a crash in between is found by sweep.
    if (changed && record.state === 'received') await sendJob(deps, slug, id);
    // Its room was given back when it expired.
    if (changed && seen.late) await releaseBytes(deps, slug, -record.sizeBytes);
  } catch (error) {
    if (!isAppError(error) || error.code !== 'not-found') throw error;
    seen.orphan = true;
  }
  // Bytes whose record was deleted meanwhile: nobody could ever delete them again.
  if (seen.orphan) {
    await deps.evidence.delete(key);
    return undefined;
  }
  const page = `${deps.config.publicUrl}/i/${slug}/`;
  return `Received ${info.sizeBytes} bytes. They are analysed now; the result will be on ${page}evidence/${id}/ and on ${page}\n`;
}

export async function sendJob(deps: Deps, slug: string, id: string, delaySeconds = 0): Promise<void> {
  await deps.jobs.send(JSON.stringify({ slug, id }), { delaySeconds });
}
