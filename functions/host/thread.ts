import { parentPort } from 'node:worker_threads';
import { performHere } from '../analysis/parallel-tasks.ts';
import { AppError } from '../model/error.ts';
import type { ThreadAnswer, ThreadRequest } from './threads.ts';

/** A thread that performs tasks of analyses. */
parentPort?.on('message', ({ id, task, input }: ThreadRequest) => {
  parentPort?.postMessage(answer(id, task, input));
});

function answer(id: number, task: string, input: unknown): ThreadAnswer {
  try {
    return { id, answer: performHere(task, input) };
  } catch (error) {
    const code = error instanceof AppError ? error.code : 'unavailable';
    return { id, failure: { code, message: error instanceof Error ? error.message : String(error) } };
  }
}
