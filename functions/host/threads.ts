import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Parallel } from '../analysis/analyser.ts';
import { AppError } from '../model/error.ts';

/** What the page of a thread and its owner say to each other. */
export interface ThreadRequest {
  readonly id: number;
  readonly task: string;
  readonly input: unknown;
}
export type ThreadAnswer =
  | { readonly id: number; readonly answer: unknown }
  | { readonly id: number; readonly failure: { readonly code: string; readonly message: string } };

/** More helpers than this wait for the one thread that takes what they made. */
const MOST_HELPERS = 3;

interface Waiting {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: AppError) => void;
}

/** Beside bundled code lies the bundled thread; beside sources, its source. */
const THREAD = new URL(import.meta.url.endsWith('.ts') ? './thread.ts' : './thread.mjs', import.meta.url);

/**
 * Threads for the tasks of analyses, started when the first task comes. Undefined on a machine with one core. Tasks go round the threads, one after the other on each.
 * They never keep the process alive; `stop` ends them.
 */
export function startThreads(): (Parallel & { stop(): void }) | undefined {
  const threads = Math.min(MOST_HELPERS, availableParallelism() - 1);
  if (threads < 1) return undefined;
  const workers: Worker[] = [];
  const waiting = new Map<number, Waiting>();
  let next = 0;

  function begin(): Worker {
    const worker = new Worker(THREAD);
    worker.on('message', (said: ThreadAnswer) => {
      const one = waiting.get(said.id);
      waiting.delete(said.id);
      if (waiting.size === 0) for (const each of workers) each.unref();
      if ('answer' in said) one?.resolve(said.answer);
      else one?.reject(new AppError('unavailable', said.failure.message));
    });
    worker.on('error', (error) => {
      for (const { reject } of waiting.values())
        reject(new AppError('unavailable', `A thread of the analysis ended: ${String(error)}`, { cause: error }));
      waiting.clear();
    });
    worker.unref();
    return worker;
  }

  return {
    threads,
    run(task, input) {
      const id = next++;
      const worker = (workers[id % threads] ??= begin());
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        worker.ref();
        worker.postMessage({ id, task, input } satisfies ThreadRequest);
      });
    },
    stop() {
      for (const worker of workers) void worker.terminate();
      workers.length = 0;
    },
  };
}
