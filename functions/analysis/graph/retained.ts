import { ColumnPool } from './column-pool.ts';
import type { DominatorTree } from './dominators.ts';
import { type ObjectGraph } from './object-graph.ts';

/**
 * position -> bytes that would be freed with that object: its own and those of everything it dominates. One loop backwards, since
 * a dominator's position is smaller. Bytes are exact up to 2^53.
 */
export function sumRetained(graph: Pick<ObjectGraph, 'shallow'>, tree: DominatorTree): Float64Array {
  return sumInto(new Float64Array(tree.count), graph, tree);
}

/** The same in 4 bytes a position where all bytes together are below 2^32, which most heaps are. */
export function sumRetainedCompact(
  graph: Pick<ObjectGraph, 'shallow'>,
  tree: DominatorTree,
  totalBytes: number,
  pool = new ColumnPool(),
): RetainedBytes {
  return totalBytes < 2 ** 32 ? sumInto(pool.take(tree.count), graph, tree) : sumRetained(graph, tree);
}

/** By position. */
export type RetainedBytes = Float64Array | Uint32Array;

function sumInto<T extends RetainedBytes>(
  retained: T,
  graph: Pick<ObjectGraph, 'shallow'>,
  { count, order, idom }: DominatorTree,
): T {
  for (let p = 0; p < count; p++) retained[p] = graph.shallow[order[p]!]!;
  for (let p = count - 1; p > 0; p--) {
    const up = idom[p]!;
    retained[up] = retained[up]! + retained[p]!;
  }
  return retained;
}
