import type uPlot from 'uplot';
import type { ChartShape } from '../../draw/chart-shape.ts';
import { MARKS } from '../../draw/marks.tsx';
import { tokenReader } from './live-options.ts';

const COLOURS: Readonly<Record<keyof typeof MARKS, string>> = {
  restart: '--ink-2',
  'oom-kill': '--leak',
  deploy: '--accent',
  experiment: '--accent',
  update: '--ink-2',
  onset: '--leak',
  fixed: '--sound',
  gap: '--ink-3',
  note: '--ink-2',
};

/** Marks in a lane under the plot, each with a thin line up; the one pointed at elsewhere stands out. */
export function drawMarks(chart: uPlot, shape: ChartShape, holder: HTMLElement, pointedMs: number | undefined): void {
  const { ctx } = chart;
  const ratio = devicePixelRatio;
  const { left, top, width, height } = chart.bbox;
  const token = tokenReader(holder);
  ctx.save();
  ctx.lineJoin = 'round';
  ctx.setLineDash([]);
  // Shapes of one moment stand side by side; their lines stay where they are.
  let free = -Infinity;
  for (const mark of [...shape.marks].sort((a, b) => a.timeMs - b.timeMs)) {
    const x = chart.valToPos(mark.timeMs, 'x', true);
    if (x < left - 1 || x > left + width + 1) continue;
    const pointed = mark.timeMs === pointedMs;
    const colour = token(COLOURS[mark.kind]);
    ctx.strokeStyle = pointed ? colour : token('--line');
    ctx.lineWidth = (pointed ? 2 : 1) * ratio;
    ctx.beginPath();
    ctx.moveTo(x, top);
    ctx.lineTo(x, top + height);
    ctx.stroke();
    const { path, hollow } = MARKS[mark.kind];
    const place = Math.max(x, free);
    free = place + 13 * ratio;
    ctx.setTransform(ratio, 0, 0, ratio, place, top + height + 12 * ratio);
    ctx.strokeStyle = ctx.fillStyle = colour;
    ctx.lineWidth = pointed ? 2.5 : 1.75;
    const drawn = new Path2D(path);
    if (!hollow) ctx.fill(drawn);
    ctx.stroke(drawn);
    ctx.setTransform(1, 0, 0, 1, 0, 0);
  }
  if (pointedMs !== undefined && !shape.marks.some((mark) => mark.timeMs === pointedMs)) {
    const x = chart.valToPos(pointedMs, 'x', true);
    if (x >= left && x <= left + width) {
      ctx.strokeStyle = token('--accent');
      ctx.lineWidth = 2 * ratio;
      ctx.beginPath();
      ctx.moveTo(x, top);
      ctx.lineTo(x, top + height);
      ctx.stroke();
    }
  }
  ctx.restore();
}
