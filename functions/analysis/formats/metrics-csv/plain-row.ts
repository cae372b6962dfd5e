import { parseDecimal, POWERS_OF_TEN } from '../../bytes/decimal.ts';
import type { SampleSetBuilder } from '../../series/sample-set-builder.ts';
import type { SeriesColumns } from '../../series/series-columns.ts';
import { parseEpoch } from '../timestamp.ts';
import { fastMoment } from './fast-moment.ts';
import type { CsvPlan } from './plan.ts';

/** Rows that are kept back and handed over together, a column at a time: writing 40 columns in turn for each row costs twice as much. */
const BLOCK_ROWS = 256;

/** A reader for tables with a column a series, whose rows are a time and plain numbers; undefined for other tables. */
export function plainRowOf(plan: CsvPlan, delimiter: number): PlainRow | undefined {
  const plain = plan.columns.every(({ role }) => role === 'time' || role === 'value');
  const timed = plan.timeStyle === 'moment' || plan.timeStyle === 'epoch';
  return plain && timed && plan.columns.length > 1 ? new PlainRow(plan, delimiter) : undefined;
}

/**
 * Reads one row in a single pass over its bytes, about twice as fast as splitting it first. A row with anything else (quotes, units,
 * blanks, a column that has no series yet) is left to the general reader: `read` says false and keeps nothing of it.
 */
export class PlainRow {
  readonly #plan: CsvPlan;
  readonly #delimiter: number;
  readonly #series: (SeriesColumns | undefined)[];
  readonly #scales: Float64Array;
  readonly #width: number;
  readonly #block: Float64Array;
  readonly #times = new Float64Array(BLOCK_ROWS);
  #rows = 0;
  #bytes: Uint8Array = new Uint8Array(0);
  #view: DataView = new DataView(this.#bytes.buffer);

  constructor(plan: CsvPlan, delimiter: number) {
    this.#plan = plan;
    this.#delimiter = delimiter;
    this.#series = plan.columns.map(() => undefined);
    this.#scales = Float64Array.from(plan.columns, ({ scale }) => scale);
    this.#width = plan.columns.length;
    this.#block = new Float64Array(this.#width * BLOCK_ROWS);
  }

  know(column: number, series: SeriesColumns): void {
    this.#series[column] = series;
  }

  read(bytes: Uint8Array, start: number, end: number): boolean {
    const delimiter = this.#delimiter;
    const values = this.#block;
    const columns = this.#width;
    const base = this.#rows * columns;
    if (bytes !== this.#bytes) {
      this.#bytes = bytes;
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    }
    const view = this.#view;
    const lastEight = bytes.length - 8;
    const { time } = this.#plan;
    let at = start;
    for (let column = 0; column < columns; column++) {
      const from = at;
      if (column === time) {
        values[base + column] = NaN;
        while (at < end && bytes[at] !== delimiter) at++;
        const timeMs =
          this.#plan.timeStyle === 'epoch' ? parseEpoch(parseDecimal(bytes, from, at)) : fastMoment(bytes, from, at);
        if (timeMs !== timeMs) return false;
        this.#times[this.#rows] = timeMs;
      } else {
        let mantissa = 0;
        let byte = 0;
        if (at < lastEight) {
          const first = fourDigits(view.getInt32(at, true));
          if (first >= 0) {
            const second = fourDigits(view.getInt32(at + 4, true));
            mantissa = second < 0 ? first : first * 10_000 + second;
            at += second < 0 ? 4 : 8;
          }
        }
        while ((byte = bytes[at] ?? 0) >= 0x30 && byte <= 0x39) {
          mantissa = mantissa * 10 + (byte - 0x30);
          at++;
        }
        let digits = at - from;
        if (at < end && byte === 0x2e && digits > 0) {
          const point = ++at;
          while ((byte = bytes[at] ?? 0) >= 0x30 && byte <= 0x39) {
            mantissa = mantissa * 10 + (byte - 0x30);
            at++;
          }
          digits += at - point;
          if (digits <= 15) mantissa /= POWERS_OF_TEN[at - point] ?? 1;
        }
        // A line break ends the digits; only behind the very last line there may be old bytes.
        if (at > end) return false;
        if (at < end && byte !== delimiter) {
          while (at < end && bytes[at] !== delimiter) at++;
          digits = 16;
        }
        if (digits === 0) mantissa = NaN;
        else if (digits > 15) {
          mantissa = parseDecimal(bytes, from, at);
          if (mantissa !== mantissa) return false;
        }
        if (digits > 0 && this.#series[column] === undefined) return false;
        values[base + column] = mantissa;
      }
      if (at >= end) {
        values.fill(NaN, base + column + 1, base + columns);
        if (column < time) return false;
        break;
      }
      at++;
    }
    this.#rows++;
    return true;
  }

  get full(): boolean {
    return this.#rows === BLOCK_ROWS;
  }

  /** Hands over the rows that were read; must come before anything else is pushed, so that the order of the file holds. */
  flush(builder: SampleSetBuilder): void {
    if (this.#rows > 0) builder.pushRows(this.#series, this.#times, this.#block, this.#rows, this.#scales);
    this.#rows = 0;
  }
}

/**
 * The number that four bytes spell, read as one little-endian integer, or -1 where one of them is no digit: the digits are added in pairs,
 * then the pairs (D. Lemire, "Quickly parsing eight digits", 2018). Twice as fast as one by one.
 */
function fourDigits(packed: number): number {
  if ((packed & 0xf0f0f0f0) !== DIGITS || ((packed + 0x06060606) & 0xf0f0f0f0) !== DIGITS) return -1;
  const digits = packed & 0x0f0f0f0f;
  const pairs = (Math.imul(digits, 10) + (digits >>> 8)) & 0x00ff00ff;
  return (Math.imul(pairs, 100) + (pairs >>> 16)) & 0xffff;
}
const DIGITS = 0x30303030;
