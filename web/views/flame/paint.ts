import type { FlameView } from '../../../functions/model/view.ts';
import type { FlameLayout } from '../../draw/flame-layout.ts';
import { formatQuantity } from '../../draw/format.ts';

export const FLAME_ROW_PX = 20;

export interface FlameLook {
  readonly zoom: readonly [number, number];
  readonly active: number;
  readonly found: Uint8Array | undefined;
  readonly scrollTop: number;
  readonly width: number;
  readonly height: number;
  /** The number of a cell's colour, from what it is called. */
  readonly hueOf: (label: string) => number;
}

export interface FlameInk {
  readonly ground: string;
  readonly ink: string;
  readonly dim: string;
  readonly cells: readonly string[];
  readonly font: string;
}

/** Colours of the theme in force, read from the tokens. */
export function inkOf(element: Element): FlameInk {
  const style = getComputedStyle(element);
  const token = (name: string): string => style.getPropertyValue(name).trim();
  return {
    ground: style.backgroundColor,
    ink: style.color,
    dim: style.borderTopColor,
    cells: Array.from({ length: 7 }, (_, i) => token(`--cell-${i + 1}`)),
    font: `12px ${style.fontFamily}`,
  };
}

/** One frame: only the rows in sight, cells narrower than a third of a pixel left out. */
export function paintFlame(
  context: CanvasRenderingContext2D,
  view: FlameView,
  layout: FlameLayout,
  look: FlameLook,
  ink: FlameInk,
): void {
  const { zoom, width, height, scrollTop, found, active } = look;
  const scale = width / (zoom[1] - zoom[0]);
  context.fillStyle = ink.ground;
  context.fillRect(0, 0, width, height);
  context.font = ink.font;
  context.textBaseline = 'middle';
  const firstRow = Math.floor(scrollTop / FLAME_ROW_PX);
  const lastRow = Math.ceil((scrollTop + height) / FLAME_ROW_PX);
  for (let i = 0; i < layout.count; i++) {
    const row = layout.depth[i] ?? 0;
    if (row < firstRow || row > lastRow) continue;
    const left = Math.max(0, ((layout.x0[i] ?? 0) - zoom[0]) * scale);
    const right = Math.min(width, ((layout.x1[i] ?? 0) - zoom[0]) * scale);
    const wide = right - left;
    if (wide < 0.33) continue;
    const top = row * FLAME_ROW_PX - scrollTop;
    const label = view.frames[view.frameOf[i] ?? -1] ?? '';
    context.globalAlpha = found && found[i] === 0 ? 0.25 : 1;
    context.fillStyle = ink.cells[look.hueOf(label)] ?? ink.dim;
    context.fillRect(left, top, Math.max(wide - 1, 0.33), FLAME_ROW_PX - 1);
    if (wide > 34) {
      const words = wide > 160 ? `${label}  ${formatQuantity(view.totals[i] ?? 0, view.unit)}` : label;
      const fits = Math.floor((wide - 8) / LETTER_PX);
      drawLabel(context, words.length > fits ? label : words, left + 4, top + FLAME_ROW_PX / 2, fits, ink.ink);
    }
    if (i === active) {
      context.globalAlpha = 1;
      context.strokeStyle = ink.ink;
      context.lineWidth = 2;
      context.strokeRect(left + 1, top + 1, Math.max(wide - 3, 1), FLAME_ROW_PX - 3);
    }
  }
  context.globalAlpha = 1;
}

/** Digits and letters of 12 px are about 6.5 wide: cut by it, so that long names are not measured. */
const LETTER_PX = 6.2;

function drawLabel(
  context: CanvasRenderingContext2D,
  label: string,
  x: number,
  y: number,
  fits: number,
  ink: string,
): void {
  context.fillStyle = ink;
  context.fillText(label.length > fits ? `${label.slice(0, Math.max(1, fits - 1))}…` : label, x, y);
}
