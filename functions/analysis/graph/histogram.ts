import type { DominatorTree } from './dominators.ts';
import type { RetainedBytes } from './retained.ts';
import { GrowingStack } from './growing-stack.ts';
import type { ObjectGraph } from './object-graph.ts';

/** Sums by class id. */
export interface ClassHistogram {
  readonly instances: Uint32Array;
  readonly shallowBytes: Float64Array;
  readonly retainedBytes: Float64Array;
}

/**
 * Instances, own bytes and retained bytes of each class over all positions of the tree. A class retains what its
 * instances retain together: an instance below another of the same class in the dominator tree adds nothing, because
 * its bytes are in the upper one's already. Nodes without bytes (roots made up by a format, parts that were added to
 * their owner) are in no row, as in Chrome DevTools. One loop with a count, for each class, of the instances that the position is below.
 */
export function sumByClass(
  graph: Pick<ObjectGraph, 'classOf' | 'classCount' | 'shallow'>,
  tree: DominatorTree,
  retained: RetainedBytes,
): ClassHistogram {
  const { classOf, classCount, shallow } = graph;
  const { order, end, count } = tree;
  const instances = new Uint32Array(classCount);
  const shallowBytes = new Float64Array(classCount);
  const retainedBytes = new Float64Array(classCount);
  const above = new Uint32Array(classCount);
  const ends = new GrowingStack();
  const classes = new GrowingStack();
  let depth = 0;
  /** Where the innermost instance ends. */
  let nextEnd = count;

  for (let p = 0; p < count; p++) {
    while (nextEnd <= p) {
      const left = classes.items[--depth]!;
      above[left] = above[left]! - 1;
      nextEnd = depth > 0 ? ends.items[depth - 1]! : count;
    }
    const node = order[p]!;
    const bytes = shallow[node]!;
    if (bytes === 0) continue;
    const cls = classOf[node]!;
    instances[cls] = instances[cls]! + 1;
    shallowBytes[cls] = shallowBytes[cls]! + bytes;
    if (above[cls] === 0) retainedBytes[cls] = retainedBytes[cls]! + retained[p]!;
    if (end[p] === p + 1) continue;
    nextEnd = end[p]!;
    ends.reserve(depth + 1)[depth] = nextEnd;
    classes.reserve(depth + 1)[depth] = cls;
    depth++;
    above[cls] = above[cls]! + 1;
  }
  return { instances, shallowBytes, retainedBytes };
}
