import { NONE } from '../../../graph/object-graph.ts';
import { ancestorsOf } from '../../../graph/samples.ts';
import type { Crowd } from '../../../graph/suspects.ts';
import type { Positions } from '../../../graph/positions.ts';
import type { Heap } from '../heap.ts';
import { ENTRY } from '../path-steps.ts';

const MIN_BYTES = 192 * 1024;
const MIN_SHARE = 0.05;
const MIN_THREADS = 3;
/** A buffer and what wraps it: one object that is most of the value. */
const MOST = 0.7;
const SAMPLES = 50;

interface Buffers {
  readonly positions: number[];
  bytes: number;
}

/**
 * Values of ThreadLocals that are one large object a thread, such as a buffer, by their class: too little in each thread to be seen, and much in a pool of hundreds.
 * Those that a crowd is in are left to it.
 */
export function findThreadBuffers(
  heap: Heap,
  positions: Positions,
  baseBytes: number,
  crowds: readonly Crowd[],
): Crowd[] {
  const { graph, tree, retained, classes } = heap;
  const entries = positions.get(classes.find(ENTRY) ?? -1) ?? [];
  if (heap.roots.threads.length < MIN_THREADS) return [];
  const taken = new Set(
    crowds.flatMap(({ samples }) => samples.flatMap((sample) => [sample, ...ancestorsOf(tree, sample)])),
  );
  const byClass = new Map<number, Buffers>();
  for (const entry of entries) {
    if (taken.has(entry)) continue;
    let most = entry;
    for (;;) {
      let largest = NONE;
      for (let child = most + 1; child < tree.end[most]!; child = tree.end[child]!)
        if (largest === NONE || retained[child]! > retained[largest]!) largest = child;
      if (largest === NONE || retained[largest]! < MOST * retained[entry]!) break;
      most = largest;
    }
    if (most === entry || graph.shallow[tree.order[most]!]! < MOST * retained[entry]!) continue;
    const classId = graph.classOf[tree.order[most]!]!;
    let buffers = byClass.get(classId);
    if (buffers === undefined) byClass.set(classId, (buffers = { positions: [], bytes: 0 }));
    buffers.positions.push(most);
    buffers.bytes += retained[most]!;
  }
  return [...byClass]
    .filter(
      ([, { positions, bytes }]) =>
        positions.length >= MIN_THREADS && bytes >= Math.max(MIN_BYTES, MIN_SHARE * baseBytes),
    )
    .map(([classId, { positions, bytes }]): Crowd => {
      const stride = Math.max(1, Math.floor(positions.length / SAMPLES));
      return {
        classId,
        role: 'data',
        instances: positions.length,
        retainedBytes: bytes,
        share: bytes / baseBytes,
        samples: positions.filter((_, i) => i % stride === 0),
        holder: -1,
      };
    });
}
