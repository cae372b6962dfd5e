import type { ColumnPool } from './column-pool.ts';
import { SLICE, type Slices } from './drive.ts';
import { type GraphShape, NONE, NOT_RETAINING } from './object-graph.ts';
import type { Preorder } from './preorder.ts';

/** Incoming edges by position, without tree edges: those of position `p` are `from[first[p]] .. from[first[p + 1]]`. */
export interface Predecessors {
  readonly first: Uint32Array;
  readonly from: Uint32Array;
}

/**
 * Incoming edges as positions. Tree edges are left out because Semi-NCA starts from the parent anyway: on heap dumps
 * that is a third of all edges. Consumes `preorder.incoming`.
 */
export function* listPredecessors(graph: GraphShape, preorder: Preorder, pool: ColumnPool): Slices<Predecessors> {
  const { nodeCount, firstEdge, edgeTo } = graph;
  const { count, position, parent, incoming } = preorder;
  // The counts become the starts of the rows, in place; filling moves each to its end, which is the start of the next row.
  const first = incoming;
  let total = 0;
  for (let p = 0; p < count; p++) {
    const edges = incoming[p]!;
    first[p] = total;
    total += edges;
  }
  first[count] = total;
  // At least two columns long: what comes after the dominators needs two more columns than it gets back otherwise.
  const from = pool.take(Math.max(total, 2 * nodeCount));

  // Nodes in the order of the file: their edges are then read in sequence.
  function fill(start: number, end: number): void {
    let edge = firstEdge[start]!;
    for (let node = start; node < end; node++) {
      const rowEnd = firstEdge[node + 1]!;
      const p = position[node]!;
      if (p === NONE) {
        edge = rowEnd;
        continue;
      }
      for (; edge < rowEnd; edge++) {
        const to = edgeTo[edge]!;
        if (to >= NOT_RETAINING) continue;
        const q = position[to]!;
        if (q === p || parent[q] === p) continue;
        const slot = first[q]!;
        from[slot] = p;
        first[q] = slot + 1;
      }
    }
  }
  for (let node = 0; node < nodeCount; node += SLICE) {
    fill(node, Math.min(nodeCount, node + SLICE));
    yield node / nodeCount;
  }
  first.copyWithin(1, 0, count);
  first[0] = 0;
  return { first, from };
}
