import type { FlameView } from '../../functions/model/view.ts';

/** Where each node of an icicle lies: 0..1 across, rows down. Typed arrays, so that 200,000 nodes draw each frame. */
export interface FlameLayout {
  readonly count: number;
  readonly depth: Uint16Array;
  readonly x0: Float64Array;
  readonly x1: Float64Array;
  readonly parent: Int32Array;
  readonly self: Float64Array;
  readonly rows: number;
  readonly total: number;
}

/**
 * Children lie from the left in preorder, each as wide as its share; children that claim more than their parent has
 * (damaged input) are squeezed. Nodes whose parent is not before them count as roots.
 */
export function layoutFlame(view: FlameView): FlameLayout {
  const count = Math.min(view.parents.length, view.totals.length, view.frameOf.length);
  const parent = new Int32Array(count);
  const depth = new Uint16Array(count);
  const childSum = new Float64Array(count);
  let total = 0;
  let rows = 0;
  for (let i = 0; i < count; i++) {
    const claimed = view.parents[i] ?? -1;
    const up = claimed >= 0 && claimed < i ? claimed : -1;
    parent[i] = up;
    const value = valueOf(view, i);
    if (up < 0) total += value;
    else {
      childSum[up]! += value;
      depth[i] = Math.min(65_535, (depth[up] ?? 0) + 1);
    }
    rows = Math.max(rows, (depth[i] ?? 0) + 1);
  }
  const x0 = new Float64Array(count);
  const x1 = new Float64Array(count);
  const self = new Float64Array(count);
  const next = new Float64Array(count);
  let nextRoot = 0;
  for (let i = 0; i < count; i++) {
    const up = parent[i] ?? -1;
    const value = valueOf(view, i);
    const width = up < 0 ? (total > 0 ? value / total : 0) : shareOf(view, up, value, x0, x1, childSum);
    const start = up < 0 ? nextRoot : (next[up] ?? 0);
    x0[i] = start;
    x1[i] = start + width;
    next[i] = start;
    self[i] = Math.max(0, value - (childSum[i] ?? 0));
    if (up < 0) nextRoot = start + width;
    else next[up] = start + width;
  }
  return { count, depth, x0, x1, parent, self, rows, total };
}

function shareOf(
  view: FlameView,
  up: number,
  value: number,
  x0: Float64Array,
  x1: Float64Array,
  childSum: Float64Array,
): number {
  const whole = Math.max(valueOf(view, up), childSum[up] ?? 0);
  return whole > 0 ? ((x1[up] ?? 0) - (x0[up] ?? 0)) * (value / whole) : 0;
}

function valueOf(view: FlameView, i: number): number {
  const value = view.totals[i] ?? 0;
  return Number.isFinite(value) && value > 0 ? value : 0;
}

/** The node at a place, -1 when there is none: the rows are searched from the cell's own depth. */
export function hitFlame(layout: FlameLayout, across: number, row: number): number {
  for (let i = 0; i < layout.count; i++) {
    if (layout.depth[i] === row && across >= (layout.x0[i] ?? 0) && across < (layout.x1[i] ?? 0)) return i;
  }
  return -1;
}

/** Frame text `module!name` or `name (file:line)` to one of the palette's colours: the same frame, the same colour. */
export function hueOf(frame: string): number {
  const key = /\(([^:()]+)/.exec(frame)?.[1] ?? frame.split(/[.:#!]/, 1)[0] ?? frame;
  let hash = 2166136261;
  for (let i = 0; i < key.length && i < 200; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 16777619);
  return (hash >>> 0) % 7;
}
