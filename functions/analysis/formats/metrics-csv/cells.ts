import { parseQuantity } from '../quantity.ts';
import { clockMs, parseEpoch, parseMoment } from '../timestamp.ts';

const NOTHING = new Set([
  '', 'null', '(null)', '<null>', 'nan', 'n/a', '#n/a', '-', '--', '–', '—', 'undefined', 'none', 'nil', 'no value', 'no data', 'inf',
  '+inf', '-inf', 'infinity', '∞', '-∞',
]); // prettier-ignore

/** True for the words that stand for a missing value. */
export function isNothing(text: string): boolean {
  return text.length < 12 && NOTHING.has(text.toLowerCase());
}

/** The number in a cell, with a unit where one is written: `1.2 GiB`; with `decimalComma` also `1,5`. */
export function cellNumber(text: string, decimalComma: boolean): { value: number; unit: string } | undefined {
  return parseQuantity(text, decimalComma);
}

/** How a column writes its times. `excel` counts days since 1899-12-30. */
export type TimeStyle =
  'moment' | 'moment-day-first' | 'epoch' | 'excel' | 'clock' | 'seconds' | 'milliseconds' | 'order';

/** Whether times of this style are dates. */
export function isDated(style: TimeStyle): boolean {
  return style === 'moment' || style === 'moment-day-first' || style === 'epoch' || style === 'excel';
}

const TIME_NAME =
  /^(?:"?)(?:@?time(?:stamp|_?ms|_?s)?|_time|date(?:_?time)?|ts|t|when|epoch|sample ?time|collected ?at|created ?at|x|time \(.*\)|.*[_ ](?:time|timestamp|date|at)|zeit(?:stempel|punkt)?|datum|horodatage|fecha|hora|data)$/i;
const SECONDS_NAME = /(?:^|[_ ([])(?:s|sec|secs|seconds|elapsed|uptime)\)?\]?$/i;
const MILLIS_NAME = /(?:^|[_ ([])(?:ms|millis|milliseconds)\)?\]?$/i;
const INDEX_NAME = /^(?:|index|idx|i|n|no|#|row|step|sample|unnamed: 0)$/i;

/**
 * How a column of these cells tells time, and how surely (0: not at all). A column of dates needs no name; one of plain
 * numbers needs epoch-like values or a name; a bare index, rising by its rows, counts as mere order. `decimalComma` says that
 * the table is from a place where the day stands before the month.
 */
export function timeStyleOf(
  name: string,
  cells: readonly string[],
  decimalComma = false,
): { style: TimeStyle; score: number } | undefined {
  const filled = cells.filter((cell) => !isNothing(cell));
  if (filled.length === 0 || filled.length < cells.length * 0.8) return undefined;
  const named = TIME_NAME.test(name) ? 2 : 0;
  const share = (test: (cell: string) => boolean): number => filled.filter(test).length / filled.length;
  const moments = momentStyle(filled, decimalComma);
  if (moments !== undefined) return { style: moments, score: 6 + named };
  if (share((cell) => !Number.isNaN(clockMs(cell))) >= 0.9) return { style: 'clock', score: 3 + named };
  const numbers = filled.map(Number);
  if (
    named > 0 &&
    filled.every((cell) => isExcelDay(Number(cell.replace(',', '.')))) &&
    filled.some((cell) => /[.,]/.test(cell))
  )
    return { style: 'excel', score: 5 };
  if (numbers.some((number) => !Number.isFinite(number))) return undefined;
  const rising = numbers.every((number, i) => i === 0 || number >= (numbers[i - 1] ?? 0));
  if (numbers.every((number) => !Number.isNaN(parseEpoch(number)))) {
    if (named > 0 || rising) return { style: 'epoch', score: 4 + named };
    return undefined;
  }
  if (!rising || filled.length < 2) return undefined;
  const wordly = named > 0 || /elapsed|uptime|seconds?$|time/i.test(name);
  if (wordly && MILLIS_NAME.test(name)) return { style: 'milliseconds', score: 3 };
  if (wordly && SECONDS_NAME.test(name)) return { style: 'seconds', score: 3 };
  const steps = numbers.every((number, i) => i === 0 || number === (numbers[i - 1] ?? 0) + 1);
  if (INDEX_NAME.test(name) && steps) return { style: 'order', score: 2 };
  return named > 0 ? { style: 'seconds', score: 1 } : undefined;
}

/** Months 1990 to 2100 as spreadsheets count days. */
function isExcelDay(value: number): boolean {
  return value > 32_874 && value < 73_416;
}

/**
 * Whether most cells are moments, and which of 4/5 is the day: the reading that more cells allow; then the one in which the samples lie closer
 * together; then what the rest of the table tells of its place.
 */
function momentStyle(cells: readonly string[], decimalComma: boolean): 'moment' | 'moment-day-first' | undefined {
  const monthFirst = cells.map((cell) => parseMoment(cell)).filter((timeMs) => !Number.isNaN(timeMs));
  const dayFirst = cells.map((cell) => parseMoment(cell, true)).filter((timeMs) => !Number.isNaN(timeMs));
  if (Math.max(monthFirst.length, dayFirst.length) < cells.length * 0.9) return undefined;
  if (monthFirst.length !== dayFirst.length) return dayFirst.length > monthFirst.length ? 'moment-day-first' : 'moment';
  const [wide, narrow] = [spanOf(monthFirst), spanOf(dayFirst)];
  if (wide !== narrow) return narrow < wide ? 'moment-day-first' : 'moment';
  return decimalComma ? 'moment-day-first' : 'moment';
}

function spanOf(times: readonly number[]): number {
  return Math.max(...times) - Math.min(...times);
}
