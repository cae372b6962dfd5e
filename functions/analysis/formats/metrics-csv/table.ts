import { decodeText } from '../../bytes/text-pool.ts';
import type { SampleSetBuilder } from '../../series/sample-set-builder.ts';
import type { Complaints } from '../complaints.ts';
import { isNoRow } from './beginning.ts';
import { isNothing } from './cells.ts';
import { type Fields, fieldText, newFields, splitFields } from './fields.ts';
import { LongRows } from './long-rows.ts';
import { NumberCells } from './number-cells.ts';
import type { CsvPlan } from './plan.ts';
import { type Days, TimeCells } from './time-cells.ts';
import { WideRows } from './wide-rows.ts';

/** Reads the rows of one table, whose columns are known, into samples. */
export class Table {
  readonly layout: string;
  rows = 0;
  readonly #plan: CsvPlan;
  readonly #delimiter: number;
  readonly #header: string;
  readonly #complaints: Complaints;
  readonly #days: Days;
  readonly #fields: Fields = newFields();
  readonly #times: TimeCells;
  readonly #clocks = new TimeCells('clock');
  readonly #numbers: NumberCells;
  readonly #values: readonly number[];
  readonly #wide: WideRows | undefined;
  readonly #samples: WideRows | LongRows;

  /** `header` is the text of the header line, or ''. */
  constructor(
    plan: CsvPlan,
    delimiter: number,
    header: string,
    into: { builder: SampleSetBuilder; complaints: Complaints; days: Days },
  ) {
    this.#plan = plan;
    this.#delimiter = delimiter;
    this.#header = header;
    this.#complaints = into.complaints;
    this.#days = into.days;
    this.#times = new TimeCells(plan.timeStyle);
    this.#numbers = new NumberCells(plan.decimalComma);
    this.#values = plan.columns.flatMap(({ role }, column) => (role === 'value' ? [column] : []));
    const isLong = plan.labels.length > 0 || plan.metric !== undefined;
    // Samples without times are counted by their series, so they go there one by one.
    this.#wide =
      isLong || plan.timeStyle === 'order' ? undefined : new WideRows(plan, delimiter, this.#times, into.builder);
    this.#samples = this.#wide ?? new LongRows(plan, delimiter, this.#times, this.#fields, into.builder);
    this.layout = plan.metric !== undefined ? 'series as rows' : isLong ? 'long table' : 'series as columns';
  }

  /** Takes one row; true where it is the header of another table instead: the same column of times, other columns beside it. */
  read(bytes: Uint8Array, start: number, end: number, line: number): boolean {
    if (this.#samples.read(bytes, start, end)) {
      this.rows++;
      return false;
    }
    const fields = this.#fields;
    splitFields(bytes, start, end, this.#delimiter, fields);
    if (fields.broken) {
      this.#complaints.add('a quote that is never closed, or more than 4096 columns', line);
      return false;
    }
    const timeMs = this.#time(bytes);
    if (Number.isNaN(timeMs)) {
      if (isNoRow(bytes, start, end)) return false;
      if (this.#isHeader(bytes)) return decodeText(bytes, start, end) !== this.#header;
      this.#complaints.add('a row without a time', line);
      return false;
    }
    this.rows++;
    this.#samples.open(timeMs, bytes);
    for (const column of this.#values) if (column < fields.count) this.#value(bytes, column, line);
    this.#wide?.close();
    return false;
  }

  /** Hands over what was kept back; must come last. */
  finish(): void {
    this.#wide?.flush();
  }

  #time(bytes: Uint8Array): number {
    const { count, starts, ends } = this.#fields;
    const { time, clock, timeStyle } = this.#plan;
    if (time >= count) return NaN;
    const timeMs = this.#times.read(bytes, starts[time] ?? 0, ends[time] ?? 0);
    if (clock !== undefined)
      return clock < count ? timeMs + this.#clocks.read(bytes, starts[clock] ?? 0, ends[clock] ?? 0) : NaN;
    return timeStyle === 'clock' ? this.#days.timeOf(timeMs) : timeMs;
  }

  #value(bytes: Uint8Array, column: number, line: number): void {
    const { starts, ends } = this.#fields;
    const from = starts[column] ?? 0;
    const to = ends[column] ?? 0;
    if (from === to) return;
    const { scale, name } = this.#plan.columns[column]!;
    const value = this.#numbers.read(bytes, from, to);
    const { unit } = this.#numbers;
    if (value === value) return this.#samples.add(column, unit === '' ? value * scale : value, unit);
    const text = fieldText(bytes, this.#fields, column);
    if (!isNothing(text)) this.#complaints.add(`column ${name.slice(0, 80)} is not a number`, line);
  }

  /** The header again: several exports in one file. */
  #isHeader(bytes: Uint8Array): boolean {
    const { hasHeader, time, columns } = this.#plan;
    return hasHeader && fieldText(bytes, this.#fields, time) === columns[time]?.name.trim();
  }
}
