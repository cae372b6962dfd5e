import type { FlameLayout } from '../../draw/flame-layout.ts';

/** The node that an arrow key leads to: down to the first child, up to the parent, sideways to a sibling. */
export function stepInFlame(key: string, layout: FlameLayout, from: number): number | undefined {
  if (!['ArrowDown', 'ArrowUp', 'ArrowLeft', 'ArrowRight', 'Home'].includes(key)) return undefined;
  if (layout.count === 0) return undefined;
  if (from < 0 || key === 'Home') return 0;
  const parent = layout.parent[from] ?? -1;
  if (key === 'ArrowUp') return parent < 0 ? from : parent;
  if (key === 'ArrowDown') {
    for (let i = from + 1; i < layout.count; i++) if (layout.parent[i] === from) return i;
    return from;
  }
  const step = key === 'ArrowRight' ? 1 : -1;
  for (let i = from + step; i >= 0 && i < layout.count; i += step) {
    if (layout.parent[i] === parent) return i;
    if (i === parent) break;
  }
  return from;
}
