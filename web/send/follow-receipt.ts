import { isAppError, type AppError } from '../../functions/model/error.ts';
import type { ReceiptKey } from '../calls/receipt-address.ts';
import { follow, type Followed } from '../calls/receipts.ts';
import { pause } from './retry.ts';

/** States in which nothing will change any more by itself. */
export const FINAL_STATES: ReadonlySet<string> = new Set(['analysed', 'refused', 'expired', 'deleted']);

export interface FollowOptions {
  readonly everyMs?: number;
  readonly signal?: AbortSignal;
  /** Asked before each look; false ends it. */
  readonly isWanted?: () => boolean;
  readonly onState: (followed: Followed) => void;
  /** The hub did not answer, and is asked again; or it never will (`gone`, `not-found`, `forbidden`). */
  readonly onTrouble: (error: AppError) => void;
}

const EVERY_MS = 2000;
const SLOWEST_MS = 30_000;

/** Looks every 2 s until the evidence is analysed or refused; in trouble less and less often. */
export async function followReceipt(key: ReceiptKey, options: FollowOptions): Promise<void> {
  const { everyMs = EVERY_MS, isWanted = () => true, onState, onTrouble } = options;
  const signal = options.signal ?? new AbortController().signal;
  const isOver = (): boolean => signal.aborted || !isWanted();
  let waitMs = everyMs;
  while (!isOver()) {
    try {
      const followed = await follow(key, signal);
      if (isOver()) return;
      onState(followed);
      if (FINAL_STATES.has(followed.evidence.state)) return;
      waitMs = everyMs;
    } catch (error) {
      if (isOver()) return;
      if (!isAppError(error)) throw error;
      onTrouble(error);
      if (error.code !== 'unavailable' && error.code !== 'rate-limited') return;
      waitMs = Math.min(SLOWEST_MS, waitMs * 2);
    }
    await pause(waitMs, signal).catch(() => undefined);
  }
}
