import { inSlices, part, type Slices } from './drive.ts';
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
  { count, reached, order, position, idom }: Omit<Preorder, 'parent' | 'lists'> & { readonly idom: Uint32Array },
  [size, scratch]: readonly [Uint32Array, Uint32Array],
): Slices<DominatorTree> {
  // `next[p]`: the position that the next child of `p` gets. In the end that is where the tree below `p` ends.
  const next = scratch;
  const moved = next;
  const newOrder = size;
  const newIdom = order;
  const end = idom;
  size.fill(1, 0, count);
  next[0] = 1;
  const steps: ((from: number, to: number) => void)[] = [
    (from, to) => sumSizes(idom, count, size, from, to),
    (from, to) => {
      for (let p = Math.max(1, from); p < to; p++) {
        const up = idom[p]!;
        const at = next[up]!;
        next[up] = at + size[p]!;
        next[p] = at + 1;
      }
    },
    (from, to) => {
      for (let p = from; p < to; p++) moved[p] = next[p]! - size[p]!;
    },
    (from, to) => {
      for (let p = from; p < to; p++) newOrder[moved[p]!] = order[p]!;
    },
    (from, to) => {
      for (let p = from; p < to; p++) newIdom[moved[p]!] = moved[idom[p]!]!;
    },
    (from, to) => {
      if (from === 0) end.fill(1, 0, count);
      sumSizes(newIdom, count, end, from, to);
    },
    (from, to) => {
      if (from === 0) position.fill(NONE);
      for (let p = from; p < to; p++) {
        position[newOrder[p]!] = p;
        end[p] = end[p]! + p;
      }
    },
  ];
  for (const [i, step] of steps.entries())
    yield* part(inSlices(0, count, step), i / steps.length, (i + 1) / steps.length);
  return { count, reached, order: newOrder, position, idom: newIdom, end };
}

/** position -> how many positions are dominated by it, itself among them: adds those of the `from`th to the `to`th from the end to their dominators. */
function sumSizes(idom: Uint32Array, count: number, size: Uint32Array, from: number, to: number): void {
  // Not the root, which is its own dominator.
  for (let p = count - 1 - from; p > Math.max(0, count - 1 - to); p--) {
    const up = idom[p]!;
    size[up] = size[up]! + size[p]!;
  }
}
