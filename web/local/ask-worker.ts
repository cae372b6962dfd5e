import { AppError } from '../../functions/model/error.ts';
import { deathOf, fromPlainError } from './plain-error.ts';
import type { Answer, Message, Question, Request } from './protocol.ts';

export interface HereOptions {
  readonly onProgress?: (step: string, done: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * One question to a thread of its own, which ends with the answer: cancelling is terminating it, and its memory is free at once. Throws
 * AppError: what the thread says, `aborted`, or `too-large` when the browser's memory is not enough.
 */
export function askWorker<S extends Answer['say']>(
  question: Question,
  wanted: S,
  { onProgress, signal }: HereOptions,
): Promise<Extract<Answer, { say: S }>> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
    const end = (): void => {
      worker.terminate();
      signal?.removeEventListener('abort', abort);
    };
    const fail = (error: AppError): void => {
      end();
      reject(error);
    };
    const abort = (): void => fail(new AppError('aborted', 'Cancelled. The file is unchanged and nothing was sent.'));
    signal?.addEventListener('abort', abort, { once: true });
    worker.onmessage = ({ data }: MessageEvent<Message>) => {
      if (data.say === 'progress') onProgress?.(data.step, data.done);
      else if (data.say === 'failed') fail(fromPlainError(data.error));
      else if (data.say !== wanted) {
        fail(new AppError('unavailable', 'The thread of this page answered something else. Reload the page.'));
      } else {
        end();
        // It says what was asked for.
        resolve(data as Extract<Answer, { say: S }>);
      }
    };
    worker.onerror = (event) => {
      event.preventDefault();
      fail(fromPlainError(deathOf(event.message)));
    };
    worker.onmessageerror = () => fail(fromPlainError(deathOf('its answer could not be read')));
    // Chromium alone has it; the type library leaves it out.
    const { deviceMemory } = navigator as { deviceMemory?: number };
    const request: Request = { ...question, memoryBytes: memoryBudgetBytes(deviceMemory) };
    worker.postMessage(request);
  });
}

/**
 * What analysers may hold here. Browsers stop a tab at 4 GB or so and say at most 8 GB of the machine's memory; half of
 * that leaves room for the page and for others. Where a browser does not say, 2 GiB.
 */
export function memoryBudgetBytes(deviceMemoryGiB: number | undefined): number {
  return Math.min(3 * 2 ** 30, ((deviceMemoryGiB ?? 4) / 2) * 2 ** 30);
}
