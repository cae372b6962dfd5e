import { AppError } from '../../../model/error.ts';
import type { ByteSource, Run } from '../../analyser.ts';
import { parseDecimal } from '../../bytes/decimal.ts';
import { eachLine } from '../../bytes/lines.ts';
import { decodeText, TextPool } from '../../bytes/text-pool.ts';
import { unitOfName } from '../../series/metric-name.ts';
import type { SampleSet } from '../../series/sample-set.ts';
import { SampleSetBuilder } from '../../series/sample-set-builder.ts';
import type { SeriesColumns } from '../../series/series-columns.ts';
import { Complaints } from '../complaints.ts';
import { setLabel } from '../labels.ts';
import { cellNumber, cellTime, isNothing } from './cells.ts';
import { type Fields, fieldText, newFields, splitFields } from './fields.ts';
import { beginningOf, isNoRow } from './beginning.ts';
import { fastMoment } from './fast-moment.ts';
import { type PlainRow, plainRowOf } from './plain-row.ts';
import { clockMs } from '../timestamp.ts';
import { type CsvPlan, headerSeries, labelName } from './plan.ts';

/** Rows that are looked at before the columns are decided. */
const PLAN_ROWS = 60;
const DAY_MS = 86_400_000;

export interface CsvSamples {
  readonly samples: SampleSet;
  readonly layout: string;
  readonly rows: number;
  readonly warnings: readonly string[];
}

/**
 * A table with a time column to samples: a column a series (Grafana's "series as columns"), a row a sample with columns that
 * name its series ("series as rows", long tables), or both. Comma, semicolon, tab or bar; quotes as in RFC 4180.
 */
export async function parseMetricsCsv(source: ByteSource, run: Run): Promise<CsvSamples> {
  const reader = new TableReader(run);
  const stats = await eachLine(source, run, {}, reader.line);
  return reader.finish(stats.cutLines);
}

class TableReader {
  readonly #run: Run;
  readonly #complaints = new Complaints('line');
  readonly #fields: Fields = newFields();
  readonly #pool = new TextPool();
  #waiting: { bytes: Uint8Array; line: number }[] | undefined = [];
  #delimiter = 0x2c;
  #plan: CsvPlan | undefined;
  #builder: SampleSetBuilder | undefined;
  #wide: (SeriesColumns | undefined)[] = [];
  readonly #long = new Map<string, SeriesColumns>();
  #plainRow: PlainRow | undefined;
  #rows = 0;
  #day = 0;
  #lastClock = -Infinity;
  #header = '';
  #layout = 'series as columns';

  constructor(run: Run) {
    this.#run = run;
  }

  readonly line = (bytes: Uint8Array, start: number, end: number, line: number): undefined => {
    if (start === end) return;
    if (this.#waiting === undefined) {
      this.#row(bytes, start, end, line);
      return;
    }
    this.#waiting.push({ bytes: bytes.slice(start, end), line });
    if (this.#waiting.length >= PLAN_ROWS) this.#begin();
  };

  finish(cutLines: number): CsvSamples {
    while (this.#waiting !== undefined) this.#begin();
    if (cutLines > 0) this.#complaints.add(`${cutLines} lines longer than 1 MiB were cut`, 0);
    if (this.#builder !== undefined) this.#plainRow?.flush(this.#builder);
    const samples = this.#builder?.finish();
    if (samples === undefined || samples.series.length === 0) {
      const first = this.#complaints.warnings()[0];
      throw new AppError(
        'bad-input',
        `the table holds no sample${first === undefined ? '' : ` (${first})`}; it needs a column of times and a column of numbers`,
      );
    }
    return { samples, layout: this.#layout, rows: this.#rows, warnings: this.#complaints.warnings() };
  }

  #begin(): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    const beginning = beginningOf(waiting.map(({ bytes }) => bytes));
    if (beginning === undefined) {
      if (this.#builder !== undefined) {
        this.#complaints.add(
          'a further table without a column of times beside a column of numbers',
          waiting[0]?.line ?? 0,
        );
        return;
      }
      throw new AppError(
        'bad-input',
        'the table has no column of times beside a column of numbers; name the columns in a header line',
      );
    }
    const { plan } = beginning;
    this.#delimiter = beginning.delimiter;
    this.#plan = plan;
    const relative = plan.timeStyle === 'seconds' || plan.timeStyle === 'milliseconds' || plan.timeStyle === 'clock';
    this.#builder ??= new SampleSetBuilder({
      memoryBytes: this.#run.limits.memoryBytes,
      clock: relative ? 'relative' : 'utc',
      capturedAtMs: this.#run.context?.capturedAtMs,
    });
    this.#layout =
      plan.metric !== undefined ? 'series as rows' : plan.labels.length > 0 ? 'long table' : 'series as columns';
    const head = waiting[beginning.rowsFrom - 1]?.bytes;
    this.#header = plan.hasHeader && head !== undefined ? decodeText(head, 0, head.length) : '';
    for (const { bytes, line } of waiting.slice(beginning.rowsFrom)) this.line(bytes, 0, bytes.length, line);
  }

  /** Another table begins in the same file: the same column of times under the same name, other columns beside it. */
  #restart(bytes: Uint8Array, start: number, end: number, line: number): void {
    this.#waiting = [{ bytes: bytes.slice(start, end), line }];
    this.#plan = undefined;
    this.#plainRow = undefined;
    this.#wide = [];
    this.#long.clear();
  }

  #row(bytes: Uint8Array, start: number, end: number, line: number): void {
    const plan = this.#plan;
    const builder = this.#builder;
    if (plan === undefined || builder === undefined) return;
    const plainRow = this.#plainRow;
    if (plainRow !== undefined) {
      if (plainRow.read(bytes, start, end)) {
        this.#rows++;
        if (plainRow.full) plainRow.flush(builder);
        return;
      }
      plainRow.flush(builder);
    }
    const fields = this.#fields;
    splitFields(bytes, start, end, this.#delimiter, fields);
    if (fields.broken) return this.#complaints.add('a quote that is never closed, or more than 4096 columns', line);
    const timeMs = this.#time(bytes, plan);
    if (Number.isNaN(timeMs)) {
      if (isNoRow(bytes, start, end)) return;
      if (!this.#isHeader(bytes, plan)) this.#complaints.add('a row without a time', line);
      else if (decodeText(bytes, start, end) !== this.#header) this.#restart(bytes, start, end, line);
      return;
    }
    this.#rows++;
    const isLong = plan.labels.length > 0 || plan.metric !== undefined;
    const rowKey = isLong ? this.#rowKey(bytes, plan) : '';
    for (let index = 0; index < plan.columns.length && index < fields.count; index++) {
      const column = plan.columns[index];
      if (column?.role !== 'value') continue;
      const from = fields.starts[index] ?? 0;
      const to = fields.ends[index] ?? 0;
      if (from === to) continue;
      let value = parseDecimal(bytes, from, to);
      let unit = '';
      if (value !== value) {
        const text = fieldText(bytes, fields, index);
        if (isNothing(text)) continue;
        const quantity = cellNumber(text, plan.decimalComma);
        if (quantity === undefined) {
          this.#complaints.add(`column ${column.name.slice(0, 80)} is not a number`, line);
          continue;
        }
        ({ value, unit } = quantity);
      } else value *= column.scale;
      const series = isLong ? this.#longSeries(bytes, plan, index, rowKey, unit) : this.#wideSeries(plan, index, unit);
      if (plan.timeStyle === 'order') builder.pushUntimed(series, timeMs, value);
      else builder.push(series, timeMs, value);
    }
  }

  #time(bytes: Uint8Array, plan: CsvPlan): number {
    const fields = this.#fields;
    if (plan.time >= fields.count) return NaN;
    const from = fields.starts[plan.time] ?? 0;
    const to = fields.ends[plan.time] ?? 0;
    if (plan.timeStyle === 'moment' && plan.clock === undefined) {
      const fast = fastMoment(bytes, from, to);
      if (fast === fast) return fast;
    }
    const timeMs = cellTime(fieldText(bytes, fields, plan.time), plan.timeStyle);
    if (plan.clock !== undefined)
      return plan.clock < fields.count ? timeMs + clockMs(fieldText(bytes, fields, plan.clock)) : NaN;
    if (plan.timeStyle !== 'clock') return timeMs;
    // Times of day without a date: going back by more than an hour is the next day.
    if (timeMs < this.#lastClock - 3_600_000) this.#day++;
    this.#lastClock = timeMs;
    return timeMs + this.#day * DAY_MS;
  }

  /** The header again: several exports in one file. */
  #isHeader(bytes: Uint8Array, plan: CsvPlan): boolean {
    return plan.hasHeader && fieldText(bytes, this.#fields, plan.time) === plan.columns[plan.time]?.name.trim();
  }

  #wideSeries(plan: CsvPlan, index: number, unit: string): SeriesColumns {
    const known = this.#wide[index];
    if (known !== undefined) return known;
    const column = plan.columns[index];
    const metric = column?.metric ?? 'value';
    const series = this.#builder!.series(metric, column?.labels ?? {}, {
      unit: unit || column?.unit || unitOfName(metric),
    });
    this.#wide[index] = series;
    this.#plainRow ??= plainRowOf(plan, this.#delimiter);
    this.#plainRow?.know(index, series);
    return series;
  }

  #rowKey(bytes: Uint8Array, plan: CsvPlan): string {
    const { starts, ends } = this.#fields;
    let key = '';
    for (const index of plan.labels) key += `${this.#pool.text(bytes, starts[index] ?? 0, ends[index] ?? 0)}\u0000`;
    if (plan.metric !== undefined) key += this.#pool.text(bytes, starts[plan.metric] ?? 0, ends[plan.metric] ?? 0);
    return key;
  }

  #longSeries(bytes: Uint8Array, plan: CsvPlan, index: number, rowKey: string, unit: string): SeriesColumns {
    const key = `${index}\u0000${rowKey}`;
    const known = this.#long.get(key);
    if (known !== undefined) return known;
    const column = plan.columns[index];
    const fields = this.#fields;
    const named =
      plan.metric === undefined || plan.metric >= fields.count
        ? undefined
        : headerSeries(fieldText(bytes, fields, plan.metric));
    const labels: Record<string, string> = { ...column?.labels, ...named?.labels };
    for (const label of plan.labels) {
      if (label >= fields.count) continue;
      const text = fieldText(bytes, fields, label);
      const tags = TAGS.test(text) ? text.split(',') : [];
      for (const tag of tags) setLabel(labels, tag.slice(0, tag.indexOf(':')), tag.slice(tag.indexOf(':') + 1));
      if (text !== '' && tags.length === 0) setLabel(labels, labelName(plan.columns[label]?.name ?? ''), text);
    }
    const metric = named?.metric ?? column?.metric ?? 'value';
    const series = this.#builder!.series(metric, labels, { unit: unit || column?.unit || unitOfName(metric) });
    if (this.#long.size < 100_000) this.#long.set(key, series);
    return series;
  }
}

/** Datadog names a group by its tags: `pod_name:web-1,kube_namespace:shop`. */
const TAGS = /^[a-z][a-z0-9_.-]{0,80}:[^\s,:][^,:]{0,300}(?:,[a-z][a-z0-9_.-]{0,80}:[^,:]{1,300}){0,40}$/;
