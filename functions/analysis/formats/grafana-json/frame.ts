import { Column, type ColumnSink, type Held } from './column.ts';
import type { Field, FieldKind } from './field.ts';
import { groupRows, type RowKeys } from './row-keys.ts';
import { type SampleRuns, SeriesWriter } from './series-writer.ts';

/**
 * One data frame while it is read, column by column or row by row. Numbers go straight to their series once the frame has said what its columns are, when
 * its rows were and whose they are (its times and its texts); what comes before that waits in columns.
 */
export class Frame {
  /** By its own `name` or that of its schema; what fields are called that are only `Value`. */
  name: string | undefined;
  fields: readonly Field[] | undefined;
  /** Had any column. */
  isFilled = false;
  readonly #runs: SampleRuns;
  readonly #held: Held;
  #columns: (Column | undefined)[] = [];
  #keys: RowKeys | undefined;
  #index = 0;
  #writer: SeriesWriter | undefined;

  constructor(runs: SampleRuns, held: Held) {
    this.#runs = runs;
    this.#held = held;
  }

  /** For frames that give their columns one after the other: where the values of this one go; undefined where they say nothing. */
  beginColumn(index: number): ColumnSink | undefined {
    const { fields } = this;
    this.isFilled = true;
    this.#index = index;
    if (fields === undefined) return this.waitingColumn(index, undefined);
    const field = fields[index];
    if (field === undefined || !fields.some(({ kind }) => kind === 'time')) return undefined;
    if (this.#keys === undefined || field.kind !== 'number') return this.waitingColumn(index, field.kind);
    return (this.#writer = new SeriesWriter(this.#runs, field, this.name ?? '', this.#keys));
  }

  /** After the values of the column that was begun. */
  endColumn(): void {
    this.#writer?.finish();
    this.#writer = undefined;
    const { fields } = this;
    if (this.#keys !== undefined || fields === undefined) return;
    const isNamed = this.name !== undefined || fields.every(({ name }) => name !== 'Value');
    if (isNamed && fields.every(({ kind }, at) => kind === 'number' || at <= this.#index)) this.#write(fields);
  }

  /** A column whose values wait until `write`. */
  waitingColumn(index: number, kind: FieldKind | undefined): Column {
    this.isFilled = true;
    this.#columns[index]?.drop();
    return (this.#columns[index] = new Column(this.#held, kind));
  }

  /** Where the value of this row goes; undefined where the frame names no such column. */
  cell(row: number, index: number): Column | undefined {
    if (this.fields !== undefined && index >= this.fields.length) return undefined;
    const column = this.#columns[index] ?? this.waitingColumn(index, this.fields?.[index]?.kind);
    column.padTo(row);
    return column;
  }

  /** Makes samples of all that waits. What comes then begins at the first row again. */
  write(): void {
    this.#writer?.finish();
    if (this.fields !== undefined) this.#write(this.fields);
    for (const column of this.#columns) column?.drop();
    this.#columns = [];
    this.#keys = undefined;
  }

  #write(fields: readonly Field[]): void {
    const columns = fields.flatMap((field, index) => {
      const column = this.#columns[index];
      column?.settle(field.kind);
      return column === undefined ? [] : [{ field, column }];
    });
    const time = columns.find(({ field }) => field.kind === 'time')?.column;
    if (time === undefined) return;
    const groups = groupRows(columns.filter(({ column }) => column.isText));
    const keys = (this.#keys = {
      timesMs: time.numbers.subarray(0, time.length),
      ...(groups === undefined ? {} : { groups }),
    });
    for (const { field, column } of columns) {
      if (field.kind === 'time' || column.isText) continue;
      const writer = new SeriesWriter(this.#runs, field, this.name ?? '', keys);
      writer.addNumbers(column.numbers, Math.min(column.length, column.numbers.length));
      writer.finish();
    }
    this.#columns.forEach((column, index) => {
      if (column === time) return;
      column?.drop();
      this.#columns[index] = undefined;
    });
  }
}
