import type { Task } from '../parallel.ts';
import { ColumnPool } from './column-pool.ts';
import { CALL, finish, SLICE, type Slices } from './drive.ts';
import { type GraphShape, NONE, NOT_RETAINING } from './object-graph.ts';

/** A chain of edges from a start to a goal: `nodes[i + 1]` is reached from `nodes[i]` by `edges[i]`. */
export interface NodePath {
  readonly nodes: number[];
  readonly edges: number[];
}

/** The shortest paths to some nodes. Those that cannot be reached have no entry. */
export type PathFinder = (goals: readonly number[]) => Map<number, NodePath>;

/** In `metBy`: a start. Edge ordinals stay below it: typed arrays end before. */
const START = NONE - 1;

export interface PathSearch extends Pick<GraphShape, 'nodeCount' | 'firstEdge' | 'edgeTo'> {
  /** In order of preference. */
  readonly starts: readonly number[];
  /** Becomes: node -> the edge by which it was met, NONE for what cannot be reached. */
  readonly metBy: Uint32Array;
  /** Scratch, a word a node. */
  readonly queue: Uint32Array;
}

/** Breadth-first search over retaining edges, of everything that `starts` reach. */
export const searchPaths: Task<PathSearch, undefined> = { name: 'shortest-paths', start: search };

function* search({ nodeCount, firstEdge, edgeTo, starts, metBy, queue }: PathSearch): Slices<undefined> {
  metBy.fill(NONE);
  let head = 0;
  let tail = 0;
  for (const start of starts) {
    if (metBy[start] !== NONE) continue;
    metBy[start] = START;
    queue[tail++] = start;
  }

  function meet(end: number): void {
    let last = tail;
    for (; head < end; head++) {
      const node = queue[head]!;
      for (let edge = firstEdge[node]!, rowEnd = firstEdge[node + 1]!; edge < rowEnd; edge++) {
        const to = edgeTo[edge]!;
        if (to >= NOT_RETAINING || metBy[to] !== NONE) continue;
        metBy[to] = edge;
        queue[last++] = to;
      }
    }
    tail = last;
  }
  for (let turn = SLICE; head < tail;) {
    meet(Math.min(tail, head + CALL));
    if (head < turn) continue;
    turn = head + SLICE;
    yield head / nodeCount;
  }
  return undefined;
}

/** The paths of a search that has ended. */
export function pathsBy(graph: GraphShape, metBy: Uint32Array, goals: readonly number[]): Map<number, NodePath> {
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
  return paths;
}

/** Shortest paths over retaining edges from `starts` (in order of preference) to each of `goals`. Holds 8 bytes a node while it runs. */
export function* seekShortestPaths(
  graph: GraphShape,
  starts: readonly number[],
  goals: readonly number[],
  pool = new ColumnPool(),
): Slices<Map<number, NodePath>> {
  const metBy = pool.take(graph.nodeCount);
  const queue = pool.take(graph.nodeCount);
  yield* search({ ...graph, starts, metBy, queue });
  const paths = pathsBy(graph, metBy, goals);
  pool.give(metBy);
  pool.give(queue);
  return paths;
}

/** The same at once. */
export function findShortestPaths(...input: Parameters<typeof seekShortestPaths>): Map<number, NodePath> {
  return finish(seekShortestPaths(...input));
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
