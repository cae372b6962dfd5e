import { AppError } from '../../../model/error.ts';
import type { ByteSource, Run } from '../../analyser.ts';
import { eachLine } from '../../bytes/lines.ts';
import { decodeText } from '../../bytes/text-pool.ts';
import { unitOfName } from '../../series/metric-name.ts';
import type { SampleSet } from '../../series/sample-set.ts';
import { SampleSetBuilder } from '../../series/sample-set-builder.ts';
import { Complaints } from '../complaints.ts';
import { setLabel } from '../labels.ts';
import { momentIn, splitTime, timeOfLine } from '../time-line.ts';
import { clockMs, parseMoment } from '../timestamp.ts';
import {
  BEAM_KEYS,
  dated,
  labelsOn,
  type MemoryRecord,
  newRecord,
  NODE_KEYS,
  pairsOf,
  recordOfJson,
  recordsIn,
  runtimeOf,
  tellsMemory,
  timeOfPair,
  unframed,
} from './record.ts';

/** A line is one record, or all of them in an array. */
const MOST_LINE_BYTES = 16 << 20;

export interface MemoryLines {
  readonly samples: SampleSet;
  readonly records: number;
  /** Undefined where only the memory of a process is told. */
  readonly runtime: 'Node.js' | 'BEAM' | undefined;
  readonly warnings: readonly string[];
}

/**
 * `process.memoryUsage()` and `:erlang.memory/0` written again and again: JSON, one object a line, with the memory at any depth
 * and other numbers beside it, or the runtimes' own notation, on one line or several, with the time in the object, before it
 * or on a line of its own.
 */
export async function parseMemoryLines(source: ByteSource, run: Run): Promise<MemoryLines> {
  const reader = new RecordReader(run);
  const stats = await eachLine(source, run, { maxLineBytes: MOST_LINE_BYTES }, (bytes, start, end, line) => {
    reader.line(decodeText(bytes, start, end), line);
    return undefined;
  });
  return reader.finish(stats.cutLines);
}

class RecordReader {
  readonly #run: Run;
  readonly #complaints = new Complaints('line');
  #builder: SampleSetBuilder | undefined;
  #open: MemoryRecord | undefined;
  #timeMs = NaN;
  /** The time of day, over midnight, where lines have no date. */
  #elapsedMs = NaN;
  #dayMs = 0;
  #lastMs = -Infinity;
  /** What one of the numbers is in bytes, once it is known. */
  #scale = NaN;
  #records = 0;
  #runtime: 'Node.js' | 'BEAM' | undefined;
  #clock: 'utc' | 'relative' = 'utc';

  constructor(run: Run) {
    this.#run = run;
  }

  line(raw: string, line: number): void {
    const text = this.#afterClock(unframed(raw.trim()));
    if (text === '') return;
    const lineTime = timeOfLine(text);
    if (!Number.isNaN(lineTime)) {
      this.#flush();
      this.#timeMs = lineTime;
      return;
    }
    const { timeMs, rest } = splitTime(text);
    if (!Number.isNaN(timeMs)) {
      this.#flush();
      this.#timeMs = timeMs;
    }
    if (/^(?:\{\s?"\w{1,40}"\s?:\s?)?\[\{/.test(rest) && /\]\}?$/.test(rest) && this.#array(rest, line)) return;
    const brace = rest.indexOf('{');
    const json = brace >= 0 && rest.endsWith('}') ? parseObject(rest.slice(brace)) : undefined;
    if (json !== undefined) {
      this.#flush();
      if (Number.isNaN(timeMs)) this.#takeMoment(rest.slice(0, brace));
      this.#object(json, line);
      return;
    }
    const own = timeOfPair(rest);
    if (!Number.isNaN(own)) {
      // Before its record or behind it: a record that has its time already is followed by the next.
      if (this.#open !== undefined && !Number.isNaN(this.#open.timeMs)) this.#flush();
      if (this.#open === undefined) this.#timeMs = own;
      else this.#open.timeMs = own;
      return;
    }
    const pairs = pairsOf(rest);
    for (const [key, value] of pairs) {
      // A key that comes again begins the next record.
      if (this.#open?.values.has(key) === true) this.#flush();
      if (this.#open === undefined) {
        if (Number.isNaN(timeMs)) this.#takeMoment(rest);
        this.#open = dated(newRecord(), this.#timeMs, this.#elapsedMs);
        for (const [name, of] of labelsOn(rest)) this.#open.labels.set(name, of);
        this.#timeMs = NaN;
        this.#elapsedMs = NaN;
      }
      this.#open.values.set(key, value);
    }
    if (pairs.length > 0 && /[}\]]$/.test(rest) && runtimeOf(this.#open?.values ?? new Map()) !== undefined)
      this.#flush();
  }

  /**
   * The line without the time of day before it, which Elixir's Logger writes and nothing else says when; and without the bracket and sigil of
   * `{DateTime.utc_now(), :erlang.memory()}`, whose time it keeps.
   */
  #afterClock(text: string): string {
    const [head, written = ''] = SIGIL.exec(text) ?? TUPLES.exec(text) ?? [];
    if (head !== undefined) {
      this.#flush();
      const [year = '', month = '', day = '', hour = '', minute = '', second = ''] = written.split(/[{},\s]+/);
      this.#timeMs = parseMoment(
        second === ''
          ? written
          : `${year}-${month}-${day} ${hour}:${minute.padStart(2, '0')}:${second.padStart(2, '0')}`,
      );
      return text.slice(head.length);
    }
    const [, clock = '', rest = ''] = CLOCK.exec(text) ?? [];
    const timeMs = clockMs(clock.replace(',', '.'));
    if (Number.isNaN(timeMs)) return text;
    this.#flush();
    if (timeMs + this.#dayMs < this.#lastMs - HALF_DAY_MS) this.#dayMs += 2 * HALF_DAY_MS;
    this.#lastMs = timeMs + this.#dayMs;
    this.#elapsedMs = this.#lastMs;
    return rest;
  }

  /** The time that a logger put somewhere before its message. */
  #takeMoment(text: string): void {
    const timeMs = momentIn(text);
    if (!Number.isNaN(timeMs)) this.#timeMs = timeMs;
  }

  #object(json: unknown, line: number): void {
    const record = dated(recordOfJson(json), this.#timeMs, this.#elapsedMs);
    if (!tellsMemory(record)) this.#complaints.add('a record without memory numbers', line);
    else this.#add(record);
  }

  #array(text: string, line: number): boolean {
    const json = parseObject(text);
    if (json === undefined) return false;
    this.#flush();
    for (const element of recordsIn(json)) this.#object(element, line);
    return true;
  }

  finish(cutLines: number): MemoryLines {
    this.#flush();
    if (cutLines > 0) this.#complaints.add(`${cutLines} lines longer than 16 MiB were cut`, 0);
    const samples = this.#builder?.finish();
    if (samples === undefined || samples.series.length === 0) {
      throw new AppError(
        'bad-input',
        'no record holds memory numbers; write one JSON line a minute: `console.log(JSON.stringify({ time: new Date(), ...process.memoryUsage() }))`',
      );
    }
    return { samples, records: this.#records, runtime: this.#runtime, warnings: this.#complaints.warnings() };
  }

  #flush(): void {
    const record = this.#open;
    this.#open = undefined;
    if (record === undefined || runtimeOf(record.values) === undefined) return;
    this.#add(record);
  }

  #add(record: MemoryRecord): void {
    const runtime = runtimeOf(record.values);
    this.#runtime ??= runtime;
    if (this.#builder === undefined) {
      this.#clock = Number.isNaN(record.timeMs) && !Number.isNaN(record.elapsedMs) ? 'relative' : 'utc';
      this.#builder = new SampleSetBuilder({
        memoryBytes: this.#run.limits.memoryBytes,
        clock: this.#clock,
        capturedAtMs: this.#run.context?.capturedAtMs,
      });
    }
    const rss = record.values.get('rss') ?? 0;
    if (Number.isNaN(this.#scale) && rss > 0) {
      this.#scale = rss < LEAST_RSS_BYTES ? 2 ** 20 : 1;
      if (this.#scale > 1) this.#complaints.add('the numbers are too small for bytes: they were taken as MiB', 0);
    }
    const timeMs = this.#clock === 'relative' ? record.elapsedMs : record.timeMs;
    const labels: Record<string, string> = {};
    for (const [name, value] of record.labels) setLabel(labels, name, value);
    for (const [key, value] of record.values) {
      const isBeam = runtime === 'BEAM' && BEAM_KEYS.has(key);
      const metric = isBeam ? `erlang_memory_${key}` : key;
      const unit = isBeam || NODE_KEYS.has(key) ? 'bytes' : unitOfName(key);
      const series = this.#builder.series(metric, labels, {
        unit,
        kind: isBeam || NODE_KEYS.has(key) ? 'gauge' : 'unknown',
      });
      const scaled = NODE_KEYS.has(key) ? value * (this.#scale || 1) : value;
      if (Number.isNaN(timeMs)) this.#builder.pushUntimed(series, this.#records, scaled);
      else this.#builder.push(series, timeMs, scaled);
    }
    this.#records++;
  }
}

const HALF_DAY_MS = 43_200_000;
/** No process lives in four pages; who divides by 1024 twice writes numbers like this. */
const LEAST_RSS_BYTES = 16_384;
const SIGIL = /^[{[(]?\s{0,8}~[UN]\[(\d{4}-[^\]]{6,40})\]\s?,?\s?/;
/** `{{2026,5,4},{10,0,0}}` of `calendar:universal_time/0`. */
const TUPLES = /^\{{2,3}(\d{4},\d{1,2},\d{1,2}\},\s?\{\d{1,2},\d{1,2},\d{1,2})\}\}\s?,?\s?/;
const CLOCK = /^(\d{2}:\d{2}:\d{2}(?:[.,]\d{1,6})?)(?:\s+(\S.*))?$/;

/** Lines are bounded, so the platform's own parser is the fastest; undefined for anything but an object or array. */
export function parseObject(text: string): unknown {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === 'object' ? json : undefined;
  } catch {
    return undefined;
  }
}
