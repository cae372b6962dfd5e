import type { TreeView } from '../../functions/model/view.ts';

/** Children of each node as a linked list in typed arrays: -1 ends it. A parent that is not before its node makes a root. */
export interface TreeShape {
  readonly count: number;
  readonly roots: readonly number[];
  readonly firstChild: Int32Array;
  readonly nextSibling: Int32Array;
  readonly parent: Int32Array;
}

export function shapeTree(view: TreeView): TreeShape {
  const count = Math.min(view.parents.length, view.labels.length);
  const firstChild = new Int32Array(count).fill(-1);
  const nextSibling = new Int32Array(count).fill(-1);
  const lastChild = new Int32Array(count).fill(-1);
  const parent = new Int32Array(count).fill(-1);
  const roots: number[] = [];
  for (let i = 0; i < count; i++) {
    const claimed = view.parents[i] ?? -1;
    if (claimed < 0 || claimed >= i) {
      roots.push(i);
      continue;
    }
    parent[i] = claimed;
    const before = lastChild[claimed] ?? -1;
    if (before < 0) firstChild[claimed] = i;
    else nextSibling[before] = i;
    lastChild[claimed] = i;
  }
  return { count, roots, firstChild, nextSibling, parent };
}

export interface TreeRow {
  readonly node: number;
  readonly depth: number;
  readonly hasChildren: boolean;
  /** Place among its siblings, from 1, for screen readers. */
  readonly place: number;
  readonly siblings: number;
}

/** The rows that are seen when the nodes of `open` are unfolded; no recursion, hostile depth is fine. */
export function visibleRows(shape: TreeShape, open: ReadonlySet<number>, limit = 50_000): TreeRow[] {
  const rows: TreeRow[] = [];
  const stack: { node: number; depth: number; place: number; siblings: number }[] = [];
  const push = (nodes: readonly number[], depth: number): void => {
    for (let i = nodes.length - 1; i >= 0; i--) {
      stack.push({ node: nodes[i] ?? 0, depth, place: i + 1, siblings: nodes.length });
    }
  };
  push(shape.roots, 0);
  for (let top = stack.pop(); top !== undefined && rows.length < limit; top = stack.pop()) {
    const hasChildren = (shape.firstChild[top.node] ?? -1) >= 0;
    rows.push({ ...top, hasChildren });
    if (hasChildren && open.has(top.node)) push(childrenOf(shape, top.node), top.depth + 1);
  }
  return rows;
}

export function childrenOf(shape: TreeShape, node: number): number[] {
  const found: number[] = [];
  for (let child = shape.firstChild[node] ?? -1; child >= 0; child = shape.nextSibling[child] ?? -1) found.push(child);
  return found;
}

/**
 * What is open at first: the way down while there is one way. `sizes` includes what is below, and makes the one way that of the child with
 * at least half of its parent; without it, that of the only child.
 */
export function initiallyOpen(shape: TreeShape, sizes?: readonly (number | null)[]): Set<number> {
  const open = new Set<number>();
  const size = (node: number): number => sizes?.[node] ?? 0;
  const largest = (nodes: readonly number[]): number | undefined =>
    sizes ? nodes.toSorted((a, b) => size(b) - size(a))[0] : nodes.length === 1 ? nodes[0] : undefined;
  let node = largest(shape.roots);
  while (node !== undefined && open.size < 30) {
    const children = childrenOf(shape, node);
    if (children.length === 0) break;
    open.add(node);
    const next = largest(children);
    node = next !== undefined && (!sizes || size(next) * 2 >= size(node)) ? next : undefined;
  }
  return open;
}
