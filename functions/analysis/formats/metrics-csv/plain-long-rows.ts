import { type ByteEntry, ByteMap } from '../../bytes/byte-map.ts';
import { parseDecimal } from '../../bytes/decimal.ts';
import type { SampleSetBuilder } from '../../series/sample-set-builder.ts';
import { BLANK, QUOTE } from './fields.ts';
import type { NamedSeries } from './long-rows.ts';
import type { CsvPlan } from './plan.ts';
import type { TimeCells } from './time-cells.ts';

const PLAIN = /^time(?: (?:label|metric))+(?: value)+$/;

/**
 * Rows that begin with their time, then have the cells side by side that name them, then plain numbers: known again by all bytes between
 * time and numbers, without a look at the cells, twice as fast as splitting them. Whatever is not so is left to the general reader.
 */
export class PlainLongRows {
  readonly #delimiter: number;
  readonly #times: TimeCells;
  readonly #builder: SampleSetBuilder;
  readonly #scales: Float64Array;
  /** The first column of numbers. */
  readonly #firstValue: number;
  readonly #known = new ByteMap<NamedSeries>();
  readonly #values: Float64Array;
  #last: ByteEntry<NamedSeries> | undefined;
  /** Where the names of the row stand that was left to the general reader, if it may make them known. */
  #names = { from: 0, to: 0 };

  /** Undefined for tables of other layouts. */
  static of(plan: CsvPlan, delimiter: number, times: TimeCells, builder: SampleSetBuilder): PlainLongRows | undefined {
    const { columns, timeStyle, clock } = plan;
    const fits = PLAIN.test(columns.map(({ role }) => role).join(' ')) && clock === undefined && delimiter !== BLANK;
    return fits && timeStyle !== 'clock' && timeStyle !== 'order'
      ? new PlainLongRows(plan, delimiter, times, builder)
      : undefined;
  }

  private constructor({ columns }: CsvPlan, delimiter: number, times: TimeCells, builder: SampleSetBuilder) {
    this.#delimiter = delimiter;
    this.#times = times;
    this.#builder = builder;
    this.#scales = Float64Array.from(columns, ({ scale }) => scale);
    this.#firstValue = columns.findIndex(({ role }) => role === 'value');
    this.#values = new Float64Array(columns.length);
  }

  /** Adds the samples of a row; false, and nothing kept of it, where it is anything else or its series are not known. */
  read(bytes: Uint8Array, start: number, end: number): boolean {
    const delimiter = this.#delimiter;
    const values = this.#values;
    const { length } = values;
    this.#names = { from: 0, to: 0 };
    const timeEnd = cellEnd(bytes, start, end, delimiter);
    if (timeEnd < 0) return false;
    const quote = bytes[start] === QUOTE ? 1 : 0;
    const timeMs = this.#times.read(bytes, start + quote, timeEnd - quote);
    if (timeMs !== timeMs) return false;
    const entry = this.#find(bytes, timeEnd + 1, end);
    if (entry === undefined) return false;
    const series = entry.value;
    let at = timeEnd + 1 + entry.length;
    for (let column = this.#firstValue; column < length; column++) {
      const from = ++at;
      let value = 0;
      for (let byte = 0; at < end && (byte = bytes[at] ?? 0) >= 0x30 && byte <= 0x39; at++)
        value = value * 10 + (byte - 0x30);
      if (at === from || at - from > 15 || (at < end && bytes[at] !== delimiter)) {
        while (at < end && bytes[at] !== delimiter) at++;
        value = parseDecimal(bytes, from, at);
      }
      if (from < at && (value !== value || series[column] === undefined)) return false;
      values[column] = value;
      if (at >= end && column + 1 < length) return false;
    }
    if (at < end) return false;
    for (let column = this.#firstValue; column < length; column++) {
      const value = values[column]!;
      if (value === value) this.#builder.push(series[column]!, timeMs, value * this.#scales[column]!);
    }
    return true;
  }

  /** The general reader found the series of the row that was left to it. */
  know(bytes: Uint8Array, series: NamedSeries): void {
    const { from, to } = this.#names;
    if (to === 0) return;
    this.#goTo(this.#known.add(bytes, from, to, series));
  }

  #goTo(entry: ByteEntry<NamedSeries>): void {
    if (this.#last !== undefined) this.#last.next = entry;
    this.#last = entry;
  }

  #find(bytes: Uint8Array, from: number, end: number): ByteEntry<NamedSeries> | undefined {
    // Rows are in the order of their series, or go through all of them again and again.
    for (const near of [this.#last?.next, this.#last]) {
      if (near === undefined || bytes[from + near.length] !== this.#delimiter || from + near.length >= end) continue;
      if (this.#known.isAt(near, bytes, from)) return (this.#last = near);
    }
    let to = from - 1;
    for (let column = 1; column < this.#firstValue; column++) {
      to = cellEnd(bytes, to + 1, end, this.#delimiter);
      if (to < 0 || to >= end) return undefined;
    }
    const entry = this.#known.find(bytes, from, to);
    if (entry === undefined) this.#names = { from, to };
    else this.#goTo(entry);
    return entry;
  }
}

/** Where the cell ends that begins here; -1 for one in quotes with anything behind them, or never closed. */
function cellEnd(bytes: Uint8Array, start: number, end: number, delimiter: number): number {
  let at = start;
  if (bytes[at] !== QUOTE) {
    while (at < end && bytes[at] !== delimiter) at++;
    return at;
  }
  for (at++; at < end; at++) {
    if (bytes[at] !== QUOTE) continue;
    if (bytes[++at] !== QUOTE) return at >= end || bytes[at] === delimiter ? Math.min(at, end) : -1;
  }
  return -1;
}
