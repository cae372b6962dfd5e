import { ColumnPool } from './column-pool.ts';
import { SLICE, type Slices } from './drive.ts';
import { GrowingStack } from './growing-stack.ts';
import { type GraphShape, NONE, NOT_RETAINING } from './object-graph.ts';
import { type RetainedMarks, retainedMarks } from './retained-by-others.ts';

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
  /** position -> number of incoming edges that are not the tree edge (self edges and doubles of the tree edge left out); one entry to spare. */
  readonly incoming: Uint32Array;
}

export interface PreorderOptions {
  /** Number what the root does not reach as well. */
  readonly attachUnreachable?: boolean;
  /** Marks that another thread makes of the same graph, for `attachUnreachable`: used if they are there in time. */
  readonly retainedByOthers?: RetainedMarks;
  /**
   * Children of the root that come first and own what they reach: edges into that part from anything but the root and the part itself are
   * marked NOT_RETAINING in `edgeTo`. (V8: the page's or program's own objects, which the debugger and the engine reach too.)
   */
  readonly sealed?: readonly number[];
  readonly pool?: ColumnPool;
}

/**
 * Depth-first preorder over retaining edges, without recursion: the stack holds positions and edge cursors.
 * With `attachUnreachable`, what the root does not reach hangs below it as Chrome DevTools does it: first nodes that
 * nothing retains, then one node of each remaining knot of garbage.
 */
export function* numberInPreorder(
  graph: GraphShape,
  { attachUnreachable = false, retainedByOthers, sealed = [], pool = new ColumnPool() }: PreorderOptions = {},
): Slices<Preorder> {
  const { nodeCount, root, firstEdge, edgeTo } = graph;
  const order = pool.take(nodeCount);
  const position = pool.take(nodeCount).fill(NONE);
  // Starts have the root's position as their parent.
  const parent = pool.take(nodeCount).fill(0);
  const incoming = pool.take(nodeCount + 1).fill(0);
  const positions = new GrowingStack();
  const cursors = new GrowingStack();
  let count = 0;
  let depth = 0;
  /** Positions below this are sealed against edges from positions from `sealedTo` on. */
  let sealedTo = 0;

  function number(node: number): void {
    position[node] = count;
    order[count] = node;
    count++;
  }

  function* visit(node: number): Slices<void> {
    positions.items[0] = position[node]!;
    cursors.items[0] = firstEdge[node]!;
    depth = 1;
    while (depth > 0) {
      descend(SLICE);
      if (depth > 0) yield count / nodeCount;
    }
  }

  /** Looks at up to `budget` edges and steps. */
  function descend(budget: number): void {
    let stack: Uint32Array = positions.items;
    let cursor: Uint32Array = cursors.items;
    let next = count;
    let top = depth - 1;
    while (top >= 0 && budget > 0) {
      const from = stack[top]!;
      const node = order[from]!;
      let edge = cursor[top]!;
      const end = firstEdge[node + 1]!;
      let child = NONE;
      budget -= 1;
      while (edge < end) {
        const to = edgeTo[edge++]!;
        if (to >= NOT_RETAINING) continue;
        const seen = position[to]!;
        if (seen === NONE) {
          child = to;
          break;
        }
        if (seen < sealedTo && from >= sealedTo && seen > 0) edgeTo[edge - 1] = to + NOT_RETAINING;
        else if (seen !== from && parent[seen] !== from) incoming[seen] = incoming[seen]! + 1;
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
      if (firstEdge[child] !== firstEdge[child + 1]) {
        top++;
        if (top >= stack.length) {
          stack = positions.reserve(top + 1);
          cursor = cursors.reserve(top + 1);
        }
        stack[top] = next;
        cursor[top] = firstEdge[child]!;
      }
      next++;
    }
    count = next;
    depth = top + 1;
  }

  number(root);
  for (const node of sealed) {
    if (position[node] !== NONE) continue;
    number(node);
    yield* visit(node);
  }
  sealedTo = count;
  yield* visit(root);
  const reached = count;
  if (attachUnreachable && count < nodeCount) {
    const retained = retainedMarks(graph, retainedByOthers);
    for (const onlyOrphans of [true, false]) {
      for (let node = 0; node < nodeCount; node++) {
        if (position[node] !== NONE || (onlyOrphans && retained[node] === 1)) continue;
        number(node);
        yield* visit(node);
      }
    }
  }
  return { count, reached, order, position, parent, incoming };
}
