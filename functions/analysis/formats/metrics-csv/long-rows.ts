import { type ByteEntry, ByteMap } from '../../bytes/byte-map.ts';
import type { SampleSetBuilder } from '../../series/sample-set-builder.ts';
import { unitOfName } from '../../series/metric-name.ts';
import type { SeriesColumns } from '../../series/series-columns.ts';
import { setLabel } from '../labels.ts';
import { type Fields, fieldText } from './fields.ts';
import { type CsvPlan, headerSeries, labelName } from './plan.ts';
import { PlainLongRows } from './plain-long-rows.ts';
import type { TimeCells } from './time-cells.ts';

/** The series of longer names are looked up anew in each row. */
const LONGEST_NAME = 4096;
const NEWLINE = 10;

/** The series of the rows of one name, by the column that the value stands in. */
export type NamedSeries = (SeriesColumns | undefined)[];

/** The rows of a table that name their series in some of their cells: series are known again by the bytes of those. */
export class LongRows {
  readonly #plan: CsvPlan;
  readonly #builder: SampleSetBuilder;
  readonly #plain: PlainLongRows | undefined;
  readonly #known = new ByteMap<NamedSeries>();
  readonly #name = new Uint8Array(LONGEST_NAME);
  readonly #nameColumns: readonly number[];
  readonly #fields: Fields;
  #last: ByteEntry<NamedSeries> | undefined;
  #series: NamedSeries = [];
  #timeMs = 0;
  #bytes: Uint8Array = new Uint8Array(0);

  /** `fields` are those of the row that is read. */
  constructor(plan: CsvPlan, delimiter: number, times: TimeCells, fields: Fields, builder: SampleSetBuilder) {
    this.#plan = plan;
    this.#plain = PlainLongRows.of(plan, delimiter, times, builder);
    this.#fields = fields;
    this.#builder = builder;
    this.#nameColumns = plan.metric === undefined ? plan.labels : [...plan.labels, plan.metric];
  }

  /** Adds a row of plain cells whose series are known; false, and nothing of it kept, for any other. */
  read(bytes: Uint8Array, start: number, end: number): boolean {
    return this.#plain?.read(bytes, start, end) === true;
  }

  /** Begins a row of cells that are added one by one. */
  open(timeMs: number, bytes: Uint8Array): void {
    this.#timeMs = timeMs;
    this.#bytes = bytes;
    this.#series = this.#find();
    this.#plain?.know(bytes, this.#series);
  }

  add(column: number, value: number, unit: string): void {
    const series = (this.#series[column] ??= this.#newSeries(column, unit));
    if (this.#plan.timeStyle === 'order') this.#builder.pushUntimed(series, this.#timeMs, value);
    else this.#builder.push(series, this.#timeMs, value);
  }

  #find(): NamedSeries {
    const length = this.#spell();
    if (length > LONGEST_NAME) return [];
    const last = this.#last;
    // Rows are in the order of their series, or go through all of them again and again.
    let entry = this.#isNamed(last, length) ?? this.#isNamed(last?.next, length);
    entry ??= this.#known.find(this.#name, 0, length) ?? this.#known.add(this.#name, 0, length, []);
    if (last !== undefined && last !== entry) last.next = entry;
    this.#last = entry;
    return entry.value;
  }

  #isNamed(entry: ByteEntry<NamedSeries> | undefined, length: number): ByteEntry<NamedSeries> | undefined {
    return entry?.length === length && this.#known.isAt(entry, this.#name, 0) ? entry : undefined;
  }

  /** Writes the cells that name the row behind each other, a line break after each: none has one inside. Returns their length; it may be too long. */
  #spell(): number {
    const name = this.#name;
    const bytes = this.#bytes;
    const { count, starts, ends } = this.#fields;
    let at = 0;
    for (const column of this.#nameColumns) {
      const start = column < count ? (starts[column] ?? 0) : 0;
      const end = column < count ? (ends[column] ?? 0) : 0;
      if (at + end - start >= LONGEST_NAME) return LONGEST_NAME + 1;
      for (let from = start; from < end; from++) name[at++] = bytes[from] ?? 0;
      name[at++] = NEWLINE;
    }
    return at;
  }

  #newSeries(index: number, unit: string): SeriesColumns {
    const { columns, metric: metricColumn, labels: labelColumns } = this.#plan;
    const column = columns[index];
    const fields = this.#fields;
    const named =
      metricColumn === undefined || metricColumn >= fields.count
        ? undefined
        : headerSeries(fieldText(this.#bytes, fields, metricColumn));
    const labels: Record<string, string> = { ...column?.labels, ...named?.labels };
    for (const label of labelColumns) {
      if (label >= fields.count) continue;
      const text = fieldText(this.#bytes, fields, label);
      const tags = TAGS.test(text) ? text.split(',') : [];
      for (const tag of tags) setLabel(labels, tag.slice(0, tag.indexOf(':')), tag.slice(tag.indexOf(':') + 1));
      if (text !== '' && tags.length === 0) setLabel(labels, labelName(columns[label]?.name ?? ''), text);
    }
    const metric = named?.metric ?? column?.metric ?? 'value';
    return this.#builder.series(metric, labels, { unit: unit || column?.unit || unitOfName(metric) });
  }
}

/** Datadog names a group by its tags: `pod_name:web-1,kube_namespace:shop`. */
const TAGS = /^[a-z][a-z0-9_.-]{0,80}:[^\s,:][^,:]{0,300}(?:,[a-z][a-z0-9_.-]{0,80}:[^,:]{1,300}){0,40}$/;
