import type { DominatorTree } from './dominators.ts';
import type { RetainedBytes } from './retained.ts';
import { TopList } from './top.ts';

/** A part of the dominator tree, in preorder: `parents[i] < i`. */
export interface PrunedTree {
  /** Positions in the dominator tree. */
  readonly positions: number[];
  /** Index of each one's parent in this list; -1 for the root. */
  readonly parents: number[];
}

/**
 * The `budget` largest positions of the tree by retained bytes, at most `breadth` children of each. A parent retains more than its children, so
 * whatever is kept has its parents kept: the largest path goes as deep as the budget lasts. Children below `minimum` bytes are left out.
 */
export function pruneTree(
  { end }: DominatorTree,
  retained: RetainedBytes,
  budget: number,
  breadth: number,
  minimum: number,
): PrunedTree {
  if (retained.length === 0) return { positions: [], parents: [] };
  const children = new Map<number, number[]>();
  let frontier = [0];
  let size = 1;
  while (frontier.length > 0 && size < budget) {
    // Largest first; the frontier is sorted once a round, which keeps the walk breadth-first within equal sizes.
    frontier.sort((a, b) => retained[b]! - retained[a]!);
    const open = frontier.slice(0, Math.max(16, frontier.length >> 1));
    const next = frontier.slice(open.length);
    for (const parent of open) {
      if (size >= budget) break;
      const top = new TopList(Math.min(breadth, budget - size));
      for (let child = parent + 1; child < end[parent]!; child = end[child]!)
        if (retained[child]! >= minimum) top.add(child, retained[child]!);
      const kept = top.sorted();
      if (kept.length === 0) continue;
      children.set(parent, kept);
      size += kept.length;
      next.push(...kept);
    }
    frontier = next;
  }
  const positions: number[] = [];
  const parents: number[] = [];
  const stack: [number, number][] = [[0, -1]];
  while (stack.length > 0) {
    const [position, parent] = stack.pop()!;
    const index = positions.length;
    positions.push(position);
    parents.push(parent);
    for (const child of (children.get(position) ?? []).reverse()) stack.push([child, index]);
  }
  return { positions, parents };
}
