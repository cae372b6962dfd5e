import type { Slices } from './drive.ts';
import { NONE } from './object-graph.ts';
import type { Preorder } from './preorder.ts';

/**
 * Who keeps whom alive alone. Arrays are indexed by *position*, a preorder of the dominator tree: what `p` dominates are the positions from `p` to `end[p]` (exclusive), its
 * first child is `p + 1`, the sibling after a child `c` is `end[c]`. Sums over the tree are one loop backwards.
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
  /** position -> the first position that is not dominated by it any more */
  readonly end: Uint32Array;
}

/**
 * From positions of the depth-first search to positions of the dominator tree. Children keep their order, so that what the root reaches stays before what it does
 * not. `idom[p] < p` for all but the root. Takes over all columns but the second of `scratch`.
 */
export function* numberTree(
  { count, reached, order, position, idom }: Omit<Preorder, 'parent' | 'into' | 'edges'> & { readonly idom: Uint32Array },
  [size, scratch]: readonly [Uint32Array, Uint32Array],
): Slices<DominatorTree> {
  sumSizes(idom, count, size);
  yield 0.2;
  // `next[p]`: the position that the next child of `p` gets. In the end that is where the tree below `p` ends.
  const next = scratch;
  next[0] = 1;
  for (let p = 1; p < count; p++) {
    const up = idom[p]!;
    const at = next[up]!;
    next[up] = at + size[p]!;
    next[p] = at + 1;
  }
  for (let p = 0; p < count; p++) next[p] = next[p]! - size[p]!;
  yield 0.5;
  const moved = next;
  const newOrder = size;
  for (let p = 0; p < count; p++) newOrder[moved[p]!] = order[p]!;
  const newIdom = order;
  for (let p = 0; p < count; p++) newIdom[moved[p]!] = moved[idom[p]!]!;
  yield 0.8;
  position.fill(NONE);
  for (let p = 0; p < count; p++) position[newOrder[p]!] = p;
  const end = idom;
  sumSizes(newIdom, count, end);
  for (let p = 0; p < count; p++) end[p] = end[p]! + p;
  return { count, reached, order: newOrder, position, idom: newIdom, end };
}

/** position -> how many positions are dominated by it, itself among them. */
function sumSizes(idom: Uint32Array, count: number, size: Uint32Array): void {
  size.fill(1, 0, count);
  for (let p = count - 1; p > 0; p--) {
    const up = idom[p]!;
    size[up] = size[up]! + size[p]!;
  }
}
