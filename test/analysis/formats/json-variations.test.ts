import { describe, expect, it } from 'vitest';
import { lastValues, readSeries } from './read-series.ts';

const T0 = 1_700_000_000;
const ISO = [0, 1].map((minute) => new Date((T0 + 60 * minute) * 1000).toISOString());
const points = (...values: number[]): (readonly [string, number])[] =>
  values.map((value, i) => [ISO[i]!, value] as const);
const json = (...documents: unknown[]): string => documents.map((document) => JSON.stringify(document)).join('\n');

describe('answers of Prometheus', () => {
  const labels = { __name__: 'container_memory_rss', pod: 'a' };
  const answer = (values: unknown[], more = {}): object => ({
    status: 'success',
    data: { resultType: 'matrix', result: [{ metric: labels, values }] },
    ...more,
  });
  const first = [T0, '1'];
  const second = [T0 + 60, '2'];
  it.each([
    ['one', json(answer([first, second]))],
    ['with warnings and infos', json(answer([first, second], { warnings: ['w'], infos: ['i'] }))],
    ['with nulls beside', json(answer([first, second], { warnings: null, infos: null }))],
    ['printed over many lines', JSON.stringify(answer([first, second]), null, 2)],
    ['one a line', json(answer([first]), answer([second]))],
    ['one behind the other', `${json(answer([first]))}${json(answer([second]))}`],
    ['in an array', json([answer([first]), answer([second])])],
    ['under names', json({ one: answer([first]), two: answer([second]) })],
    ['under names that lead deeper', json({ queries: { one: answer([first]), two: answer([second]) } })],
    ['the result alone', json([{ metric: labels, values: [first, second] }])],
    [
      'values before labels',
      json({ data: { result: [{ values: [first, second], metric: labels }], resultType: 'matrix' } }),
    ],
    [
      'times as strings, values as numbers',
      json(
        answer([
          [String(T0), 1],
          [String(T0 + 60), 2],
        ]),
      ),
    ],
    ['with its HTTP head', `HTTP/2 200 \r\ncontent-type: application/json\r\n\r\n${json(answer([first, second]))}`],
    [
      'with what is no number between',
      json(answer([first, [T0 + 20, 'NaN'], [T0 + 30, '+Inf'], [T0 + 40, '-Inf'], second])),
    ],
    [
      'beside a native histogram',
      json({
        data: {
          resultType: 'matrix',
          result: [
            { metric: { __name__: 'h' }, histograms: [[T0, { count: '1', sum: '2' }]] },
            { metric: labels, values: [first, second] },
          ],
        },
      }),
    ],
  ])('%s', async (_what, text) => {
    const read = await readSeries(text);
    expect(read.format).toBe('prometheus-json');
    expect(read.series).toEqual({ 'container_memory_rss{pod=a}': points(1, 2) });
  });
});

describe('panels of Grafana', () => {
  const times = [T0 * 1000, (T0 + 60) * 1000];
  const schema = {
    name: 'memory',
    fields: [
      { name: 'Time', type: 'time' },
      { name: 'Value', type: 'number', labels: { pod: 'a' }, config: { unit: 'mbytes' } },
    ],
  };
  const inline = (values: (column: number[]) => unknown): object => ({
    name: 'memory',
    fields: schema.fields.map((field, i) => ({ ...field, values: values(i === 0 ? times : [1, 2]) })),
  });
  it.each([
    ['frames with a schema', json([{ schema, data: { values: [times, [1, 2]] } }])],
    [
      'entities for what JSON cannot say',
      json([
        {
          schema,
          data: {
            values: [
              [...times, times[1]! + 1],
              [1, 2, null],
            ],
            entities: [null, { NaN: [2] }],
            nanos: [null, null],
          },
        },
      ]),
    ],
    [
      'an answer of /api/ds/query',
      json({ results: { A: { status: 200, frames: [{ schema, data: { values: [times, [1, 2]] } }] } } }),
    ],
    ['fields with their values', json([inline((column) => column)])],
    ['vectors of version 7', json([inline((buffer) => ({ buffer }))])],
    ['a snapshot', json({ panels: [{ title: 'memory', snapshotData: [inline((column) => column)] }] })],
    [
      'a panel with its data',
      json({ type: 'timeseries', targets: [], data: { series: [inline((column) => column)] } }),
    ],
    ['times as text', json([{ schema, data: { values: [ISO, [1, 2]] } }])],
  ])('%s', async (_what, text) => {
    const read = await readSeries(text);
    expect(read.format).toBe('grafana-json');
    expect(read.series).toEqual({ 'memory{pod=a}': points(2 ** 20, 2 ** 21) });
  });
});

describe('OTLP', () => {
  const request = (point: object, kind = 'gauge', more = {}): object => ({
    resourceMetrics: [
      {
        resource: { attributes: [{ key: 'pod', value: { stringValue: 'a' } }] },
        scopeMetrics: [{ metrics: [{ name: 'm', unit: 'MiBy', [kind]: { dataPoints: [point], ...more } }] }],
      },
    ],
  });
  const snake = (value: unknown): unknown =>
    JSON.parse(
      JSON.stringify(value).replace(
        /"(\w+)":/g,
        (_, key: string) => `"${key.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`)}":`,
      ),
    );
  const nanos = [`${T0}000000000`, `${T0 + 60}000000000`];
  it.each([
    ['integers as strings', json(...nanos.map((timeUnixNano, i) => request({ timeUnixNano, asInt: String(i + 1) })))],
    ['integers as numbers', json(...nanos.map((time, i) => request({ timeUnixNano: Number(time), asInt: i + 1 })))],
    ['snake case', json(...nanos.map((timeUnixNano, i) => snake(request({ timeUnixNano, asInt: String(i + 1) }))))],
    ['times as dates', json(...ISO.map((timeUnixNano, i) => request({ timeUnixNano, asDouble: i + 1 })))],
    [
      'differences',
      json(
        ...nanos.map((timeUnixNano) =>
          request({ timeUnixNano, asInt: '1' }, 'sum', { aggregationTemporality: 1, isMonotonic: true }),
        ),
      ),
    ],
    [
      'differences by name',
      json(
        ...nanos.map((timeUnixNano) =>
          request({ timeUnixNano, asInt: '1' }, 'sum', { aggregationTemporality: 'AGGREGATION_TEMPORALITY_DELTA' }),
        ),
      ),
    ],
    [
      'totals',
      json(
        ...nanos.map((timeUnixNano, i) =>
          request({ timeUnixNano, asInt: String(i + 1) }, 'sum', { aggregationTemporality: 2 }),
        ),
      ),
    ],
  ])('%s', async (_what, text) => {
    const read = await readSeries(text);
    expect(read.format).toBe('otlp-metrics');
    expect(read.series).toEqual({ 'm{pod=a}': points(2 ** 20, 2 ** 21) });
  });

  it.each(['histogram', 'exponentialHistogram', 'summary'])('count and sum of a %s', async (kind) => {
    const read = await readSeries(json(request({ timeUnixNano: nanos[0], count: '5', sum: 3 }, kind)));
    expect(read.series).toEqual({ 'm_count{pod=a}': points(5), 'm_sum{pod=a}': points(3 * 2 ** 20) });
  });
});

describe('memory of a runtime', () => {
  const memory = (i: number): object => ({ rss: 1e8 + i, heapTotal: 5e7, heapUsed: 4e7 });
  const each = (write: (i: number) => string): string => [0, 1].map(write).join('\n');
  it.each([
    ['pino', each((i) => json({ level: 30, time: Date.parse(ISO[i]!), msg: 'memory', ...memory(i) }))],
    ['bunyan', each((i) => json({ name: 'app', level: 30, msg: '', mem: memory(i), time: ISO[i], v: 0 }))],
    [
      'winston, between other lines',
      each(
        (i) =>
          `${json({ level: 'info', message: 'request done', timestamp: ISO[i] })}\n${json({ level: 'info', message: 'memory', memory: memory(i), timestamp: ISO[i] })}`,
      ),
    ],
    ['an array', json([0, 1].map((i) => ({ time: ISO[i], ...memory(i) })))],
    [
      'an array over many lines',
      JSON.stringify(
        [0, 1].map((i) => ({ time: ISO[i], ...memory(i) })),
        null,
        2,
      ),
    ],
    [
      'records that end with their time',
      JSON.stringify(
        [0, 1].map((i) => ({ ...memory(i), time: ISO[i] })),
        null,
        2,
      ),
    ],
    ['the log of a container', each((i) => json({ log: `${json(memory(i))}\n`, stream: 'stdout', time: ISO[i] }))],
    ['kubectl logs --timestamps', each((i) => `${ISO[i]!} ${json(memory(i))}`)],
    [
      'console.log after its time',
      each((i) => `${ISO[i]!}\n{\n  rss: ${1e8 + i},\n  heapTotal: 50_000_000,\n  heapUsed: 40000000\n}`),
    ],
    [
      'written with units',
      each((i) => json({ time: ISO[i], rss: `${(1e8 + i) / 1e6} MB`, heapTotal: '50 MB', heapUsed: '40.0 MB' })),
    ],
  ])('%s', async (_what, text) => {
    const read = await readSeries(text);
    expect(read.format).toBe('memory-jsonl');
    const found = Object.fromEntries(Object.entries(read.series).filter(([name]) => /^(?:rss|heap)/.test(name)));
    expect(found).toEqual({ rss: points(1e8, 1e8 + 1), heapTotal: points(5e7, 5e7), heapUsed: points(4e7, 4e7) });
  });

  const beam = {
    total: 31256784,
    processes: 5678,
    processes_used: 5670,
    system: 12345,
    atom: 512,
    binary: 999,
    code: 888,
    ets: 777,
  };
  const pairs = (between: string, separator: string): string =>
    Object.entries(beam)
      .map(([key, value]) => `${key}${between}${value}`)
      .join(separator);
  it.each([
    ['a keyword list', `[${pairs(': ', ', ')}]`],
    ['a keyword list over many lines', `[\n  ${pairs(': ', ',\n  ')}\n]`],
    ['a map of Elixir', `%{${pairs(': ', ', ')}}`],
    ['a list of Erlang', `[{${pairs(',', '},\n {')}}]`],
    ['a map of Erlang', `#{${pairs(' => ', ',')}}`],
    ['Elixir Logger', `10:00:00.123 [info] memory: [${pairs(': ', ', ')}]`],
    ['the shell', `iex(1)> :erlang.memory()\n[\n  ${pairs(': ', ',\n  ').replace('31256784', '31_256_784')}\n]`],
    ['JSON', json({ node: 'a@b', memory: beam })],
  ])(':erlang.memory/0 as %s', async (_what, text) => {
    const read = await readSeries(`${text}\n`);
    expect(read.format).toBe('memory-jsonl');
    const found = Object.entries(lastValues(read)).map(([name, value]) => [
      name.replace(/^erlang_memory_|\{.*$/g, ''),
      value,
    ]);
    expect(Object.fromEntries(found)).toEqual(beam);
  });
});

describe('Kubernetes', () => {
  const pod = (i: number): object => ({
    kind: 'PodMetrics',
    apiVersion: 'metrics.k8s.io/v1beta1',
    metadata: { name: 'web-0', namespace: 'shop' },
    timestamp: ISO[i],
    window: '15s',
    containers: [{ name: 'app', usage: { cpu: '5123n', memory: `${100 + i}Ki` } }],
  });
  it.each([
    ['one a line', json(pod(0), pod(1))],
    ['a list', json({ kind: 'PodMetricsList', apiVersion: 'metrics.k8s.io/v1beta1', items: [pod(0), pod(1)] })],
    ['a list of kubectl', json({ apiVersion: 'v1', kind: 'List', items: [pod(0), pod(1)] })],
    [
      'lists one behind the other',
      [0, 1].map((i) => JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [pod(i)] }, null, 4)).join('\n'),
    ],
    [
      'lists after a prompt and the time',
      [0, 1]
        .map(
          (i) =>
            `$ date; kubectl get --raw /apis\n${ISO[i]}\n${json({ kind: 'List', apiVersion: 'v1', items: [pod(i)] })}`,
        )
        .join('\n'),
    ],
  ])('metrics as %s', async (_what, text) => {
    const read = await readSeries(text);
    expect(read.format).toBe('k8s-metrics');
    expect(read.series['container_memory_working_set_bytes{namespace=shop,pod=web-0,container=app}']).toEqual(
      points(102400, 103424),
    );
  });

  it('reads the summary of a kubelet, which knows RSS as well', async () => {
    const memory = { time: ISO[0], usageBytes: 3, workingSetBytes: 2, rssBytes: 1, pageFaults: 9 };
    const read = await readSeries(
      json({
        node: { nodeName: 'n1', memory },
        pods: [{ podRef: { name: 'web-0', namespace: 'shop' }, containers: [{ name: 'app', memory }] }],
      }),
    );
    expect(read.series['container_memory_rss{namespace=shop,pod=web-0,container=app}']).toEqual(points(1));
    expect(read.series['node_memory_working_set_bytes{node=n1}']).toEqual(points(2));
  });

  it('asks for JSON where it gets YAML', async () => {
    const yaml = 'apiVersion: metrics.k8s.io/v1beta1\nitems:\n- containers:\n  - name: app\n';
    await expect(readSeries(yaml)).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('-o json') as unknown,
    });
  });
});
