import { ColumnPool } from './column-pool.ts';
import { type GraphShape, NONE, NOT_RETAINING } from './object-graph.ts';

/** A chain of edges from a start to a goal: `nodes[i + 1]` is reached from `nodes[i]` by `edges[i]`. */
export interface NodePath {
  readonly nodes: number[];
  readonly edges: number[];
}

/** May this edge be a step of a path? `from` and `to` are nodes. */
export type EdgeFilter = (edge: number, from: number, to: number) => boolean;

/**
 * Shortest paths over retaining edges from `starts` (in order of preference) to each of `goals`: one breadth-first search that stops when every
 * goal has been met. Goals that cannot be reached have no entry. Holds 8 bytes a node while it runs.
 */
export function findShortestPaths(
  graph: GraphShape,
  starts: readonly number[],
  goals: readonly number[],
  allowed: EdgeFilter = () => true,
  pool = new ColumnPool(),
): Map<number, NodePath> {
  const { nodeCount, firstEdge, edgeTo } = graph;
  // Edge by which a node was met; START marks a start. Edge ordinals stay below it: typed arrays end before.
  const START = NONE - 1;
  const metBy = pool.take(nodeCount).fill(NONE);
  const queue = pool.take(nodeCount);
  let tail = 0;
  for (const start of starts) {
    if (metBy[start] !== NONE) continue;
    metBy[start] = START;
    queue[tail++] = start;
  }
  const missing = new Set(goals.filter((goal) => metBy[goal] !== START));
  for (let head = 0; head < tail && missing.size > 0; head++) {
    const node = queue[head]!;
    for (let edge = firstEdge[node]!, end = firstEdge[node + 1]!; edge < end; edge++) {
      const to = edgeTo[edge]!;
      if (to >= NOT_RETAINING || metBy[to] !== NONE || !allowed(edge, node, to)) continue;
      metBy[to] = edge;
      queue[tail++] = to;
      missing.delete(to);
    }
  }
  const paths = new Map<number, NodePath>();
  for (const goal of goals) {
    if (metBy[goal] === NONE) continue;
    const nodes = [goal];
    const edges: number[] = [];
    for (let by = metBy[goal]!; by !== START; by = metBy[nodes.at(-1)!]!) {
      edges.push(by);
      nodes.push(sourceOf(graph, by));
    }
    paths.set(goal, { nodes: nodes.reverse(), edges: edges.reverse() });
  }
  pool.give(metBy);
  pool.give(queue);
  return paths;
}

/** The node that owns an edge, by binary search. */
export function sourceOf({ nodeCount, firstEdge }: GraphShape, edge: number): number {
  let low = 0;
  let high = nodeCount;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (firstEdge[middle]! <= edge) low = middle;
    else high = middle;
  }
  // Nodes without edges share their start with the next one: the last of equal starts owns the edge.
  return low;
}
