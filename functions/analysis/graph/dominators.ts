import { ColumnPool } from './column-pool.ts';
import type { Slices } from './drive.ts';
import { type GraphShape, NONE } from './object-graph.ts';
import { listPredecessors } from './predecessors.ts';
import { numberInPreorder, type PreorderOptions } from './preorder.ts';
import { findDominators } from './semi-nca.ts';

/**
 * Who keeps whom alive alone. Arrays are indexed by *position*, a preorder in which every dominator comes before what it
 * dominates: sums over the tree are one loop backwards, and `idom[p] < p`.
 */
export interface DominatorTree {
  /** Positions in use. */
  readonly count: number;
  /** Nodes that the root reaches: positions below this. */
  readonly reached: number;
  /** position -> node */
  readonly order: Uint32Array;
  /** node -> position, NONE for nodes outside the tree */
  readonly position: Uint32Array;
  /** position -> position of the immediate dominator; 0 for the root */
  readonly idom: Uint32Array;
}

/**
 * The dominator tree of a heap. Time O(m log n) (see semi-nca.ts); on top of the graph it holds 20 bytes a node and 4
 * bytes for each edge outside the depth-first tree while it runs, 12 bytes a node afterwards.
 */
export function* buildDominatorTree(
  graph: GraphShape,
  { stepsPerNode, pool = new ColumnPool(), ...options }: PreorderOptions & { readonly stepsPerNode?: number } = {},
): Slices<DominatorTree> {
  const preorder = yield* part(numberInPreorder(graph, { ...options, pool }), 0, 0.4);
  const predecessors = yield* part(listPredecessors(graph, preorder, pool), 0.4, 0.55);
  const { count, reached, order, position, parent } = preorder;
  const ancestor = pool.take(graph.nodeCount);
  // `position` has done its work and serves as scratch; it is made again from `order`.
  const scratch = [position, ancestor] as const;
  const idom = yield* part(findDominators(parent, count, predecessors, scratch, stepsPerNode), 0.55, 1);
  for (const column of [ancestor, predecessors.first, predecessors.from]) pool.give(column);
  position.fill(NONE);
  for (let p = 0; p < count; p++) position[order[p]!] = p;
  return { count, reached, order, position, idom };
}

/** Maps the progress of a part to its share of the whole. */
export function* part<T>(slices: Slices<T>, from: number, to: number): Slices<T> {
  for (;;) {
    const next = slices.next();
    if (next.done === true) return next.value;
    yield from + (to - from) * next.value;
  }
}
