import { ColumnPool } from './column-pool.ts';
import { part, type Slices } from './drive.ts';
import type { GraphShape } from './object-graph.ts';
import { numberInPreorder, type PreorderOptions } from './preorder.ts';
import { findDominators } from './semi-nca.ts';
import { type DominatorTree, numberTree } from './tree-order.ts';

export type { DominatorTree } from './tree-order.ts';

/**
 * The dominator tree of a heap. Time O(m log n) (see semi-nca.ts); on top of the graph it holds 20 bytes a node and 8
 * bytes for each edge that the search has to keep (see preorder.ts) while it runs, 16 bytes a node afterwards.
 */
export function* buildDominatorTree(
  graph: GraphShape,
  { stepsPerNode, pool = new ColumnPool(), ...options }: PreorderOptions & { readonly stepsPerNode?: number } = {},
): Slices<DominatorTree> {
  const preorder = yield* part(numberInPreorder(graph, { ...options, pool }), 0, 0.6);
  const { position, lists } = preorder;
  const ancestor = pool.take(graph.nodeCount);
  // `position` has done its work and serves as scratch; it is made again.
  const idom = yield* part(findDominators(preorder, [position, ancestor], stepsPerNode), 0.6, 0.9);
  pool.give(lists.items);
  const tree = yield* part(numberTree({ ...preorder, idom }, [ancestor, lists.heads]), 0.9, 1);
  pool.give(lists.heads);
  return tree;
}
