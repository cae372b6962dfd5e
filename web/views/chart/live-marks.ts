import type uPlot from 'uplot';
import type { Mark } from '../../../functions/model/view.ts';
import { placeMarks } from '../../draw/mark-places.ts';
import { MARKS } from '../../draw/marks.tsx';

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

/** Marks in a lane under the plot, each with a thin line up and words where they fit; the one pointed at stands out. */
export function drawMarks(
  chart: uPlot,
  marks: readonly Mark[],
  token: (name: string) => string,
  pointedMs: number | undefined,
): void {
  const { ctx } = chart;
  const ratio = devicePixelRatio;
  const { left, top, width, height } = chart.bbox;
  const line = (x: number, colour: string, thick: number): void => {
    ctx.strokeStyle = colour;
    ctx.lineWidth = thick * ratio;
    ctx.beginPath();
    ctx.moveTo(x, top);
    ctx.lineTo(x, top + height);
    ctx.stroke();
  };
  ctx.save();
  ctx.lineJoin = 'round';
  ctx.setLineDash([]);
  ctx.textBaseline = 'middle';
  ctx.textAlign = 'left';
  const across = (timeMs: number): number => (chart.valToPos(timeMs, 'x', true) - left) / ratio;
  for (const { kind, marks: held, x, place, text } of placeMarks(marks, across, width / ratio)) {
    const pointed = held.some((mark) => mark.timeMs === pointedMs);
    const colour = token(COLOURS[kind]);
    line(left + x * ratio, pointed ? colour : token('--line'), pointed ? 2 : 1);
    const { path, hollow } = MARKS[kind];
    ctx.setTransform(ratio, 0, 0, ratio, left + place * ratio, top + height + 12 * ratio);
    ctx.strokeStyle = ctx.fillStyle = colour;
    ctx.lineWidth = pointed ? 2.5 : 1.75;
    const drawn = new Path2D(path);
    if (!hollow) ctx.fill(drawn);
    ctx.stroke(drawn);
    if (text !== undefined) {
      ctx.fillStyle = token('--ink-2');
      ctx.font = `12px ${getComputedStyle(chart.root).fontFamily}`;
      ctx.fillText(text, 10, 0.5);
    }
    ctx.setTransform(1, 0, 0, 1, 0, 0);
  }
  if (pointedMs !== undefined && !marks.some((mark) => mark.timeMs === pointedMs)) {
    const x = chart.valToPos(pointedMs, 'x', true);
    if (x >= left && x <= left + width) line(x, token('--accent'), 2);
  }
  ctx.restore();
}
