import { ColumnPool } from './column-pool.ts';
import type { DominatorTree } from './dominators.ts';
import { NONE } from './object-graph.ts';

/** The dominator tree downwards, by position: the first child, then siblings in ascending order; NONE ends a list. */
export interface Dominated {
  readonly firstChild: Uint32Array;
  readonly nextSibling: Uint32Array;
}

export function listDominated({ count, idom }: DominatorTree, pool = new ColumnPool()): Dominated {
  const firstChild = pool.take(count).fill(NONE);
  const nextSibling = pool.take(count).fill(NONE);
  for (let p = count - 1; p > 0; p--) {
    const up = idom[p]!;
    nextSibling[p] = firstChild[up]!;
    firstChild[up] = p;
  }
  return { firstChild, nextSibling };
}
