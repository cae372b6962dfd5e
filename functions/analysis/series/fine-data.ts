import { packColumn } from '../../model/pack-column.ts';
import type { ChartView } from '../../model/view.ts';
import { gapsOf } from './gaps.ts';
import type { SampleSeries } from './sample-set.ts';
import { thinColumns } from './thin-columns.ts';

type FineData = NonNullable<ChartView['fine']>;

/** Samples that the charts of one Analysis hold beyond those drawn: about 8 MB of text. */
export const FINE_SAMPLES = 1_500_000;
const MOST_LINES = 32;

/**
 * Every sample of the series behind a chart's lines (`series[i]` is drawn by line `i`, undefined for none), with their
 * gaps, as long as `budget` samples last; then each line thinned to its share, peaks and floors kept. Undefined where the
 * chart draws all of them already, or where the budget is spent. Also says how many samples it holds.
 */
export function fineData(
  series: readonly (SampleSeries | undefined)[],
  drawnPoints: number,
  budget: number,
): { fine: FineData; samples: number } | undefined {
  const drawn = series
    .flatMap((each, line) => (each === undefined ? [] : [{ each, line }]))
    .filter(({ each }) => each.timesMs.length > 1)
    .slice(0, MOST_LINES);
  const longest = Math.max(0, ...drawn.map(({ each }) => each.timesMs.length));
  const share = Math.floor(budget / Math.max(1, drawn.length));
  if (longest <= drawnPoints || share <= drawnPoints) return undefined;
  const fine: FineData = { axes: [], lines: [] };
  const axes: Float64Array<ArrayBuffer>[] = [];
  let samples = 0;
  for (const { each, line } of drawn) {
    const { times, values } = withGaps(each, share);
    let axis = axes.findIndex((known) => known.length === times.length && known.every((ms, i) => ms === times[i]));
    samples += times.length;
    if (axis < 0) {
      axis = axes.push(times) - 1;
      fine.axes.push(packColumn(times, 'slope'));
    } else times.buffer.transfer(0);
    fine.lines.push({ line, axis, values: packColumn(values) });
    // Given back now: garbage collection would come too late for a column a line.
    values.buffer.transfer(0);
  }
  for (const times of axes) times.buffer.transfer(0);
  return { fine, samples };
}

/** At most `most` samples, and a NaN in each gap. */
function withGaps(
  series: SampleSeries,
  most: number,
): { times: Float64Array<ArrayBuffer>; values: Float64Array<ArrayBuffer> } {
  const gaps = gapsOf(series);
  let columns = { times: series.timesMs, values: series.values };
  let length = columns.times.length;
  const room = Math.max(64, most - gaps.length);
  if (length > room) {
    const thin = { times: new Float64Array(room), values: new Float64Array(room) };
    length = thinColumns(columns, length, Math.ceil((2 * length) / (room - 4)), thin);
    columns = thin;
  }
  const times = new Float64Array(length + gaps.length);
  const values = new Float64Array(length + gaps.length);
  let gap = 0;
  for (let i = 0; i < length; i++) {
    const time = columns.times[i] ?? 0;
    while ((gaps[gap] ?? Infinity) < time) {
      times[i + gap] = gaps[gap] ?? 0;
      values[i + gap++] = NaN;
    }
    times[i + gap] = time;
    values[i + gap] = columns.values[i] ?? NaN;
  }
  for (; gap < gaps.length; gap++) {
    times[length + gap] = gaps[gap] ?? 0;
    values[length + gap] = NaN;
  }
  return { times, values };
}
