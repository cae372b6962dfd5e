import { NOT_RETAINING, type ObjectGraph } from './object-graph.ts';

/** Where most of a crowd lies, seen from a point above all of it. */
export interface Pile {
  /** Index of a way that is as most of them are. */
  readonly typical: number;
  /** Share of the ways (0..1) that go through objects of the same classes. */
  readonly alike: number;
  /** Index in the typical way of the last object above a good part of the crowd. */
  readonly at: number;
  /** Share of the ways (0..1) that go through it. */
  readonly share: number;
  /** How many such objects there are: four threads with a list each are four places. */
  readonly places: number;
}

/** A tenth of a crowd is a pile of its own; fewer than three of the samples are chance. */
const MIN_PART = 0.1;
const MIN_WAYS = 3;

/**
 * Finds the pile in a crowd from ways (lists of nodes) that all lead from one point to an object of the crowd. `from` is the index of the last
 * node that they share. What is piled up in a collection hangs below it in one way; what a program is built of (a syntax tree, a graph of types) does not.
 */
export function findPile({ classOf }: ObjectGraph, ways: readonly (readonly number[])[], from: number): Pile {
  const crowdClass = classOf[ways[0]?.at(-1) ?? 0];
  const isChain = isOnOneWay(ways);
  const firstOfCrowd = (way: readonly number[]): number =>
    way.findIndex((node, i) => i > from && classOf[node] === crowdClass);
  const signature = (way: readonly number[]): string =>
    way
      // What comes behind the first of a list hangs on it as the second does.
      .slice(from + 1, isChain ? firstOfCrowd(way) + 1 : undefined)
      .map((node) => classOf[node]!)
      // The third entry of a linked list hangs there as the second does.
      .filter((id, i, ids) => id !== ids[i - 1])
      .join(' ');
  const indices = ways.map((_, i) => i);
  const groups = [...Map.groupBy(indices, (i) => signature(ways[i]!)).values()];
  const group = groups.reduce((a, b) => (b.length > a.length ? b : a), groups[0] ?? []);
  const through = (node: number | undefined, depth: number): number =>
    ways.reduce((count, way) => count + Number(way[depth] === node), 0);
  // Of the places where they lie, the fullest.
  const branches = Map.groupBy(group, (i) => ways[i]![from + 1]);
  const typical = [...branches.values()].reduce((a, b) => (b.length > a.length ? b : a), group)[0] ?? 0;
  const way = ways[typical] ?? [];
  const enough = Math.max(MIN_WAYS, MIN_PART * ways.length);
  let at = from;
  while (at + 2 < way.length) {
    const next = classOf[way[at + 1]!];
    if (next === classOf[way[at]!] || next === crowdClass || through(way[at + 1], at + 1) < enough) break;
    at++;
  }
  const alikes = group.map((i) => ways[i]!).filter(({ length }) => length === way.length);
  return {
    typical,
    alike: group.length / Math.max(1, ways.length),
    at,
    share: through(way[at], at) / Math.max(1, ways.length),
    places: new Set(alikes.map((one) => one[at])).size,
  };
}

/** Do most of the ways end on the longest of them, as those to the objects of a list do? */
export function isOnOneWay(ways: readonly (readonly number[])[]): boolean {
  const longest = ways.reduce((a, b) => (b.length > a.length ? b : a), ways[0] ?? []);
  const nodes = new Set(longest);
  return ways.length >= MIN_WAYS && 2 * ways.filter((way) => nodes.has(way.at(-1)!)).length > ways.length;
}

const MAX_OPENED = 2000;
const WIDE = 20;
const PROBES = 200;
const MAX_INNER_EDGES = 32;
const MIN_HELD = 0.4;

/**
 * The collection near `holder` that refers to at least 40 % of the `instances` of a class, directly or through an entry: an index beside which there is
 * another, so that neither dominates what both refer to. Opens at most 2,000 objects; of wide ones 200 references are looked at. Nodes and
 * edges from the holder to one of the class, and how many references were reckoned; undefined where there is none.
 */
export function findIndexNear(
  { firstEdge, edgeTo, classOf }: ObjectGraph,
  holder: number,
  classId: number,
  instances: number,
): { nodes: number[]; edges: number[]; at: number; share: number } | undefined {
  const cameBy = new Map<number, { edge: number; before: number }>([[holder, { edge: -1, before: -1 }]]);
  const queue = [holder];
  const edgeToClass = (node: number, most: number): number => {
    const end = Math.min(firstEdge[node + 1]!, firstEdge[node]! + most);
    for (let edge = firstEdge[node]!; edge < end; edge++)
      if (edgeTo[edge]! < NOT_RETAINING && classOf[edgeTo[edge]!] === classId) return edge;
    return -1;
  };
  for (let head = 0; head < queue.length && head < MAX_OPENED; head++) {
    const node = queue[head]!;
    const [first, end] = [firstEdge[node]!, firstEdge[node + 1]!];
    if (end - first >= Math.max(WIDE, MIN_HELD * instances)) {
      // Odd, because tables have keys and values in turn.
      const stride = Math.floor((end - first) / PROBES) | 1;
      let hits = 0;
      let probes = 0;
      let found: number[] = [];
      for (let edge = first; edge < end; edge += stride, probes++) {
        const to = edgeTo[edge]!;
        if (to >= NOT_RETAINING) continue;
        const inner = classOf[to] === classId ? -1 : edgeToClass(to, MAX_INNER_EDGES);
        if (inner < 0 && classOf[to] !== classId) continue;
        hits++;
        found = inner < 0 ? [edge] : [edge, inner];
      }
      const held = (hits / probes) * (end - first);
      if (held >= MIN_HELD * instances) {
        const above: { edge: number; node: number }[] = [];
        for (let one = node; one !== holder; one = cameBy.get(one)!.before)
          above.push({ edge: cameBy.get(one)!.edge, node: one });
        above.reverse();
        return {
          nodes: [holder, ...above.map((step) => step.node), ...found.map((edge) => edgeTo[edge]!)],
          edges: [...above.map((step) => step.edge), ...found],
          at: above.length,
          share: Math.min(1, held / instances),
        };
      }
    }
    if (end - first > MAX_OPENED) continue;
    for (let edge = first; edge < end; edge++) {
      const to = edgeTo[edge]!;
      if (to >= NOT_RETAINING || cameBy.has(to) || classOf[to] === classId) continue;
      cameBy.set(to, { edge, before: node });
      queue.push(to);
    }
  }
  return undefined;
}

const LINE_STEPS = 64;
const MAX_LINKS = 2;

/**
 * Is this object a link of a list with both directions (LinkedList, the timers of Node, a cache in order of use)? Each of its links has at most two of
 * its class beside it, wherever one walks; in a tree or a tangle one soon meets one with more.
 */
export function isLinked({ firstEdge, edgeTo, classOf }: ObjectGraph, node: number): boolean {
  const seen = new Set([node]);
  let here = node;
  for (let step = 0; step < LINE_STEPS; step++) {
    const beside = new Set<number>();
    for (let edge = firstEdge[here]!, end = firstEdge[here + 1]!; edge < end && beside.size <= MAX_LINKS; edge++) {
      const to = edgeTo[edge]!;
      if (to < NOT_RETAINING && to !== here && classOf[to] === classOf[here]) beside.add(to);
    }
    if (beside.size > MAX_LINKS) return false;
    const next = [...beside].find((one) => !seen.has(one));
    if (next === undefined) return step > 1;
    seen.add(next);
    here = next;
  }
  return true;
}
