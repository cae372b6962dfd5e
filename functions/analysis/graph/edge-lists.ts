import type { ColumnPool } from './column-pool.ts';
import { type GraphShape, NOT_RETAINING } from './object-graph.ts';

/** Bit of an entry of `heads` that says: there is no list, what follows is the semidominator itself. */
export const SETTLED = 0x8000_0000;

/**
 * Edges outside the depth-first tree by the position that they lead to, as linked lists in one array: entry `k` has the position that an edge comes from at `2k`
 * and the next entry with the same target at `2k + 1`. 0 ends a list.
 */
export class EdgeLists {
  /** position -> the first entry of its list, or SETTLED and its semidominator. */
  readonly heads: Uint32Array;
  items: Uint32Array;
  last = 0;
  private readonly pool: ColumnPool;

  constructor(heads: Uint32Array, items: Uint32Array, pool: ColumnPool) {
    this.heads = heads;
    this.items = items;
    this.pool = pool;
  }

  /** Makes room for one more entry and returns the (new) array. */
  reserve(): Uint32Array {
    if (2 * this.last + 3 < this.items.length) return this.items;
    // Of the pool, because it goes there afterwards: other threads see its columns, and would get a copy of any other.
    const larger = this.pool.take(this.items.length + (this.items.length >>> 1) + 64);
    larger.set(this.items);
    this.pool.give(this.items);
    this.items = larger;
    return larger;
  }

  add(from: number, to: number): void {
    const items = this.reserve();
    const entry = ++this.last;
    items[2 * entry] = from;
    items[2 * entry + 1] = this.heads[to]!;
    this.heads[to] = entry;
  }
}

/**
 * For parts numbered by a search from a start other than the root (positions 1 up to `count`), where edges from outside came in: nodes may have the root as their
 * semidominator and not that start, so all edges count that lead to those which were settled.
 */
export function reopen(
  { firstEdge, edgeTo }: GraphShape,
  { order, position, parent }: Record<'order' | 'position' | 'parent', Uint32Array>,
  lists: EdgeLists,
  count: number,
): void {
  const { heads } = lists;
  const isOpen = new Uint8Array(count);
  for (let p = 1; p < count; p++) {
    if (heads[p]! <= SETTLED) continue;
    heads[p] = 0;
    isOpen[p] = 1;
  }
  for (let p = 1; p < count; p++) {
    const node = order[p]!;
    for (let edge = firstEdge[node]!; edge < firstEdge[node + 1]!; edge++) {
      const raw = edgeTo[edge]!;
      const to = raw < NOT_RETAINING ? position[raw]! : 0;
      if (isOpen[to] === 1 && to !== p && parent[to] !== p) lists.add(p, to);
    }
  }
}
