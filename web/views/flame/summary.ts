import type { FlameView, TableView } from '../../../functions/model/view.ts';
import type { FlameLayout } from '../../draw/flame-layout.ts';

/** The icicle in words: the frames with the most of their own, and with the most beneath them. Recursion counts once. */
export function summariseFlame(view: FlameView, layout: FlameLayout, limit = 30): TableView {
  const own = new Map<number, number>();
  const total = new Map<number, number>();
  // A frame's total adds only where no ancestor is the same frame. The stack of open nodes gives the ancestors:
  // preorder means that a node's parent is always on it.
  const openNodes: number[] = [];
  const openFrames = new Map<number, number>();
  for (let i = 0; i < layout.count; i++) {
    const parent = layout.parent[i] ?? -1;
    while (openNodes.length > 0 && openNodes.at(-1) !== parent) {
      const frame = view.frameOf[openNodes.pop() ?? 0] ?? -1;
      openFrames.set(frame, (openFrames.get(frame) ?? 1) - 1);
    }
    const frame = view.frameOf[i] ?? -1;
    own.set(frame, (own.get(frame) ?? 0) + (layout.self[i] ?? 0));
    if ((openFrames.get(frame) ?? 0) === 0) total.set(frame, (total.get(frame) ?? 0) + (view.totals[i] ?? 0));
    openNodes.push(i);
    openFrames.set(frame, (openFrames.get(frame) ?? 0) + 1);
  }
  const rows = [...own.entries()]
    .map(([frame, self]): [string, number, number] => [view.frames[frame] ?? '?', self, total.get(frame) ?? 0])
    .sort((a, b) => b[1] - a[1] || b[2] - a[2])
    .slice(0, limit);
  return {
    kind: 'table',
    name: `${view.name.slice(0, 50)}-frames`,
    title: 'Frames with the most of their own',
    columns: [{ name: 'frame' }, { name: 'self', unit: view.unit }, { name: 'total', unit: view.unit }],
    rows,
  };
}

/** 1 for each node whose frame holds the text; and how much of the whole they cover, nested ones once. */
export function findFrames(
  view: FlameView,
  layout: FlameLayout,
  text: string,
): { found: Uint8Array; share: number; count: number } {
  const wanted = text.toLowerCase();
  const frames = view.frames.map((frame) => frame.toLowerCase().includes(wanted));
  const found = new Uint8Array(layout.count);
  const under = new Uint8Array(layout.count);
  let covered = 0;
  let count = 0;
  for (let i = 0; i < layout.count; i++) {
    const parent = layout.parent[i] ?? -1;
    const above = parent >= 0 && under[parent] === 1;
    const hit = frames[view.frameOf[i] ?? -1] === true;
    if (hit) {
      found[i] = 1;
      count++;
      if (!above) covered += (layout.x1[i] ?? 0) - (layout.x0[i] ?? 0);
    }
    under[i] = hit || above ? 1 : 0;
  }
  return { found, share: covered, count };
}
