import { ColumnPool } from './column-pool.ts';
import { CALL, SLICE, type Slices } from './drive.ts';
import { EdgeLists, reopen, SETTLED } from './edge-lists.ts';
import { GrowingStack } from './growing-stack.ts';
import { type GraphShape, NONE, NOT_RETAINING } from './object-graph.ts';

/** A depth-first numbering. A *position* is a number in preorder; position 0 is the root. */
export interface Preorder {
  /** Nodes numbered: all of them when unreachable nodes were attached. */
  readonly count: number;
  /** How many of them the root reaches: positions below this. */
  readonly reached: number;
  /** position -> node (length nodeCount, valid below `count`). */
  readonly order: Uint32Array;
  /** node -> position, NONE for a node without one. */
  readonly position: Uint32Array;
  /** position -> position of the parent in the depth-first tree; smaller than its own. */
  readonly parent: Uint32Array;
  /** Edges outside the tree; the semidominators that the search could tell have no list. */
  readonly lists: EdgeLists;
}

export interface PreorderOptions {
  /** Number what the root does not reach as well. */
  readonly attachUnreachable?: boolean;
  /**
   * Children of the root that come first and own what they reach: edges into that part from anything but the root and the part itself are
   * marked NOT_RETAINING in `edgeTo`. (V8: the page's or program's own objects, which the debugger and the engine reach too.)
   */
  readonly sealed?: readonly number[];
  readonly pool?: ColumnPool;
}

/** In `position`: not numbered yet, but a child of where the search started. */
const DIRECT = NONE - 1;

/**
 * Depth-first preorder over retaining edges, without recursion: the stack holds positions and edge cursors.
 * With `attachUnreachable`, what the root does not reach hangs below it as Chrome DevTools does it: first nodes that
 * nothing retains, then one node of each remaining knot of garbage.
 *
 * Two thirds of the edges outside the tree lead to a few nodes (maps, prototypes, constants) that are reached in many ways, and need not be kept: the semidominator is
 * known on the way. A child of the start has the start as its semidominator; and so has, by the definition, `w` with an edge from `u` where between `w` and `u`, on the way down the tree, lies
 * a node whose semidominator is the start. Nothing is lower, as long as no other search enters what this one numbers.
 */
export function* numberInPreorder(
  graph: GraphShape,
  { attachUnreachable = false, sealed = [], pool = new ColumnPool() }: PreorderOptions = {},
): Slices<Preorder> {
  const { nodeCount, root, firstEdge, edgeTo } = graph;
  const order = pool.take(nodeCount);
  const position = pool.take(nodeCount).fill(NONE);
  // Starts have the root's position as their parent.
  const parent = pool.take(nodeCount).fill(0);
  const heads = pool.take(nodeCount).fill(0);
  // Memory that nothing is written to is not there.
  const lists = new EdgeLists(heads, pool.take(2 * nodeCount + 2), pool);
  const positions = new GrowingStack();
  const cursors = new GrowingStack();
  /** The last position on the way down whose semidominator is the start. */
  const settledAbove = new GrowingStack();
  let count = 0;
  let depth = 0;
  /** Where the search began, and the first position that it numbered. */
  let start = 0;
  let floor = 0;
  /** Positions below this are sealed against edges from positions from `sealedTo` on. */
  let sealedTo = 0;
  /** Edges from outside that lead into sealed parts. */
  let entered = 0;

  function number(node: number): void {
    position[node] = count;
    order[count] = node;
    heads[count] = SETTLED;
    count++;
  }

  /** `settles`: whatever semidominator the search tells on the way is the true one, if no edge from outside enters what it numbers. */
  function* visit(node: number, settles: boolean): Slices<void> {
    start = position[node]!;
    floor = node === root ? count : start;
    for (let edge = firstEdge[node]!; settles && edge < firstEdge[node + 1]!; edge++) {
      const to = edgeTo[edge]!;
      if (to < NOT_RETAINING && position[to] === NONE) position[to] = DIRECT;
    }
    positions.items[0] = start;
    cursors.items[0] = firstEdge[node]!;
    settledAbove.items[0] = start;
    depth = 1;
    while (depth > 0) {
      for (let steps = 0; steps < SLICE && depth > 0; steps += CALL) descend(CALL);
      if (depth > 0) yield count / nodeCount;
    }
  }

  /** An edge from another search: whatever lies between, the root is the semidominator. */
  function enter(edge: number, from: number, seen: number): void {
    if (seen === 0) return;
    if (seen < sealedTo && from >= sealedTo) edgeTo[edge] = edgeTo[edge]! + NOT_RETAINING;
    else {
      if ((seen < sealedTo || sealedTo === 0) && heads[seen] !== SETTLED) entered++;
      heads[seen] = SETTLED;
    }
  }

  /** Looks at up to `budget` edges and steps. */
  function descend(budget: number): void {
    let stack: Uint32Array = positions.items;
    let cursor: Uint32Array = cursors.items;
    let settled: Uint32Array = settledAbove.items;
    let list = lists.items;
    let entry = lists.last;
    let next = count;
    let top = depth - 1;
    const [first, value] = [floor, SETTLED + start];
    while (top >= 0 && budget > 0) {
      const from = stack[top]!;
      const above = settled[top]!;
      const node = order[from]!;
      let edge = cursor[top]!;
      const end = firstEdge[node + 1]!;
      let child = NONE;
      let mark = NONE;
      budget -= 1;
      while (edge < end) {
        const to = edgeTo[edge++]!;
        if (to >= NOT_RETAINING) continue;
        const seen = position[to]!;
        if (seen >= DIRECT) {
          child = to;
          mark = seen;
          break;
        }
        if (seen < first) {
          enter(edge - 1, from, seen);
          continue;
        }
        const known = heads[seen]!;
        if (known >= SETTLED) continue;
        if (seen < above) heads[seen] = value;
        else if (seen < from || (seen > from && parent[seen] !== from)) {
          lists.last = entry;
          list = lists.reserve();
          list[++entry * 2] = from;
          list[entry * 2 + 1] = known;
          heads[seen] = entry;
        }
      }
      budget -= edge - cursor[top]!;
      cursor[top] = edge;
      if (child === NONE) {
        top--;
        continue;
      }
      position[child] = next;
      order[next] = child;
      parent[next] = from;
      if (mark === DIRECT) heads[next] = value;
      if (firstEdge[child] !== firstEdge[child + 1]) {
        top++;
        if (top >= stack.length) {
          stack = positions.reserve(top + 1);
          cursor = cursors.reserve(top + 1);
          settled = settledAbove.reserve(top + 1);
        }
        stack[top] = next;
        cursor[top] = firstEdge[child]!;
        settled[top] = mark === DIRECT ? next : above;
      }
      next++;
    }
    count = next;
    depth = top + 1;
    lists.last = entry;
  }

  number(root);
  for (const node of sealed) {
    if (position[node] !== NONE) continue;
    number(node);
    yield* visit(node, true);
  }
  sealedTo = count;
  yield* visit(root, true);
  if (entered > 0) reopen(graph, { order, position, parent }, lists, sealedTo);
  const reached = count;
  if (attachUnreachable && count < nodeCount) {
    const retained = markRetained(graph, position);
    for (const onlyOrphans of [true, false]) {
      for (let node = 0; node < nodeCount; node++) {
        if (position[node] !== NONE || (onlyOrphans && retained[node] === 1)) continue;
        number(node);
        yield* visit(node, false);
      }
    }
  }
  return { count, reached, order, position, parent, lists };
}

/** A byte a node: 1 for each that another retains, of those without a position. None with a position does, or they would have one. */
function markRetained({ nodeCount, firstEdge, edgeTo }: GraphShape, position: Uint32Array): Uint8Array {
  const marks = new Uint8Array(nodeCount);
  for (let node = 0; node < nodeCount; node++) {
    if (position[node] !== NONE) continue;
    for (let edge = firstEdge[node]!; edge < firstEdge[node + 1]!; edge++) {
      const to = edgeTo[edge]!;
      if (to < NOT_RETAINING && to !== node) marks[to] = 1;
    }
  }
  return marks;
}
