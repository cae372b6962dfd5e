import { NOT_RETAINING, type GraphShape } from '../../../functions/analysis/graph/object-graph.ts';

/** Nodes reached from the root, optionally as if `without` were not there. */
export function reach(graph: GraphShape, without = -1): Set<number> {
  const seen = new Set<number>();
  const todo = graph.root === without ? [] : [graph.root];
  while (todo.length > 0) {
    const node = todo.pop()!;
    if (seen.has(node)) continue;
    seen.add(node);
    for (let edge = graph.firstEdge[node]!; edge < graph.firstEdge[node + 1]!; edge++) {
      const to = graph.edgeTo[edge]!;
      if (to < NOT_RETAINING && to !== without) todo.push(to);
    }
  }
  return seen;
}

/** node -> everything that would become unreachable without it (itself included): the definition of dominance. */
export function dominatedSets(graph: GraphShape): Map<number, Set<number>> {
  const alive = reach(graph);
  const sets = new Map<number, Set<number>>();
  for (const node of alive) {
    const left = reach(graph, node);
    sets.set(node, new Set([...alive].filter((other) => !left.has(other))));
  }
  return sets;
}
