import { AppError, isAppError } from '../../model/error.ts';
import type { Deps } from '../deps.ts';
import { countTokenBytes, releaseBytes, reserveBytes } from '../limits.ts';
import type { Cluster } from '../tokens.ts';
import { markPushed, openPushEvidence, pushedBytesKey } from './push-evidence.ts';
import { putSegment } from './push-objects.ts';
import type { Push } from './read-push.ts';

/** Of one segment. */
const MOST_PUSHES = 512;
const MOST_BYTES = 8_000_000;
/** Waiting, of one token: beyond this the sender must wait, or the memory is full. */
const MOST_WAITING_BYTES = 48_000_000;
const RETRY_SECONDS = 5;

interface Waiting {
  readonly push: Push;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

interface Line {
  readonly waiting: Waiting[];
  waitingBytes: number;
}

const lines = new WeakMap<Deps, Map<string, Line>>();

/**
 * Resolves when the push is durable and its evidence will be analysed. While one segment is written, what arrives of the
 * same token waits and becomes the next one: many senders share the cost of a write that waits for the disk.
 */
export function takePush(deps: Deps, cluster: Cluster, push: Push): Promise<void> {
  const byToken = lines.get(deps) ?? new Map<string, Line>();
  lines.set(deps, byToken);
  const name = `${cluster.slug}#${cluster.tokenId}`;
  let line = byToken.get(name);
  const isIdle = line === undefined;
  line ??= { waiting: [], waitingBytes: 0 };
  if (line.waitingBytes + push.body.length > MOST_WAITING_BYTES) {
    throw new AppError('unavailable', 'pushes arrive faster than they can be kept: try again', {
      data: { retryAfterSeconds: RETRY_SECONDS },
    });
  }
  const { waiting } = line;
  line.waitingBytes += push.body.length;
  const taken = new Promise<void>((resolve, reject) => waiting.push({ push, resolve, reject }));
  if (isIdle) {
    byToken.set(name, line);
    void work(deps, cluster, line).finally(() => byToken.delete(name));
  }
  return taken;
}

async function work(deps: Deps, cluster: Cluster, line: Line): Promise<void> {
  while (line.waiting.length > 0) {
    const batch = line.waiting.splice(0, countFitting(line.waiting));
    try {
      await savePushes(
        deps,
        cluster,
        batch.map(({ push }) => push),
      );
      for (const { resolve } of batch) resolve();
    } catch (error) {
      const told = isAppError(error) && error.code !== 'conflict' ? error : outage(deps, error);
      for (const { reject } of batch) reject(told);
    } finally {
      for (const { push } of batch) line.waitingBytes -= push.body.length;
    }
  }
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

async function savePushes(deps: Deps, cluster: Cluster, pushes: readonly Push[]): Promise<void> {
  const { slug, tokenId } = cluster;
  const bytes = pushes.reduce((sum, { body }) => sum + body.length, 0);
  await countTokenBytes(deps, tokenId, bytes);
  await reserveBytes(deps, slug, bytes);
  try {
    // Again only where the evidence was deleted between the look and the write.
    for (let tries = 0; tries < 3; tries++) {
      const id = await openPushEvidence(deps, cluster);
      const key = await putSegment(deps, slug, id, pushes);
      const total = await deps.records.add(pushedBytesKey(id), bytes);
      if (await markPushed(deps, cluster, id, total)) return;
      await deps.evidence.delete(key);
    }
    throw new AppError('unavailable', 'the evidence was deleted while it grew: try again', {
      data: { retryAfterSeconds: RETRY_SECONDS },
    });
  } catch (error) {
    await releaseBytes(deps, slug, bytes);
    throw error;
  }
}
