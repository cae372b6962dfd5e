import type { TreeRow, TreeShape } from '../../draw/tree-shape.ts';

export interface TreeMove {
  /** A place in `rows`. */
  readonly to?: number;
  readonly fold?: { readonly node: number; readonly open: boolean };
}

/** What a key does in a tree (WAI-ARIA's treegrid pattern, rows only). */
export function moveInTree(
  key: string,
  rows: readonly TreeRow[],
  at: number,
  open: ReadonlySet<number>,
  shape: TreeShape,
): TreeMove | undefined {
  const row = rows[at];
  if (!row) return undefined;
  const isOpen = open.has(row.node);
  const clamp = (to: number): TreeMove => ({ to: Math.max(0, Math.min(rows.length - 1, to)) });
  switch (key) {
    case 'ArrowDown':
      return clamp(at + 1);
    case 'ArrowUp':
      return clamp(at - 1);
    case 'PageDown':
      return clamp(at + 15);
    case 'PageUp':
      return clamp(at - 15);
    case 'Home':
      return clamp(0);
    case 'End':
      return clamp(rows.length - 1);
    case 'ArrowRight':
      if (!row.hasChildren) return {};
      return isOpen ? clamp(at + 1) : { fold: { node: row.node, open: true } };
    case 'ArrowLeft': {
      if (row.hasChildren && isOpen) return { fold: { node: row.node, open: false } };
      const parent = shape.parent[row.node] ?? -1;
      const to = rows.findIndex((one) => one.node === parent);
      return to < 0 ? {} : { to };
    }
    case 'Enter':
    case ' ':
      return row.hasChildren ? { fold: { node: row.node, open: !isOpen } } : {};
    default:
      return undefined;
  }
}
