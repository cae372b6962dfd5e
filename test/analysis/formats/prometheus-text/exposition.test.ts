import { describe, expect, it } from 'vitest';
import { analyseAs, bytesOf, chosenFormat, factOf, rowsOf } from '../analyse.ts';

const text = 'prometheus-text';

describe('text exposition', () => {
  it('reads escapes, blanks, tabs, trailing commas and empty labels', async () => {
    const { series } = await analyseAs(
      text,
      'm\t{ a = "x\\"y\\\\z\\n" , b="" , } \t 1.5e3 \t 1760000000000\nm{a="x"} 2 1760000000000\n',
    );
    expect(series.map(({ labels, values }) => [labels, values])).toEqual([
      [{ a: 'x"y\\z\n' }, [1500]],
      [{ a: 'x' }, [2]],
    ]);
  });

  it('reads names in quotes, as Prometheus 3 writes them', async () => {
    const { series } = await analyseAs(
      text,
      '{"my.metric","k8s.pod"="a"} 1 1760000000000\n{"my.metric","k8s.pod"="b"} 2 1760000000000\n',
    );
    expect(series.map(({ metric, labels }) => [metric, labels])).toEqual([
      ['my.metric', { 'k8s.pod': 'a' }],
      ['my.metric', { 'k8s.pod': 'b' }],
    ]);
  });

  it('reads what promtool prints', async () => {
    const points = [1, 2].map((i) => [1760000000000 + i * 60_000, 1e8 + i] as const);
    const read = async (input: string): Promise<unknown> => {
      expect(chosenFormat(bytesOf(input))).toBe(text);
      const { series } = await analyseAs(text, input);
      return series.map(({ metric, labels, timesMs, values }) => [metric, labels, timesMs, values]);
    };
    const expected = [
      ['rss_bytes', { pod: 'a', app: 'x y' }, points.map(([t]) => t), points.map(([, value]) => value)],
    ];
    const dump = points.map(([t, value]) => `{__name__="rss_bytes", pod="a", app="x y"} ${value} ${t}\n`);
    expect(await read(dump.join(''))).toEqual(expected);
    const range = points.map(([t, value]) => `${value} @[${t / 1000}]\n`);
    expect(await read(`rss_bytes{pod="a", app="x y"} =>\n${range.join('')}`)).toEqual(expected);
    const instant = points.map(([t, value]) => `rss_bytes{pod="a", app="x y"} => ${value} @[${t / 1000}]\n`);
    expect(await read(instant.join(''))).toEqual(expected);
  });

  it('joins scrapes, whatever the order of their lines', async () => {
    const scrape = (time: number, order: readonly string[]): string =>
      order.map((pod) => `rss_bytes{pod="${pod}"} ${time} ${time}000\n`).join('');
    const { series } = await analyseAs(
      text,
      scrape(1760000000, ['a', 'b', 'c']) + scrape(1760000060, ['c', 'a', 'b']) + scrape(1760000120, ['a', 'b', 'c']),
    );
    expect(series.map(({ labels, values }) => [labels['pod'], values.length])).toEqual([
      ['a', 3],
      ['b', 3],
      ['c', 3],
    ]);
  });

  it('gives a single scrape the time at which it was captured, when that is known', async () => {
    const input = '# TYPE process_resident_memory_bytes gauge\nprocess_resident_memory_bytes 5e7\n';
    const unknown = await analyseAs(text, input);
    expect(unknown.series).toEqual([]);
    expect(rowsOf(unknown, 'containers')).toHaveLength(1);
    expect(unknown.warnings.join()).toMatch(/one sample cannot show a trend/);
    const known = await analyseAs(text, input, { context: { capturedAtMs: 1760000000000 } });
    expect(known.series[0]).toMatchObject({ timesMs: [1760000000000], values: [5e7], unit: 'bytes' });
  });

  it('keeps the order of scrapes without times, and says what is missing', async () => {
    const analysis = await analyseAs(text, 'm_bytes 1\nm_bytes 2\nm_bytes 3\n');
    expect(rowsOf(analysis, 'series')[0]).toEqual(['m_bytes', '', 'bytes', 3, 1, 3, 1, 3]);
    expect(analysis.warnings.join()).toMatch(/no times, only an order/);
  });

  it('reads exemplars, created samples, units and infinities of OpenMetrics', async () => {
    const analysis = await analyseAs(
      text,
      '# TYPE j_seconds counter\n# UNIT j_seconds seconds\nj_seconds_total 5 1760000000.5 # {trace="a b"} 1 1760000000\nj_seconds_created 1.7e9 1760000000.5\n# TYPE g gauge\ng +Inf 1760000000.5\n# EOF\n',
    );
    expect(factOf(analysis, 'dialect')).toBe('OpenMetrics');
    expect(analysis.series.map(({ metric, unit, timesMs }) => [metric, unit, timesMs])).toEqual([
      ['j_seconds_total', 's', [1760000000500]],
      ['j_seconds_created', 's', [1760000000500]],
    ]);
    expect(analysis.warnings.join()).toMatch(/infinite/);
  });

  it('passes over native histograms with a warning', async () => {
    const { series, warnings } = await analyseAs(
      text,
      '# TYPE h histogram\nh {count:3,sum:2,schema:1} 1760000000\nrss_bytes 1 1760000000\n# EOF\n',
    );
    expect(series).toHaveLength(1);
    expect(warnings.join()).toMatch(/native histograms/);
  });

  it('reads OpenMetrics 2.0: names in quotes, start times, values in braces', async () => {
    const text2 = [
      '# TYPE "jvm.memory \\"used\\"" gauge',
      '# UNIT "jvm.memory \\"used\\"" bytes',
      '{"jvm.memory \\"used\\"","k8s.pod"="a,b}c"} 5e8 1760000000',
      '# TYPE jobs counter',
      'jobs{pod="a"} 7 1760000000 st@1750000000.5 # {trace="x"} 1 1759999999',
      'jobs{pod="b"} 8 st@1750000000.5',
      '# TYPE waits histogram',
      'waits{pod="a"} {count:3,sum:2,bucket:[1.0:2,+Inf:3]} st@1750000000.5',
      '# EOF\n',
    ].join('\n');
    expect(chosenFormat(bytesOf(text2))).toBe(text);
    const { series, warnings } = await analyseAs(text, text2, { context: { capturedAtMs: 1760000000000 } });
    expect(series.map(({ metric, labels, unit, values }) => [metric, labels, unit, values])).toEqual([
      ['jvm.memory "used"', { 'k8s.pod': 'a,b}c' }, 'bytes', [5e8]],
      ['jobs', { pod: 'a' }, '', [7]],
      ['jobs', { pod: 'b' }, '', [8]],
    ]);
    expect(warnings.join()).toMatch(/1 samples are native histograms or other values in braces/);
    expect(warnings.join()).not.toMatch(/not valid OpenMetrics/);
  });
});
