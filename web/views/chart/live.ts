import uPlot from 'uplot';
import type { ChartView } from '../../../functions/model/view.ts';
import { fittedValues, shapeChart } from '../../draw/chart-shape.ts';
import { windowOf } from '../../draw/chart-window.ts';
import { startFineSource } from './fine-source.ts';
import { listenToHands } from './gestures.ts';
import { drawMarks } from './live-marks.ts';
import { columnsOf, liveOptions, marksLane, tokenReader } from './live-options.ts';
import { joinCompanions, tellCompanions } from './shared-time.ts';
import { zoneName } from './zone.ts';

export type TimeFrame = readonly [fromMs: number, toMs: number];

export interface Shown {
  readonly view: ChartView;
  /** Labels of lines that are switched off. */
  readonly hidden: ReadonlySet<string>;
  /** The height shows what is in sight, and not all from zero. */
  readonly fitted: boolean;
}

export interface LiveChart {
  show(shown: Shown): void;
  pointAt(timeMs: number | undefined): void;
  zoom(how: 'in' | 'out' | 'all' | 'left' | 'right'): void;
  moveTo(fromMs: number, toMs: number): void;
  /** True when the key meant something. */
  key(key: string, shift: boolean): boolean;
  /** What is in sight at the resolution that is here, for the table of numbers. */
  numbers(): ChartView;
  canvas(): HTMLCanvasElement;
  stop(): void;
}

/** The sample under the cursor: its values by the place of their line in the view. */
export interface Reading {
  readonly timeMs: number;
  readonly values: readonly (number | null)[];
}

export interface LiveEvents {
  readonly onCursor: (reading: Reading | undefined, byKey: boolean) => void;
  readonly onFrame: (frame: TimeFrame, zoomed: boolean, said: string) => void;
}

/** Points drawn across the width; each keeps its column's peaks, so more would draw the same. */
const COLUMNS = 1200;
const NUMBERS_COLUMNS = 5000;

/** Puts uPlot in `holder`. The data is downsampled for the whole, and again, from finer samples, for what one zooms to. */
export function startLiveChart(holder: HTMLElement, first: Shown, height: number, events: LiveEvents): LiveChart {
  let shown = first;
  let whole = shapeChart(first.view, first.hidden);
  let frame: TimeFrame = whole.x;
  let fine = startFineSource(first.view, () => schedule());
  let drawn = first.view;
  let shape = whole;
  let pointedMs: number | undefined;
  let waiting = 0;
  let byKey = false;
  let token = tokenReader(holder);
  let letGo: (() => void) | undefined;
  take();
  let plot = build();

  const resize = new ResizeObserver(() => {
    if (holder.clientWidth > 0 && holder.clientWidth !== plot.width)
      plot.setSize({ width: Math.max(200, holder.clientWidth), height });
  });
  resize.observe(holder);
  const theme = matchMedia('(prefers-color-scheme: dark)');
  const rebuild = (): void => {
    letGo?.();
    plot.destroy();
    token = tokenReader(holder);
    plot = build();
  };
  theme.addEventListener('change', rebuild);
  const companion = { whole: () => whole.x, follow: (to: TimeFrame) => setFrame(to, false) };
  const leave = joinCompanions(companion);
  events.onFrame(frame, false, said());

  /** Cuts what is in sight out of the view. */
  function take(): void {
    drawn = windowOf(shown.view, frame, COLUMNS, fine?.at(frame));
    const cut = shapeChart(drawn, shown.hidden, shown.view);
    shape = { ...cut, marks: whole.marks, x: frame, y: shown.fitted ? fittedValues(cut, frame) : whole.y };
  }
  function said(): string {
    if (fine) return fine.said(frame);
    return shown.view.timesMs.length > COLUMNS * 4 ? 'highest and lowest of each stretch' : '';
  }
  function build(): uPlot {
    const width = Math.max(200, holder.clientWidth);
    const options = liveOptions(shape, holder, { width, height, token, y: () => shape.y });
    const made = new uPlot(
      {
        ...options,
        cursor: {
          ...options.cursor,
          bind: {
            dblclick: () => () => {
              setFrame(whole.x, true);
              return null;
            },
          },
        },
        hooks: {
          draw: [
            (chart) => {
              drawMarks(chart, shape.marks, token, pointedMs);
              drawZone(chart);
            },
          ],
          setCursor: [
            (chart) => {
              const { idx, left } = chart.cursor;
              const known = typeof idx === 'number' && typeof left === 'number' && left >= 0;
              events.onCursor(known ? readingAt(idx) : undefined, byKey);
            },
          ],
          setScale: [
            (chart, key) => {
              const { min, max } = chart.scales[key] ?? {};
              if (key !== 'x' || typeof min !== 'number' || typeof max !== 'number') return;
              // uPlot's own drag; what is drawn below comes with the frame that stands already.
              if (min !== frame[0] || max !== frame[1]) setFrame([min, max], true);
            },
          ],
        },
      },
      columnsOf(shape),
      holder,
    );
    made.setScale('x', { min: frame[0], max: frame[1] });
    letGo = listenToHands({
      over: made.over,
      frame: () => frame,
      zoomed,
      moveTo,
      pointAt: (left) => made.setCursor({ left, top: made.over.clientHeight / 2 }, true),
    });
    return made;
  }
  function readingAt(at: number): Reading | undefined {
    const timeMs = drawn.timesMs[at];
    return timeMs === undefined ? undefined : { timeMs, values: drawn.lines.map((line) => line.values[at] ?? null) };
  }
  function drawZone({ ctx, bbox }: uPlot): void {
    const ratio = devicePixelRatio;
    ctx.save();
    ctx.font = `${12 * ratio}px ${getComputedStyle(holder).fontFamily}`;
    ctx.fillStyle = token('--ink-3');
    ctx.textAlign = 'left';
    ctx.textBaseline = 'top';
    ctx.fillText(zoneName(frame[0]), 0, bbox.top + bbox.height + marksLane(shape) * ratio);
    ctx.restore();
  }
  function zoomed(): boolean {
    return frame[0] > whole.x[0] || frame[1] < whole.x[1];
  }
  function setFrame(next: TimeFrame, tell: boolean): void {
    frame = next;
    schedule();
    if (tell) tellCompanions(companion, next);
  }
  /** At most once a frame of the screen, and never inside uPlot's own commit. */
  function schedule(): void {
    if (waiting !== 0) return;
    waiting = requestAnimationFrame(() => {
      waiting = 0;
      take();
      plot.batch(() => {
        plot.setData(columnsOf(shape), false);
        plot.setScale('x', { min: frame[0], max: frame[1] });
        plot.setScale('y', { min: shape.y[0], max: shape.y[1] });
      });
      // The pointer rests, the data under it does not.
      const { left = -1, top = -1 } = plot.cursor;
      if (left >= 0) plot.setCursor({ left, top }, true);
      events.onFrame(frame, zoomed(), said());
    });
  }
  function moveTo(fromMs: number, toMs: number): void {
    const [least, most] = whole.x;
    const span = Math.max(10, (most - least) * 2e-6, Math.min(toMs - fromMs, most - least));
    const start = Math.max(least, Math.min(most - span, fromMs));
    setFrame([start, start + span], true);
  }
  function zoom(how: 'in' | 'out' | 'all' | 'left' | 'right'): void {
    const span = frame[1] - frame[0];
    if (how === 'all') return setFrame(whole.x, true);
    if (how === 'left' || how === 'right') {
      const step = how === 'left' ? -span / 4 : span / 4;
      return moveTo(frame[0] + step, frame[1] + step);
    }
    // Around what one looks at.
    const { left } = plot.cursor;
    const share = typeof left === 'number' && left >= 0 ? left / Math.max(1, plot.over.clientWidth) : 0.5;
    const next = span * (how === 'in' ? 0.5 : 2);
    const at = frame[0] + span * share;
    moveTo(at - next * share, at + next * (1 - share));
  }
  /** To another sample: the next where there are few, else a sixtieth of the width on. */
  function step(to: -1 | 1 | 'first' | 'last'): void {
    const { timesMs } = drawn;
    const count = timesMs.length;
    const { idx } = plot.cursor;
    const at = typeof idx === 'number' && (plot.cursor.left ?? -1) >= 0 ? idx : undefined;
    const stride = Math.max(1, Math.round(count / 60));
    const next =
      to === 'first' ? 0 : to === 'last' ? count - 1 : at === undefined ? (to > 0 ? 0 : count - 1) : at + to * stride;
    const ms = timesMs[Math.max(0, Math.min(count - 1, next))];
    if (ms === undefined) return;
    byKey = true;
    const left = plot.valToPos(Math.max(frame[0], Math.min(frame[1], ms)), 'x');
    plot.setCursor({ left, top: plot.over.clientHeight / 2 }, true);
    byKey = false;
  }
  return {
    show(next) {
      const wasWhole = !zoomed();
      if (next.view !== shown.view) {
        fine?.stop();
        fine = startFineSource(next.view, () => schedule());
      }
      shown = next;
      whole = shapeChart(next.view, next.hidden);
      if (wasWhole) frame = whole.x;
      take();
      rebuild();
      events.onFrame(frame, zoomed(), said());
    },
    pointAt(timeMs) {
      if (timeMs === pointedMs) return;
      pointedMs = timeMs;
      plot.redraw(false);
    },
    zoom,
    moveTo,
    key(key, shift) {
      if (shift && key === 'ArrowLeft') zoom('left');
      else if (shift && key === 'ArrowRight') zoom('right');
      else if (key === 'ArrowLeft') step(-1);
      else if (key === 'ArrowRight') step(1);
      else if (key === 'Home') step('first');
      else if (key === 'End') step('last');
      else if (key === '+' || key === '=') zoom('in');
      else if (key === '-' || key === '_') zoom('out');
      else if (key === '0' || key === 'Escape') zoom('all');
      else return false;
      return true;
    },
    numbers: () => windowOf(shown.view, frame, NUMBERS_COLUMNS, fine?.at(frame)),
    canvas: () => plot.ctx.canvas,
    stop() {
      cancelAnimationFrame(waiting);
      leave();
      letGo?.();
      fine?.stop();
      resize.disconnect();
      theme.removeEventListener('change', rebuild);
      plot.destroy();
    },
  };
}
