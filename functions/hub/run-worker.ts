import { setTimeout as sleep } from 'node:timers/promises';
import { isAppError } from '../model/error.ts';
import type { Message } from '../platform/jobs/jobs.ts';
import { analyseJob } from './analyse-evidence.ts';
import type { Deps } from './deps.ts';
import { recoverInterrupted } from './sweep.ts';

const VISIBILITY_SECONDS = 120;
const RETRY_SECONDS = 5;

/** The worker of one machine: one job at a time, until `signal` aborts. */
export async function runWorker(deps: Deps, signal: AbortSignal): Promise<void> {
  await recoverInterrupted(deps);
  while (!signal.aborted) {
    try {
      const options = { max: 1, visibilitySeconds: VISIBILITY_SECONDS, waitSeconds: 10, signal };
      for (const message of await deps.jobs.receive(options)) await workOn(deps, message);
    } catch (error) {
      if (isStopped(signal)) return;
      deps.log.error('the worker could not receive a job', error);
      await sleep(1000, undefined, { signal }).catch(() => undefined);
    }
  }
}

// Its own function: `while` has told the compiler that the signal is not aborted, and it may be by now.
const isStopped = (signal: AbortSignal): boolean => signal.aborted;

export async function workOn(deps: Deps, message: Message): Promise<void> {
  try {
    await analyseJob(deps, message, () => deps.jobs.extend(message.receipt, VISIBILITY_SECONDS));
  } catch {
    // Logged where it failed. Visible again soon, so that the next attempt does not wait for the whole lease.
    await deps.jobs.extend(message.receipt, RETRY_SECONDS).catch((error: unknown) => {
      if (!isAppError(error) || error.code !== 'gone') throw error;
    });
    return;
  }
  await deps.jobs.done(message.receipt);
}
