import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseGrafanaJson } from '../../../../functions/analysis/formats/grafana-json/parse.ts';
import { isAppError } from '../../../../functions/model/error.ts';
import { bytesOf, chosenFormat } from '../analyse.ts';
import { sourceOf, testRun } from '../../test-run.ts';

const T0 = 1_760_000_000_000;
const times = [0, 1, 2].map((i) => T0 + i * 60_000);

interface Read {
  readonly series: readonly (readonly [string, Readonly<Record<string, string>>, string, number[], number[]])[];
  readonly warnings: readonly string[];
}

async function read(input: string, chunkBytes?: number, memoryBytes = 1 << 30): Promise<Read> {
  const run = testRun({ limits: { memoryBytes } });
  const { samples, warnings } = await parseGrafanaJson(sourceOf(input, chunkBytes), run);
  return {
    series: samples.series.map(({ metric, labels, unit, timesMs, values }) => [
      metric,
      labels,
      unit,
      [...timesMs],
      [...values],
    ]),
    warnings: [...warnings, ...samples.warnings],
  };
}

const fields = [
  { name: 'Time', type: 'time' },
  { name: 'pod', type: 'string' },
  { name: 'Value', type: 'number', labels: { job: 'shop' }, config: { unit: 'kbytes' } },
  { name: 'cpu', type: 'number' },
];
const columns = [times, ['a', 'b', 'a'], [1, null, 2.5e3], ['7', 'none', '-0.25']];
const inline = fields.map((field, i) => ({ ...field, values: columns[i] }));
const shop = { job: 'shop' };
const frameSeries = [
  ['memory', { ...shop, pod: 'a' }, 'bytes', [times[0], times[2]], [1024, 2_560_000]],
  ['cpu', { pod: 'a' }, '', [times[0], times[2]], [7, -0.25]],
];
const tableSeries = [
  ['mem', { pod: 'a' }, '', [times[0], times[2]], [1, 3]],
  ['mem', { pod: 'b' }, '', [times[1]], [2]],
];
const heads = [{ text: 'Time' }, { text: 'pod' }, { text: 'mem' }];
const rows = times.map((time, i) => [time, i === 1 ? 'b' : 'a', i + 1]);
const points = times.map((time, i) => [i === 1 ? null : i, time]);
const pointSeries = [['rss', { pod: 'a' }, '', [times[0], times[2]], [0, 2]]];

/** Each with what may come after the values as well as before them. */
const SHAPES: readonly (readonly [string, unknown, unknown])[] = [
  ['the schema first', [{ schema: { name: 'memory', fields }, data: { values: columns } }], frameSeries],
  ['the schema last', [{ data: { values: columns }, schema: { name: 'memory', fields } }], frameSeries],
  ['the name last', [{ schema: { fields }, data: { values: columns }, name: 'memory' }], frameSeries],
  [
    'the time last',
    [{ schema: { name: 'memory', fields: fields.toReversed() }, data: { values: columns.toReversed() } }],
    frameSeries.toReversed(),
  ],
  ['fields', { data: { series: [{ name: 'memory', fields: inline }] } }, frameSeries],
  [
    'fields with their values first',
    [{ fields: fields.map((field, i) => ({ values: columns[i], ...field })), name: 'memory' }],
    frameSeries,
  ],
  [
    'vectors',
    [{ name: 'memory', fields: inline.map((each) => ({ ...each, values: { buffer: each.values } })) }],
    frameSeries,
  ],
  ['a table', [{ columns: heads, rows }], tableSeries],
  ['a table with its head last', [{ rows, columns: heads }], tableSeries],
  ['points', { rows: [{ panels: [{ target: 'rss{pod="a"}', datapoints: points }] }] }, pointSeries],
  ['points before their target', [{ title: 'no', datapoints: points, target: 'rss{pod="a"}' }], pointSeries],
];

describe("Grafana's data as a stream", () => {
  it.each(SHAPES)('%s: the same however it is cut into chunks', async (_what, document, series) => {
    for (const indent of [0, 2]) {
      const text = JSON.stringify(document, null, indent);
      for (const chunkBytes of [1, 2, 3, 5, 17, 64, 1 << 16]) {
        const found = await read(text, chunkBytes);
        expect(found.series).toEqual(series);
        expect(found.warnings).toEqual([]);
      }
    }
  });

  it('reads every number as JSON.parse does', async () => {
    const values = fc.array(fc.option(fc.double({ noNaN: true, min: -1e150, max: 1e150 })), {
      minLength: 1,
      maxLength: 60,
    });
    await fc.assert(
      fc.asyncProperty(
        values.filter((all) => all.some((value) => value !== null)),
        fc.constantFrom(0, 1),
        fc.integer({ min: 1, max: 200 }),
        async (input, indent, chunkBytes) => {
          const schema = { fields: [{ name: 'Time', type: 'time' }, { name: 'm', type: 'number' }] }; // prettier-ignore
          const data = { values: [input.map((_, i) => T0 + i), input] };
          const found = await read(JSON.stringify([{ schema, data }], null, indent), chunkBytes);
          const kept = input.flatMap((value, i) => (value === null ? [] : [[T0 + i, value + 0]]));
          expect(found.series[0]?.[3].map((time, i) => [time, (found.series[0]?.[4][i] ?? NaN) + 0])).toEqual(kept);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('is recognised by values that fill the head before anything says what they are', () => {
    const long = Array.from({ length: 10_000 }, (_, i) => T0 + i * 1000);
    const frame = { data: { values: [long, long] }, schema: { fields } };
    const recognised = (document: unknown): string | undefined => chosenFormat(bytesOf(JSON.stringify(document)));
    expect(recognised({ results: { A: { frames: [frame] } } })).toBe('grafana-json');
    expect(recognised([frame])).toBe('grafana-json');
    expect(recognised([{ datapoints: long.map((time) => [1, time]), target: 'm' }])).toBe('grafana-json');
  });

  it('reads a table of many rows on', async () => {
    const count = 140_000; // more than two blocks
    const many = Array.from({ length: count }, (_, i) => [T0 + i * 1000, i % 2 === 0 ? 'a' : 'b', i]);
    const { series } = await read(JSON.stringify([{ columns: heads, rows: many }]));
    expect(series.map(([, labels, , at, values]) => [labels, at.length, values[0], values.at(-1)])).toEqual([
      [{ pod: 'a' }, count / 2, 0, count - 2],
      [{ pod: 'b' }, count / 2, 1, count - 1],
    ]);
  });

  it('holds no more than its limit of what must wait, and says so', async () => {
    const all = Array.from({ length: 10 }, (_, i) => ({
      name: i === 0 ? 'Time' : `m${i}`,
      type: i === 0 ? 'time' : 'number',
    }));
    const values = all.map(() => Array.from({ length: 200 }, (_, i) => T0 + i * 1000));
    const frames = (first: boolean): string =>
      JSON.stringify(
        [1, 2, 3].map(() =>
          first ? { schema: { fields: all }, data: { values } } : { data: { values }, schema: { fields: all } },
        ),
      );
    const memoryBytes = 1000 * 8 * 4;
    expect((await read(frames(true), 100, memoryBytes)).series).toHaveLength(9);
    await expect(read(frames(false), 100, memoryBytes)).rejects.toMatchObject({
      code: 'too-large',
      message: expect.stringMatching(/more than 1000 values that have to wait .*export fewer series/) as string,
    });
    // What was read before it stays.
    const { series, warnings } = await read(`${frames(true)}${frames(false)}`, 100, memoryBytes);
    expect(series).toHaveLength(9);
    expect(warnings.join()).toMatch(/have to wait.*what stood before it was read/);
  });

  it('leaves out rows that name more series than can be kept', async () => {
    const many = Array.from({ length: 100_010 }, (_, i) => [T0, `pod-${i}`, i]);
    const { series, warnings } = await read(JSON.stringify([{ rows: many, columns: heads }]));
    expect(series).toHaveLength(100_000);
    expect(warnings).toEqual(['10 values are in rows that name too many different series; they were left out']);
  });
});

describe('hostile data of Grafana', () => {
  /** Reads it, or refuses it with a reason. */
  async function survive(text: string, chunkBytes = 64): Promise<Read | undefined> {
    try {
      return await read(text, chunkBytes);
    } catch (error) {
      expect(isAppError(error)).toBe(true);
      return undefined;
    }
  }

  it.each(SHAPES)('%s, cut anywhere: what was read, and that it is cut', async (_what, document) => {
    const text = JSON.stringify(document);
    for (let end = 0; end < text.length; end++) {
      const found = await survive(text.slice(0, end));
      if (found !== undefined) expect(found.warnings.join()).toMatch(/truncated/);
    }
  });

  it('any byte changed', async () => {
    const any = fc.constantFrom(...SHAPES.map(([, document]) => JSON.stringify(document)));
    await fc.assert(
      fc.asyncProperty(
        any,
        fc.nat(),
        fc.constantFrom('[', ']', '{', '}', ',', ':', '"', '0', '-', 'e', '.', 'n', '\\', '\u0000', 'é'),
        async (text, place, character) => {
          const at = place % text.length;
          await survive(text.slice(0, at) + character + text.slice(at + 1));
        },
      ),
      { numRuns: 500 },
    );
  });

  it.each(['[', '{"data":', '{"fields":[', '[{"rows":[', '{"data":{"values":[['])(
    '%s again and again',
    async (opens) => {
      expect(await survive(opens.repeat(100_000), 4096)).toBeUndefined();
    },
  );

  it('keys that come again', async () => {
    const twice = (member: string): string => `${member},${member}`;
    const schema = `"schema":${JSON.stringify({ name: 'memory', fields })}`;
    const data = `"data":{${twice(`"values":${JSON.stringify(columns)}`)}}`;
    for (const text of [`[{${schema},${twice(data)}}]`, `[{${twice(data)},${twice(schema)}}]`])
      expect((await survive(text))?.series).toEqual(frameSeries);
    const table = `[{${twice(`"columns":${JSON.stringify(heads)}`)},${twice(`"rows":${JSON.stringify(rows)}`)}}]`;
    expect((await survive(table))?.series).toEqual(tableSeries);
  });

  it('numbers of 400 digits, and what no number is', async () => {
    const digits = '9'.repeat(400);
    const text = `[{"schema":{"fields":[{"name":"Time","type":"time"},{"name":"m","type":"number"}]},
      "data":{"values":[[${T0},${T0 + 1},${digits},${T0 + 3}],[1,${digits},3,"${digits}",{"a":[1]},[2],true]]}}]`;
    for (const chunkBytes of [1, 1000]) {
      const found = await read(text, chunkBytes);
      expect(found.series).toEqual([['m', {}, '', [T0], [1]]]);
      expect(found.warnings.join()).toMatch(/2 samples are infinite or have a time that is no date/);
    }
  });
});
