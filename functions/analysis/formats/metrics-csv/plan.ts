import { TextPool } from '../../bytes/text-pool.ts';
import { seriesKey } from '../../series/sample-set.ts';
import { setLabel } from '../labels.ts';
import { readSeriesHead } from '../prometheus-text/sample-line.ts';
import { hasDecimalComma, scaleOf } from '../quantity.ts';
import { clockMs, isDateOnly } from '../timestamp.ts';
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
  /** The column with the time of day where the column of times has only dates. */
  readonly clock: number | undefined;
  readonly hasHeader: boolean;
  readonly decimalComma: boolean;
  /** Columns whose cells name the series of a row. */
  readonly labels: readonly number[];
  readonly metric: number | undefined;
}

const METRIC_NAME = /^(?:_field|metric|metric[_ ]?name|series|series[_ ]?name|field|__name__|name|measurement)$/i;
/** Numbers that name things: a process is told apart by its id, not measured by it. */
const ID_NAME =
  /^(?:pid|ppid|tid|uid|process[_ ]?id|thread[_ ]?id|isolate[_ ]?id|id|.*[_ ]id|table|port|cpu[_ ]?core|instance|host|node)$/i;

/**
 * Decides from the first rows (texts of their cells) which column is the time, which are values and which name things.
 * Undefined where there is no time or no value column.
 */
export function planColumns(rows: readonly (readonly string[])[], delimiter: number): CsvPlan | undefined {
  const [first] = rows;
  if (first === undefined) return undefined;
  const decimalComma = delimiter === 0x3b || rows.some((row) => row.some((cell) => hasDecimalComma(cell.trim())));
  for (const hasHeader of [true, false]) {
    const body = hasHeader ? rows.slice(1) : rows;
    const names = hasHeader ? first : namesFor(first);
    if (body.length === 0) continue;
    const time = findTime(names, body, decimalComma);
    // Without a header the time would stand in the first row already.
    if (time === undefined || (hasHeader && timeStyleOf('time', [first[time.index] ?? '']) !== undefined)) continue;
    const clock = findClock(names.length, time, body);
    const columns = names.map((name, index) => {
      if (index === time.index) return unusedColumn(name, 'time');
      const cells = cellsOf(body, index);
      // The bounds of a query or the end of an interval name no series.
      const isTime = index === clock || (timeStyleOf('', cells, decimalComma)?.score ?? 0) >= 6;
      return isTime ? unusedColumn(name, 'unused') : planColumn(name, cells, decimalComma);
    });
    if (!columns.some((column) => column.role === 'value')) continue;
    const settled = toldApart(settleMetric(columns, body));
    return {
      columns: settled,
      time: time.index,
      timeStyle: time.style,
      clock,
      hasHeader,
      decimalComma,
      labels: indexesOf(settled, 'label'),
      metric: indexesOf(settled, 'metric')[0],
    };
  }
  return undefined;
}

/** Columns of a table without a header: numbers are values, a word names the series. */
function namesFor(first: readonly string[]): string[] {
  return first.map((cell, index) => {
    const isText = cellNumber(cell.trim(), false) === undefined && timeStyleOf('time', [cell.trim()]) === undefined;
    return isText ? 'series' : index === 0 ? 'time' : `value${index > 1 ? index : ''}`;
  });
}

function findTime(
  names: readonly string[],
  body: readonly (readonly string[])[],
  decimalComma: boolean,
): { index: number; style: TimeStyle } | undefined {
  let best: { index: number; style: TimeStyle; score: number } | undefined;
  names.forEach((name, index) => {
    const found = timeStyleOf(name.trim(), cellsOf(body, index), decimalComma);
    if (found !== undefined && found.score > (best?.score ?? 0)) best = { index, ...found };
  });
  return best;
}

/** `Date` and `Time` in columns of their own. */
function findClock(
  columns: number,
  time: { index: number; style: TimeStyle },
  body: readonly (readonly string[])[],
): number | undefined {
  const isMoment = time.style === 'moment' || time.style === 'moment-day-first';
  if (!isMoment || !cellsOf(body, time.index).every((cell) => isDateOnly(cell))) return undefined;
  for (let index = 0; index < columns; index++) {
    if (index !== time.index && cellsOf(body, index).every((cell) => !Number.isNaN(clockMs(cell)))) return index;
  }
  return undefined;
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
function settleMetric(
  columns: readonly PlannedColumn[],
  body: readonly (readonly string[])[],
): readonly PlannedColumn[] {
  const isFilled = (index: number): boolean => cellsOf(body, index).some((cell) => !isNothing(cell));
  const values = columns.filter(({ role }, index) => role === 'value' && isFilled(index)).length;
  let taken = values !== 1;
  return columns.map((column) => {
    if (column.role !== 'metric') return column;
    if (taken) return { ...column, role: 'label' as const };
    taken = true;
    return column;
  });
}

/** Two queries of one panel may have one legend: the second is another series, not more of the first. */
export function toldApart(columns: readonly PlannedColumn[]): readonly PlannedColumn[] {
  const seen = new Map<string, number>();
  return columns.map((column) => {
    if (column.role !== 'value') return column;
    const key = seriesKey(column.metric, column.labels);
    const times = (seen.get(key) ?? 0) + 1;
    seen.set(key, times);
    return times === 1 ? column : { ...column, labels: { ...column.labels, column: String(times) } };
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
/** Datadog's `avg:kubernetes.memory.usage{pod_name:web-1,kube_namespace:shop}`. */
const TAGGED = /^(?:(?:avg|max|min|sum):)?([A-Za-z][\w.]{0,200})\{([^{}"=]{0,1000})\}$/;

/** A header such as Grafana writes it: `name{pod="a"}`, `{pod="a"}`, or a legend of its own. */
export function headerSeries(text: string): { metric: string; labels: Readonly<Record<string, string>> } {
  if (text.includes('{') && text.endsWith('}')) {
    for (const spelled of text.startsWith('{') ? [text, `value${text}`] : [text]) {
      const bytes = new TextEncoder().encode(spelled);
      const head = readSeriesHead(bytes, 0, bytes.length, pool);
      if (typeof head !== 'string' && head.end === bytes.length) return { metric: head.metric, labels: head.labels };
    }
  }
  const tagged = TAGGED.exec(text);
  if (tagged !== null) {
    const labels: Record<string, string> = {};
    for (const tag of (tagged[2] ?? '').split(',')) {
      const colon = tag.indexOf(':');
      if (colon > 0) setLabel(labels, tag.slice(0, colon).trim(), tag.slice(colon + 1).trim());
    }
    return { metric: tagged[1] ?? 'value', labels };
  }
  return { metric: text === '' ? 'value' : text.slice(0, 300), labels: {} };
}

function cellsOf(rows: readonly (readonly string[])[], index: number): string[] {
  return rows.map((row) => (row[index] ?? '').trim());
}

function indexesOf(columns: readonly PlannedColumn[], role: ColumnRole): number[] {
  return columns.flatMap((column, index) => (column.role === role ? [index] : []));
}

/** Common spellings of label columns under the names that Prometheus has for them. */
export function labelName(name: string): string {
  const bare = name.trim();
  const known: Readonly<Record<string, string>> = {
    pod_name: 'pod',
    container_name: 'container',
    process_id: 'pid',
    process_name: 'process',
  };
  const lower = bare.toLowerCase().replaceAll(' ', '_');
  if (Object.hasOwn(known, lower)) return known[lower] ?? bare;
  return /^(?:pod|container|namespace|node|instance|pid|process|version)$/i.test(bare) ? lower : bare || 'label';
}
