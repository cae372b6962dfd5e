import { unitOfName } from '../../series/metric-name.ts';
import { isSample } from '../../series/sample-value.ts';
import type { SampleSetBuilder } from '../../series/sample-set-builder.ts';
import type { SeriesColumns } from '../../series/series-columns.ts';
import { headerSeries } from '../metrics-csv/plan.ts';
import { setLabel } from '../labels.ts';
import { type ColumnSink, numberOfText, UNKEPT } from './column.ts';
import type { Field } from './field.ts';
import type { RowKeys } from './row-keys.ts';

const RUN = 1 << 16;
/** Times from here on go one by one to the builder, which knows what can be a date: a run takes only what is one for certain. */
const PLAIN_TIME_MS = 4.2e12;

/** Where all samples of a document go. */
export class SampleRuns {
  readonly builder: SampleSetBuilder;
  readonly times = new Float64Array(RUN);
  readonly values = new Float64Array(RUN);
  /** Values of rows that name too many different series. */
  leftOut = 0;

  constructor(builder: SampleSetBuilder) {
    this.builder = builder;
  }
}

/** Makes samples of a column of numbers, row by row, as they come; `finish` after the last. */
export class SeriesWriter implements ColumnSink {
  readonly #runs: SampleRuns;
  readonly #field: Field;
  readonly #frameName: string;
  readonly #keys: RowKeys;
  readonly #ofGroup: (SeriesColumns | undefined)[] = [];
  #head: SeriesHead | undefined;
  #whole: SeriesColumns | undefined;
  #row = 0;
  #length = 0;
  #sorted = true;

  constructor(runs: SampleRuns, field: Field, frameName: string, keys: RowKeys) {
    this.#runs = runs;
    this.#field = field;
    this.#frameName = frameName;
    this.#keys = keys;
  }

  addNumber(value: number): void {
    const row = this.#row++;
    const timeMs = this.#keys.timesMs[row] ?? NaN;
    const scaled = value * this.#field.scale;
    const { groups } = this.#keys;
    if (groups !== undefined) this.#addToGroup(groups.groupOf[row] ?? UNKEPT, timeMs, scaled);
    else if (isSample(scaled) && timeMs >= 0 && timeMs < PLAIN_TIME_MS) this.#addToRun(timeMs, scaled);
    else {
      this.#flush(); // in the order of the rows: of two with one time the last stays
      this.#runs.builder.push(this.#series(), timeMs, scaled);
    }
  }

  addNumbers(block: Float64Array, count: number): void {
    for (let i = 0; i < count; i++) {
      const value = block[i] ?? NaN;
      if (value === value) this.addNumber(value);
      else this.#row++;
    }
  }

  addText(text: string): void {
    const value = numberOfText(text);
    if (value === value) this.addNumber(value);
    else this.#row++;
  }

  addNothing(): void {
    this.#row++;
  }

  finish(): void {
    this.#flush();
  }

  #addToRun(timeMs: number, value: number): void {
    const { times, values } = this.#runs;
    if (this.#length === RUN) this.#flush();
    this.#sorted &&= this.#length === 0 || timeMs > (times[this.#length - 1] ?? 0);
    times[this.#length] = timeMs;
    values[this.#length++] = value;
  }

  #addToGroup(group: number, timeMs: number, value: number): void {
    const labels = this.#keys.groups?.labels[group];
    if (labels === undefined) this.#runs.leftOut++;
    else this.#runs.builder.push((this.#ofGroup[group] ??= this.#seriesWith(labels)), timeMs, value);
  }

  #flush(): void {
    if (this.#length === 0) return;
    const { builder, times, values } = this.#runs;
    builder.pushRun(this.#series(), times, values, this.#length, this.#sorted);
    this.#length = 0;
    this.#sorted = true;
  }

  #series(): SeriesColumns {
    return (this.#whole ??= this.#seriesWith({}));
  }

  #seriesWith(rowLabels: Readonly<Record<string, string>>): SeriesColumns {
    const { metric, labels, unit } = (this.#head ??= headOf(this.#field, this.#frameName));
    const own = { ...labels };
    for (const [label, text] of Object.entries(rowLabels)) setLabel(own, label, text);
    return this.#runs.builder.series(metric, own, { unit });
  }
}

/** The series that a field names, before the texts of its rows. */
interface SeriesHead {
  readonly metric: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly unit: string;
}

function headOf({ name, unit, labels: fieldLabels }: Field, frameName: string): SeriesHead {
  const named = headerSeries(name === 'Value' && frameName !== '' ? frameName : name);
  const labels: Record<string, string> = { ...named.labels };
  let { metric } = named;
  for (const [label, text] of Object.entries(fieldLabels)) {
    if (label === '__name__') metric = text.slice(0, 300);
    else setLabel(labels, label, text);
  }
  return { metric, labels, unit: unit !== '' ? unit : unitOfName(metric) };
}
