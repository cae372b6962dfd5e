import { TextPool } from '../../bytes/text-pool.ts';
import { readSeriesHead } from '../prometheus-text/sample-line.ts';
import { scaleOf } from '../quantity.ts';
import { cellNumber, isNothing, timeStyleOf, type TimeStyle } from './cells.ts';

/** What one column is. */
export type ColumnRole = 'time' | 'value' | 'label' | 'metric' | 'unused';

export interface PlannedColumn {
  readonly name: string;
  readonly role: ColumnRole;
  /** Of a value column: the series that its header names. */
  readonly metric: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Of a value column: what one is in the base unit, from the header: `mem (MiB)`. */
  readonly scale: number;
  readonly unit: string;
}

export interface CsvPlan {
  readonly columns: readonly PlannedColumn[];
  readonly time: number;
  readonly timeStyle: TimeStyle;
  readonly hasHeader: boolean;
  readonly decimalComma: boolean;
  /** Columns whose cells name the series of a row. */
  readonly labels: readonly number[];
  readonly metric: number | undefined;
}

const METRIC_NAME = /^(?:metric|metric[_ ]?name|series|series[_ ]?name|field|__name__|name|measurement)$/i;
/** Numbers that name things: a process is told apart by its id, not measured by it. */
const ID_NAME =
  /^(?:pid|ppid|tid|uid|process[_ ]?id|thread[_ ]?id|isolate[_ ]?id|id|.*[_ ]id|port|cpu[_ ]?core|instance|host|node)$/i;

/**
 * Decides from the first rows (texts of their cells) which column is the time, which are values and which name things.
 * Undefined where there is no time or no value column.
 */
export function planColumns(rows: readonly (readonly string[])[], delimiter: number): CsvPlan | undefined {
  const [first] = rows;
  if (first === undefined) return undefined;
  const decimalComma = delimiter === 0x3b;
  for (const hasHeader of [true, false]) {
    const body = hasHeader ? rows.slice(1) : rows;
    const names = hasHeader
      ? first
      : first.map((_, index) => (index === 0 ? 'time' : `value${index > 1 ? index : ''}`));
    if (body.length === 0) continue;
    const time = findTime(names, body);
    // Without a header the time would stand in the first row already.
    if (time === undefined || (hasHeader && timeStyleOf('time', [first[time.index] ?? '']) !== undefined)) continue;
    const columns = names.map((name, index) =>
      index === time.index ? unusedColumn(name, 'time') : planColumn(name, cellsOf(body, index), decimalComma),
    );
    if (!columns.some((column) => column.role === 'value')) continue;
    const settled = settleMetric(columns);
    return {
      columns: settled,
      time: time.index,
      timeStyle: time.style,
      hasHeader,
      decimalComma,
      labels: indexesOf(settled, 'label'),
      metric: indexesOf(settled, 'metric')[0],
    };
  }
  return undefined;
}

function findTime(
  names: readonly string[],
  body: readonly (readonly string[])[],
): { index: number; style: TimeStyle } | undefined {
  let best: { index: number; style: TimeStyle; score: number } | undefined;
  names.forEach((name, index) => {
    const found = timeStyleOf(name.trim(), cellsOf(body, index));
    if (found !== undefined && found.score > (best?.score ?? 0)) best = { index, ...found };
  });
  return best;
}

function planColumn(name: string, cells: readonly string[], decimalComma: boolean): PlannedColumn {
  const filled = cells.filter((cell) => !isNothing(cell));
  const numbers = filled.filter((cell) => cellNumber(cell, decimalComma) !== undefined).length;
  // A column without any value in the first rows may get some later: series that begin late.
  const isValue = filled.length === 0 ? name.trim() !== '' : numbers >= filled.length * 0.8;
  if (!isValue || ID_NAME.test(name.trim()))
    return unusedColumn(name, METRIC_NAME.test(name.trim()) ? 'metric' : 'label');
  const { text, scale, unit } = headerUnit(name.trim());
  return { name, role: 'value', ...headerSeries(text), scale, unit };
}

/** `Metric` names a row's series only beside exactly one value column; else it is a label. */
function settleMetric(columns: readonly PlannedColumn[]): readonly PlannedColumn[] {
  const values = columns.filter(({ role }) => role === 'value').length;
  let taken = values !== 1;
  return columns.map((column) => {
    if (column.role !== 'metric') return column;
    if (taken) return { ...column, role: 'label' as const };
    taken = true;
    return column;
  });
}

function unusedColumn(name: string, role: ColumnRole): PlannedColumn {
  return { name, role, metric: '', labels: {}, scale: 1, unit: '' };
}

/** `Memory (MiB)`, `rss [bytes]`, `mem_used_mb`: what one of the column is in its base unit. */
function headerUnit(name: string): { text: string; scale: number; unit: string } {
  const bracketed = /^(.{1,200}?)\s*[([]([^()[\]]{1,12})[)\]]$/.exec(name);
  const word = bracketed?.[2] ?? /[_ ](kb|kib|mb|mib|gb|gib|percent|%)$/i.exec(name)?.[1];
  if (word === undefined || name.includes('{')) return { text: name, scale: 1, unit: '' };
  const found = scaleOf(word.toLowerCase() === 'percent' ? '%' : word);
  if (found === undefined || found.unit === '') return { text: name, scale: 1, unit: '' };
  return { text: bracketed?.[1] ?? name, ...found };
}

const pool = new TextPool();

/** A header such as Grafana writes it: `name{pod="a"}`, `{pod="a"}`, or a legend of its own. */
export function headerSeries(text: string): { metric: string; labels: Readonly<Record<string, string>> } {
  if (text.includes('{') && text.endsWith('}')) {
    const bytes = new TextEncoder().encode(text.startsWith('{') ? `value${text}` : text);
    const head = readSeriesHead(bytes, 0, bytes.length, pool);
    if (typeof head !== 'string' && head.end === bytes.length) {
      const { __name__: name, ...labels } = head.labels;
      return { metric: name ?? head.metric, labels };
    }
  }
  return { metric: text === '' ? 'value' : text.slice(0, 300), labels: {} };
}

function cellsOf(rows: readonly (readonly string[])[], index: number): string[] {
  return rows.map((row) => (row[index] ?? '').trim());
}

function indexesOf(columns: readonly PlannedColumn[], role: ColumnRole): number[] {
  return columns.flatMap((column, index) => (column.role === role ? [index] : []));
}
