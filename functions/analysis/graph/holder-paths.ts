import type { ColumnPool } from './column-pool.ts';
import type { DominatorTree } from './dominators.ts';
import type { Slices } from './drive.ts';
import { NOT_RETAINING, type ObjectGraph } from './object-graph.ts';
import { findIndexNear, findPile, isLinked, isOnOneWay, type Pile } from './pile.ts';
import { type NodePath, type PathFinder, seekShortestPaths } from './paths.ts';
import { runsAbove } from './samples.ts';
import type { Crowd } from './suspects.ts';

/** The way from a root to one object of a crowd. */
export interface HolderPath extends NodePath {
  /** Index in `nodes` of the accumulation point: the last object that the ways to most of the crowd share. */
  readonly accumulation: number;
  /** Share of the crowd (0..1) that hangs below that point in the same way, as what is piled up in one collection does. */
  readonly alike: number;
  /** Index in `nodes` of the last object above a good part of the crowd: below the accumulation point where there are several piles. */
  readonly pile: number;
  /** Share of the crowd (0..1) that lies there. */
  readonly pileShare: number;
  /** How many such piles there are. */
  readonly places: number;
}

const PATH_SAMPLES = 24;
const COMMON = 0.8;
const MAX_LOCAL = 200_000;
const MAX_CHAIN = 100;

/**
 * Who holds each crowd: the shortest path that `findPaths` gives to its holder, and on to one of its objects. A crowd that only the roots
 * dominate (it is held in two places) gets the path that most of a sample share.
 */
export function* seekHolderPaths(
  graph: ObjectGraph,
  tree: DominatorTree,
  crowds: readonly Crowd[],
  findPaths: PathFinder,
  pool?: ColumnPool,
): Slices<Map<Crowd, HolderPath>> {
  const spread = (crowd: Crowd): number[] => {
    const stride = Math.max(1, Math.floor(crowd.samples.length / PATH_SAMPLES));
    return crowd.samples.filter((_, i) => i % stride === 0).map((p) => tree.order[p]!);
  };
  const goals = crowds.flatMap((crowd) => (crowd.holder < 0 ? spread(crowd) : [tree.order[crowd.holder]!]));
  const paths = findPaths(goals);
  // What only the engine's own roots reach.
  const missing = goals.filter((goal) => !paths.has(goal));
  if (missing.length > 0)
    for (const [goal, path] of yield* seekShortestPaths(graph, [graph.root], missing, pool)) paths.set(goal, path);

  const answer = new Map<Crowd, HolderPath>();
  for (const [i, crowd] of crowds.entries()) {
    yield i / crowds.length;
    if (crowd.holder < 0) {
      const all = spread(crowd).flatMap((node) => paths.get(node) ?? []);
      const shared = sharePath(graph, all, crowd.classId);
      if (shared) answer.set(crowd, shared);
      continue;
    }
    const holder = tree.order[crowd.holder]!;
    const above = paths.get(holder);
    if (above === undefined) continue;
    const below = findBelow(graph, tree, crowd);
    const accumulation = above.nodes.length - 1;
    answer.set(crowd, {
      nodes: [...above.nodes, ...below.nodes.slice(1)],
      edges: [...above.edges, ...below.edges],
      accumulation,
      alike: below.alike,
      pile: accumulation + below.at,
      pileShare: below.share,
      places: below.places,
    });
  }
  return answer;
}

/** A path as most of them are, and how far 80 % of all go together: of a list up to its head. */
function sharePath(graph: ObjectGraph, all: readonly NodePath[], classId: number): HolderPath | undefined {
  const isList = isOnOneWay(all.map(({ nodes }) => nodes));
  let agreeing = all;
  let accumulation = 0;
  for (let depth = 0; ; depth++) {
    const groups = Map.groupBy(agreeing, ({ nodes }) => nodes[depth]);
    const [node, most] = [...groups].reduce((a, b) => (b[1].length > a[1].length ? b : a), [undefined, []]);
    // The object itself is held, and holds only what is behind it in a list.
    const goesOn = most.filter(({ nodes }) => nodes.length > depth + 1);
    if (node === undefined || goesOn.length < COMMON * all.length || (isList && graph.classOf[node] === classId)) break;
    agreeing = goesOn;
    accumulation = depth;
  }
  const ways = agreeing.map(({ nodes }) => nodes);
  const { typical, alike, at, share, places } = findPile(graph, ways, accumulation);
  const path = agreeing[typical];
  const part = agreeing.length / all.length;
  return path && { ...path, accumulation, alike: alike * part, pile: at, pileShare: share * part, places };
}

/** From the crowd's holder down to one of the crowd: the way that most of the samples below it have. */
function findBelow(
  graph: ObjectGraph,
  tree: DominatorTree,
  crowd: Crowd,
): NodePath & Pick<Pile, 'alike' | 'at' | 'share' | 'places'> {
  const runAbove = runsAbove(tree, graph);
  const found: { readonly sample: number; readonly way: number[]; readonly depth: number }[] = [];
  for (const sample of crowd.samples) {
    let { top, length: depth } = runAbove(sample);
    const way = [top];
    while (top > crowd.holder && way.length < MAX_CHAIN) {
      const run = runAbove(tree.idom[top]!);
      way.push((top = run.top));
      depth += run.length + 1;
    }
    if (top === crowd.holder) found.push({ sample: way[0]!, way: way.reverse(), depth });
  }
  // Of a list, what is near its head says as much as what is a thousand links away.
  found.sort((a, b) => a.depth - b.depth);
  const ways = found.map(({ way }) => way.map((position) => tree.order[position]!));
  const pile = findPile(graph, ways, 0);
  const asMost = (): ReturnType<typeof findBelow> => {
    const path = descend(graph, tree, crowd.holder, found[pile.typical]?.sample ?? crowd.samples[0]!);
    return { ...path, ...pile, at: Math.max(0, path.nodes.indexOf(ways[pile.typical]?.[pile.at] ?? -1)) };
  };
  if (shareOfDirect(graph, ways) >= 0.5) return asMost();
  // Not kept by one reference: two indices of one registry do that, a list with both directions does, and so does everything in a tangle.
  const holder = tree.order[crowd.holder]!;
  const index = findIndexNear(graph, holder, crowd.classId, crowd.instances);
  if (index) return { ...index, alike: index.share, places: 1 };
  if (ways.filter((way) => isLinked(graph, way[1] ?? holder)).length >= COMMON * ways.length) return asMost();
  const { nodes, edges } = findNearest(graph, holder, new Set(crowd.samples.map((p) => tree.order[p]!)));
  return { nodes: [holder, ...nodes], edges, alike: 0, at: 0, share: 1, places: 1 };
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
    const bridge = direct < 0 ? findNearest(graph, from, new Set([stop])) : { nodes: [stop], edges: [direct] };
    nodes.push(...bridge.nodes);
    edges.push(...bridge.edges);
  }
  return { nodes, edges };
}

/** How many of the ways (0..1), which begin at one node, go on by an edge of it: an object that is kept in two ways is no child of either keeper. */
function shareOfDirect({ firstEdge, edgeTo }: ObjectGraph, ways: readonly (readonly number[])[]): number {
  const from = ways[0]?.[0];
  const nexts = new Set(ways.flatMap((way) => way[1] ?? []));
  const all = nexts.size;
  if (from === undefined || all === 0) return 1;
  for (let edge = firstEdge[from]!, end = firstEdge[from + 1]!; edge < end && nexts.size > 0; edge++)
    nexts.delete(edgeTo[edge]!);
  return 1 - nexts.size / all;
}

function findEdge({ firstEdge, edgeTo }: ObjectGraph, from: number, to: number): number {
  for (let edge = firstEdge[from]!, end = firstEdge[from + 1]!; edge < end; edge++)
    if (edgeTo[edge] === to) return edge;
  return -1;
}

/** Shortest path from a node to the nearest of some goals, over a bounded neighbourhood; `nodes` without the start, none where no goal is near. */
function findNearest({ firstEdge, edgeTo }: ObjectGraph, from: number, goals: ReadonlySet<number>): NodePath {
  const cameBy = new Map<number, { edge: number; before: number }>();
  const queue = [from];
  let met = -1;
  for (let head = 0; head < queue.length && met < 0 && cameBy.size < MAX_LOCAL; head++) {
    const node = queue[head]!;
    for (let edge = firstEdge[node]!, end = firstEdge[node + 1]!; edge < end && met < 0; edge++) {
      const to = edgeTo[edge]!;
      if (to >= NOT_RETAINING || to === from || cameBy.has(to)) continue;
      cameBy.set(to, { edge, before: node });
      if (goals.has(to)) met = to;
      queue.push(to);
    }
  }
  const nodes: number[] = [];
  const edges: number[] = [];
  for (let node = met; node >= 0 && node !== from;) {
    const { edge, before } = cameBy.get(node)!;
    nodes.push(node);
    edges.push(edge);
    node = before;
  }
  return { nodes: nodes.reverse(), edges: edges.reverse() };
}
