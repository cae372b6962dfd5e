import { isAppError } from '../model/error.ts';
import { Evidence } from '../model/evidence.ts';
import type { StoredRecord } from '../platform/records/records.ts';
import { Slug } from '../model/id.ts';
import { refuseAsFailed } from './analyse-evidence.ts';
import { analyseRemapped } from './analyse-remapped.ts';
import type { Deps } from './deps.ts';
import { END_OF_TIME_MS, forEachDue, isEvidence } from './due.ts';
import { changeEvidence } from './evidence-record.ts';
import { eraseObjects } from './erase-evidence.ts';
import { dropGrowth, releaseBytes } from './held-bytes.ts';
import { rawKey } from './keys.ts';
import { erasePushes } from './push/compact-pushes.ts';
import { markPushed } from './push/push-evidence.ts';
import { listSegments } from './push/push-objects.ts';
import { retryDelivery } from './deliver.ts';
import { receiveObject, sendJob } from './receive-object.ts';
import { parseStored } from './stored.ts';

export interface Swept {
  looked: number;
  failed: number;
}

/**
 * Step 5: looks at every record that is due and brings it on. Each repair may itself be cut off anywhere: what is
 * left due is found again. One record that cannot be repaired does not keep the others from it.
 */
export async function sweep(deps: Deps): Promise<Swept> {
  const swept: Swept = { looked: 0, failed: 0 };
  await forEachDue(deps.records, deps.now(), async (record) => {
    swept.looked++;
    try {
      await sweepRecord(deps, record);
    } catch (error) {
      swept.failed++;
      deps.log.error('sweep could not repair a record', error, { partition: record.partition, sort: record.sort });
    }
  });
  return swept;
}

/**
 * On one machine, before its only worker starts: whatever is being analysed was cut off with the process. That says
 * nothing against the evidence, so the attempt does not count.
 */
export async function recoverInterrupted(deps: Deps): Promise<void> {
  await forEachDue(deps.records, END_OF_TIME_MS, async (record) => {
    if (!isEvidence(record)) return;
    const { slug, id, state } = parseStored(Evidence, record);
    if (state !== 'analysing') return;
    const { changed } = await changeEvidence(deps, slug, id, (current) =>
      current.state === 'analysing'
        ? { next: { ...current, state: 'received', progress: undefined, attempts: Math.max(0, current.attempts - 1) } }
        : undefined,
    );
    if (changed) await sendJob(deps, slug, id);
  });
}

async function sweepRecord(deps: Deps, record: StoredRecord): Promise<void> {
  if (record.partition === 'deliveries') return retryDelivery(deps, record);
  if (record.sort.startsWith('mapping#')) {
    await analyseRemapped(deps, Slug.parse(record.body['slug']));
    return;
  }
  if (!isEvidence(record)) return;
  // `due` may be behind: every repair below reads again and decides on what is there.
  const evidence = parseStored(Evidence, record);
  switch (evidence.state) {
    case 'awaiting-upload':
      return sweepUpload(deps, evidence);
    case 'received':
    case 'analysing':
      return sweepJob(deps, evidence);
    case 'analysed':
    case 'refused':
      return sweepRetention(deps, evidence);
    case 'expired':
      return sweepExpired(deps, evidence);
    case 'deleted':
      return eraseObjects(deps, evidence, { forGood: true });
  }
}

/** A segment is there, and whoever brought it died before it said so: nobody was told that it was taken, but it was. */
async function sweepPush(deps: Deps, evidence: Evidence): Promise<boolean> {
  const { slug, id } = evidence;
  if (evidence.kind !== 'push' || (await listSegments(deps.evidence, slug, id)).length === 0) return false;
  await markPushed(deps, slug, id);
  return true;
}

async function sweepUpload(deps: Deps, evidence: Evidence): Promise<void> {
  if (await sweepPush(deps, evidence)) return;
  const key = rawKey(evidence.slug, evidence.id);
  if (await deps.evidence.head(key)) {
    await receiveObject(deps, key);
    return;
  }
  if (deps.now() < (evidence.uploadExpiresAtMs ?? 0)) return;
  const { changed } = await changeEvidence(deps, evidence.slug, evidence.id, (current) =>
    current.state === 'awaiting-upload'
      ? {
          next: { ...current, state: 'expired' },
          event: {
            kind: 'evidence/expired',
            by: 'casebook',
            subjectId: current.id,
            text: 'The upload was never finished',
            audience: 'maintainers',
          },
        }
      : undefined,
  );
  if (changed && evidence.kind === 'push') await dropGrowth(deps, evidence.slug, evidence.id);
  else if (changed) await releaseBytes(deps, evidence.slug, evidence.sizeBytes);
  if (evidence.uploadId === undefined) return;
  await deps.evidence.abortMultipart(key, evidence.uploadId).catch((error: unknown) => {
    if (!isAppError(error) || error.code !== 'not-found') throw error;
  });
}

async function sweepExpired(deps: Deps, evidence: Evidence): Promise<void> {
  if (await sweepPush(deps, evidence)) return;
  const key = rawKey(evidence.slug, evidence.id);
  if (await deps.evidence.head(key)) {
    await receiveObject(deps, key);
    return;
  }
  if (evidence.uploadId !== undefined) {
    // Again: a crash may have come between the state and the abort.
    await deps.evidence.abortMultipart(key, evidence.uploadId).catch((error: unknown) => {
      if (!isAppError(error) || error.code !== 'not-found') throw error;
    });
  }
  await changeEvidence(deps, evidence.slug, evidence.id, (current) =>
    current.state === 'expired' ? { next: { ...current, uploadId: undefined } } : undefined,
  );
}

async function sweepJob(deps: Deps, evidence: Evidence): Promise<void> {
  if (deps.now() >= (evidence.rawExpiresAtMs ?? Infinity)) return sweepRetention(deps, evidence);
  if (evidence.state === 'analysing' && evidence.attempts >= deps.config.maxAttempts) {
    return refuseAsFailed(deps, evidence, 'Its worker died without a word: it was killed, or had no memory left.');
  }
  // Writing first moves the due time, so that the next sweep does not send another while this one waits in the queue.
  const { changed } = await changeEvidence(deps, evidence.slug, evidence.id, (current) => {
    if (current.state !== evidence.state || current.version !== evidence.version) return undefined;
    return { next: { ...current, state: 'received', progress: undefined } };
  });
  if (changed) await sendJob(deps, evidence.slug, evidence.id);
}

/** Raw bytes go at their time, whatever became of them. The deletion comes first: a crash repeats it. */
async function sweepRetention(deps: Deps, evidence: Evidence): Promise<void> {
  if (deps.now() < (evidence.rawExpiresAtMs ?? Infinity)) return;
  await deps.evidence.delete(rawKey(evidence.slug, evidence.id));
  if (evidence.kind === 'push') await erasePushes(deps, evidence.slug, evidence.id);
  const { changed } = await changeEvidence(deps, evidence.slug, evidence.id, (current) => {
    if (current.rawDeleted || current.state === 'deleted') return undefined;
    const ended = current.state === 'analysed' || current.state === 'refused';
    const refusal = { code: 'gone', message: 'the bytes expired before they could be analysed', looksLike: '' };
    return {
      next: {
        ...current,
        rawDeleted: true,
        ...(ended ? {} : { state: 'refused' as const, progress: undefined, refusal }),
      },
      event: {
        kind: 'evidence/raw-deleted',
        by: 'casebook',
        subjectId: current.id,
        text: 'The raw bytes reached the end of their retention and were deleted; the analysis stays',
      },
    };
  });
  if (changed && evidence.kind !== 'push') await releaseBytes(deps, evidence.slug, evidence.sizeBytes);
}
