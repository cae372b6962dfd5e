import { AppError } from '../../../model/error.ts';
import type { ByteSource, Run } from '../../analyser.ts';
import { type ByteEntry, ByteMap } from '../../bytes/byte-map.ts';
import { parseDecimal } from '../../bytes/decimal.ts';
import { eachLine } from '../../bytes/lines.ts';
import { bytesAre, decodeText, TextPool } from '../../bytes/text-pool.ts';
import type { SampleKind, SampleSet } from '../../series/sample-set.ts';
import { SampleSetBuilder } from '../../series/sample-set-builder.ts';
import type { SeriesColumns } from '../../series/series-columns.ts';
import { readRange } from '../../bytes/read.ts';
import { Complaints } from '../complaints.ts';
import { timeOfLine } from '../time-line.ts';
import { OpenMetricsCheck } from './openmetrics-check.ts';
import { isBlank, readSeriesHead, skipBlanks, unescapeLabel } from './sample-line.ts';

const HASH = 0x23;
const LONGEST_TIME = 80;
/** OpenMetrics has rules beyond the lines (groups, types, buckets); they are checked as far as this, which bounds time and memory. */
const CHECKED_BYTES = 1 << 20;

interface KnownSeries {
  readonly columns: SeriesColumns;
  /** The round in which it was last seen without a time. */
  round: number;
}

export interface Exposition {
  readonly samples: SampleSet;
  readonly families: number;
  readonly openMetrics: boolean;
  readonly warnings: readonly string[];
}

/**
 * The text exposition format 0.0.4 and OpenMetrics 1.0 and 2.0, with or without times, one scrape or many behind each other; what `promtool tsdb dump`
 * and `promtool query` print as well.
 * https://prometheus.io/docs/instrumenting/exposition_formats/ and https://prometheus.io/docs/specs/om/open_metrics_spec/
 * Lines that break the rules are left out and counted in warnings; AppError where no line is a sample.
 */
export async function parseExposition(source: ByteSource, run: Run): Promise<Exposition> {
  const head = await readRange(source, 0, 1 << 16);
  const text = decodeText(head, 0, head.length);
  const reader = new ExpositionReader(run, saysOpenMetrics(text), !isBeyondOpenMetrics1(text));
  const stats = await eachLine(source, run, {}, reader.line);
  if (stats.cutLines > 0) {
    reader.complaints.add('a line longer than 1 MiB, which was cut', stats.firstCutLine);
  }
  return reader.finish();
}

/** `# EOF` ends an OpenMetrics text; `# UNIT` and four of the types exist only there. */
function saysOpenMetrics(head: string): boolean {
  return /^# (?:EOF\s*$|UNIT |TYPE [^\n ]+ (?:unknown|info|stateset|gaugehistogram)\s*$)/m.test(head);
}

/** What 1.0 does not have, so that its rules say nothing: start times, names in quotes, histograms as one value. */
function isBeyondOpenMetrics1(head: string): boolean {
  return /^(?:# (?:TYPE|UNIT|HELP) "|\{"|(?!#)[^\n]{1,4000} (?:st@\d|\{(?:count|sum):))/m.test(head);
}

class ExpositionReader {
  readonly complaints = new Complaints('line');
  readonly #builder: SampleSetBuilder;
  readonly #pool = new TextPool();
  /** Series as they are spelled; a scrape repeats in the order of the one before. */
  readonly #index = new ByteMap<KnownSeries>();
  readonly #kinds = new Map<string, string>();
  readonly #units = new Map<string, string>();
  readonly #check: OpenMetricsCheck | undefined;
  readonly #openMetrics: boolean;
  #last: ByteEntry<KnownSeries> | undefined;
  #round = 0;
  #histograms = 0;
  #samples = 0;
  #ended = false;
  #readEof = false;
  #scrapedMs = NaN;
  #answered: SeriesColumns | undefined;

  constructor(run: Run, openMetrics: boolean, checked: boolean) {
    this.#openMetrics = openMetrics;
    this.#builder = new SampleSetBuilder({
      memoryBytes: run.limits.memoryBytes,
      capturedAtMs: run.context?.capturedAtMs,
    });
    if (openMetrics && checked) this.#check = new OpenMetricsCheck(this.complaints);
  }

  readonly line = (bytes: Uint8Array, start: number, end: number, line: number, byte: number): undefined => {
    if (this.#check !== undefined && byte < CHECKED_BYTES) this.#check.line(decodeText(bytes, start, end), line);
    const at = skipBlanks(bytes, start, end);
    if (at === end) return;
    if (bytes[at] === HASH) {
      this.#comment(bytes, at, end);
      return;
    }
    if (this.#ended) {
      this.#ended = false;
      this.#round++;
    }
    this.#sample(bytes, at, end, line);
  };

  finish(): Exposition {
    this.#check?.finish();
    const warnings = this.complaints.warnings();
    if (this.#histograms > 0) {
      warnings.push(
        `${this.#histograms} samples are native histograms or other values in braces; they say nothing of memory and were passed over`,
      );
    }
    const samples = this.#builder.finish();
    if (this.#samples === 0 && !this.#readEof) {
      const first = warnings[0];
      throw new AppError(
        'bad-input',
        `no line is a sample of the text exposition format (\`name{label="value"} 1\`)${first === undefined ? '' : `: ${first}`}; send what /metrics answers`,
      );
    }
    if (samples.series.length === 0) warnings.push('no sample with a finite value: there is nothing to judge');
    return { samples, families: this.#kinds.size, openMetrics: this.#openMetrics, warnings };
  }

  #sample(bytes: Uint8Array, start: number, end: number, line: number): void {
    const predicted = this.#last?.next;
    let series: ByteEntry<KnownSeries> | undefined;
    if (predicted !== undefined && this.#isAt(predicted, bytes, start, end)) series = predicted;
    else {
      const keyEnd = keyEndOf(bytes, start, end);
      series = this.#index.find(bytes, start, keyEnd) ?? this.#newSeries(bytes, start, end, keyEnd, line);
      if (series === undefined) return;
      if (this.#last !== undefined) this.#last.next = series;
    }
    this.#last = series;
    this.#value(series.value, bytes, start + series.length, end, line);
  }

  /** Is this the series that the line begins with, a blank behind it? */
  #isAt(series: ByteEntry<KnownSeries>, bytes: Uint8Array, start: number, end: number): boolean {
    const after = start + series.length;
    return after < end && isBlank(bytes[after] ?? 0) && this.#index.isAt(series, bytes, start);
  }

  #newSeries(
    bytes: Uint8Array,
    start: number,
    end: number,
    keyEnd: number,
    line: number,
  ): ByteEntry<KnownSeries> | undefined {
    if (this.#isTime(bytes, start, end)) return undefined;
    if (this.#isAnswer(bytes, start, end)) return undefined;
    const head = readSeriesHead(bytes, start, end, this.#pool);
    if (typeof head === 'string') {
      if (NATIVE.test(decodeText(bytes, start, Math.min(end, start + 2000)))) {
        this.#histograms++;
        this.#samples++;
      } else this.complaints.add(head, line);
      return undefined;
    }
    if (head.oddEscape && !this.#openMetrics) {
      this.complaints.add('a backslash before a character that needs none; it was kept as it stands', line);
    }
    for (const bound of ['le', 'quantile']) {
      const text = Object.hasOwn(head.labels, bound) ? (head.labels[bound] ?? '') : '0';
      if (Number.isNaN(specialNumber(text)) && text !== 'NaN' && this.#isPart(head.metric)) {
        this.complaints.add(`label ${bound} of a histogram or summary is not a number`, line);
        return undefined;
      }
    }
    const columns = this.#columns(head.metric, head.labels);
    return this.#index.add(bytes, start, head.end, { columns, round: -1 });
  }

  /** A line with the time and nothing else, as a loop of `date` and `curl` writes it: all that follows without a time is of then. */
  #isTime(bytes: Uint8Array, start: number, end: number): boolean {
    if (end - start > LONGEST_TIME || bytes[end - 1] === 0x7d) return false;
    const timeMs = timeOfLine(decodeText(bytes, start, end));
    if (Number.isNaN(timeMs)) return false;
    this.#scrapedMs = timeMs;
    return true;
  }

  /** `104857600 @[1777888800.123]` behind or below the `name{...} =>` that it is of, as `promtool query` prints it. */
  #isAnswer(bytes: Uint8Array, start: number, end: number): boolean {
    if (this.#answered === undefined || bytes[end - 1] !== 0x5d || end - start > LONGEST_TIME) return false;
    const [, text = '', seconds = ''] = ANSWER.exec(decodeText(bytes, start, end)) ?? [];
    if (text === '') return false;
    this.#builder.push(this.#answered, Math.round(Number(seconds) * 1000), specialNumber(text));
    this.#samples++;
    return true;
  }

  #columns(metric: string, labels: Record<string, string>): SeriesColumns {
    const family = this.#familyOf(metric);
    const type = this.#kinds.get(family);
    return this.#builder.series(metric, labels, { kind: kindOf(type, metric, labels), unit: this.#units.get(family) });
  }

  /** The family that a sample's name belongs to, by the endings that types add. */
  #familyOf(metric: string): string {
    if (this.#kinds.has(metric)) return metric;
    const cut = /^(.+)_(?:total|bucket|count|sum|created|gcount|gsum|info)$/.exec(metric)?.[1];
    return cut !== undefined && this.#kinds.has(cut) ? cut : metric;
  }

  #isPart(metric: string): boolean {
    return /histogram|summary/.test(this.#kinds.get(this.#familyOf(metric)) ?? '');
  }

  #value(series: KnownSeries, bytes: Uint8Array, from: number, end: number, line: number): void {
    let at = skipBlanks(bytes, from, end);
    const valueStart = at;
    while (at < end && !isBlank(bytes[at] ?? 0)) at++;
    if (at === valueStart) return this.complaints.add('a sample without a value', line);
    let value = parseDecimal(bytes, valueStart, at);
    if (value !== value) {
      if (bytes[valueStart] === 0x7b) {
        this.#histograms++;
        this.#samples++;
        return;
      }
      const text = decodeText(bytes, valueStart, Math.min(at, valueStart + 40));
      if (text === '=>') {
        this.#answered = series.columns;
        if (at < end && !this.#isAnswer(bytes, skipBlanks(bytes, at, end), end))
          this.complaints.add('an answer that is no value with its time in brackets', line);
        return;
      }
      value = specialNumber(text);
      if (Number.isNaN(value) && text.toLowerCase() !== 'nan')
        return this.complaints.add('a value that is not a number', line);
    }
    at = skipStart(bytes, skipBlanks(bytes, at, end), end);
    if (at >= end || bytes[at] === HASH) {
      if (series.round === this.#round) this.#round++;
      series.round = this.#round;
      this.#samples++;
      if (Number.isNaN(this.#scrapedMs)) this.#builder.pushUntimed(series.columns, this.#round, value);
      else this.#builder.push(series.columns, this.#scrapedMs, value);
      return;
    }
    const timeStart = at;
    while (at < end && !isBlank(bytes[at] ?? 0)) at++;
    const timeMs = this.#time(bytes, timeStart, at);
    if (Number.isNaN(timeMs)) return this.complaints.add('a time that is not a number', line);
    at = skipStart(bytes, skipBlanks(bytes, at, end), end);
    if (at < end && bytes[at] !== HASH) return this.complaints.add('more behind the time', line);
    this.#samples++;
    this.#builder.push(series.columns, timeMs, value);
  }

  /** Milliseconds in 0.0.4, seconds with or without a fraction in OpenMetrics: told apart by size, since writers mix them up. */
  #time(bytes: Uint8Array, start: number, end: number): number {
    const time = parseDecimal(bytes, start, end);
    if (!(Math.abs(time) < 1e15)) return NaN;
    if (Math.abs(time) >= 1e11) return time;
    if (this.#openMetrics) return Math.round(time * 1000);
    // Without any other sign of OpenMetrics a fraction is an error, and a small whole number is milliseconds.
    if (!Number.isInteger(time)) return time >= 1e8 ? Math.round(time * 1000) : NaN;
    return time >= 1e9 ? time * 1000 : time;
  }

  #comment(bytes: Uint8Array, start: number, end: number): void {
    const keyword = skipBlanks(bytes, start + 1, end);
    if (bytesAre(bytes, keyword, Math.min(end, keyword + 3), 'EOF')) {
      this.#ended = true;
      this.#readEof = true;
      return;
    }
    const isType = bytesAre(bytes, keyword, Math.min(end, keyword + 5), 'TYPE ');
    const isUnit = !isType && bytesAre(bytes, keyword, Math.min(end, keyword + 5), 'UNIT ');
    if (!isType && !isUnit) {
      this.#isTime(bytes, start, end);
      return;
    }
    const text = decodeText(bytes, keyword + 5, Math.min(end, keyword + 1000)).trim();
    const [, quoted, bare = '', word = ''] = NAME_AND_WORD.exec(text) ?? [];
    const name = quoted === undefined ? bare : unescapeLabel(quoted);
    if (name === '' || this.#kinds.size > 100_000) return;
    if (isUnit) this.#units.set(name, UNITS.get(word) ?? word.slice(0, 24));
    else this.#kinds.set(name, word);
  }
}

const NAME_AND_WORD = /^(?:"((?:[^"\\]|\\.){1,300})"|([^\s"]\S*))\s+(\S+)/;

const ANSWER = /^(\S{1,40}) @\[(\d{1,12}(?:\.\d{1,9})?)\]$/;

/** A native histogram without labels: its value, in braces, stands where they would. */
const NATIVE = /^[\w:]+\s*\{(?:count|sum|schema):/;

const UNITS = new Map([
  ['seconds', 's'],
  ['ratios', 'ratio'],
]);

/** Where the name and labels of a sample line end; the braces inside of quotes do not count. */
function keyEndOf(bytes: Uint8Array, start: number, end: number): number {
  let quoted = false;
  let braces = false;
  for (let at = start; at < end; at++) {
    const byte = bytes[at];
    if (quoted) {
      if (byte === 0x5c) at++;
      else if (byte === 0x22) quoted = false;
    } else if (byte === 0x22) quoted = true;
    else if (byte === 0x7b) braces = true;
    else if (byte === 0x7d) return at + 1;
    else if (!braces && isBlank(byte ?? 0)) {
      // A blank may stand between the name and its labels.
      return bytes[skipBlanks(bytes, at, end)] === 0x7b ? keyEndOf(bytes, skipBlanks(bytes, at, end), end) : at;
    }
  }
  return end;
}

/** Behind the start time of a counter, which OpenMetrics 2.0 writes as `st@1520430000.123`. */
function skipStart(bytes: Uint8Array, start: number, end: number): number {
  if (start + 3 >= end || !bytesAre(bytes, start, start + 3, 'st@')) return start;
  let at = start;
  while (at < end && !isBlank(bytes[at] ?? 0)) at++;
  return skipBlanks(bytes, at, end);
}

function kindOf(
  type: string | undefined,
  metric: string,
  labels: Readonly<Record<string, string>>,
): SampleKind | undefined {
  if (metric.endsWith('_created')) return 'part';
  if (type === 'counter' || type === 'gauge') return type;
  if (type === 'info' || type === 'stateset') return 'part';
  if (type === 'histogram' || type === 'summary' || type === 'gaugehistogram') {
    const isTotal = /_(?:sum|count|gsum|gcount)$/.test(metric);
    return isTotal && !Object.hasOwn(labels, 'quantile') ? 'counter' : 'part';
  }
  return undefined;
}

function specialNumber(text: string): number {
  const lower = text.toLowerCase();
  if (lower === 'inf' || lower === '+inf' || lower === 'infinity' || lower === '+infinity') return Infinity;
  if (lower === '-inf' || lower === '-infinity') return -Infinity;
  return /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/.test(lower) ? Number(lower) : NaN;
}
