import { createHmac } from 'node:crypto';
import { AppError } from '../model/error.ts';
import type { Config } from './config.ts';
import type { Deps } from './deps.ts';
import { counterKey } from './keys.ts';

type LimitName = keyof Config['limits'];
type CountDeps = Pick<Deps, 'records' | 'config' | 'now'>;

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Counts one in a fixed window; beyond the limit it throws with the limit's name, its value and when to try again. */
export async function countInWindow(
  deps: CountDeps,
  limit: LimitName,
  subject: string,
  options: { amount?: number; windowMs?: number; advice: string },
): Promise<void> {
  const { amount = 1, windowMs = HOUR_MS, advice } = options;
  const most = deps.config.limits[limit];
  const window = Math.floor(deps.now() / windowMs);
  const endMs = (window + 1) * windowMs;
  const key = counterKey(`${limit}#${subject}`, String(window));
  const sum = await deps.records.add(key, amount, endMs + HOUR_MS);
  if (sum <= most) return;
  // What was refused does not count: else one too large a request would shut out the small ones that follow.
  if (amount > 1) await deps.records.add(key, -amount, endMs + HOUR_MS);
  const retryAfterSeconds = Math.max(1, Math.ceil((endMs - deps.now()) / 1000));
  throw new AppError(
    'rate-limited',
    `beyond the limit ${limit} (${most}): try again in ${retryAfterSeconds} s, ${advice}`,
    { data: { limit, value: most, retryAfterSeconds } },
  );
}

/** An address is counted under a keyed hash: the table never holds who asked. */
export function addressSubject(deps: Pick<Deps, 'config'>, address: string): string {
  return createHmac('sha256', deps.config.secret).update(`address/${address}`).digest('hex').slice(0, 32);
}

export function requireSize(deps: Pick<Deps, 'config'>, kind: 'file' | 'report', sizeBytes: number): void {
  const limit = kind === 'report' ? 'reportBytes' : 'fileBytes';
  const most = deps.config.limits[limit];
  if (sizeBytes === 0) {
    throw new AppError('bad-input', 'size is 0: an empty file says nothing; send the size in bytes of what follows', {
      data: { field: 'size' },
    });
  }
  if (sizeBytes <= most) return;
  throw new AppError(
    'too-large',
    `${sizeBytes} bytes are beyond the limit ${limit} (${most}): compress it (gzip or zstd), or analyse it where it is and send only the report`,
    { data: { limit, value: most } },
  );
}

/** `limit`: what is uploaded stays as it is; what is pushed is compacted, and counts as it arrives (see ARCHITECTURE.md). */
export async function countTokenBytes(
  deps: CountDeps,
  limit: 'tokenBytesPerDay' | 'pushBytesPerDay',
  tokenId: string,
  sizeBytes: number,
): Promise<void> {
  await countInWindow(deps, limit, tokenId, {
    amount: sizeBytes,
    windowMs: DAY_MS,
    advice: 'or ask a maintainer for a token of your own',
  });
}
