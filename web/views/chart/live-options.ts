import type uPlot from 'uplot';
import type { ChartShape, Curve, Values } from '../../draw/chart-shape.ts';
import { greyFirst } from '../../draw/chart-svg.tsx';
import { formatOnChart } from '../../draw/format.ts';
import { quantityTicks } from '../../draw/scale.ts';

/** Colours of the theme in force, resolved through an element, since a canvas knows no custom properties. */
export function tokenReader(holder: Element): (name: string) => string {
  const probe = document.createElement('span');
  holder.append(probe);
  const found = new Map<string, string>();
  for (const name of [...TOKENS, ...Array.from({ length: 8 }, (_, i) => `--series-${i + 1}`)]) {
    probe.style.color = `var(${name})`;
    found.set(name, getComputedStyle(probe).color);
  }
  probe.remove();
  return (name) => found.get(name) ?? 'gray';
}
const TOKENS = ['--ink', '--ink-2', '--ink-3', '--line', '--line-strong', '--ground', '--accent', '--leak', '--sound'];

const fade = (colour: string, percent: number): string => `color-mix(in srgb, ${colour} ${percent}%, transparent)`;

export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly token: (name: string) => string;
  readonly y: () => readonly [number, number];
}

export function liveOptions(shape: ChartShape, holder: HTMLElement, frame: Frame): uPlot.Options {
  const { width, height, token } = frame;
  const font = `12px ${getComputedStyle(holder).fontFamily}`;
  const narrow = width < 500;
  const axis = { stroke: token('--ink-3'), font, ticks: { show: false }, grid: { stroke: token('--line'), width: 1 } };
  const { series, bands } = seriesOf(shape, token);
  return {
    width,
    height,
    ms: 1,
    legend: { show: false },
    padding: [8, 8, 0, 0],
    cursor: {
      // Where one points is shared by the charts of a page; what one drags is not (`shared-time.ts` does that).
      sync: { key: 'casebook', filters: { pub: (type) => type === 'mousemove' || type === 'mouseleave' } },
      drag: { x: true, y: false },
      y: false,
      points: { size: 6 },
      focus: { prox: 24 },
    },
    scales: { x: { time: true }, y: { range: () => [...frame.y()] } },
    axes: [
      {
        ...axis,
        grid: { show: false },
        gap: marksLane(shape),
        size: marksLane(shape) + 26,
        space: narrow ? 70 : 90,
        // Left of the first stands the zone; at the other edge half of one would be cut.
        values(chart, splits, __, ___, stepMs) {
          const right = chart.valToPos(chart.scales['x']?.max ?? 0, 'x');
          return splits.map((ms) => {
            const left = chart.valToPos(ms, 'x');
            return left < 26 || left > right - 14 ? '' : localTick(ms, stepMs);
          });
        },
      },
      {
        ...axis,
        size: narrow ? 58 : 68,
        splits: (_, __, low, high) => quantityTicks(low, high, narrow ? 4 : 5, shape.unit),
        values: (_, splits) => splits.map((value) => formatOnChart(value, shape.unit)),
      },
    ],
    series,
    bands,
  };
}

/** Between the plot and its times, where the marks stand. */
export function marksLane(shape: ChartShape): number {
  return shape.marks.length > 0 ? 22 : 6;
}

/** `18 Nov` at midnight and for steps of days, else `14:30`, in the reader's zone. */
function localTick(ms: number, stepMs: number): string {
  const date = new Date(ms);
  const midnight = date.getHours() === 0 && date.getMinutes() === 0 && date.getSeconds() === 0;
  if (stepMs >= 86_400_000 || midnight) return date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' });
  const seconds = stepMs < 60_000 ? ({ second: '2-digit' } as const) : {};
  const clock = date.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', ...seconds });
  return stepMs < 1000 ? `${clock}.${String(date.getMilliseconds()).padStart(3, '0')}` : clock;
}

/** What is drawn, from back to front, with layers top first: uPlot's bands fill from one down to the next. */
function drawn(shape: ChartShape): { layers: Curve[]; lines: Curve[]; trends: Curve[]; limits: Curve[] } {
  const shown = <T extends Curve>(curves: readonly T[]): T[] => curves.filter((curve) => !curve.hidden);
  return {
    layers: shown(shape.layers)
      .reverse()
      .map((layer) => ({ ...layer, values: layer.top })),
    lines: greyFirst(shown(shape.lines)),
    trends: shown(shape.trends),
    limits: shown(shape.limits),
  };
}

/** uPlot's columns, in the order of `seriesOf`. */
export function columnsOf(shape: ChartShape): uPlot.AlignedData {
  const { layers, lines, trends, limits } = drawn(shape);
  const columns: Values[] = [
    ...layers.map((curve) => curve.values),
    ...(shape.band ? [shape.band.high, shape.band.low] : []),
    ...[...lines, ...trends, ...limits].map((curve) => curve.values),
  ];
  return [[...shape.timesMs], ...columns.map((values) => [...values])];
}

function seriesOf(shape: ChartShape, token: (name: string) => string): { series: uPlot.Series[]; bands: uPlot.Band[] } {
  const series: uPlot.Series[] = [{}];
  const bands: uPlot.Band[] = [];
  const colour = (index: number): string => (index === 0 ? token('--line-strong') : token(`--series-${index}`));
  const { layers, lines, trends, limits } = drawn(shape);
  const add = (label: string, stroke: string, width: number, more: Partial<uPlot.Series> = {}): void => {
    series.push({ label, stroke, width, points: loneSamples(stroke), ...more });
  };
  layers.forEach((layer, i) => {
    const fill = fade(colour(layer.series), 28);
    const lowest = i === layers.length - 1;
    if (!lowest) bands.push({ series: [series.length, series.length + 1], fill });
    add(layer.label, colour(layer.series), 1.5, lowest ? { fill } : {});
  });
  if (shape.band) {
    bands.push({ series: [series.length, series.length + 1], fill: fade(token('--ink'), 12) });
    for (const side of ['high', 'low']) add(side, fade(token('--ink'), 20), 1, { points: { show: false } });
  }
  for (const line of lines) add(line.label, colour(line.series), line.series === 0 ? 1 : 1.5);
  for (const line of trends) add(line.label, token('--ink'), 2);
  for (const line of limits) add(line.label, token('--leak'), 1.5, { dash: [6, 4] });
  return { series, bands };
}

/** A sample between two gaps has no line to be seen by: it is a dot. */
function loneSamples(stroke: string): uPlot.Series.Points {
  return {
    show: false,
    size: 5,
    stroke,
    fill: stroke,
    filter: (chart, at) => {
      const values = chart.data[at] ?? [];
      const known = (i: number): boolean => values[i] !== null && values[i] !== undefined;
      const alone: number[] = [];
      for (let i = 0; i < values.length; i++) if (known(i) && !known(i - 1) && !known(i + 1)) alone.push(i);
      return alone.length > 0 ? alone : null;
    },
  };
}
