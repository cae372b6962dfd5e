import type { ChartView } from '../../functions/model/view.ts';
import { downsampleIndices } from './downsample.ts';

/** The same chart with at most so many numbers, its peaks kept: what a page or `data.json` carries. */
export function thinChart(view: ChartView, mostNumbers = 20_000): ChartView {
  const lines = Math.max(1, view.lines.length);
  if (view.timesMs.length * lines <= mostNumbers) return view;
  const values = view.lines.map((line) => line.values);
  let buckets = Math.max(8, Math.floor(mostNumbers / lines / 2));
  let at = downsampleIndices(view.timesMs, values, buckets);
  // Lines peak at different times, so how many points a column keeps is only known afterwards.
  while (at.length * lines > mostNumbers && buckets > 8) {
    buckets = Math.max(8, Math.floor(buckets * 0.7));
    at = downsampleIndices(view.timesMs, values, buckets);
  }
  const whole = view.unit.startsWith('bytes') ? Math.round : (value: number): number => value;
  return {
    ...view,
    timesMs: at.map((i) => view.timesMs[i] ?? 0),
    lines: view.lines.map((line) => ({
      ...line,
      values: at.map((i) => {
        const value = line.values[i];
        return value === null || value === undefined ? null : whole(value);
      }),
    })),
  };
}
