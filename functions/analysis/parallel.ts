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

type Column = Uint8Array | Int32Array | Uint32Array | Float64Array;

/** The same columns on shared memory: those that are not are copied. */
export function shareColumns<T extends object>(parts: T): T {
  const share = (value: unknown): unknown => {
    if (!ArrayBuffer.isView(value) || value.buffer instanceof SharedArrayBuffer) return value;
    // Of the types of columns there are.
    const column = value as Column;
    const copy = new (column.constructor as new (memory: SharedArrayBuffer) => Column)(
      new SharedArrayBuffer(column.byteLength),
    );
    copy.set(column);
    return copy;
  };
  return Object.fromEntries(Object.entries(parts).map(([name, value]) => [name, share(value)])) as T;
}

/** Below this, a file is analysed before a thread has started. */
export const WORTH_A_THREAD_BYTES = 8 << 20;

export function withoutThreads(run: Run): Run {
  const { parallel, ...alone } = run;
  return parallel === undefined ? run : alone;
}
