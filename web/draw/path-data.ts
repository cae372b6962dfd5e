import type { Values } from './chart-shape.ts';
import type { Scale } from './scale.ts';

/** SVG path data of a curve with gaps; a sample alone between two is a dot (round caps draw what has no length). One decimal is a tenth of a pixel. */
export function linePath(times: readonly number[], values: Values, at: readonly number[], x: Scale, y: Scale): string {
  let path = '';
  let drawn = 0;
  for (const i of at) {
    const value = values[i];
    if (value === null || value === undefined || !Number.isFinite(value)) {
      if (drawn === 1) path += 'h0';
      drawn = 0;
      continue;
    }
    path += `${drawn > 0 ? 'L' : 'M'}${place(x(times[i] ?? 0))} ${place(clampTo(y, value))}`;
    drawn++;
  }
  return drawn === 1 ? `${path}h0` : path;
}

/** A closed area between two curves, one piece for each stretch without a gap. */
export function areaPath(
  times: readonly number[],
  base: Values,
  top: Values,
  at: readonly number[],
  x: Scale,
  y: Scale,
): string {
  let path = '';
  let run: number[] = [];
  const close = (): void => {
    if (run.length > 0) {
      const upper = run.map((i) => `${place(x(times[i] ?? 0))} ${place(clampTo(y, top[i] ?? 0))}`);
      const lower = run.reverse().map((i) => `${place(x(times[i] ?? 0))} ${place(clampTo(y, base[i] ?? 0))}`);
      path += `M${upper.join('L')}L${lower.join('L')}Z`;
    }
    run = [];
  };
  for (const i of at) {
    const value = top[i];
    if (value === null || value === undefined || !Number.isFinite(value)) close();
    else run.push(i);
  }
  close();
  return path;
}

/** Curves may leave the frame by its own height and no more: renderers dislike coordinates of 1e9. */
function clampTo(y: Scale, value: number): number {
  const [bottom, top] = y.range;
  const height = Math.abs(bottom - top);
  return Math.max(Math.min(bottom, top) - height, Math.min(Math.max(bottom, top) + height, y(value)));
}

function place(value: number): string {
  return String(Math.round(value * 10) / 10);
}
