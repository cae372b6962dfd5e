import { isAppError } from '../../../model/error.ts';
import type { ByteSource, Run } from '../../analyser.ts';
import {
  ARRAY,
  ARRAY_END,
  END,
  type JsonToken,
  JsonTokens,
  KEY,
  NEED,
  OBJECT,
  OBJECT_END,
} from '../../bytes/json-tokens.ts';
import { elementsOf, type JsonValue, member, readJsonValue, textOf } from '../../bytes/json-value.ts';
import { TextPool } from '../../bytes/text-pool.ts';
import { parseMoment } from '../timestamp.ts';
import { type OtlpMetric, OtlpSink, pointLabels } from './otlp-sink.ts';

/**
 * OTLP metrics in JSON, one export request or one a line, in an array, or its resources alone, metric by metric: neither the document nor a resource is ever held
 * whole. https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding - 64-bit integers may be strings.
 */
export async function parseOtlpJson(
  source: ByteSource,
  run: Run,
  warnings: string[],
  sink = new OtlpSink(run),
): Promise<OtlpSink> {
  const reader = new OtlpJsonReader(source, run, sink);
  try {
    await reader.read();
    if (reader.truncated) warnings.push('truncated: the JSON ends inside of a value; the metrics before it were read');
  } catch (error) {
    if (!isAppError(error) || reader.sink.points === 0) throw error;
    warnings.push(`${error.message}; the metrics before it were read`);
  }
  return reader.sink;
}

class OtlpJsonReader {
  readonly sink: OtlpSink;
  readonly #tokens: JsonTokens;
  readonly #pool = new TextPool();
  #resource: ReadonlyMap<string, string> = new Map();

  constructor(source: ByteSource, run: Run, sink: OtlpSink) {
    this.#tokens = new JsonTokens(source, run, { terminal: true });
    this.sink = sink;
  }

  get truncated(): boolean {
    return this.#tokens.truncated;
  }

  async read(): Promise<void> {
    for (;;) {
      const token = await this.#tokens.pull();
      if (token === END) return;
      if (token !== OBJECT) continue;
      this.#resource = new Map();
      await this.#object();
    }
  }

  /** Any of request, resource metrics and scope metrics: told apart by their keys. */
  async #object(): Promise<void> {
    const tokens = this.#tokens;
    for (;;) {
      const token = tokens.next();
      if (token === NEED) await tokens.fill();
      else if (token === END || token === OBJECT_END) return;
      else if (token === KEY) await this.#member(tokens.text(this.#pool), await tokens.pull());
    }
  }

  async #member(key: string, token: JsonToken): Promise<void> {
    const tokens = this.#tokens;
    if (key === 'resource' && token === OBJECT) {
      const resource = await readJsonValue(tokens, token, { maxNodes: 20_000, pool: this.#pool });
      this.#resource = attributesOf(member(resource, 'attributes'));
    } else if (key === 'metrics' && token === ARRAY) await this.#metrics();
    else if (NESTED.has(key) && token === ARRAY)
      await this.#array(key === 'resourceMetrics' || key === 'resource_metrics');
    else await tokens.skip(token);
  }

  async #array(resources: boolean): Promise<void> {
    const tokens = this.#tokens;
    for (;;) {
      const token = tokens.next();
      if (token === NEED) await tokens.fill();
      else if (token === END || token === ARRAY_END) return;
      else if (token === OBJECT) {
        if (resources) this.#resource = new Map();
        await this.#object();
      } else await tokens.skip(token);
    }
  }

  async #metrics(): Promise<void> {
    const tokens = this.#tokens;
    for (;;) {
      const token = tokens.next();
      if (token === NEED) await tokens.fill();
      else if (token === END || token === ARRAY_END) return;
      else this.#metric(await readJsonValue(tokens, token, { maxNodes: 1_000_000, pool: this.#pool }));
    }
  }

  #metric(json: JsonValue): void {
    const name = textOf(member(json, 'name'));
    if (name === undefined) return;
    this.sink.metrics++;
    const unit = textOf(member(json, 'unit')) ?? '';
    const sum = member(json, 'sum');
    const gauge = member(json, 'gauge');
    const isDelta = (data: JsonValue | undefined): boolean => {
      const temporality = member(data, 'aggregationTemporality') ?? member(data, 'aggregation_temporality');
      return temporality === 1 || temporality === 'AGGREGATION_TEMPORALITY_DELTA';
    };
    const monotonic = member(sum, 'isMonotonic') === true || member(sum, 'is_monotonic') === true;
    const data = sum ?? gauge;
    if (data !== undefined) {
      const metric: OtlpMetric = { name, unit, kind: monotonic ? 'counter' : 'gauge', delta: isDelta(sum) };
      for (const point of pointsOf(data))
        this.#point(metric, point, numberOf(point, 'asDouble', 'as_double') ?? numberOf(point, 'asInt', 'as_int'));
      return;
    }
    for (const kind of ['histogram', 'exponentialHistogram', 'exponential_histogram', 'summary']) {
      const parts = member(json, kind);
      for (const point of pointsOf(parts)) {
        const delta = isDelta(parts);
        this.#point(
          { name: `${name}_count`, unit: '{count}', kind: 'counter', delta },
          point,
          numberOf(point, 'count'),
        );
        this.#point({ name: `${name}_sum`, unit, kind: 'part', delta }, point, numberOf(point, 'sum'));
      }
    }
  }

  #point(metric: OtlpMetric, point: JsonValue, value: number | undefined): void {
    if (value === undefined) return;
    const time =
      numberOf(point, 'timeUnixNano', 'time_unix_nano') ??
      1e6 * momentOf(point, 'timeUnixNano', 'time_unix_nano', 'time');
    const labels = pointLabels(this.#resource, attributesOf(member(point, 'attributes')));
    this.sink.point(metric, labels, Math.round(time / 1e6), value);
  }
}

const NESTED = new Set([
  'resourceMetrics',
  'resource_metrics',
  'scopeMetrics',
  'scope_metrics',
  'instrumentationLibraryMetrics',
  'instrumentation_library_metrics',
]);

function pointsOf(data: JsonValue | undefined): JsonValue[] {
  return elementsOf(member(data, 'dataPoints') ?? member(data, 'data_points'));
}

function numberOf(point: JsonValue, ...names: string[]): number | undefined {
  for (const name of names) {
    const value = member(point, name);
    if (typeof value === 'number') return value;
    if (typeof value === 'string' && value !== '' && value.length < 40) {
      const number = Number(value);
      if (!Number.isNaN(number)) return number;
      if (value === 'NaN') return NaN;
    }
  }
  return undefined;
}

/** Some writers print the time as a date; 0 for none. */
function momentOf(point: JsonValue, ...names: string[]): number {
  for (const name of names) {
    const timeMs = parseMoment(textOf(member(point, name)) ?? '');
    if (!Number.isNaN(timeMs)) return timeMs;
  }
  return 0;
}

/** Attributes whose value is a text, number or truth value; lists and maps name nothing. */
function attributesOf(attributes: JsonValue | undefined): Map<string, string> {
  const found = new Map<string, string>();
  for (const attribute of elementsOf(attributes)) {
    const key = textOf(member(attribute, 'key'));
    const value = member(attribute, 'value');
    if (key === undefined || found.size >= 128) continue;
    for (const kind of [
      'stringValue',
      'string_value',
      'intValue',
      'int_value',
      'doubleValue',
      'double_value',
      'boolValue',
      'bool_value',
    ]) {
      const scalar = member(value, kind);
      if (typeof scalar === 'string' || typeof scalar === 'number' || typeof scalar === 'boolean')
        found.set(key, String(scalar));
    }
  }
  return found;
}
