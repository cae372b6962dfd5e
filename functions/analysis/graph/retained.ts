import type { DominatorTree } from './dominators.ts';
import { type ObjectGraph } from './object-graph.ts';

/**
 * position -> bytes that would be freed with that object: its own and those of everything it dominates. One loop backwards, since
 * a dominator's position is smaller. Bytes are exact up to 2^53.
 */
export function sumRetained(graph: Pick<ObjectGraph, 'shallow'>, tree: DominatorTree): Float64Array {
  const { count, order, idom } = tree;
  const retained = new Float64Array(count);
  for (let p = 0; p < count; p++) retained[p] = graph.shallow[order[p]!]!;
  for (let p = count - 1; p > 0; p--) {
    const up = idom[p]!;
    retained[up] = retained[up]! + retained[p]!;
  }
  return retained;
}
