import type { ChartView } from '../../functions/model/view.ts';
import { downsampleIndices, firstAtOrAfter } from './downsample.ts';

/** Samples of a stretch of time, finer than those of the chart. Every line has an axis; NaN is a gap. */
export interface FineSamples {
  readonly axes: readonly Float64Array[];
  readonly lines: readonly { readonly line: number; readonly axis: number; readonly values: Float64Array }[];
}

type Column = ArrayLike<number | null>;

/**
 * The chart between two times with what `columns` pixels can show: of each column the extremes of every line. Lines that
 * have finer samples are taken from these, the others are straight between theirs; gaps stay gaps. One sample beyond each
 * edge stays, so that lines run out of the frame.
 */
export function windowOf(
  view: ChartView,
  frame: readonly [number, number],
  columns: number,
  fine?: FineSamples,
): ChartView {
  const coarse: Axis = { timesMs: view.timesMs, ...spanOf(view.timesMs, frame) };
  if (!fine) {
    const at = downsampleIndices(
      view.timesMs,
      view.lines.map((line) => line.values),
      columns,
      coarse.from,
      coarse.to,
    );
    return {
      ...view,
      timesMs: at.map((i) => view.timesMs[i] ?? 0),
      lines: view.lines.map((line) => ({ ...line, values: at.map((i) => line.values[i] ?? null) })),
    };
  }
  const axes = fine.axes.map((timesMs): Axis => ({ timesMs, ...spanOf(timesMs, frame) }));
  const sources = view.lines.map((line, i): { axis: Axis; values: Column } => {
    const found = fine.lines.find((each) => each.line === i);
    const axis = found && axes[found.axis];
    return axis ? { axis, values: found.values } : { axis: coarse, values: line.values };
  });
  const times: number[] = [];
  for (const axis of new Set(sources.map((source) => source.axis))) {
    const own = sources.filter((source) => source.axis === axis).map((source) => source.values);
    for (const i of downsampleIndices(axis.timesMs, own, columns, axis.from, axis.to)) times.push(axis.timesMs[i] ?? 0);
  }
  const timesMs = [...new Set(times)].sort((a, b) => a - b);
  return {
    ...view,
    timesMs,
    lines: view.lines.map((line, i) => {
      const source = sources[i];
      return { ...line, values: source ? straightAt(source.axis, source.values, timesMs) : [] };
    }),
  };
}

interface Axis {
  readonly timesMs: ArrayLike<number>;
  readonly from: number;
  readonly to: number;
}

function spanOf(timesMs: ArrayLike<number>, [fromMs, toMs]: readonly [number, number]): { from: number; to: number } {
  return {
    from: Math.max(0, firstAtOrAfter(timesMs, fromMs) - 1),
    to: Math.min(timesMs.length, firstAtOrAfter(timesMs, toMs) + 1),
  };
}

/** Values at times, ascending: straight between neighbours that both have one, else null. */
function straightAt({ timesMs, from }: Axis, values: Column, at: readonly number[]): (number | null)[] {
  let next = from;
  const valueAt = (i: number): number | null => {
    const value = i >= 0 && i < values.length ? values[i] : null;
    return value === null || value === undefined || Number.isNaN(value) ? null : value;
  };
  return at.map((ms) => {
    while (next < timesMs.length && (timesMs[next] ?? 0) < ms) next++;
    const after = valueAt(next);
    if (timesMs[next] === ms) return after;
    const before = valueAt(next - 1);
    if (before === null || after === null) return null;
    const start = timesMs[next - 1] ?? ms;
    return before + ((after - before) * (ms - start)) / ((timesMs[next] ?? ms) - start);
  });
}
