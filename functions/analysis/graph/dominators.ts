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
 * The dominator tree of a heap. Time O(m log n) (see semi-nca.ts); on top of the graph it holds 24 bytes a node and 4
 * bytes for each edge outside the depth-first tree while it runs, 12 bytes a node afterwards.
 */
export function* buildDominatorTree(
  graph: GraphShape,
  { stepsPerNode, ...options }: PreorderOptions & { readonly stepsPerNode?: number } = {},
): Slices<DominatorTree> {
  const preorder = yield* part(numberInPreorder(graph, options), 0, 0.4);
  const predecessors = yield* part(listPredecessors(graph, preorder), 0.4, 0.55);
  const { count, reached, order, position, parent, incoming } = preorder;
  // `incoming` and `position` have done their work and serve as scratch; `position` is made again from `order`.
  const ancestor = new Uint32Array(count);
  const idom = yield* part(
    findDominators(parent, count, predecessors, [incoming, position, ancestor], stepsPerNode),
    0.55,
    1,
  );
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
