import type { ChartView, Mark } from '../../functions/model/view.ts';

/** A ChartView with its layers summed up and its extent measured: what the SVG, uPlot and the link preview draw. */
export interface ChartShape {
  readonly timesMs: readonly number[];
  readonly unit: string;
  /** Bottom to top; the area is between `base` and `top`. */
  readonly layers: readonly Area[];
  readonly lines: readonly Curve[];
  readonly limits: readonly Curve[];
  readonly trends: readonly Curve[];
  readonly band?: { readonly label: string; readonly low: Values; readonly high: Values };
  readonly marks: readonly Mark[];
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}
export type Values = readonly (number | null)[];
export interface Curve {
  readonly label: string;
  readonly values: Values;
  /** 1 to 8: a colour of the palette. */
  readonly series: number;
}
export interface Area {
  readonly label: string;
  readonly values: Values;
  readonly base: Values;
  readonly top: Values;
  readonly series: number;
}

export function shapeChart(view: ChartView): ChartShape {
  const of = (role: ChartView['lines'][number]['role']): ChartView['lines'] =>
    view.lines.filter((l) => l.role === role);
  const count = view.timesMs.length;
  const layers: Area[] = [];
  let base: Values = new Array<number>(count).fill(0);
  for (const [i, layer] of of('layer').entries()) {
    const top = sum(base, layer.values, count);
    layers.push({ label: layer.label, values: layer.values, base, top, series: (i % 8) + 1 });
    base = top.map((value, at) => value ?? base[at] ?? 0);
  }
  const curve = (line: { label: string; values: Values }, i: number): Curve => ({
    label: line.label,
    values: line.values,
    series: ((layers.length + i) % 8) + 1,
  });
  const low = of('low')[0];
  const high = of('high')[0];
  const shape = {
    timesMs: view.timesMs,
    unit: view.unit,
    layers,
    lines: of('line').map(curve),
    limits: of('limit').map(curve),
    trends: of('trend').map(curve),
    ...(low && high ? { band: { label: low.label, low: low.values, high: high.values } } : {}),
    marks: view.marks,
  };
  return { ...shape, x: extentOfTimes(view), y: extentOfValues(shape) };
}

function sum(base: Values, values: Values, count: number): (number | null)[] {
  const top: (number | null)[] = [];
  for (let i = 0; i < count; i++) {
    const value = values[i];
    top.push(value === null || value === undefined ? null : (base[i] ?? 0) + value);
  }
  return top;
}

function extentOfTimes(view: ChartView): [number, number] {
  let from = view.timesMs[0] ?? Infinity;
  let to = view.timesMs[view.timesMs.length - 1] ?? -Infinity;
  // Marks outside the samples (a deploy just before) widen the axis by at most a fifth of it.
  const room = Math.max(0, to - from) / 5;
  const [first, last] = [from, to];
  for (const mark of view.marks) {
    if (mark.timeMs >= first - room && mark.timeMs < from) from = mark.timeMs;
    if (mark.timeMs <= last + room && mark.timeMs > to) to = mark.timeMs;
  }
  return Number.isFinite(from) && Number.isFinite(to) ? (to > from ? [from, to] : [from - 1, to + 1]) : [0, 1];
}

/**
 * Memory starts at zero, so that a slope is seen in proportion. A limit far above the data (more than 2.5 times) would
 * flatten it: it is left to the legend, as are trends and intervals that shoot away.
 */
function extentOfValues(shape: Omit<ChartShape, 'x' | 'y'>): [number, number] {
  const data = reach([...shape.layers.map((layer) => layer.top), ...shape.lines.map((line) => line.values)]);
  const trend = reach(shape.trends.map((line) => line.values));
  const limit = reach(shape.limits.map((line) => line.values));
  let high = Number.isFinite(data.high) ? data.high : Math.max(trend.high, limit.high);
  if (!Number.isFinite(high)) return [0, 1];
  const ceiling = (high > 0 ? high : 1) * 2.5;
  for (const other of [trend.high, limit.high]) if (other > high && other <= ceiling) high = other;
  const low = Math.min(0, Number.isFinite(data.low) ? data.low : 0);
  return [low, high > low ? high + (high - low) * 0.08 : low + 1];
}

function reach(curves: readonly Values[]): { low: number; high: number } {
  let low = Infinity;
  let high = -Infinity;
  for (const values of curves) {
    for (const value of values) {
      if (value === null || !Number.isFinite(value)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return { low, high };
}

/** At most `count` values of the tallest thing drawn, for a sparkline: the highest of each stretch. */
export function sparkOf(view: ChartView, count = 48): number[] {
  const shape = shapeChart(view);
  const top = shape.layers.at(-1)?.top ?? shape.lines[0]?.values ?? [];
  const known = top.filter((value): value is number => value !== null && Number.isFinite(value));
  if (known.length <= count) return known;
  return Array.from({ length: count }, (_, i) => {
    const from = Math.floor((i * known.length) / count);
    const to = Math.max(from + 1, Math.floor(((i + 1) * known.length) / count));
    let high = -Infinity;
    for (let at = from; at < to; at++) high = Math.max(high, known[at] ?? -Infinity);
    return high;
  });
}
