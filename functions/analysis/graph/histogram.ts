import type { Dominated } from './dominated.ts';
import type { DominatorTree } from './dominators.ts';
import type { RetainedBytes } from './retained.ts';
import { type ObjectGraph, NONE } from './object-graph.ts';

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
 * their owner) are in no row, as in Chrome DevTools. One walk of the tree with a count of open instances for each class.
 */
export function sumByClass(
  graph: Pick<ObjectGraph, 'classOf' | 'classCount' | 'shallow'>,
  tree: DominatorTree,
  { firstChild, nextSibling }: Dominated,
  retained: RetainedBytes,
): ClassHistogram {
  const { classOf, classCount, shallow } = graph;
  const { order, idom, count } = tree;
  const instances = new Uint32Array(classCount);
  const shallowBytes = new Float64Array(classCount);
  const retainedBytes = new Float64Array(classCount);
  const open = new Uint32Array(classCount);

  let p = count > 0 ? 0 : NONE;
  while (p !== NONE) {
    const node = order[p]!;
    const cls = classOf[node]!;
    const bytes = shallow[node]!;
    if (bytes > 0) {
      instances[cls] = instances[cls]! + 1;
      shallowBytes[cls] = shallowBytes[cls]! + bytes;
      if (open[cls] === 0) retainedBytes[cls] = retainedBytes[cls]! + retained[p]!;
    }
    const child = firstChild[p]!;
    if (child !== NONE) {
      if (bytes > 0) open[cls] = open[cls]! + 1;
      p = child;
      continue;
    }
    // Up to the next sibling of this position or of the nearest ancestor that has one.
    while (p !== 0 && nextSibling[p] === NONE) {
      p = idom[p]!;
      const closed = order[p]!;
      if (shallow[closed]! > 0) open[classOf[closed]!] = open[classOf[closed]!]! - 1;
    }
    p = p === 0 ? NONE : nextSibling[p]!;
  }
  return { instances, shallowBytes, retainedBytes };
}
