import type { Task } from '../parallel.ts';
import type { DominatorTree } from './dominators.ts';
import { inSlices, type Slices } from './drive.ts';
import type { RetainedBytes } from './retained.ts';
import { GrowingStack } from './growing-stack.ts';
import type { ObjectGraph } from './object-graph.ts';

/** Sums by class id. */
export interface ClassHistogram {
  readonly instances: Uint32Array;
  readonly shallowBytes: Float64Array;
  readonly retainedBytes: Float64Array;
}

export interface ClassSums extends Pick<ObjectGraph, 'classOf' | 'classCount' | 'shallow'> {
  readonly tree: Pick<DominatorTree, 'count' | 'order' | 'end'>;
  readonly retained: RetainedBytes;
}

/**
 * Instances, own bytes and retained bytes of each class over all positions of the tree. A class retains what its
 * instances retain together: an instance below another of the same class in the dominator tree adds nothing, because
 * its bytes are in the upper one's already. Nodes without bytes (roots made up by a format, parts that were added to
 * their owner) are in no row, as in Chrome DevTools. One loop with a count, for each class, of the instances that the position is below.
 */
export const sumByClass: Task<ClassSums, ClassHistogram> = { name: 'class-sums', start: sum };

function* sum({ classOf, classCount, shallow, tree, retained }: ClassSums): Slices<ClassHistogram> {
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

  function add(from: number, to: number): void {
    for (let p = from; p < to; p++) {
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
  }
  yield* inSlices(0, count, add);
  return { instances, shallowBytes, retainedBytes };
}
