import { AppError } from '../../../model/error.ts';
import type { ByteSource, Run } from '../../analyser.ts';
import { eachLine } from '../../bytes/lines.ts';
import { decodeText } from '../../bytes/text-pool.ts';
import type { SampleSet } from '../../series/sample-set.ts';
import { SampleSetBuilder } from '../../series/sample-set-builder.ts';
import { Complaints } from '../complaints.ts';
import { beginningOf } from './beginning.ts';
import { Table } from './table.ts';
import { Days } from './time-cells.ts';

/** Rows that are looked at before the columns are decided. */
const PLAN_ROWS = 60;

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
  readonly #days = new Days();
  /** The first lines of a table, until there are enough to decide what its columns are. */
  #waiting: { bytes: Uint8Array; line: number }[] | undefined = [];
  #table: Table | undefined;
  #builder: SampleSetBuilder | undefined;
  #rows = 0;
  #layout = '';

  constructor(run: Run) {
    this.#run = run;
  }

  readonly line = (bytes: Uint8Array, start: number, end: number, line: number): undefined => {
    if (start === end) return;
    // Several exports may stand in one file.
    const begins = this.#table?.read(bytes, start, end, line) === true;
    if (begins) this.#endTable();
    if (begins) this.#waiting = [];
    if (this.#waiting === undefined) return;
    this.#waiting.push({ bytes: bytes.slice(start, end), line });
    if (this.#waiting.length >= PLAN_ROWS) this.#begin(this.#waiting);
  };

  finish(cutLines: number): CsvSamples {
    while (this.#waiting !== undefined) this.#begin(this.#waiting);
    if (cutLines > 0) this.#complaints.add(`${cutLines} lines longer than 1 MiB were cut`, 0);
    this.#endTable();
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

  #begin(waiting: readonly { bytes: Uint8Array; line: number }[]): void {
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
    const { plan, delimiter, rowsFrom } = beginning;
    const relative = plan.timeStyle === 'seconds' || plan.timeStyle === 'milliseconds' || plan.timeStyle === 'clock';
    this.#builder ??= new SampleSetBuilder({
      memoryBytes: this.#run.limits.memoryBytes,
      clock: relative ? 'relative' : 'utc',
      capturedAtMs: this.#run.context?.capturedAtMs,
    });
    const head = plan.hasHeader ? waiting[rowsFrom - 1]?.bytes : undefined;
    this.#table = new Table(plan, delimiter, head === undefined ? '' : decodeText(head, 0, head.length), {
      builder: this.#builder,
      complaints: this.#complaints,
      days: this.#days,
    });
    this.#layout = this.#table.layout;
    for (const { bytes, line } of waiting.slice(rowsFrom)) this.line(bytes, 0, bytes.length, line);
  }

  #endTable(): void {
    this.#table?.finish();
    this.#rows += this.#table?.rows ?? 0;
    this.#table = undefined;
  }
}
