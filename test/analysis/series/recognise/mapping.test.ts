import { describe, expect, it } from 'vitest';
import { analyse } from '../../../../functions/analysis/run.ts';
import { mapper } from '../../../../functions/analysis/series/recognise/mapping.ts';
import type { SampleSeries } from '../../../../functions/analysis/series/sample-set.ts';
import { SeriesMapping } from '../../../../functions/model/mapping.ts';
import { sourceOf, testRun } from '../../test-run.ts';
import { unknownNames } from '../builders/unknown-names.ts';

const say = (said: object): SeriesMapping => SeriesMapping.parse(said);

function series(metric: string, labels: Record<string, string>): SampleSeries {
  const columns = { timesMs: new Float64Array([0, 1]), values: new Float64Array([1, 2]) };
  return { metric, labels, unit: '', kind: 'gauge', ...columns, staleMs: new Float64Array(0), thinned: false };
}

describe('what people said of a series', () => {
  it('is chosen by name, then by the most labels, then by the last word', () => {
    const mapped = mapper([
      say({ metric: 'mem', role: 'rss', unit: 'MiB' }),
      say({ metric: 'mem', labels: { part: 'heap' }, role: 'jvm-heap', unit: 'kB' }),
      say({ metric: 'mem', labels: { part: 'other' }, role: 'ignore' }),
      say({ metric: 'mem', role: 'memory', unit: 'MB' }),
    ]);
    expect(mapped(series('memory', {}))).toBeUndefined();
    expect(mapped(series('mem', {}))).toMatchObject({ recognised: { role: 'memory' }, series: { unit: 'bytes' } });
    expect([...mapped(series('mem', {}))!.series.values]).toEqual([1e6, 2e6]);
    const heap = mapped(series('mem', { part: 'heap', pod: 'a' }));
    expect(heap).toMatchObject({ recognised: { role: 'heap-used', runtime: 'jvm' } });
    expect([...heap!.series.values]).toEqual([1000, 2000]);
    expect(mapped(series('mem', { part: 'other' }))?.recognised.role).toBe('unknown');
  });

  it('does not read a label from the prototype', () => {
    const mapped = mapper([say({ metric: 'mem', labels: { constructor: 'x' }, role: 'rss' })]);
    expect(mapped(series('mem', {}))).toBeUndefined();
    expect(mapper([])(series('__proto__', {}))).toBeUndefined();
  });
});

describe('an analysis with a mapping', () => {
  const run = async (mapping: SeriesMapping[]) =>
    analyse(sourceOf(unknownNames({ hours: 72, growthPerHour: 4 })), 'a.json', { ...testRun(), mapping });
  const verdictOf = (analysis: Awaited<ReturnType<typeof run>>) =>
    analysis.findings.find(({ evidence }) => evidence['scope'] === 'case')?.evidence;

  it('judges what it could not name, in the unit that was said', async () => {
    const before = await run([]);
    expect(verdictOf(before)).toBeUndefined();
    expect(before.series.map(({ metric }) => metric)).toContain('acme_worker_ram');
    const after = await run([
      say({ metric: 'acme_worker_ram', role: 'rss', unit: 'MB' }),
      say({ metric: 'acme_worker_cap', role: 'limit', unit: 'MB' }),
    ]);
    const verdict = verdictOf(after);
    expect(verdict).toMatchObject({ verdict: 'leak', pod: 'worker-1' });
    expect(Math.abs(Number(verdict?.['slopeBytesPerHour']) / 4e6 - 1)).toBeLessThan(0.1);
    expect(Number(verdict?.['timeToLimitHours'])).toBeGreaterThan(0);
  });

  it('says which series were mapped, keeps their samples as they were read, and draws them', async () => {
    const analysis = await run([say({ metric: 'acme_worker_ram', role: 'working-set', unit: 'MB' })]);
    const table = analysis.views.find(({ name }) => name === 'mapped-by-hand');
    expect(table).toMatchObject({ kind: 'table', rows: [['acme_worker_ram', '', 'working-set', 'MB', 1]] });
    expect(analysis.facts).toContainEqual({ name: 'namesMappedByHand', value: 1, unit: 'count' });
    const kept = analysis.series.find(({ metric }) => metric === 'acme_worker_ram');
    expect(kept?.values[0]).toBeLessThan(1000);
    const chart = analysis.views.find(({ name }) => name === 'memory');
    expect(chart).toMatchObject({ lines: [{ label: 'working set' }] });
  });

  it('takes no notice of a word on what is not there', async () => {
    const without = await run([]);
    expect(await run([say({ metric: 'nothing', role: 'rss' })])).toEqual(without);
  });

  it('ignores what it is told to ignore', async () => {
    const analysis = await run([
      say({ metric: 'acme_worker_ram', role: 'rss', unit: 'MB' }),
      say({ metric: 'acme_worker_ram', labels: { pod: 'worker-1' }, role: 'ignore' }),
    ]);
    expect(verdictOf(analysis)).toBeUndefined();
  });
});
