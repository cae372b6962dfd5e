import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyseAs, factOf } from '../analyse.ts';

const json = 'prometheus-json';
const T0 = 1_760_000_000;
const answer = (result: unknown, resultType = 'matrix'): string =>
  JSON.stringify({ status: 'success', data: { resultType, result } });

describe('Prometheus answers', () => {
  it('reads every number as JSON.parse and Number do', async () => {
    const values = fc.array(fc.double({ noNaN: true, min: -1e150, max: 1e150 }), { minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(
        values,
        fc.constantFrom(0, 1, 2),
        fc.integer({ min: 1, max: 200 }),
        async (input, indent, chunkBytes) => {
          const pairs = input.map((value, i) => [T0 + i * 15.25, String(value)]);
          const text = JSON.stringify(
            { data: { resultType: 'matrix', result: [{ metric: { __name__: 'm' }, values: pairs }] } },
            undefined,
            indent,
          );
          const [series] = (await analyseAs(json, text, { chunkBytes })).series;
          expect(series?.values.map((value) => value + 0)).toEqual(input.map((value) => value + 0));
          expect(series?.timesMs).toEqual(pairs.map(([time]) => Number(time) * 1000));
        },
      ),
      { numRuns: 150 },
    );
  });

  it('leaves out samples whose time is no date', async () => {
    const times = [T0, `${T0}e${T0}`, '9'.repeat(400), '999999999999', `-${T0}`, T0 + 60];
    for (const indent of ['', ' ']) {
      const pairs = times.map((time, i) => `[${time},${indent}"${i + 1}"]`);
      const text = answer([{ metric: { __name__: 'm' }, values: [] }]).replace('[]', `[${pairs.join(',')}]`);
      const [series] = (await analyseAs(json, text)).series;
      expect(series?.timesMs).toEqual([T0 * 1000, (T0 + 60) * 1000]);
      expect(series?.values).toEqual([1, 6]);
    }
  });

  it('leaves out what is as good as infinite: sums of it would be', async () => {
    const values = ['5', '9'.repeat(400), '1.7976931348623157e308', '-1e200', '7'].map((value, i) => [T0 + i, value]);
    for (const indent of [0, 1]) {
      const text = JSON.stringify(
        JSON.parse(answer([{ metric: { __name__: 'm_bytes', pod: 'a' }, values }])),
        null,
        indent,
      );
      const analysis = await analyseAs(json, text);
      expect(analysis.series[0]?.values).toEqual([5, 7]);
      expect(analysis.warnings.join()).toMatch(/3 samples are infinite/);
    }
  });

  const unnamed = (base: number, from = 0): object => ({
    data: {
      resultType: 'matrix',
      result: [{ metric: { pod: 'a' }, values: [0, 1].map((i) => [T0 + from + i, `${base + i}`]) }],
    },
  });
  const read = async (text: string): Promise<unknown> =>
    (await analyseAs(json, text)).series.map(({ metric, labels, values }) => [metric, labels, values]);

  it('keeps answers apart whose queries left no name', async () => {
    const pod = { pod: 'a' };
    expect(await read(JSON.stringify({ rss: unnamed(1), limit: unnamed(9) }))).toEqual([
      ['rss', pod, [1, 2]],
      ['limit', pod, [9, 10]],
    ]);
    const queries = ['sum by (pod) (container_memory_rss{image!=""})', 'rate(x_total[5m])'];
    expect(await read(JSON.stringify(queries.map((query, i) => ({ query, ...unnamed(1 + 8 * i) }))))).toEqual([
      ['container_memory_rss', pod, [1, 2]],
      ['value', pod, [9, 10]],
    ]);
    const apart = [
      ['value', pod, [1, 2]],
      ['value', { pod: 'a', answer: '2' }, [9, 10]],
    ];
    expect(await read(JSON.stringify([unnamed(1), unnamed(9)]))).toEqual(apart);
    expect(await read(`${JSON.stringify(unnamed(1))}\n${JSON.stringify(unnamed(9))}`)).toEqual(apart);
  });

  it('joins windows of one query that left no name, in any order', async () => {
    const windows = [unnamed(5, 4), unnamed(1), unnamed(3, 2), unnamed(1)];
    expect(await read(windows.map((one) => JSON.stringify(one)).join('\n'))).toEqual([
      ['value', { pod: 'a' }, [1, 2, 3, 4, 5, 6]],
    ]);
  });

  it('takes milliseconds for what they are', async () => {
    const values = [0, 1].map((i) => [1000 * (T0 + i), String(i)]);
    const { series } = await analyseAs(json, answer([{ metric: { __name__: 'm' }, values }]));
    expect(series[0]?.timesMs).toEqual([1000 * T0, 1000 * (T0 + 1)]);
  });

  it('joins answers that follow each other, in any order, once each', async () => {
    const part = (from: number, to: number): string =>
      answer([
        {
          metric: { __name__: 'm' },
          values: Array.from({ length: to - from }, (_, i) => [T0 + (from + i) * 60, String(from + i)]),
        },
      ]);
    const analysis = await analyseAs(json, part(5, 12) + part(0, 7));
    expect(analysis.series[0]?.values).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(factOf(analysis, 'responses')).toBe(2);
    expect(factOf(analysis, 'samples')).toBe(12);
  });

  it('reads vectors and scalars, and refuses strings and errors with the reason', async () => {
    const vector = await analyseAs(json, answer([{ metric: { __name__: 'm', pod: 'a' }, value: [T0, '5'] }], 'vector'));
    expect(vector.series[0]).toMatchObject({ metric: 'm', labels: { pod: 'a' }, values: [5] });
    expect((await analyseAs(json, answer([T0, '7'], 'scalar'))).series[0]?.values).toEqual([7]);
    await expect(analyseAs(json, answer([T0, 'text'], 'string'))).rejects.toThrow(/a text, not samples/);
    await expect(analyseAs(json, '{"status":"error","errorType":"bad_data","error":"parse error"}')).rejects.toThrow(
      /"parse error"/,
    );
    await expect(analyseAs(json, answer([]))).rejects.toThrow(/no sample: its result is empty/);
  });

  it('takes NaN for a break, leaves infinities out, and passes over native histograms', async () => {
    const { series, warnings } = await analyseAs(
      json,
      answer([
        {
          metric: { __name__: 'm' },
          values: [
            [T0, '1'],
            [T0 + 1, 'NaN'],
            [T0 + 2, '+Inf'],
            [T0 + 3, '2e0'],
          ],
        },
        { metric: { __name__: 'h' }, histograms: [[T0, { count: '1', sum: '2', buckets: [[0, '1', '2', '3']] }]] },
      ]),
    );
    expect(series.map(({ metric, values }) => [metric, values])).toEqual([['m', [1, 2]]]);
    expect(warnings.join('\n')).toMatch(/1 series are native histograms[^]*1 samples are infinite/);
  });

  it('says that an answer is partial, and that log lines are no samples', async () => {
    const result = '[{"metric":{"__name__":"rss"},"value":[1760000000,"1"]}]';
    const { warnings } = await analyseAs(
      'prometheus-json',
      `{"status":"success","isPartial":true,"data":{"resultType":"vector","result":${result}}}`,
    );
    expect(warnings.join()).toMatch(/the answer is partial/);
    await expect(
      analyseAs(
        'prometheus-json',
        '{"status":"success","data":{"resultType":"streams","result":[{"stream":{"pod":"a"},"values":[["1760000000000000000","started"]]}]}}',
      ),
    ).rejects.toThrow(/log lines of Loki/);
  });

  it('says that a name of the old exposition is damaged', async () => {
    const old = (label: string): string =>
      `[{"baseLabels":{"__name__":"calls"},"metric":{"type":"counter","value":[{"labels":{"${label}":"a"},"value":25}]}}]`;
    expect((await analyseAs('prometheus-json', old('service'))).warnings.join()).not.toMatch(/damaged/);
    expect((await analyseAs('prometheus-json', old('serv|ice'))).warnings.join()).toMatch(/1 labels .* damaged/);
  });

  it('passes on what Prometheus warned of', async () => {
    const text = JSON.stringify({
      status: 'success',
      warnings: ['PromQL warning'],
      data: { resultType: 'vector', result: [{ metric: {}, value: [T0, '1'] }] },
    });
    expect((await analyseAs(json, text)).warnings).toContain('Prometheus said: PromQL warning');
  });

  it('reads what stands before a cut', async () => {
    const text = answer([
      { metric: { __name__: 'm' }, values: Array.from({ length: 500 }, (_, i) => [T0 + i, String(i)]) },
    ]);
    const { series, warnings } = await analyseAs(json, text.slice(0, 4000));
    expect(series[0]?.values.length).toBeGreaterThan(150);
    expect(series[0]?.values.every((value, i) => value === i)).toBe(true);
    expect(warnings.join()).toMatch(/truncated/);
  });

  it('says where the damage is and keeps what stood before it', async () => {
    const text = answer([
      {
        metric: { __name__: 'm' },
        values: [
          [T0, '1'],
          [T0 + 1, '2'],
        ],
      },
    ]);
    const { series, warnings } = await analyseAs(json, `${text}\n{"a" 1}`);
    expect(series[0]?.values).toEqual([1, 2]);
    expect(warnings.join()).toMatch(/damaged at byte \d+, line 2/);
  });

  it('shows restarts and OOM kills', async () => {
    const labels = { namespace: 'n', pod: 'p', container: 'c' };
    const pairs = (values: readonly number[]): unknown[] => values.map((value, i) => [T0 + i * 60, String(value)]);
    const { events, views } = await analyseAs(
      json,
      answer([
        { metric: { __name__: 'container_memory_rss', ...labels }, values: pairs([10, 20, 5, 6]) },
        { metric: { __name__: 'container_memory_cache', ...labels }, values: pairs([1, 1, 1, 1]) },
        { metric: { __name__: 'kube_pod_container_status_restarts_total', ...labels }, values: pairs([0, 0, 1, 1]) },
        { metric: { __name__: 'container_oom_events_total', ...labels }, values: pairs([3, 3, 4, 4]) },
      ]),
    );
    expect(events.map(({ kind, subject, timeMs }) => [kind, subject, timeMs - T0 * 1000])).toEqual([
      ['restart', 'n/p/c', 120_000],
      ['oom-kill', 'n/p/c', 120_000],
    ]);
    const chart = views.find(({ name }) => name === 'memory');
    expect(chart?.kind === 'chart' && chart.lines.map(({ role, values }) => [role, values])).toEqual([
      ['layer', [10, 20, 5, 6]],
      ['layer', [1, 1, 1, 1]],
    ]);
    expect(chart?.kind === 'chart' && chart.marks.map(({ kind }) => kind)).toEqual(['restart', 'oom-kill']);
  });
});
