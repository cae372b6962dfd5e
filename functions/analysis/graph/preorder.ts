import { ColumnPool } from './column-pool.ts';
import { CALL, inSlices, SLICE, type Slices } from './drive.ts';
import { EdgeLists, reopen, SETTLED } from './edge-lists.ts';
import { GrowingStack } from './growing-stack.ts';
import { type GraphShape, NONE, NOT_RETAINING, TARGET } from './object-graph.ts';
import { signed } from './signed.ts';

/** A depth-first numbering. A *position* is a number in preorder; position 0 is the root. */
export interface Preorder {
  /** Nodes numbered: all of them when unreachable nodes were attached. */
  readonly count: number;
  /** How many of them the root reaches: positions below this. */
  readonly reached: number;
  /** position -> node (length nodeCount, valid below `count`). */
  readonly order: Uint32Array;
  /** node -> position, with SETTLED where its semidominator was told on the way; NONE for a node without one. */
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

/** In `position`, as a signed number: not numbered yet. */
const UNSEEN = -1;
/** The same, and a child of where the search started. */
const DIRECT = -2;

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
  const { nodeCount, root } = graph;
  const [firstEdge, edgeTo] = [signed(graph.firstEdge), signed(graph.edgeTo)];
  const order = pool.take(nodeCount);
  const position = pool.take(nodeCount).fill(NONE);
  // Starts have the root's position as their parent.
  const parent = pool.take(nodeCount).fill(0);
  const heads = pool.take(nodeCount).fill(0);
  // Memory that nothing is written to is not there.
  const lists = new EdgeLists(heads, pool.take(2 * nodeCount + 2), pool);
  const [places, tops] = [signed(position), signed(heads)];
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
      if (to >= 0 && places[to] === UNSEEN) places[to] = DIRECT;
    }
    positions.items[0] = start;
    cursors.items[0] = firstEdge[node]!;
    settledAbove.items[0] = start;
    depth = 1;
    while (depth > 0) {
      for (let steps = 0; steps < SLICE && depth > 0; steps += CALL) {
        descend(CALL);
        if (depth > 0) makeRoom();
      }
      if (depth > 0) yield count / nodeCount;
    }
  }

  /** For one more level, and for all edges of the node on top. */
  function makeRoom(): void {
    for (const stack of [positions, cursors, settledAbove]) stack.reserve(depth + 1);
    const node = order[positions.items[depth - 1]!]!;
    lists.reserve(firstEdge[node + 1]! - firstEdge[node]!);
  }

  /**
   * Looks at some `budget` edges and steps. Arrays in constants, no call in the loops and signed numbers: then the engine checks once, and not at every access, what they are, and
   * compares integers (0.55 s became 0.40 for 11 million edges). It returns early for its caller to make room.
   */
  function descend(budget: number): void {
    const [at, met, up, semi, edges, starts] = [places, order, parent, tops, edgeTo, firstEdge];
    const [stack, cursor, settled] = [signed(positions.items), signed(cursors.items), signed(settledAbove.items)];
    const [list, full, deepest] = [signed(lists.items), lists.room, stack.length - 1];
    const [first, border, value] = [floor, sealedTo, SETTLED | start];
    let entry = lists.last;
    let next = count;
    let enters = 0;
    let top = depth - 1;
    while (top >= 0 && top < deepest && budget > 0) {
      const from = stack[top]!;
      const above = settled[top]!;
      const node = met[from]!;
      const begin = cursor[top]!;
      const end = starts[node + 1]!;
      if (entry + end - begin > full) break;
      let edge = begin;
      let child = -1;
      let isDirect = false;
      while (edge < end) {
        const to = edges[edge++]!;
        if (to < 0) continue;
        const told = at[to]!;
        if (told < 0 && told >= DIRECT) {
          child = to;
          isDirect = told === DIRECT;
          break;
        }
        const seen = told & TARGET;
        if (seen < first) {
          // An edge from another search: whatever lies between, the root is the semidominator.
          if (seen === 0) continue;
          if (seen < border && from >= border) edges[edge - 1] = to | NOT_RETAINING;
          else {
            if ((seen < border || border === 0) && semi[seen] !== (SETTLED | 0)) enters++;
            semi[seen] = SETTLED | 0;
          }
          continue;
        }
        if (told < 0) continue;
        const known = semi[seen]!;
        if (known < 0) continue;
        if (seen < above) {
          semi[seen] = value;
          at[to] = SETTLED | seen;
        } else if (seen < from || (seen > from && up[seen] !== from)) {
          entry++;
          list[2 * entry] = from;
          list[2 * entry + 1] = known;
          semi[seen] = entry;
        }
      }
      budget -= 1 + edge - begin;
      cursor[top] = edge;
      if (child < 0) {
        top--;
        continue;
      }
      met[next] = child;
      up[next] = from;
      if (isDirect) semi[next] = value;
      at[child] = isDirect ? SETTLED | next : next;
      const begins = starts[child]!;
      if (begins !== starts[child + 1]) {
        top++;
        stack[top] = next;
        cursor[top] = begins;
        settled[top] = isDirect ? next : above;
      }
      next++;
    }
    count = next;
    depth = top + 1;
    lists.last = entry;
    entered += enters;
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
    const unseen = yield* listUnseen(places);
    const retained = markRetained(graph, unseen);
    for (const onlyOrphans of [true, false]) {
      for (const node of unseen) {
        if (position[node] !== NONE || (onlyOrphans && retained[node] === 1)) continue;
        number(node);
        yield* visit(node, false);
      }
    }
  }
  return { count, reached, order, position, parent, lists };
}

/** The nodes without a position, in their order. */
function* listUnseen(places: Int32Array): Slices<Uint32Array> {
  const unseen = new GrowingStack();
  let count = 0;
  yield* inSlices(0, places.length, (from, to) => {
    for (let node = from; node < to; node++) if (places[node] === UNSEEN) unseen.reserve(count + 1)[count++] = node;
  });
  return unseen.items.subarray(0, count);
}

/** A byte a node: 1 for each that another retains, of those without a position. None with a position does, or they would have one. */
function markRetained({ nodeCount, firstEdge, edgeTo }: GraphShape, unseen: Uint32Array): Uint8Array {
  const marks = new Uint8Array(nodeCount);
  for (const node of unseen)
    for (let edge = firstEdge[node]!; edge < firstEdge[node + 1]!; edge++) {
      const to = edgeTo[edge]!;
      if (to < NOT_RETAINING && to !== node) marks[to] = 1;
    }
  return marks;
}
