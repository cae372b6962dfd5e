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
  /** 1 to 8: a colour of the palette; 0: one of many, told together. */
  readonly series: number;
  readonly hidden: boolean;
}
export interface Area extends Curve {
  readonly base: Values;
  readonly top: Values;
}

/** More colours than these are not told apart. */
const COLOURS = 8;
/** What switches all lines without a colour of their own. */
export const OTHERS = '\u0000others';
/** What switches the interval of the trend. */
export const BAND = '\u0000band';
const NOTHING: ReadonlySet<string> = new Set();

/**
 * Colours go by the place of a line in the whole chart, so hiding one (`hidden`: labels) recolours none. Of more layers
 * than colours those that grew the most stay, the rest are summed; of more lines the rest are drawn grey. Of a piece of a
 * chart `whole` is the chart.
 */
export function shapeChart(view: ChartView, hidden = NOTHING, whole = view): ChartShape {
  const of = (role: ChartView['lines'][number]['role']): Line[] =>
    view.lines.flatMap((line, i) =>
      line.role === role
        ? [{ label: line.label, values: finite(line.values), growth: growthOf(whole.lines[i]?.values ?? []) }]
        : [],
    );
  const count = view.timesMs.length;
  const layers = stack(foldLayers(of('layer')), hidden, count);
  const found = of('line');
  const room = Math.max(0, COLOURS - layers.length);
  const coloured = found.length <= room ? undefined : new Set(byGrowth(found).slice(0, Math.max(1, room - 1)));
  let next = layers.length;
  const lines = found.map((line): Curve => {
    const own = coloured?.has(line) ?? true;
    return {
      label: line.label,
      values: line.values,
      series: own ? (next++ % COLOURS) + 1 : 0,
      hidden: hidden.has(line.label) || (!own && hidden.has(OTHERS)),
    };
  });
  const plain = ({ label, values }: Line): Curve => ({ label, values, series: 0, hidden: hidden.has(label) });
  const trends = of('trend').map(plain);
  const low = of('low')[0];
  const high = of('high')[0];
  const bandShown = !hidden.has(BAND) && !(trends.length > 0 && trends.every((trend) => trend.hidden));
  const shape = {
    timesMs: view.timesMs,
    unit: view.unit,
    layers,
    lines,
    limits: of('limit').map(plain),
    trends,
    ...(low && high && bandShown ? { band: { label: low.label, low: low.values, high: high.values } } : {}),
    marks: view.marks,
  };
  return { ...shape, x: extentOfTimes(view), y: extentOfValues(shape) };
}

interface Line {
  readonly label: string;
  readonly values: Values;
  readonly growth: number;
}

/** NaN and infinities are gaps. Without any the column stays the same array. */
function finite(values: Values): Values {
  return values.every((value) => value === null || Number.isFinite(value))
    ? values
    : values.map((value) => (value !== null && Number.isFinite(value) ? value : null));
}

function growthOf(values: Values): number {
  const known = (value: number | null): boolean => value !== null && Number.isFinite(value);
  return (values.findLast(known) ?? 0) - (values.find(known) ?? 0);
}

function byGrowth(lines: readonly Line[]): Line[] {
  return lines.toSorted((a, b) => b.growth - a.growth);
}

function foldLayers(layers: Line[]): Line[] {
  if (layers.length <= COLOURS) return layers;
  const kept = new Set(byGrowth(layers).slice(0, COLOURS - 1));
  const rest = layers.filter((layer) => !kept.has(layer));
  const values = (rest[0]?.values ?? []).map((_, i) => {
    const known = rest.flatMap((layer) => layer.values[i] ?? []);
    return known.length === 0 ? null : known.reduce((all, value) => all + value, 0);
  });
  return [...layers.filter((layer) => kept.has(layer)), { label: `${rest.length} others, summed`, values, growth: 0 }];
}

function stack(layers: readonly Line[], hidden: ReadonlySet<string>, count: number): Area[] {
  let base: Values = new Array<number>(count).fill(0);
  return layers.map(({ label, values }, i) => {
    const off = hidden.has(label);
    const top = off ? base : sum(base, values, count);
    const area = { label, values, base, top, series: (i % COLOURS) + 1, hidden: off };
    if (!off) base = top.map((value, at) => value ?? area.base[at] ?? 0);
    return area;
  });
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
  const shown = (curves: readonly Curve[]): Values[] =>
    curves.filter((curve) => !curve.hidden).map((curve) => curve.values);
  const tops = shape.layers.filter((layer) => !layer.hidden).map((layer) => layer.top);
  const data = reach([...tops, ...shown(shape.lines)]);
  const trend = reach(shown(shape.trends));
  const limit = reach(shown(shape.limits));
  let high = Number.isFinite(data.high) ? data.high : Math.max(trend.high, limit.high);
  if (!Number.isFinite(high)) return [0, 1];
  const ceiling = (high > 0 ? high : 1) * 2.5;
  for (const other of [trend.high, limit.high]) if (other > high && other <= ceiling) high = other;
  const low = Math.min(0, Number.isFinite(data.low) ? data.low : 0);
  return [low, high > low ? high + (high - low) * 0.08 : low + 1];
}

/** The extent of what is in sight alone, with a little room: small changes are seen, proportions are not. */
export function fittedValues(shape: ChartShape, frame: readonly [number, number]): [number, number] {
  const inside = (values: Values): Values => values.filter((_, i) => isIn(shape.timesMs[i] ?? NaN, frame));
  const shown = (curve: Curve): boolean => !curve.hidden;
  const { low, high } = reach([
    ...shape.layers.filter(shown).map((layer) => inside(layer.top)),
    ...[...shape.lines, ...shape.trends].filter(shown).map((curve) => inside(curve.values)),
  ]);
  if (!Number.isFinite(low) || !Number.isFinite(high)) return [shape.y[0], shape.y[1]];
  const room = (high - low) * 0.08 || Math.abs(high) * 0.01 || 1;
  return [low - room, high + room];
}

const isIn = (ms: number, [from, to]: readonly [number, number]): boolean => ms >= from && ms <= to;

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
