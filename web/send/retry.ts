import { AppError, isAppError } from '../../functions/model/error.ts';

/** Tries again what may work the next time: a lost connection, a busy server. What was refused stays refused. */
export interface RetryOptions {
  readonly signal: AbortSignal;
  readonly attempts?: number;
  readonly firstWaitMs?: number;
  readonly onRetry?: (error: AppError, waitMs: number) => void;
  readonly random?: () => number;
}

const MAX_WAIT_MS = 30_000;

export async function retry<T>(task: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { signal, attempts = 8, firstWaitMs = 1000, onRetry, random = Math.random } = options;
  for (let attempt = 1; ; attempt++) {
    try {
      return await task();
    } catch (error) {
      if (!isAppError(error) || signal.aborted || attempt >= attempts || !mayPass(error)) throw error;
      const asked = Number(error.data['retryAfterSeconds']) * 1000;
      // Full jitter, so that three parts that failed together do not come back together.
      const backoff = Math.min(MAX_WAIT_MS, firstWaitMs * 2 ** (attempt - 1)) * (0.5 + random() / 2);
      const waitMs = asked > 0 ? Math.min(asked, 10 * MAX_WAIT_MS) : backoff;
      onRetry?.(error, waitMs);
      await pause(waitMs, signal);
    }
  }
}

function mayPass(error: AppError): boolean {
  return error.code === 'unavailable' || error.code === 'rate-limited';
}

/** The window, where there is one: Node has no network events. */
const events = 'addEventListener' in globalThis ? globalThis : undefined;

/** Waits, or until the network is back. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      events?.removeEventListener('online', done);
    };
    const done = (): void => {
      end();
      resolve();
    };
    const abort = (): void => {
      end();
      reject(new AppError('aborted', 'Stopped.'));
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', abort, { once: true });
    events?.addEventListener('online', done);
  });
}
