import type uPlot from 'uplot';
import type { ChartShape } from '../../draw/chart-shape.ts';
import { formatQuantity } from '../../draw/format.ts';

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
const TOKENS = ['--ink', '--ink-2', '--ink-3', '--line', '--ground', '--accent', '--leak', '--sound'];

const fade = (colour: string, percent: number): string => `color-mix(in srgb, ${colour} ${percent}%, transparent)`;

export function liveOptions(
  shape: ChartShape,
  holder: HTMLElement,
  size: { width: number; height: number },
): uPlot.Options {
  const token = tokenReader(holder);
  const font = `12px ${getComputedStyle(holder).fontFamily}`;
  const narrow = size.width < 500;
  const axis = { stroke: token('--ink-3'), font, ticks: { show: false }, grid: { stroke: token('--line'), width: 1 } };
  const { series, bands } = seriesOf(shape, token);
  return {
    ...size,
    ms: 1,
    legend: { show: false },
    padding: [8, 8, 0, 0],
    cursor: { sync: { key: 'casebook' }, drag: { x: true, y: false }, points: { size: 6 }, focus: { prox: 24 } },
    scales: { x: { time: true }, y: { range: () => [shape.y[0], shape.y[1]] } },
    axes: [
      {
        ...axis,
        grid: { show: false },
        gap: shape.marks.length > 0 ? 22 : 6,
        size: shape.marks.length > 0 ? 48 : 32,
        space: narrow ? 70 : 90,
        values: (_, splits, __, ___, stepMs) => splits.map((ms) => localTick(ms, stepMs)),
      },
      {
        ...axis,
        size: narrow ? 58 : 68,
        space: 52,
        values: (_, splits) => splits.map((value) => formatQuantity(value, shape.unit)),
      },
    ],
    series,
    bands,
  };
}

/** `18 Nov` at midnight and for steps of days, else `14:30`, in the reader's zone. */
function localTick(ms: number, stepMs: number): string {
  const date = new Date(ms);
  const midnight = date.getHours() === 0 && date.getMinutes() === 0;
  if (stepMs >= 86_400_000 || midnight) return date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' });
  const seconds = stepMs < 60_000 ? ({ second: '2-digit' } as const) : {};
  return date.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', ...seconds });
}

/** Stacked layers fill down to the one below by uPlot's bands; the lowest fills to zero. */
function seriesOf(shape: ChartShape, token: (name: string) => string): { series: uPlot.Series[]; bands: uPlot.Band[] } {
  const series: uPlot.Series[] = [{}];
  const bands: uPlot.Band[] = [];
  const points = { show: false };
  const colour = (index: number): string => token(`--series-${index}`);
  for (const [i, layer] of [...shape.layers].reverse().entries()) {
    const lowest = i === shape.layers.length - 1;
    const fill = fade(colour(layer.series), 28);
    series.push({ label: layer.label, stroke: colour(layer.series), width: 1.5, points, ...(lowest ? { fill } : {}) });
    if (!lowest) bands.push({ series: [i + 1, i + 2], fill });
  }
  if (shape.band) {
    const at = series.length;
    const edge = fade(token('--ink'), 20);
    series.push({ label: 'high', stroke: edge, width: 1, points }, { label: 'low', stroke: edge, width: 1, points });
    bands.push({ series: [at, at + 1], fill: fade(token('--ink'), 12) });
  }
  for (const line of shape.lines) series.push({ label: line.label, stroke: colour(line.series), width: 1.5, points });
  for (const line of shape.trends) series.push({ label: line.label, stroke: token('--ink'), width: 2, points });
  for (const line of shape.limits) {
    series.push({ label: line.label, stroke: token('--leak'), width: 1.5, dash: [6, 4], points });
  }
  return { series, bands };
}
