import { AppError } from '../../../model/error.ts';
import type { Fact } from '../../../model/analysis.ts';
import type { ByteSource, Run } from '../../analyser.ts';
import { parseDecimal } from '../../bytes/decimal.ts';
import { eachLine } from '../../bytes/lines.ts';
import type { SampleSet } from '../../series/sample-set.ts';
import { SampleSetBuilder } from '../../series/sample-set-builder.ts';
import { Complaints } from '../complaints.ts';
import { fieldText, newFields, splitFields } from '../metrics-csv/fields.ts';
import { setLabel } from '../labels.ts';

export interface ClinicSamples {
  readonly samples: SampleSet;
  readonly facts: readonly Fact[];
  readonly warnings: readonly string[];
}

/** Columns of the process statistics; `memory.` is left out of the names, which then are those of `process.memoryUsage()`. */
const UNITS: Readonly<Record<string, string>> = {
  rss: 'bytes',
  heapTotal: 'bytes',
  heapUsed: 'bytes',
  external: 'bytes',
  arrayBuffers: 'bytes',
  delay: 'ms',
  cpu: 'ratio',
  handles: 'count',
};

/**
 * The two tables that Clinic.js Doctor's sampler leads to: process statistics every few milliseconds (times in ms since the
 * epoch), and V8's garbage collections, as one series of pauses a kind. `interval` only marks Doctor's own analysis window.
 */
export async function parseClinicDoctor(source: ByteSource, run: Run): Promise<ClinicSamples> {
  const builder = new SampleSetBuilder({ memoryBytes: run.limits.memoryBytes });
  const complaints = new Complaints('line');
  const fields = newFields();
  let names: string[] | undefined;
  let rows = 0;
  let pauseMs = 0;
  await eachLine(source, run, { maxLineBytes: 65_536 }, (bytes, start, end, line) => {
    if (start === end) return undefined;
    splitFields(bytes, start, end, 0x2c, fields);
    if (names === undefined) {
      names = Array.from({ length: fields.count }, (_, index) =>
        fieldText(bytes, fields, index).replace(/^memory\./, ''),
      );
      return undefined;
    }
    const number = (index: number): number =>
      index < 0 || index >= fields.count
        ? NaN
        : parseDecimal(bytes, fields.starts[index] ?? 0, fields.ends[index] ?? 0);
    const isTrace = names.includes('startTimestamp');
    const timeMs = number(names.indexOf(isTrace ? 'startTimestamp' : 'timestamp'));
    if (Number.isNaN(timeMs)) {
      complaints.add('a row without a time', line);
      return undefined;
    }
    rows++;
    if (isTrace) {
      const duration = number(names.indexOf('duration'));
      if (!(duration >= 0)) complaints.add('a collection without a duration', line);
      else {
        pauseMs += duration;
        const labels: Record<string, string> = {};
        setLabel(labels, 'type', fieldText(bytes, fields, names.indexOf('type')));
        builder.push(builder.series('gc_pause_ms', labels, { unit: 'ms', kind: 'gauge' }), timeMs, duration);
      }
      return undefined;
    }
    names.forEach((name, index) => {
      const unit = Object.hasOwn(UNITS, name) ? UNITS[name] : undefined;
      if (unit === undefined) return;
      const value = number(index);
      if (Number.isNaN(value)) complaints.add(`column ${name} is not a number`, line);
      else builder.push(builder.series(name, {}, { unit, kind: 'gauge' }), timeMs, value);
    });
    return undefined;
  });
  const samples = builder.finish();
  const warnings = complaints.warnings();
  if (samples.series.length === 0) {
    throw new AppError(
      'bad-input',
      `the table of Clinic.js Doctor has no row${warnings[0] === undefined ? '' : `: ${warnings[0]}`}`,
    );
  }
  const facts: Fact[] = [{ name: 'rows', value: rows, unit: 'count' }];
  if (pauseMs > 0) facts.push({ name: 'gcPauseMs', value: pauseMs, unit: 'ms' });
  return { samples, facts, warnings };
}
