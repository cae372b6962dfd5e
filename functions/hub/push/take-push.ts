import { AppError, isAppError } from '../../model/error.ts';
import type { Deps } from '../deps.ts';
import { dropGrowth } from '../held-bytes.ts';
import type { Cluster } from '../tokens.ts';
import { type Account, noteUse, openAccount, takeFrom } from './account.ts';
import { markPushed, openPushEvidence } from './push-evidence.ts';
import { putSegment } from './push-objects.ts';
import type { Push } from './read-push.ts';

/** Of one segment. */
const MOST_PUSHES = 512;
const MOST_BYTES = 8_000_000;
/** Waiting, of one token: beyond this the sender must wait, or the memory is full. */
const MOST_WAITING_BYTES = 48_000_000;
const RETRY_SECONDS = 5;
/** At once, of one token: a disk that syncs two files takes hardly longer than for one. */
const MOST_WRITING = 2;

interface Waiting {
  readonly push: Push;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

interface Line {
  readonly waiting: Waiting[];
  waitingBytes: number;
  /** Segments under way. */
  writing: number;
  readonly account: Account;
}

const lines = new WeakMap<Deps, Map<string, Line>>();

/**
 * Resolves when the push is durable and its evidence will be analysed. While segments are written, what arrives of the
 * same token waits and becomes the next one: many senders share the cost of a write that waits for the disk.
 */
export function takePush(deps: Deps, cluster: Cluster, push: Push): Promise<void> {
  const byToken = lines.get(deps) ?? new Map<string, Line>();
  lines.set(deps, byToken);
  const name = `${cluster.slug}#${cluster.tokenId}`;
  const line = byToken.get(name) ?? { waiting: [], waitingBytes: 0, writing: 0, account: openAccount() };
  byToken.set(name, line);
  if (line.waitingBytes + push.body.length > MOST_WAITING_BYTES) {
    throw new AppError('unavailable', 'pushes arrive faster than they can be kept: try again', {
      data: { retryAfterSeconds: RETRY_SECONDS },
    });
  }
  line.waitingBytes += push.body.length;
  const taken = new Promise<void>((resolve, reject) => line.waiting.push({ push, resolve, reject }));
  if (line.writing < MOST_WRITING) void work(deps, cluster, line);
  return taken;
}

async function work(deps: Deps, cluster: Cluster, line: Line): Promise<void> {
  line.writing++;
  while (line.waiting.length > 0) {
    const batch = line.waiting.splice(0, countFitting(line.waiting));
    const pushes = batch.map(({ push }) => push);
    try {
      await savePushes(deps, cluster, line.account, pushes);
      for (const { resolve } of batch) resolve();
    } catch (error) {
      const told = isAppError(error) && error.code !== 'conflict' ? error : outage(deps, error);
      for (const { reject } of batch) reject(told);
    } finally {
      for (const { body } of pushes) line.waitingBytes -= body.length;
    }
  }
  line.writing--;
}

function countFitting(waiting: readonly Waiting[]): number {
  let bytes = 0;
  let count = 0;
  for (const { push } of waiting) {
    bytes += push.body.length;
    if (count > 0 && (count >= MOST_PUSHES || bytes > MOST_BYTES)) break;
    count++;
  }
  return count;
}

/** A sender of OTLP takes 500 for "never again", and 503 for "later". */
function outage(deps: Deps, error: unknown): AppError {
  deps.log.error('a push could not be kept', error);
  return new AppError('unavailable', 'the push could not be kept: try again', {
    data: { retryAfterSeconds: RETRY_SECONDS },
    cause: error,
  });
}

async function savePushes(deps: Deps, cluster: Cluster, account: Account, pushes: readonly Push[]): Promise<void> {
  const { slug } = cluster;
  const bytes = pushes.reduce((sum, { body }) => sum + body.length, 0);
  // Again only where the evidence was deleted between the look and the write.
  for (let tries = 0; tries < 3; tries++) {
    const id = await openPushEvidence(deps, cluster, account);
    await takeFrom(deps, cluster, account, id, bytes);
    const key = await putSegment(deps, slug, id, pushes);
    const marked = await markPushed(deps, slug, id);
    if (marked === 'sent') await noteUse(deps, cluster, account);
    if (marked !== 'gone') return;
    await deps.evidence.delete(key);
    await dropGrowth(deps, slug, id);
  }
  throw new AppError('unavailable', 'the evidence was deleted while it grew: try again', {
    data: { retryAfterSeconds: RETRY_SECONDS },
  });
}
