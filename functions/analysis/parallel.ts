import type { Run } from './analyser.ts';
import { drive, type Pause, type Slices } from './graph/drive.ts';

/** Work that may be done on another thread. Its input and answer are structured-cloneable; large columns are on shared memory (`columnMemory`). */
export interface Task<In, Out> {
  readonly name: string;
  readonly start: (input: In) => Slices<Out>;
}

/** Begins a task: on another thread where the host gives one, else here and now, in slices. */
export async function perform<In, Out>(
  task: Task<In, Out>,
  input: In,
  run: Pick<Run, 'parallel' | 'signal' | 'progress'>,
  pause: Pause,
): Promise<Out> {
  // The answer has crossed between threads of one program: it is what the task returned.
  if (run.parallel) return (await run.parallel.run(task.name, input)) as Out;
  return drive(task.start(input), { signal: run.signal, progress: () => undefined }, pause, task.name, 0, 1);
}

/** Memory for a column: shared, where other threads are to see it. */
export type Allocate = (sizeBytes: number) => ArrayBufferLike;

export function columnMemory(run: Pick<Run, 'parallel'>): Allocate {
  return run.parallel
    ? (sizeBytes): SharedArrayBuffer => new SharedArrayBuffer(sizeBytes)
    : (sizeBytes): ArrayBuffer => new ArrayBuffer(sizeBytes);
}
