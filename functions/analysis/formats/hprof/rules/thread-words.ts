import type { Crowd } from '../../../graph/suspects.ts';
import type { Suspect } from '../../../heap/suspect.ts';
import type { Heap } from '../heap.ts';
import { THREADS } from '../leak-kind.ts';
import { ENTRY_OF } from '../path-steps.ts';

/** Are these threads that run, and not threads that were made and never started? */
export function areThreads({ roots, tree }: Heap, { samples }: Crowd): boolean {
  const running = new Set(roots.threads.map(({ node }) => tree.position[node]));
  return 2 * samples.filter((position) => running.has(position)).length > samples.length;
}

/** Threads that run are held by nobody, and what they keep (the buffers of a pool) is no pile. */
export function asThreads(suspect: Suspect): Suspect {
  return { ...suspect, path: { ...suspect.path, alike: 0 }, heldBy: 'each for as long as it runs', verdict: THREADS };
}

/** One buffer a thread: the ThreadLocal is the holder, and the thread an example. */
export function asBuffers(suspect: Suspect): Suspect {
  const local = suspect.steps.find(({ name }) => name.startsWith(ENTRY_OF))?.name.slice(ENTRY_OF.length);
  return {
    ...suspect,
    heldBy: `one by each thread, through ${local === undefined ? 'a ThreadLocal' : `the ThreadLocal ${local}`}`,
  };
}
