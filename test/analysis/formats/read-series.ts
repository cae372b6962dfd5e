import { analyse } from '../../../functions/analysis/run.ts';
import { Analysis } from '../../../functions/model/analysis.ts';
import { sourceOf, testRun } from '../test-run.ts';

export interface ReadSeries {
  readonly format: string;
  /** `metric{label=value,…}` -> [ISO time, value], for series with times. */
  readonly series: Readonly<Record<string, (readonly [string, number])[]>>;
  readonly analysis: Analysis;
}

/** What the whole path (unwrap, detect, analyse) makes of a file. */
export async function readSeries(input: string | Uint8Array, name = 'file'): Promise<ReadSeries> {
  const analysis = Analysis.parse(await analyse(sourceOf(input), name, testRun()));
  const series = analysis.series.map(({ metric, labels, timesMs, values }) => {
    const names = Object.entries(labels).map(([label, value]) => `${label}=${value}`);
    const points = timesMs.map((timeMs, i) => [new Date(timeMs).toISOString(), values[i] ?? NaN] as const);
    return [names.length === 0 ? metric : `${metric}{${names.join(',')}}`, points] as const;
  });
  return { format: analysis.format, series: Object.fromEntries(series), analysis };
}

/** The last value of each series as the table shows it, for evidence without times. */
export function lastValues({ analysis }: ReadSeries): Record<string, number> {
  const table = analysis.views.find(({ name }) => name === 'series');
  if (table?.kind !== 'table') return {};
  return Object.fromEntries(
    table.rows.map((row) => [`${String(row[0])}${row[1] === '' ? '' : `{${String(row[1])}}`}`, Number(row[5])]),
  );
}
