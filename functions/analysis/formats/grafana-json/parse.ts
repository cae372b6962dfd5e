import { AppError } from '../../../model/error.ts';
import type { ByteSource, Run } from '../../analyser.ts';
import { END, JsonTokens } from '../../bytes/json-tokens.ts';
import { elementsOf, entriesOf, type JsonValue, member, readJsonValue, textOf } from '../../bytes/json-value.ts';
import { TextPool } from '../../bytes/text-pool.ts';
import { unitOfName } from '../../series/metric-name.ts';
import type { SampleSet } from '../../series/sample-set.ts';
import { SampleSetBuilder } from '../../series/sample-set-builder.ts';
import { headerSeries } from '../metrics-csv/plan.ts';
import { setLabel } from '../labels.ts';
import { parseEpoch, parseMoment } from '../timestamp.ts';

/** Values of one panel's data; a panel shows thousands, and a file beyond this is no panel. */
const MAX_NODES = 8_000_000;
const MAX_FRAMES = 20_000;

export interface GrafanaSamples {
  readonly samples: SampleSet;
  readonly frames: number;
  readonly warnings: readonly string[];
}

/** One field of a data frame. */
interface Field {
  readonly name: string;
  readonly isTime: boolean;
  readonly labels: readonly [string, JsonValue][];
  readonly unit: string;
  readonly scale: number;
  readonly values: readonly JsonValue[];
}

/**
 * Data of Grafana panels: the inspector's "Data" and "Panel JSON with data" (data frames with `schema` and `data`, or with `fields`
 * that hold their values), answers of `/api/ds/query`, snapshots (`snapshotData`), and the older `target` + `datapoints` and tables.
 * https://grafana.com/developers/dataplane/ and /docs/grafana/latest/panels-visualizations/panel-inspector/
 */
export async function parseGrafanaJson(source: ByteSource, run: Run): Promise<GrafanaSamples> {
  const tokens = new JsonTokens(source, run, { terminal: true });
  const pool = new TextPool();
  const reader = new FrameReader(run);
  for (;;) {
    const token = await tokens.pull();
    if (token === END) break;
    reader.document(await readJsonValue(tokens, token, { maxNodes: MAX_NODES, pool }));
  }
  const warnings = tokens.truncated
    ? ['truncated: the JSON ends inside of a value; what stood before it was read']
    : [];
  const samples = reader.builder.finish();
  if (samples.series.length === 0) {
    throw new AppError(
      'bad-input',
      'there is no data in this JSON of Grafana: open the panel, Inspect > Data, and download the CSV, or Inspect > JSON with "DataFrame JSON"',
    );
  }
  return { samples, frames: reader.frames, warnings };
}

class FrameReader {
  readonly builder: SampleSetBuilder;
  frames = 0;

  constructor(run: Run) {
    this.builder = new SampleSetBuilder({
      memoryBytes: run.limits.memoryBytes,
      capturedAtMs: run.context?.capturedAtMs,
    });
  }

  /** Finds frames anywhere: the many exports nest them differently and agree on the frames themselves. */
  document(root: JsonValue): void {
    const waiting: { value: JsonValue; depth: number }[] = [{ value: root, depth: 0 }];
    for (let next = waiting.pop(); next !== undefined && this.frames < MAX_FRAMES; next = waiting.pop()) {
      const { value, depth } = next;
      if (Array.isArray(value)) {
        if (depth < 12) for (let i = value.length - 1; i >= 0; i--) push(waiting, value[i], depth);
      } else if (typeof value === 'object' && value !== null && !this.#frame(value) && depth < 12) {
        const inner = Object.values(value);
        for (let i = inner.length - 1; i >= 0; i--) push(waiting, inner[i], depth);
      }
    }
  }

  #frame(value: JsonValue): boolean {
    const fields = framedFields(value);
    if (fields !== undefined) {
      this.frames++;
      this.#columns(fields, textOf(member(value, 'name')) ?? textOf(member(member(value, 'schema'), 'name')) ?? '');
      return true;
    }
    const points = member(value, 'datapoints');
    if (Array.isArray(points)) {
      this.frames++;
      this.#datapoints(textOf(member(value, 'target')) ?? textOf(member(value, 'title')) ?? 'value', points);
      return true;
    }
    return false;
  }

  #columns(fields: readonly Field[], frameName: string): void {
    const time = fields.find(({ isTime }) => isTime);
    if (time === undefined) return;
    const times = time.values.map(timeOf);
    const texts = fields.filter(
      (field) => field !== time && field.values.some((value) => typeof value === 'string') && !isNumeric(field),
    );
    for (const field of fields) {
      if (field === time || texts.includes(field) || !isNumeric(field)) continue;
      const named = headerSeries(field.name === 'Value' && frameName !== '' ? frameName : field.name);
      const labels: Record<string, string> = { ...named.labels };
      let metric = named.metric;
      for (const [name, label] of field.labels) {
        if (name === '__name__' && typeof label === 'string') metric = label.slice(0, 300);
        else if (typeof label === 'string') setLabel(labels, name, label);
      }
      const unit = field.unit !== '' ? field.unit : unitOfName(metric);
      field.values.forEach((value, row) => {
        if (typeof value !== 'number') return;
        const own = texts.length === 0 ? labels : rowLabels(labels, texts, row);
        this.builder.push(this.builder.series(metric, own, { unit }), times[row] ?? NaN, value * field.scale);
      });
    }
  }

  #datapoints(target: string, points: readonly JsonValue[]): void {
    const { metric, labels } = headerSeries(target);
    const columns = this.builder.series(metric, labels, { unit: unitOfName(metric) });
    for (const point of points) {
      const [value, time] = elementsOf(point);
      if (typeof value === 'number') this.builder.push(columns, timeOf(time ?? null), value);
    }
  }
}

/** Units that Grafana names, in the words of the model. https://github.com/grafana/grafana/blob/main/packages/grafana-data/src/valueFormats/categories.ts */
const UNITS: Readonly<Record<string, string>> = {
  percent: '%',
  percentunit: 'ratio',
  s: 's',
  ms: 'ms',
  short: '',
};

/** Units of data that values are given in: what one of them is in bytes. */
const BYTES: Readonly<Record<string, number>> = {
  bytes: 1, kbytes: 2 ** 10, mbytes: 2 ** 20, gbytes: 2 ** 30, tbytes: 2 ** 40,
  decbytes: 1, deckbytes: 1e3, decmbytes: 1e6, decgbytes: 1e9, dectbytes: 1e12,
}; // prettier-ignore

/** The fields of a frame in any of its notations; undefined for an object that is none. */
function framedFields(value: JsonValue): Field[] | undefined {
  const schema = elementsOf(member(member(value, 'schema'), 'fields'));
  const columns = elementsOf(member(member(value, 'data'), 'values'));
  if (schema.length > 0 && columns.length > 0) return schema.map((field, i) => fieldOf(field, elementsOf(columns[i])));
  const fields = elementsOf(member(value, 'fields'));
  if (fields.some((field) => valuesOf(field) !== undefined)) {
    return fields.map((field) => fieldOf(field, elementsOf(valuesOf(field))));
  }
  const rows = elementsOf(member(value, 'rows'));
  const heads = elementsOf(member(value, 'columns'));
  if (rows.length > 0 && heads.length > 0) {
    return heads.map((head, i) =>
      fieldOf(
        { name: textOf(member(head, 'text')) ?? '', type: textOf(member(head, 'type')) ?? '' },
        rows.map((row) => elementsOf(row)[i] ?? null),
      ),
    );
  }
  return undefined;
}

/** Grafana 7 to 9 had vectors, which print as an object around the array. */
function valuesOf(field: JsonValue): JsonValue | undefined {
  const values = member(field, 'values');
  return Array.isArray(values) ? values : member(values, 'buffer');
}

function fieldOf(field: JsonValue, values: readonly JsonValue[]): Field {
  const config = member(field, 'config');
  const shown = textOf(member(config, 'displayNameFromDS')) ?? textOf(member(config, 'displayName'));
  const name = textOf(member(field, 'name')) ?? '';
  const type = textOf(member(field, 'type')) ?? '';
  const unit = textOf(member(config, 'unit')) ?? '';
  return {
    name: /^value(?: #\w+)?$/i.test(name) && shown !== undefined ? shown : name,
    isTime: type === 'time' || (type === '' && /^time$/i.test(name)),
    labels: entriesOf(member(field, 'labels')),
    unit: Object.hasOwn(BYTES, unit) ? 'bytes' : Object.hasOwn(UNITS, unit) ? (UNITS[unit] ?? '') : unit.slice(0, 24),
    scale: Object.hasOwn(BYTES, unit) ? (BYTES[unit] ?? 1) : 1,
    values: type === 'number' ? values.map(asNumber) : values,
  };
}

/** Integers of 64 bits are written as texts by some sources. */
function asNumber(value: JsonValue): JsonValue {
  if (typeof value !== 'string' || value.trim() === '') return value;
  const number = Number(value);
  return Number.isFinite(number) ? number : value;
}

function rowLabels(labels: Record<string, string>, texts: readonly Field[], row: number): Record<string, string> {
  const own = { ...labels };
  for (const { name, values } of texts) {
    const text = values[row];
    if (typeof text === 'string' && text !== '') setLabel(own, name, text);
  }
  return own;
}

function isNumeric(field: Field): boolean {
  return field.values.some((value) => typeof value === 'number');
}

function timeOf(value: JsonValue): number {
  if (typeof value === 'number') return parseEpoch(value);
  return typeof value === 'string' ? parseMoment(value) : NaN;
}

function push(waiting: { value: JsonValue; depth: number }[], value: JsonValue | undefined, depth: number): void {
  if (typeof value === 'object' && value !== null) waiting.push({ value, depth: depth + 1 });
}
