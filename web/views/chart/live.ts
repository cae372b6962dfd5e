import uPlot from 'uplot';
import type { ChartView } from '../../../functions/model/view.ts';
import { type ChartShape, shapeChart } from '../../draw/chart-shape.ts';
import { downsampleIndices, firstAtOrAfter } from '../../draw/downsample.ts';
import { drawMarks } from './live-marks.ts';
import { liveOptions } from './live-options.ts';
import { savePng } from './save-png.ts';

export interface LiveChart {
  show(view: ChartView): void;
  pointAt(timeMs: number | undefined): void;
  zoom(how: 'in' | 'out' | 'all'): void;
  /** True when the key meant something. */
  key(key: string): boolean;
  savePng(title: string): void;
  stop(): void;
}

export interface LiveEvents {
  readonly onCursor: (timeMs: number | undefined) => void;
  readonly onZoom: (zoomed: boolean) => void;
}

/** Points drawn across the width; each keeps its column's peaks, so more would draw the same. */
const COLUMNS = 1200;

/** Puts uPlot in `holder`. The data is downsampled for the whole, and again for each window that one zooms to. */
export function startLiveChart(holder: HTMLElement, first: ChartView, height: number, events: LiveEvents): LiveChart {
  let shape = shapeChart(first);
  let frame: readonly [number, number] = shape.x;
  let pointedMs: number | undefined;
  let plot = build();
  const resize = new ResizeObserver(() => plot.setSize({ width: holder.clientWidth, height }));
  resize.observe(holder);
  const theme = matchMedia('(prefers-color-scheme: dark)');
  const rebuild = (): void => {
    plot.destroy();
    plot = build();
  };
  theme.addEventListener('change', rebuild);

  function build(): uPlot {
    const options = liveOptions(shape, holder, { width: Math.max(200, holder.clientWidth), height });
    return new uPlot(
      {
        ...options,
        hooks: {
          draw: [(chart) => drawMarks(chart, shape, holder, pointedMs)],
          setCursor: [
            (chart) => {
              const left = chart.cursor.left ?? -1;
              events.onCursor(left < 0 ? undefined : chart.posToVal(left, 'x'));
            },
          ],
          setScale: [
            (chart, key) => {
              const { min, max } = chart.scales[key] ?? {};
              if (key !== 'x' || typeof min !== 'number' || typeof max !== 'number') return;
              if (min === frame[0] && max === frame[1]) return;
              setFrame([min, max]);
            },
          ],
        },
      },
      columnsOf(shape, frame),
      holder,
    );
  }
  function setFrame(next: readonly [number, number]): void {
    frame = next;
    events.onZoom(next[0] > shape.x[0] || next[1] < shape.x[1]);
    // Not inside uPlot's own commit.
    queueMicrotask(() => {
      plot.batch(() => {
        plot.setData(columnsOf(shape, frame), false);
        plot.setScale('x', { min: frame[0], max: frame[1] });
      });
    });
  }
  function moveTo(from: number, to: number): void {
    const [least, most] = shape.x;
    const span = Math.min(to - from, most - least);
    const start = Math.max(least, Math.min(most - span, from));
    plot.setScale('x', { min: start, max: start + span });
  }
  function zoom(how: 'in' | 'out' | 'all'): void {
    if (how === 'all') return moveTo(shape.x[0], shape.x[1]);
    const middle = (frame[0] + frame[1]) / 2;
    const half = ((frame[1] - frame[0]) / 2) * (how === 'in' ? 0.5 : 2);
    moveTo(middle - half, middle + half);
  }
  return {
    show(view) {
      const next = shapeChart(view);
      const whole = frame[0] === shape.x[0] && frame[1] === shape.x[1];
      shape = next;
      if (whole) frame = shape.x;
      rebuild();
    },
    pointAt(timeMs) {
      if (timeMs === pointedMs) return;
      pointedMs = timeMs;
      plot.redraw(false);
    },
    zoom,
    key(key) {
      const step = (frame[1] - frame[0]) / 5;
      if (key === 'ArrowLeft') moveTo(frame[0] - step, frame[1] - step);
      else if (key === 'ArrowRight') moveTo(frame[0] + step, frame[1] + step);
      else if (key === '+' || key === '=') zoom('in');
      else if (key === '-') zoom('out');
      else if (key === '0' || key === 'Escape') zoom('all');
      else return false;
      return true;
    },
    savePng: (title) => void savePng(plot.ctx.canvas, title, holder),
    stop() {
      resize.disconnect();
      theme.removeEventListener('change', rebuild);
      plot.destroy();
    },
  };
}

/** uPlot's columns: times, then layers top first, band, lines, trends, limits: the order of `liveOptions`. */
function columnsOf(shape: ChartShape, frame: readonly [number, number]): uPlot.AlignedData {
  const curves = [
    ...shape.layers.map((layer) => layer.top).reverse(),
    ...(shape.band ? [shape.band.high, shape.band.low] : []),
    ...[...shape.lines, ...shape.trends, ...shape.limits].map((curve) => curve.values),
  ];
  // One sample beyond each edge, so that lines run out of the frame.
  const from = Math.max(0, firstAtOrAfter(shape.timesMs, frame[0]) - 1);
  const to = Math.min(shape.timesMs.length, firstAtOrAfter(shape.timesMs, frame[1]) + 1);
  const at = downsampleIndices(shape.timesMs, curves, COLUMNS, from, to);
  return [at.map((i) => shape.timesMs[i] ?? 0), ...curves.map((values) => at.map((i) => values[i] ?? null))];
}
