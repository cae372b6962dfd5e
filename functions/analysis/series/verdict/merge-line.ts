import type { ChartView } from '../../../model/view.ts';

type Values = readonly (number | null)[];

/**
 * A chart with one more line that was sampled at times of its own, ascending. The axis is that of both; between two of its
 * own samples a line is drawn straight, as it was before, and its gaps stay gaps.
 */
export function mergeLine(
  chart: ChartView,
  line: { readonly label: string; readonly timesMs: readonly number[]; readonly values: Values },
): ChartView {
  const timesMs = [...new Set([...chart.timesMs, ...line.timesMs])].sort((a, b) => a - b);
  return {
    ...chart,
    timesMs,
    lines: [
      ...chart.lines.map((each) => ({ ...each, values: straightAt(chart.timesMs, each.values, timesMs) })),
      { label: line.label, role: 'line', values: straightAt(line.timesMs, line.values, timesMs) },
    ],
  };
}

/** Values at other times, ascending: straight between neighbours that both have one, else null. */
export function straightAt(timesMs: readonly number[], values: Values, at: readonly number[]): (number | null)[] {
  let next = 0;
  return at.map((ms) => {
    while (next < timesMs.length && (timesMs[next] ?? 0) < ms) next++;
    const after = values[next] ?? null;
    if (timesMs[next] === ms) return after;
    const before = next > 0 ? (values[next - 1] ?? null) : null;
    if (before === null || after === null) return null;
    const from = timesMs[next - 1] ?? ms;
    return before + ((after - before) * (ms - from)) / ((timesMs[next] ?? ms) - from);
  });
}
