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
  NUMBER,
  OBJECT,
  STRING,
} from '../../bytes/json-tokens.ts';
import { elementsOf, type JsonValue, member, readJsonValue, textOf } from '../../bytes/json-value.ts';
import { TextPool } from '../../bytes/text-pool.ts';
import type { SampleSet } from '../../series/sample-set.ts';
import { SampleSetBuilder } from '../../series/sample-set-builder.ts';
import { isDamage, readToDamage } from '../json-damage.ts';
import { type ColumnSink, Held } from './column.ts';
import { type Field, fieldOf, fieldOfColumn, plainField } from './field.ts';
import { Frame } from './frame.ts';
import { scanNumbers } from './scan-numbers.ts';
import { SampleRuns } from './series-writer.ts';

/** Values of what frames say of themselves: a thousand fields say some 30 each. */
const MOST_SAID = 500_000;
const MOST_DEPTH = 16;
const BLOCK = 4096;
/** Cells of a table that are read before their rows become samples. */
const CELLS = 1 << 18;
/** Of a field, what is read beside its values. */
const SAID = new Set(['name', 'type', 'labels', 'config']);

export interface GrafanaSamples {
  readonly samples: SampleSet;
  readonly frames: number;
  readonly warnings: readonly string[];
}

/**
 * Data of Grafana panels: the inspector's "Data" and "Panel JSON with data" (data frames with `schema` and `data`, or with `fields`
 * that hold their values), answers of `/api/ds/query`, snapshots (`snapshotData`), and the older `target` + `datapoints` and tables.
 * https://grafana.com/developers/dataplane/ and /docs/grafana/latest/panels-visualizations/panel-inspector/
 * The document is never held: see `frame.ts` for what waits.
 */
export async function parseGrafanaJson(source: ByteSource, run: Run): Promise<GrafanaSamples> {
  return new Reader(source, run).read();
}

class Reader {
  readonly #tokens: JsonTokens;
  readonly #pool = new TextPool();
  readonly #runs: SampleRuns;
  readonly #held: Held;
  readonly #block = new Float64Array(BLOCK);
  readonly #sizeBytes: number;
  #frames = 0;

  constructor(source: ByteSource, run: Run) {
    this.#tokens = new JsonTokens(source, run, { terminal: true });
    this.#sizeBytes = source.size;
    this.#held = new Held(run.limits.memoryBytes);
    this.#runs = new SampleRuns(
      new SampleSetBuilder({ memoryBytes: run.limits.memoryBytes, capturedAtMs: run.context?.capturedAtMs }),
    );
  }

  async read(): Promise<GrafanaSamples> {
    const { builder } = this.#runs;
    const found = (): boolean => builder.seriesCount > 0;
    const damage = await readToDamage(this.#tokens, this.#sizeBytes, () => this.#documents(), found);
    const warnings = damage === undefined ? [] : [damage];
    if (this.#runs.leftOut > 0)
      warnings.push(`${this.#runs.leftOut} values are in rows that name too many different series; they were left out`);
    const samples = builder.finish();
    if (samples.series.length === 0) {
      throw new AppError(
        'bad-input',
        'there is no data in this JSON of Grafana: open the panel, Inspect > Data, and download the CSV, or Inspect > JSON with "DataFrame JSON"',
      );
    }
    return { samples, frames: this.#frames, warnings };
  }

  async #documents(): Promise<void> {
    const tokens = this.#tokens;
    for (let token = await tokens.pull(); token !== END; token = await tokens.pull()) await this.#value(token);
  }

  /** Finds frames anywhere: the many exports nest them differently and agree on the frames themselves. */
  async #value(token: JsonToken, outer?: Frame): Promise<void> {
    const tokens = this.#tokens;
    if ((token !== OBJECT && token !== ARRAY) || tokens.depth > MOST_DEPTH) await tokens.skip(token);
    else if (token === OBJECT) await this.#object(outer);
    else await this.#elements((element) => this.#value(element));
  }

  /** The elements of the array just entered. */
  async #elements(read: (token: JsonToken, index: number) => Promise<void>): Promise<void> {
    for (let index = 0; ; index++) {
      const token = await this.#tokens.pull();
      if (token === END || token === ARRAY_END) return;
      await read(token, index);
    }
  }

  /** The members of the object just entered. */
  async #members(read: (key: string, token: JsonToken) => Promise<void>): Promise<void> {
    const tokens = this.#tokens;
    for (;;) {
      const token = await tokens.pull();
      if (token !== KEY) return;
      const key = tokens.text(this.#pool);
      await read(key, await tokens.pull());
    }
  }

  /** Any object may be a frame, by its keys; `outer` is the frame whose `data` it is. */
  async #object(outer: Frame | undefined): Promise<void> {
    const frame = new Frame(this.#runs, this.#held);
    const points: Points = { present: false };
    try {
      await this.#members((key, token) => this.#member(key, token, frame, points, outer));
    } catch (error) {
      if (isDamage(error)) this.#finish(frame, points);
      throw error;
    }
    this.#finish(frame, points);
  }

  #finish(frame: Frame, points: Points): void {
    if (points.present) frame.fields ??= pointFields(points.target ?? points.title ?? 'value');
    frame.write();
    if (frame.isFilled) this.#frames++;
  }

  async #member(key: string, token: JsonToken, frame: Frame, points: Points, outer: Frame | undefined): Promise<void> {
    const tokens = this.#tokens;
    if (token === STRING) {
      if (key === 'name') frame.name ??= tokens.text();
      else if (key === 'target' || key === 'title') points[key] = tokens.text();
    } else if (key === 'schema' && token === OBJECT) await this.#schema(frame);
    else if (key === 'data' && token === OBJECT) await this.#object(frame);
    else if (key === 'values' && token === ARRAY && outer !== undefined) {
      await this.#elements(async (each, index) => {
        if (each !== ARRAY) return this.#value(each);
        await this.#column(outer.beginColumn(index));
        outer.endColumn();
      });
    } else if (key === 'fields' && token === ARRAY) await this.#fields(frame);
    else if (key === 'columns' && token === ARRAY) {
      frame.fields = elementsOf(await this.#said(token)).map(fieldOfColumn);
    } else if (key === 'rows' && token === ARRAY) await this.#rows(frame);
    else if (key === 'datapoints' && token === ARRAY) {
      points.present = frame.isFilled = true;
      if (points.target !== undefined) frame.fields ??= pointFields(points.target);
      await this.#rows(frame);
    } else await this.#value(token);
  }

  async #schema(frame: Frame): Promise<void> {
    const schema = await this.#said(OBJECT);
    const fields = elementsOf(member(schema, 'fields'));
    if (fields.length > 0) frame.fields = fields.map(fieldOf);
    frame.name ??= textOf(member(schema, 'name'));
  }

  /** Fields that hold their values themselves. */
  async #fields(frame: Frame): Promise<void> {
    const fields: Field[] = [];
    frame.fields = fields;
    await this.#elements(async (token) => {
      if (token !== OBJECT) return this.#value(token);
      const said: Record<string, JsonValue> = {};
      const has = { values: false };
      const read = async (key: string, value: JsonToken): Promise<void> => {
        if (SAID.has(key)) said[key] = await this.#said(value);
        else if (value === ARRAY && (key === 'values' || key === 'buffer')) {
          has.values = true;
          const kind = said['type'] === undefined ? undefined : fieldOf(said).kind;
          await this.#column(frame.waitingColumn(fields.length, kind));
        }
        // Grafana 7 to 9 had vectors, which print as an object around the array.
        else if (value === OBJECT && key === 'values') await this.#members(read);
        else await this.#tokens.skip(value);
      };
      await this.#members(read);
      if (has.values) fields.push(fieldOf(said));
    });
  }

  async #said(token: JsonToken): Promise<JsonValue> {
    return readJsonValue(this.#tokens, token, { maxNodes: MOST_SAID, pool: this.#pool });
  }

  /** The values of one column, whose array was just entered. */
  async #column(sink: ColumnSink | undefined): Promise<void> {
    const tokens = this.#tokens;
    if (sink === undefined) {
      await tokens.skip(ARRAY);
      return;
    }
    for (;;) {
      const count = scanNumbers(tokens, this.#block);
      if (count > 0) sink.addNumbers(this.#block, count);
      const token = tokens.next();
      if (token === NEED) await tokens.fill();
      else if (token === END || token === ARRAY_END) return;
      else if (!this.#cell(token, sink)) await tokens.skip(token);
    }
  }

  /** The rows of a table, or its points, whose array was just entered; objects in it are rows of a dashboard. */
  async #rows(frame: Frame): Promise<void> {
    const tokens = this.#tokens;
    let row = 0;
    let cells = 0;
    let index = -1; // outside of rows
    for (;;) {
      const token = tokens.next();
      if (token === NEED) await tokens.fill();
      else if (token === END) return;
      else if (token === ARRAY_END) {
        if (index < 0) return;
        row++;
        cells += index;
        index = -1;
        if (cells < CELLS || frame.fields === undefined) continue;
        frame.write();
        row = cells = 0;
      } else if (index >= 0) {
        const cell = frame.cell(row, index++);
        if (cell === undefined ? token === OBJECT || token === ARRAY : !this.#cell(token, cell))
          await tokens.skip(token);
      } else if (token === ARRAY) index = 0;
      else await this.#value(token);
    }
  }

  /** False for what is no scalar. */
  #cell(token: JsonToken, sink: ColumnSink): boolean {
    if (token === NUMBER) sink.addNumber(this.#tokens.number());
    else if (token === STRING) sink.addText(this.#tokens.text(this.#pool));
    else sink.addNothing();
    return token !== OBJECT && token !== ARRAY;
  }
}

/** What an object says of its `datapoints`. */
interface Points {
  present: boolean;
  target?: string;
  title?: string;
}

function pointFields(target: string): Field[] {
  return [plainField(target, 'number'), plainField('', 'time')];
}
