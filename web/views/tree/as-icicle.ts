import type { FlameView, TreeView } from '../../../functions/model/view.ts';

/** Rounding, and nodes that were measured a moment apart. */
const SLACK = 1.001;

/**
 * The column of a tree in which a node's number includes its children's (retained sizes), so that it can be drawn as an icicle; the last one
 * where there are several, undefined where there is none.
 */
export function inclusiveColumn(view: TreeView): number | undefined {
  const includes = view.columns.map((_, c) => includesChildren(view, c));
  const last = includes.lastIndexOf(true);
  return last < 0 ? undefined : last;
}

function includesChildren({ parents, values }: TreeView, c: number): boolean {
  const own = values[c] ?? [];
  const below = new Float64Array(parents.length);
  let inner = 0;
  for (const [i, parent] of parents.entries()) {
    const value = own[i];
    if (typeof value !== 'number' || !(value >= 0)) return false;
    if (parent < 0 || parent >= i) continue;
    inner++;
    below[parent]! += value;
  }
  return inner > 0 && below.every((sum, i) => sum <= (own[i] ?? 0) * SLACK);
}

/** The same nodes, as the icicle's renderer takes them. */
export function asIcicle(view: TreeView, column: number): FlameView {
  return {
    kind: 'flame',
    name: `${view.name.slice(0, 55)}-icicle`,
    title: view.title,
    unit: view.columns[column]?.unit ?? '',
    frames: view.labels,
    parents: view.parents,
    frameOf: view.parents.map((_, i) => i),
    totals: (view.values[column] ?? []).map((value) => value ?? 0),
  };
}
