import { setLabel } from '../labels.ts';
import { hasDecimalComma, scaleOf } from '../quantity.ts';
import { isDated, timeStyleOf } from './cells.ts';
import { type CsvPlan, headerSeries, labelName, type PlannedColumn, toldApart } from './plan.ts';

const SERIES_KEYS = [
  /^metric ?name$/i,
  /^metric$/i,
  /^time ?series(?: id)?$/i,
  /^label$/i,
  /^full label$/i,
  /^(?:name|series|id)$/i,
];
/** What such rows say of the query and the graph, not of the series. */
const ASIDE = /^(?:id|color|period|statistic|account|region|y ?axis|aggregat\w+|align\w+|unit)$/i;
const FEWEST_ROWS = 2;

/**
 * The plan of a table whose series are named by several rows above it, a key and then a cell for each series, as the graphs of CloudWatch and
 * Google Cloud are downloaded; `rowsFrom` is the first row of numbers. Undefined for other tables.
 */
export function planKeyRows(
  rows: readonly (readonly string[])[],
  delimiter: number,
): { plan: CsvPlan; rowsFrom: number } | undefined {
  const rowsFrom = rows.findIndex(([first = '']) => isMoment([first.trim()]));
  const body = rows.slice(rowsFrom);
  const width = body[0]?.length ?? 0;
  if (rowsFrom < FEWEST_ROWS || body.length < FEWEST_ROWS || width < 2) return undefined;
  const keys = rows.slice(0, rowsFrom);
  if (!keys.every((row) => row.length === width && /^[A-Za-z_]/.test(row[0]?.trim() ?? ''))) return undefined;
  // A header of columns says what the first of them is.
  if (keys.some(([key = '']) => timeStyleOf(key.trim(), ['1', '2'])?.style === 'seconds')) return undefined;
  const decimalComma = delimiter === 0x3b || body.some((row) => row.some((cell) => hasDecimalComma(cell.trim())));
  const style = timeStyleOf(
    'time',
    body.map(([first = '']) => first.trim()),
    decimalComma,
  );
  if (style === undefined || !isDated(style.style)) return undefined;
  const columns = Array.from({ length: width }, (_, index) => (index === 0 ? TIME : columnOf(keys, index)));
  const plan: CsvPlan = {
    columns: toldApart(columns),
    time: 0,
    timeStyle: style.style,
    clock: undefined,
    hasHeader: true,
    decimalComma,
    labels: [],
    metric: undefined,
  };
  return { plan, rowsFrom };
}

const TIME: PlannedColumn = { name: 'time', role: 'time', metric: '', labels: {}, scale: 1, unit: '' };

function isMoment(cells: readonly string[]): boolean {
  const style = timeStyleOf('time', cells)?.style;
  return style === 'moment' || style === 'moment-day-first' || style === 'epoch';
}

function columnOf(keys: readonly (readonly string[])[], index: number): PlannedColumn {
  const cellOf = (pattern: RegExp): string =>
    keys.find(([key = '']) => pattern.test(key.trim()))?.[index]?.trim() ?? '';
  const text = SERIES_KEYS.map(cellOf).find((cell) => cell !== '') ?? '';
  // Google Cloud writes the type of the metric, and then what tells the series apart.
  const named = headerSeries(/^[\w.-]+\/[\w./-]+(?=: )/.exec(text)?.[0] ?? text);
  const labels: Record<string, string> = { ...named.labels };
  for (const [key = '', ...cells] of keys) {
    const cell = cells[index - 1]?.trim() ?? '';
    const isSeries = SERIES_KEYS.some((pattern) => pattern.test(key.trim()));
    if (cell !== '' && !isSeries && !ASIDE.test(key.trim())) setLabel(labels, labelName(key), cell);
  }
  const { scale, unit } = scaleOf(cellOf(/^unit$/i)) ?? { scale: 1, unit: '' };
  const isEmpty = keys.every((row) => (row[index]?.trim() ?? '') === '');
  return { name: text, role: isEmpty ? 'unused' : 'value', metric: named.metric, labels, scale, unit };
}
