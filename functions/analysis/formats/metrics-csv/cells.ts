import { parseQuantity } from '../quantity.ts';
import { parseEpoch, parseMoment } from '../timestamp.ts';

const NOTHING = new Set([
  '',
  'null',
  'NULL',
  'nan',
  'NaN',
  'N/A',
  'n/a',
  '-',
  'undefined',
  'None',
  'nil',
  'no value',
  'No data',
]);

/** True for the words that stand for a missing value. */
export function isNothing(text: string): boolean {
  return NOTHING.has(text);
}

/** The number in a cell, with a unit where one is written: `1.2 GiB`; with `decimalComma` also `1,5`. NaN for no number. */
export function cellNumber(text: string, decimalComma: boolean): { value: number; unit: string } | undefined {
  if (decimalComma && /^[+-]?\d+,\d+(?:\s*\S+)?$/.test(text)) return parseQuantity(text.replace(',', '.'));
  return parseQuantity(text);
}

/** How a column writes its times. */
export type TimeStyle = 'moment' | 'moment-day-first' | 'epoch' | 'clock' | 'seconds' | 'milliseconds' | 'order';

/** `13:05:01.5` as milliseconds of a day; NaN for anything else. */
export function clockMs(text: string): number {
  const found = /^(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?$/.exec(text);
  if (found === null) return NaN;
  const [, hour, minute, second = '0', fraction = '0'] = found;
  return ((Number(hour) * 60 + Number(minute)) * 60 + Number(second) + Number(`0.${fraction}`)) * 1000;
}

/** A time cell in milliseconds by the style of its column; NaN where it is none. */
export function cellTime(text: string, style: TimeStyle): number {
  switch (style) {
    case 'moment':
      return parseMoment(text);
    case 'moment-day-first':
      return parseMoment(text, true);
    case 'epoch':
      return parseEpoch(Number(text));
    case 'clock':
      return clockMs(text);
    case 'seconds':
      return text === '' ? NaN : Number(text) * 1000;
    case 'milliseconds':
    case 'order':
      return text === '' ? NaN : Number(text);
  }
}

const TIME_NAME =
  /^(?:"?)(?:@?time(?:stamp|_?ms|_?s)?|_time|date(?:_?time)?|ts|t|when|epoch|sample ?time|collected ?at|created ?at|x|time \(.*\)|.*[_ ](?:time|timestamp|date|at))$/i;
const SECONDS_NAME = /(?:^|[_ ([])(?:s|sec|secs|seconds|elapsed|uptime)\)?\]?$/i;
const MILLIS_NAME = /(?:^|[_ ([])(?:ms|millis|milliseconds)\)?\]?$/i;
const INDEX_NAME = /^(?:|index|idx|i|n|no|#|row|step|sample|unnamed: 0)$/i;

/**
 * How a column of these cells tells time, and how surely (0: not at all). A column of dates needs no name; one of plain
 * numbers needs epoch-like values or a name; a bare index, rising by its rows, counts as mere order.
 */
export function timeStyleOf(name: string, cells: readonly string[]): { style: TimeStyle; score: number } | undefined {
  const filled = cells.filter((cell) => !isNothing(cell));
  if (filled.length === 0 || filled.length < cells.length * 0.8) return undefined;
  const named = TIME_NAME.test(name) ? 2 : 0;
  const share = (test: (cell: string) => boolean): number => filled.filter(test).length / filled.length;
  if (share((cell) => !Number.isNaN(parseMoment(cell))) >= 0.9) {
    const monthFirst = share((cell) => !Number.isNaN(parseMoment(cell)));
    const dayFirst = share((cell) => !Number.isNaN(parseMoment(cell, true)));
    return { style: dayFirst > monthFirst ? 'moment-day-first' : 'moment', score: 6 + named };
  }
  if (share((cell) => !Number.isNaN(parseMoment(cell, true))) >= 0.9)
    return { style: 'moment-day-first', score: 6 + named };
  if (share((cell) => !Number.isNaN(clockMs(cell))) >= 0.9) return { style: 'clock', score: 3 + named };
  const numbers = filled.map(Number);
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
