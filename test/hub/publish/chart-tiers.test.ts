import { describe, expect, test } from 'vitest';
import { packColumn, unpackColumn } from '../../../functions/model/pack-column.ts';
import { ChartView, FineData } from '../../../functions/model/view.ts';
import { publishTiers } from '../../../functions/hub/publish/chart-tiers.ts';

const COUNT = 300_000;
const times = Array.from({ length: COUNT }, (_, i) => 1_700_000_000_000 + i * 15_000);
const values = times.map((_, i) => (i === 123_456 ? 9e9 : i % 1000 === 0 ? NaN : 4096 * (i % 777)));
const chart = (fine: ChartView['fine']): ChartView =>
  ChartView.parse({
    kind: 'chart',
    name: 'memory',
    unit: 'bytes',
    timesMs: [times[0], times.at(-1)],
    lines: [{ label: 'a', role: 'line', values: [1, 2] }],
    tiers: { levels: [{ cutsMs: [0, 1], hrefs: ['https://elsewhere.example/x'], samples: 1 }] },
    ...(fine && { fine }),
  });
const fine = { axes: [packColumn(times, 'slope')], lines: [{ line: 0, axis: 0, values: packColumn(values) }] };

describe('the finer data of a chart', () => {
  const { view, files } = publishTiers(chart(fine), (hash) => `i/x/chart/${hash}.json`);
  const levels = view.tiers?.levels ?? [];
  const held = (level: number): { times: number[]; values: number[] } => {
    const all = { times: [] as number[], values: [] as number[] };
    for (const href of levels[level]?.hrefs ?? []) {
      const piece = FineData.parse(JSON.parse(String(files.find(({ key }) => `/${key}` === href)?.body)));
      all.times.push(...unpackColumn(piece.axes[0]!));
      all.values.push(...unpackColumn(piece.lines[0]!.values));
    }
    return all;
  };

  test('is every sample, in pieces of time named by their content, cached for ever', () => {
    expect(view.fine).toBeUndefined();
    expect(held(levels.length - 1)).toEqual({ times, values });
    expect(files.every(({ cacheControl }) => cacheControl.includes('immutable'))).toBe(true);
    expect(Math.max(...files.map(({ body }) => body.length))).toBeLessThan(150_000);
    for (const { cutsMs, hrefs } of levels) expect(cutsMs).toHaveLength(hrefs.length + 1);
  });

  test('has a coarse level that keeps the one peak, and the gaps', () => {
    expect(levels).toHaveLength(2);
    const coarse = held(0);
    expect(coarse.times.length).toBeLessThan(COUNT / 3);
    expect(coarse.values).toContain(9e9);
    expect(coarse.values.some(Number.isNaN)).toBe(true);
  });

  test("is nothing where a report's columns do not fit, and never what a report claims to be published", () => {
    const short = { ...fine, lines: [{ line: 0, axis: 0, values: packColumn([1, 2]) }] };
    const back = { axes: [packColumn([2, 1])], lines: [{ line: 0, axis: 0, values: packColumn([1, 2]) }] };
    const foreign = { ...fine, lines: [{ line: 7, axis: 0, values: fine.lines[0]!.values }] };
    for (const bad of [short, back, foreign, undefined]) {
      const done = publishTiers(chart(bad), (hash) => hash);
      expect(done.files).toEqual([]);
      expect(done.view.tiers).toBeUndefined();
    }
  });
});
