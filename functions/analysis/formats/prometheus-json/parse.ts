import { AppError } from '../../../model/error.ts';
import type { ByteSource, Run } from '../../analyser.ts';
import {
  ARRAY,
  ARRAY_END,
  END,
  JsonTokens,
  type JsonToken,
  KEY,
  NEED,
  NULL,
  NUMBER,
  OBJECT,
  OBJECT_END,
  STRING,
  TRUE,
} from '../../bytes/json-tokens.ts';
import { parseDecimal } from '../../bytes/decimal.ts';
import { TextPool } from '../../bytes/text-pool.ts';
import type { SampleKind, SampleSet } from '../../series/sample-set.ts';
import { isSample } from '../../series/sample-value.ts';
import { SampleSetBuilder } from '../../series/sample-set-builder.ts';
import type { SeriesColumns } from '../../series/series-columns.ts';
import { readToDamage } from '../json-damage.ts';
import { setLabel } from '../labels.ts';
import { addNumber, metricOfQuery, nameOf, readLabels, readNumbers, readStrings, valueOfText } from './parts.ts';
import { readFamily } from './old-exposition.ts';
import { type PairColumns, scanPairs } from './scan-pairs.ts';

const SCRATCH = 1 << 16;
const MOST_NAMED_DEPTH = 3;
/** Objects of an answer that hold no samples. */
const ASIDE = new Set(['stats', 'analysis', 'trace', 'labels', 'annotations']);

/** Keys around an answer that name nothing. */
const WRAPPERS = new Set(['response', 'body', 'payload', 'json', 'answer', 'output', 'results', 'prometheus']);
const QUERIES = new Set(['query', 'expr', 'promql']);
const UNNAMED = 'value';
/** `isPartial` of VictoriaMetrics and Thanos, in words. */
const PARTIAL = 'the answer is partial: some stores did not answer, so series or samples may be missing';
const MOST_ANSWERS = 33;

export interface PrometheusAnswers {
  readonly samples: SampleSet;
  /** Answers that were read: documents in the file, or elements of an outer array with a `data` of their own. */
  readonly responses: number;
  /** `matrix`, `vector`, `scalar`, ... as the first answer says it. */
  readonly resultType: string;
  readonly warnings: readonly string[];
}

/** One object of a result while it is read. */
interface Entry {
  labels: Record<string, string> | undefined;
  kind: SampleKind | undefined;
  /** Plain numbers of VictoriaMetrics' export, whose times stand in an array of their own. */
  plain: number[] | undefined;
  timestamps: number[] | undefined;
  histograms: number;
  pairs: boolean;
}

/**
 * Prometheus answers to samples: `query` (vector, scalar, string) and `query_range` (matrix), bare `data` or `result`
 * parts, several documents in one file, VictoriaMetrics' `/api/v1/export` lines, and the old JSON exposition.
 * https://prometheus.io/docs/prometheus/latest/querying/api/ - times are seconds, values are strings.
 * Native histograms are passed over with a warning. Throws AppError when there is not one sample.
 */
export async function parsePrometheusJson(source: ByteSource, run: Run): Promise<PrometheusAnswers> {
  return new Reader(source, run).read();
}

class Reader {
  readonly #tokens: JsonTokens;
  readonly #pool = new TextPool();
  readonly #builder: SampleSetBuilder;
  readonly #sizeBytes: number;
  readonly #scratch: PairColumns = {
    times: new Float64Array(SCRATCH),
    values: new Float64Array(SCRATCH),
    length: 0,
  };
  /** The samples of the scratch while they are handed over. */
  readonly #found: PairColumns = { times: this.#scratch.times, values: this.#scratch.values, length: 0 };
  /** What the answer that is read is called, by the key it stands under or the query beside it. */
  #name = UNNAMED;
  readonly #errors: string[] = [];
  readonly #said: string[] = [];
  #responses = 0;
  #depth = 0;
  #resultType = '';
  #histograms = 0;
  #badValues = 0;
  #badNames = 0;
  #texts = 0;

  constructor(source: ByteSource, run: Run) {
    this.#tokens = new JsonTokens(source, run, { terminal: true });
    this.#sizeBytes = source.size;
    this.#builder = new SampleSetBuilder({
      memoryBytes: run.limits.memoryBytes,
      capturedAtMs: run.context?.capturedAtMs,
    });
  }

  async read(): Promise<PrometheusAnswers> {
    const found = (): boolean => this.#builder.seriesCount > 0;
    const damage = await readToDamage(this.#tokens, this.#sizeBytes, () => this.#documents(), found);
    const warnings = [...(damage === undefined ? [] : [damage]), ...this.#warnings()];
    const samples = this.#builder.finish();
    if (samples.series.length === 0) throw this.#nothing();
    return { samples, responses: this.#responses, resultType: this.#resultType, warnings };
  }

  async #documents(): Promise<void> {
    for (;;) {
      const token = await this.#tokens.pull();
      if (token === END) return;
      if (token === OBJECT) await this.#object();
      else if (token === ARRAY) await this.#array(true);
    }
  }

  /** An array of answers, of result objects, or (a scalar) of a time and a value. */
  async #array(outer: boolean): Promise<void> {
    const tokens = this.#tokens;
    let numbers = 0;
    let timeMs = 0;
    for (;;) {
      const token = tokens.next();
      if (token === NEED) await tokens.fill();
      else if (token === END || token === ARRAY_END) return;
      else if (token === OBJECT) await this.#object();
      else if (token === NUMBER && numbers++ === 0) timeMs = tokens.number() * 1000;
      else if (token === STRING && !outer && numbers === 1) this.#scalar(timeMs);
      else if (!(await tokens.skip(token))) return;
    }
  }

  #scalar(timeMs: number): void {
    if (this.#resultType === 'string') {
      this.#texts++;
      return;
    }
    const columns = this.#builder.series(this.#name, {});
    this.#builder.push(columns, timeMs, this.#textValue());
  }

  /** An envelope, its data, or one entry of a result: told apart by keys alone, so that every bare part reads as well. */
  async #object(): Promise<void> {
    const tokens = this.#tokens;
    const entry: Entry = {
      labels: undefined,
      kind: undefined,
      plain: undefined,
      timestamps: undefined,
      histograms: 0,
      pairs: false,
    };
    this.#scratch.length = 0;
    const outer = this.#name;
    for (;;) {
      const token = tokens.next();
      if (token === NEED) await tokens.fill();
      else if (token === END || token === OBJECT_END) break;
      else if (token === KEY) await this.#member(this.#tokens.text(this.#pool), entry);
    }
    this.#finishEntry(entry);
    this.#name = outer;
  }

  async #member(key: string, entry: Entry): Promise<void> {
    const tokens = this.#tokens;
    const token = await tokens.pull();
    if (token === END) return;
    if (key === 'metric' && token === OBJECT) return this.#metric(entry);
    if (key === 'values' && token === ARRAY) return this.#values(entry);
    if (key === 'value' && token === ARRAY) return this.#pair(entry);
    if (key === 'timestamps' && token === ARRAY) entry.timestamps = await readNumbers(tokens);
    else if (key === 'histogram' || key === 'histograms') {
      entry.histograms++;
      await tokens.skip(token);
    } else if (key === 'baseLabels' && token === OBJECT) entry.labels = await readLabels(tokens, this.#pool);
    else if (key === 'data' || key === 'result') {
      if (key === 'data') this.#responses++;
      if (token === OBJECT) await this.#object();
      else if (token === ARRAY) await this.#array(false);
      else await tokens.skip(token);
    } else if (token === OBJECT && entry.labels === undefined && this.#depth < MOST_NAMED_DEPTH && !ASIDE.has(key)) {
      // `{"rss": {answer}, "limit": {answer}}`: several answers under names of their own.
      const outer = this.#name;
      this.#depth++;
      if (!WRAPPERS.has(key)) this.#name = key.slice(0, 300);
      await this.#object();
      this.#name = outer;
      this.#depth--;
    } else if ((key === 'warnings' || key === 'infos') && token === ARRAY) await readStrings(tokens, this.#said);
    else if (token === TRUE && key === 'isPartial') {
      if (!this.#said.includes(PARTIAL)) this.#said.push(PARTIAL);
    } else if (token === STRING) this.#word(key, tokens.text());
    else await tokens.skip(token);
  }

  #word(key: string, text: string): void {
    if (key === 'resultType' && this.#resultType === '') this.#resultType = text.slice(0, 40);
    else if (QUERIES.has(key)) this.#name = metricOfQuery(text) ?? this.#name;
    else if (key === 'error' && this.#errors.length < 20) this.#errors.push(text.slice(0, 500));
  }

  /** The labels of an entry; in the old JSON exposition, the type and the values of a family. */
  async #metric(entry: Entry): Promise<void> {
    const tokens = this.#tokens;
    const base = entry.labels;
    const labels: Record<string, string> = {};
    for (;;) {
      const token = tokens.next();
      if (token === NEED) await tokens.fill();
      else if (token === END || token === OBJECT_END) break;
      else if (token === KEY) {
        const name = tokens.text(this.#pool);
        const value = await tokens.pull();
        if (value === STRING) setLabel(labels, name, tokens.text(this.#pool));
        else if (value === ARRAY && name === 'value' && base !== undefined)
          this.#badNames += await readFamily(tokens, this.#pool, this.#builder, base, labels['type'] ?? '');
        else if (!(await tokens.skip(value))) break;
      }
    }
    if (base === undefined) entry.labels = labels;
  }

  /** The samples of an entry: pairs, or plain numbers. */
  async #values(entry: Entry): Promise<void> {
    const tokens = this.#tokens;
    const scratch = this.#scratch;
    for (;;) {
      scanPairs(tokens, scratch);
      if (scratch.length > 0) entry.pairs = true;
      if (scratch.length === scratch.times.length) this.#flush(entry);
      const token = tokens.next();
      if (token === NEED) await tokens.fill();
      else if (token === END || token === ARRAY_END) return;
      else if (token === ARRAY) await this.#pair(entry);
      else if (token === NUMBER) addNumber((entry.plain ??= []), tokens.number());
      else if (token === NULL || token === STRING) addNumber((entry.plain ??= []), NaN);
      else if (!(await tokens.skip(token))) return;
    }
  }

  /** `[time, "value"]` behind its bracket. */
  async #pair(entry: Entry): Promise<void> {
    const tokens = this.#tokens;
    let timeMs = NaN;
    let value = NaN;
    let count = 0;
    for (;;) {
      const token = tokens.next();
      if (token === NEED) {
        await tokens.fill();
        continue;
      }
      if (token === END) return;
      if (token === ARRAY_END) break;
      if (count === 0 && (token === NUMBER || token === STRING)) timeMs = Math.round(this.#scalarToken(token) * 1000);
      else if (count === 1) value = this.#scalarToken(token);
      if ((token === OBJECT || token === ARRAY) && !(await tokens.skip(token))) return;
      count++;
    }
    if (count < 2 || Number.isNaN(timeMs)) {
      this.#badValues++;
      return;
    }
    entry.pairs = true;
    if (isSample(value)) {
      const scratch = this.#scratch;
      if (scratch.length === scratch.times.length) this.#flush(entry);
      scratch.times[scratch.length] = timeMs;
      scratch.values[scratch.length++] = value;
      return;
    }
    if (entry.labels === undefined) return;
    this.#flush(entry);
    this.#builder.push(this.#columnsOf(entry), timeMs, value);
  }

  #scalarToken(token: JsonToken): number {
    if (token === STRING) return this.#textValue();
    return token === NUMBER ? this.#tokens.number() : NaN;
  }

  /** The number that the STRING just read spells. */
  #textValue(): number {
    const { window, start, end } = this.#tokens;
    const value = parseDecimal(window.bytes, start, end);
    if (!Number.isNaN(value)) return value;
    const text = this.#tokens.text();
    const special = valueOfText(text);
    if (Number.isNaN(special) && text !== 'NaN') this.#badValues++;
    return special;
  }

  #finishEntry(entry: Entry): void {
    this.#flush(entry);
    if (entry.labels !== undefined && entry.plain !== undefined && entry.timestamps !== undefined) {
      const columns = this.#columnsOf(entry);
      const count = Math.min(entry.plain.length, entry.timestamps.length);
      for (let i = 0; i < count; i++) this.#builder.push(columns, entry.timestamps[i] ?? NaN, entry.plain[i] ?? NaN);
    }
    if (entry.histograms > 0) this.#histograms++;
  }

  /**
   * The series of an entry. Where its query left no name (`sum by (pod) (...)`), it has that of its answer; answers of several queries would
   * then be one series where they have the same labels: the same time with another value tells them apart.
   */
  #columnsOf(entry: Entry): SeriesColumns {
    const { metric, rest } = nameOf(entry.labels ?? {}, this.#name);
    const first = this.#builder.series(metric, rest, { kind: entry.kind });
    if (entry.labels?.['__name__'] !== undefined) return first;
    let columns = first;
    for (let answer = 2; answer < MOST_ANSWERS && this.#contradicts(columns); answer++)
      columns = this.#builder.series(metric, { ...rest, answer: String(answer) }, { kind: entry.kind });
    return columns;
  }

  #contradicts({ times, values, length }: SeriesColumns): boolean {
    if (length === 0) return false;
    const { times: newTimes, values: newValues, length: count } = this.#found;
    for (const at of new Set([0, count - 1])) {
      const known = times.subarray(0, length).indexOf(newTimes[at] ?? NaN);
      if (known >= 0 && values[known] !== newValues[at]) return true;
    }
    return false;
  }

  #flush(entry: Entry): void {
    const { times, values, length } = this.#scratch;
    if (length === 0) return;
    this.#scratch.length = 0;
    if (!entry.pairs) return;
    // Milliseconds where the API has seconds: some programs that speak of "Prometheus' format" write them so. The API's own reach the year 5138.
    if ((times[0] ?? 0) >= 1e14) for (let i = 0; i < length; i++) times[i]! /= 1000;
    let sorted = true;
    for (let i = 1; i < length && sorted; i++) sorted = (times[i] ?? 0) > (times[i - 1] ?? 0);
    this.#found.length = length;
    this.#builder.pushRun(this.#columnsOf(entry), times, values, length, sorted);
    this.#found.length = 0;
  }

  #warnings(): string[] {
    const warnings: string[] = [];
    for (const text of this.#said) warnings.push(`Prometheus said: ${text}`);
    for (const text of this.#errors) warnings.push(`one answer is an error: ${text}`);
    if (this.#histograms > 0) {
      warnings.push(
        `${this.#histograms} series are native histograms; they say nothing of memory and were passed over`,
      );
    }
    if (this.#badValues > 0)
      warnings.push(`${this.#badValues} samples are not a time with a number; they were left out`);
    if (this.#badNames > 0)
      warnings.push(
        `${this.#badNames} labels have names that none may have: the text was damaged, and they may be wrong`,
      );
    return warnings;
  }

  #nothing(): AppError {
    const error = this.#errors[0];
    if (error !== undefined) {
      return new AppError(
        'bad-input',
        `Prometheus answered with an error instead of data: "${error}"; mend the query and send its answer`,
      );
    }
    if (this.#texts > 0)
      return new AppError('bad-input', 'the answer is a text, not samples; query a series and send that');
    if (this.#histograms > 0) {
      return new AppError(
        'bad-input',
        'all series of the answer are native histograms; query a gauge such as container_memory_working_set_bytes',
      );
    }
    if (this.#tokens.truncated) {
      return new AppError(
        'corrupt',
        `truncated: the JSON ends at byte ${this.#sizeBytes}, before its first sample; fetch it again`,
      );
    }
    if (this.#resultType === 'streams') {
      return new AppError(
        'bad-input',
        'the answer holds log lines of Loki, not samples; send the answer of a query that makes numbers of them, such as one with unwrap and max_over_time',
      );
    }
    return new AppError(
      'bad-input',
      'the answer holds no sample: its result is empty; check the query and its range (start, end), then send the answer again',
    );
  }
}
