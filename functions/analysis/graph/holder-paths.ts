import { ColumnPool } from './column-pool.ts';
import type { DominatorTree } from './dominators.ts';
import { NOT_RETAINING, type ObjectGraph } from './object-graph.ts';
import { findShortestPaths, type EdgeFilter, type NodePath } from './paths.ts';
import { ancestorsOf } from './samples.ts';
import type { Crowd } from './suspects.ts';

/** The way from a root to one object of a crowd. */
export interface HolderPath extends NodePath {
  /** Index in `nodes` of the accumulation point: the last object that the ways to most of the crowd share. */
  readonly accumulation: number;
}

const PATH_SAMPLES = 24;
const COMMON = 0.8;
const MAX_LOCAL = 200_000;
const MAX_CHAIN = 100;

/**
 * Who holds each crowd: the shortest path from `starts` to its holder and on to one of its objects. A crowd that only the roots
 * dominate (it is held in two places) gets the path that most of a sample share. One breadth-first search for all of them,
 * which ends at the last goal.
 */
export function findHolderPaths(
  graph: ObjectGraph,
  tree: DominatorTree,
  crowds: readonly Crowd[],
  starts: readonly number[],
  allowed?: EdgeFilter,
  pool = new ColumnPool(),
): Map<Crowd, HolderPath> {
  const spread = (crowd: Crowd): number[] => {
    const stride = Math.max(1, Math.floor(crowd.samples.length / PATH_SAMPLES));
    return crowd.samples.filter((_, i) => i % stride === 0).map((p) => tree.order[p]!);
  };
  const goals = crowds.flatMap((crowd) => (crowd.holder < 0 ? spread(crowd) : [tree.order[crowd.holder]!]));
  const paths = findShortestPaths(graph, starts, goals, allowed, pool);
  // What only the engine's own roots reach.
  const missing = goals.filter((goal) => !paths.has(goal));
  if (missing.length > 0)
    for (const [goal, path] of findShortestPaths(graph, [graph.root], missing, undefined, pool)) paths.set(goal, path);

  const answer = new Map<Crowd, HolderPath>();
  for (const crowd of crowds) {
    if (crowd.holder < 0) {
      const all = spread(crowd).flatMap((node) => paths.get(node) ?? []);
      const shared = sharePath(all);
      if (shared) answer.set(crowd, shared);
      continue;
    }
    const holder = tree.order[crowd.holder]!;
    const above = paths.get(holder);
    if (above === undefined) continue;
    const below = descend(graph, tree, crowd.holder, typicalSample(tree, crowd));
    answer.set(crowd, {
      nodes: [...above.nodes, ...below.nodes.slice(1)],
      edges: [...above.edges, ...below.edges],
      accumulation: above.nodes.length - 1,
    });
  }
  return answer;
}

/** The path whose beginning most of them share: at each step the way that most take, as long as 80 % of all agree. */
function sharePath(all: readonly NodePath[]): HolderPath | undefined {
  let agreeing = all;
  let accumulation = 0;
  for (let depth = 0; agreeing.length > 1; depth++) {
    const counts = new Map<number, NodePath[]>();
    for (const path of agreeing) {
      const node = path.nodes[depth];
      if (node === undefined) continue;
      const same = counts.get(node);
      if (same) same.push(path);
      else counts.set(node, [path]);
    }
    const most = [...counts.values()].reduce<NodePath[]>((a, b) => (b.length > a.length ? b : a), []);
    // Below the point where they part, the largest branch is followed only while it is one.
    if (most.length < 2 && all.length > 1) break;
    if (most.length >= COMMON * all.length) accumulation = depth;
    agreeing = most;
  }
  const path = agreeing[0];
  return path && { ...path, accumulation: Math.min(accumulation, path.nodes.length - 1) };
}

/** One that the holder dominates: up to a fifth of the samples need not be, such as the object that an engine keeps as a pattern. */
function typicalSample(tree: DominatorTree, { samples, holder }: Crowd): number {
  return samples.find((sample) => ancestorsOf(tree, sample).includes(holder)) ?? samples[0]!;
}

/**
 * A way from a position down to one that it dominates. It must pass every dominator between the two, and mostly does so in single
 * edges, which are looked for first; where that fails, a bounded search bridges the gap.
 */
function descend(graph: ObjectGraph, tree: DominatorTree, holder: number, sample: number): NodePath {
  const chain = [sample];
  for (let p = sample; p !== holder && p > 0 && chain.length < MAX_CHAIN;) {
    p = tree.idom[p]!;
    chain.push(p);
  }
  const stops = chain.reverse().map((p) => tree.order[p]!);
  const nodes = [tree.order[holder]!];
  const edges: number[] = [];
  for (const stop of stops) {
    const from = nodes.at(-1)!;
    if (stop === from) continue;
    const direct = findEdge(graph, from, stop);
    const bridge = direct < 0 ? findNearest(graph, from, stop) : { nodes: [stop], edges: [direct] };
    nodes.push(...bridge.nodes);
    edges.push(...bridge.edges);
  }
  return { nodes, edges };
}

function findEdge({ firstEdge, edgeTo }: ObjectGraph, from: number, to: number): number {
  for (let edge = firstEdge[from]!, end = firstEdge[from + 1]!; edge < end; edge++)
    if (edgeTo[edge] === to) return edge;
  return -1;
}

/** Shortest path between two nodes over a bounded neighbourhood; `nodes` without the start. */
function findNearest({ firstEdge, edgeTo }: ObjectGraph, from: number, goal: number): NodePath {
  const cameBy = new Map<number, { edge: number; before: number }>();
  const queue = [from];
  for (let head = 0; head < queue.length && !cameBy.has(goal) && cameBy.size < MAX_LOCAL; head++) {
    const node = queue[head]!;
    for (let edge = firstEdge[node]!, end = firstEdge[node + 1]!; edge < end; edge++) {
      const to = edgeTo[edge]!;
      if (to >= NOT_RETAINING || to === from || cameBy.has(to)) continue;
      cameBy.set(to, { edge, before: node });
      if (to === goal) break;
      queue.push(to);
    }
  }
  const nodes: number[] = [];
  const edges: number[] = [];
  for (let node = goal; node !== from;) {
    const step = cameBy.get(node);
    if (step === undefined) return { nodes: [], edges: [] };
    nodes.push(node);
    edges.push(step.edge);
    node = step.before;
  }
  return { nodes: nodes.reverse(), edges: edges.reverse() };
}
