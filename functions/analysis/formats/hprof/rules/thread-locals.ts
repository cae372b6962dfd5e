import { NONE } from '../../../graph/object-graph.ts';
import { ancestorsOf } from '../../../graph/samples.ts';
import type { Crowd } from '../../../graph/suspects.ts';
import type { Positions } from '../../../graph/positions.ts';
import type { Heap } from '../heap.ts';

/** The ThreadLocals of a thread. */
export const MAP = 'java.lang.ThreadLocal$ThreadLocalMap';
const MIN_BYTES = 32 * 1024;
const MIN_SHARE = 0.01;
/** Down the largest child while it has most of what its parent retains: the accumulation point of Eclipse MAT. */
const MOST = 0.7;
const SAMPLES = 50;
const MAX_FOUND = 5;

/**
 * What single threads keep in their ThreadLocals, where it is much and no crowd was found there: the largest class below the accumulation point. A few large buffers
 * in one thread are too few objects for a crowd, and still the classic leak of thread pools.
 */
export function findThreadLocals(
  heap: Heap,
  positions: Positions,
  baseBytes: number,
  crowds: readonly Crowd[],
): Crowd[] {
  const { tree, retained, classes } = heap;
  const found: Crowd[] = [];
  for (const p of positions.get(classes.find(MAP) ?? -1) ?? []) {
    if (retained[p]! < Math.max(MIN_BYTES, MIN_SHARE * baseBytes)) continue;
    if (crowds.some(({ samples }) => samples.some((sample) => ancestorsOf(tree, sample).includes(p)))) continue;
    let holder = p;
    for (;;) {
      let largest = NONE;
      for (let child = holder + 1; child < tree.end[holder]!; child = tree.end[child]!)
        if (largest === NONE || retained[child]! > retained[largest]!) largest = child;
      if (largest === NONE || retained[largest]! < MOST * retained[holder]!) break;
      holder = largest;
    }
    const crowd = largestGroup(heap, holder, baseBytes);
    if (crowd !== undefined) found.push(crowd);
  }
  return found.sort((a, b) => b.retainedBytes - a.retainedBytes).slice(0, MAX_FOUND);
}

/** The class that retains most among what a position dominates directly; the position itself where it dominates nothing. */
function largestGroup({ graph, tree, retained }: Heap, holder: number, baseBytes: number): Crowd | undefined {
  const groups = new Map<number, { count: number; bytes: number; samples: number[] }>();
  for (let child = holder + 1; child < tree.end[holder]!; child = tree.end[child]!) {
    const classId = graph.classOf[tree.order[child]!]!;
    let group = groups.get(classId);
    if (group === undefined) groups.set(classId, (group = { count: 0, bytes: 0, samples: [] }));
    group.count++;
    group.bytes += retained[child]!;
    if (group.samples.length < SAMPLES) group.samples.push(child);
  }
  const own = { count: 1, bytes: retained[holder]!, samples: [holder] };
  const [classId, group] = [...groups].sort(([, a], [, b]) => b.bytes - a.bytes)[0] ?? [
    graph.classOf[tree.order[holder]!]!,
    own,
  ];
  return {
    classId,
    role: 'data',
    instances: group.count,
    retainedBytes: group.bytes,
    share: group.bytes / baseBytes,
    samples: group.samples,
    holder: group === own ? tree.idom[holder]! : holder,
  };
}
