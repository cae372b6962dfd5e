import { renderToString } from 'preact-render-to-string';
import { h } from 'preact';
import { describe, expect, test } from 'vitest';
import type { ChartView } from '../../../functions/model/view.ts';
import { shapeChart, sparkOf } from '../../../web/draw/chart-shape.ts';
import { ChartSvg } from '../../../web/draw/chart-svg.tsx';
import { workerChart } from '../example-views.ts';

const small: ChartView = {
  kind: 'chart',
  name: 'm',
  title: 'Memory & <more>',
  unit: 'bytes',
  timesMs: [0, 10, 20, 30],
  lines: [
    { label: 'heap', role: 'layer', values: [10, 20, null, 40] },
    { label: 'native', role: 'layer', values: [5, null, 5, 5] },
    { label: 'limit', role: 'limit', values: [200, 200, 200, 200] },
  ],
  marks: [],
};

describe('the shape of a chart', () => {
  test('layers stand on each other; a layer that says nothing does not lift the next', () => {
    const { layers } = shapeChart(small);
    expect(layers[0]?.top).toEqual([10, 20, null, 40]);
    expect(layers[1]?.base).toEqual([10, 20, 0, 40]);
    expect(layers[1]?.top).toEqual([15, null, 5, 45]);
  });

  test('starts at zero, and a limit far above the data does not flatten it', () => {
    expect(shapeChart(small).y).toEqual([0, 45 * 1.08]);
    const near = {
      ...small,
      lines: small.lines.map((line) => (line.role === 'limit' ? { ...line, values: [60, 60, 60, 60] } : line)),
    };
    expect(shapeChart(near).y[1]).toBeCloseTo(64.8);
  });

  test('no samples, or none that say anything, still have a shape', () => {
    expect(shapeChart({ ...small, timesMs: [], lines: [] }).y).toEqual([0, 1]);
    const silent = { ...small, lines: [{ label: 'a', role: 'line' as const, values: [null, null, null, null] }] };
    expect(shapeChart(silent).y).toEqual([0, 1]);
    expect(renderToString(h(ChartSvg, { view: silent }))).toContain('<svg');
  });

  test('a sparkline keeps the peak', () => {
    const chart = workerChart({ startMs: 0, hours: 240, slopeMbPerHour: 22 });
    const spark = sparkOf(chart, 40);
    expect(spark).toHaveLength(40);
    expect(Math.max(...spark)).toBe(
      Math.max(
        ...shapeChart(chart)
          .layers.at(-1)!
          .top.map((value) => value ?? 0),
      ),
    );
  });
});

describe('the still picture', () => {
  test('in a page it has no colour of its own and no inline style; alone it has all of them', () => {
    const view = workerChart({ startMs: 0, hours: 48, slopeMbPerHour: 22 });
    const inPage = renderToString(h(ChartSvg, { view }));
    expect(inPage).not.toMatch(/style=|#[0-9a-f]{6}/);
    const alone = renderToString(h(ChartSvg, { view, alone: 960, height: 400 }));
    expect(alone).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" width="960" height="400"/);
    expect(alone).not.toMatch(/class=|style=/);
  });

  test('says in words what it shows, and escapes', () => {
    const html = renderToString(h(ChartSvg, { view: small }));
    expect(html).toContain('Memory &amp; &lt;more');
    expect(html).toContain('heap from 10\u202fB to 40\u202fB');
  });

  test('stays small, however many samples there are', () => {
    const view = workerChart({ startMs: 0, hours: 24 * 90, stepMinutes: 1, slopeMbPerHour: 22 });
    expect(renderToString(h(ChartSvg, { view })).length).toBeLessThan(250_000);
  });
});
