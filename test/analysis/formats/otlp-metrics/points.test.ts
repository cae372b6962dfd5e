import { describe, expect, it } from 'vitest';
import { analyseAs, chosenFormat } from '../analyse.ts';
import { otlpProtobuf } from '../metric-samples.ts';
import { ProtoWriter } from '../proto-writer.ts';

const nano = (second: number): string => `${1_760_000_000 + second}000000000`;
const request = (metrics: unknown[]): string =>
  JSON.stringify({
    resourceMetrics: [
      { resource: { attributes: [{ key: 'service.name', value: { stringValue: 's' } }] }, scopeMetrics: [{ metrics }] },
    ],
  });

describe('OTLP metrics', () => {
  it('sums up deltas and leaves totals as they are', async () => {
    const points = [3, 4, 5].map((value, i) => ({ timeUnixNano: nano(i), asDouble: value }));
    const { series } = await analyseAs(
      'otlp-metrics',
      request([
        { name: 'delta', sum: { aggregationTemporality: 1, isMonotonic: true, dataPoints: points } },
        {
          name: 'total',
          sum: { aggregationTemporality: 'AGGREGATION_TEMPORALITY_CUMULATIVE', isMonotonic: true, dataPoints: points },
        },
      ]),
    );
    expect(series.map(({ metric, values }) => [metric, values])).toEqual([
      ['delta', [3, 7, 12]],
      ['total', [3, 4, 5]],
    ]);
  });

  it('sums up deltas in the order of their times, each time once', async () => {
    const lines = [2, 0, 1, 1].map((i) =>
      request([
        {
          name: 'delta',
          sum: {
            aggregationTemporality: 1,
            isMonotonic: true,
            dataPoints: [{ timeUnixNano: nano(i), asInt: `${i + 3}` }],
          },
        },
      ]),
    );
    const { series } = await analyseAs('otlp-metrics', lines.join('\n'));
    expect(series[0]).toMatchObject({ timesMs: [0, 1, 2].map((i) => 1000 * (1_760_000_000 + i)), values: [3, 7, 12] });
  });

  it('reads resources without the request around them, each with its own attributes', async () => {
    const resource = (pod: string): object => ({
      ...(pod === '' ? {} : { resource: { attributes: [{ key: 'k8s.pod.name', value: { stringValue: pod } }] } }),
      scopeMetrics: [{ metrics: [{ name: 'm', gauge: { dataPoints: [{ timeUnixNano: nano(0), asInt: '5' }] } }] }],
    });
    const expected = [{ 'k8s.pod.name': 'a' }, { 'k8s.pod.name': 'b' }, {}];
    const resources = ['a', 'b', ''].map(resource);
    for (const text of [JSON.stringify(resources), resources.map((one) => JSON.stringify(one)).join('\n')]) {
      expect(chosenFormat(new TextEncoder().encode(text))).toBe('otlp-metrics');
      const { series } = await analyseAs('otlp-metrics', text);
      expect(series.map(({ labels }) => labels)).toEqual(expected);
    }
  });

  it('reads counts and sums of distributions', async () => {
    const point = { timeUnixNano: nano(0), count: '7', sum: 1.5, bucketCounts: ['3', '4'], explicitBounds: [1] };
    const { series } = await analyseAs(
      'otlp-metrics',
      request(
        ['histogram', 'exponentialHistogram', 'summary'].map((kind) => ({
          name: kind,
          unit: 'ms',
          [kind]: { dataPoints: [point] },
        })),
      ),
    );
    expect(series.map(({ metric, values }) => [metric, values])).toEqual(
      ['histogram', 'exponentialHistogram', 'summary'].flatMap((kind) => [
        [`${kind}_count`, [7]],
        [`${kind}_sum`, [1.5]],
      ]),
    );
  });

  it('scales binary units to bytes', async () => {
    const { series } = await analyseAs(
      'otlp-metrics',
      request([{ name: 'm', unit: 'MiBy', gauge: { dataPoints: [{ timeUnixNano: nano(0), asInt: '5' }] } }]),
    );
    expect(series[0]).toMatchObject({ unit: 'bytes', values: [5 * 2 ** 20] });
  });

  it('reads what the Collector writes to a file: messages behind their lengths', async () => {
    const one = otlpProtobuf();
    const framed = new Uint8Array(2 * (4 + one.length));
    for (const at of [0, 4 + one.length]) {
      new DataView(framed.buffer).setUint32(at, one.length);
      framed.set(one, at + 4);
    }
    expect(chosenFormat(framed)).toBe('otlp-metrics');
    expect((await analyseAs('otlp-metrics', framed)).series[0]?.values).toHaveLength(3);
  });

  it('reads a message whose length looks like a brace', async () => {
    // 0x0a 0x7b, the tag of the first field and a length of 123, are a line break and an opening brace to a reader of JSON.
    const message = (name: string): Uint8Array => {
      const point = new ProtoWriter().fixed64(3, 1_760_000_000n * 10n ** 9n).double(4, 5);
      const metric = new ProtoWriter().bytes(1, name).bytes(5, new ProtoWriter().bytes(1, point));
      return new ProtoWriter().bytes(1, new ProtoWriter().bytes(2, new ProtoWriter().bytes(2, metric))).done();
    };
    const bytes = Array.from({ length: 100 }, (_, i) => message('m'.repeat(i + 1))).find(
      ([, length]) => length === 0x7b,
    )!;
    expect(chosenFormat(bytes)).toBe('otlp-metrics');
    expect((await analyseAs('otlp-metrics', bytes)).series[0]?.values).toEqual([5]);
  });

  it('refuses a request without numbers', async () => {
    await expect(analyseAs('otlp-metrics', request([]))).rejects.toThrow(/no number/);
  });
});
