import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ChartView, Mark } from '../../../functions/model/view.ts';
import { shapeChart } from '../../../web/draw/chart-shape.ts';
import { windowOf } from '../../../web/draw/chart-window.ts';
import { formatOnChart } from '../../../web/draw/format.ts';
import { placeMarks } from '../../../web/draw/mark-places.ts';
import { quantityTicks } from '../../../web/draw/scale.ts';
import { shortLabels } from '../../../web/draw/short-labels.ts';

const plain = (text: string): string => text.replaceAll('\u202f', ' ');

describe('marks', () => {
  const marks = fc.array(
    fc.record({
      timeMs: fc.integer({ min: -50, max: 1100 }),
      kind: fc.constantFrom<Mark['kind'][]>('restart', 'oom-kill', 'deploy', 'note'),
      label: fc.string({ maxLength: 40 }),
    }),
    { maxLength: 60 },
  );

  test('all inside stand once, in order, and neither shapes nor words cover each other', () => {
    fc.assert(
      fc.property(marks, (given) => {
        const placed = placeMarks(given, (ms) => ms, 1000);
        const inside = given.filter(({ timeMs }) => timeMs >= -1 && timeMs <= 1001);
        expect(placed.flatMap((group) => [...group.marks])).toHaveLength(inside.length);
        placed.forEach((group, i) => {
          const before = placed[i - 1];
          if (!before) return;
          const end = before.place + 6 + (before.text === undefined ? 0 : 4 + before.text.length * 6.6);
          expect(group.place - 6).toBeGreaterThanOrEqual(end - 1e-9 - (before.text === undefined ? 0 : 0));
        });
      }),
    );
  });

  test('many of a kind are counted', () => {
    const kills = [10, 15, 22].map((timeMs): Mark => ({ timeMs, kind: 'oom-kill', label: 'killed' }));
    expect(placeMarks(kills, (ms) => ms, 1000)).toMatchObject([{ kind: 'oom-kill', x: 10, text: 'OOM kill ×3' }]);
  });
});

describe('more lines than colours', () => {
  const view = (role: 'line' | 'layer'): ChartView => ({
    kind: 'chart',
    name: 'all',
    unit: 'bytes',
    timesMs: [0, 1],
    lines: Array.from({ length: 30 }, (_, n) => ({ label: `c${n}`, role, values: [100, 100 + ((n * 7) % 30)] })),
    marks: [],
  });

  test('of lines those that grew the most have one, hiding one recolours none, and a part of the time changes none', () => {
    const whole = view('line');
    const colours = (shape: ReturnType<typeof shapeChart>): number[] => shape.lines.map(({ series }) => series);
    const shape = shapeChart(whole);
    const growth = shape.lines.filter(({ series }) => series > 0).map(({ values }) => values[1]);
    expect([...growth].sort()).toEqual([123, 124, 125, 126, 127, 128, 129]);
    expect(colours(shapeChart(whole, new Set(['c3'])))).toEqual(colours(shape));
    const part = { ...whole, timesMs: [0], lines: whole.lines.map((line) => ({ ...line, values: [1] })) };
    expect(colours(shapeChart(part, new Set(), whole))).toEqual(colours(shape));
  });

  test('of layers the rest are summed, so that the stack is as high as it was', () => {
    const shape = shapeChart(view('layer'));
    expect(shape.layers).toHaveLength(8);
    expect(shape.layers.at(-1)?.label).toBe('23 others, summed');
    expect(shape.layers.at(-1)?.top).toEqual([
      3000,
      view('layer').lines.reduce((all, { values }) => all + (values[1] ?? 0), 0),
    ]);
  });

  test('NaN and infinities are gaps', () => {
    const odd = {
      ...view('line'),
      timesMs: [0, 1, 2],
      lines: [{ label: 'a', role: 'line' as const, values: [NaN, 5, Infinity] }],
    };
    expect(shapeChart(odd).lines[0]?.values).toEqual([null, 5, null]);
    expect(shapeChart(odd).y[1]).toBeCloseTo(5.4);
  });
});

describe('a window of a chart', () => {
  const view: ChartView = {
    kind: 'chart',
    name: 'm',
    unit: 'bytes',
    timesMs: [0, 100, 200],
    lines: [
      { label: 'total', role: 'line', values: [1, 9, 1] },
      { label: 'trend', role: 'trend', values: [0, 50, 100] },
      { label: 'limit', role: 'limit', values: [null, 7, 7] },
    ],
    marks: [],
  };

  test('takes the finer samples where a line has them, and draws the others straight; gaps stay gaps', () => {
    const axis = Float64Array.from({ length: 21 }, (_, i) => i * 10);
    const fine = { axes: [axis], lines: [{ line: 0, axis: 0, values: axis.map((ms) => (ms === 70 ? NaN : ms)) }] };
    const cut = windowOf(view, [40, 90], 100, fine);
    const at = (ms: number): (number | null | undefined)[] => {
      const i = cut.timesMs.indexOf(ms);
      return cut.lines.map(({ values }) => values[i]);
    };
    expect(at(60)).toEqual([60, 30, null]);
    expect(at(70)).toEqual([null, 35, null]);
    expect(at(100)).toEqual([100, 50, 7]);
    expect(cut.timesMs.every((ms) => ms >= 0 && ms <= 100)).toBe(true);
  });
});

test('memory has ticks on which limits lie', () => {
  const ticks = quantityTicks(0, 2.2 * 2 ** 30, 5, 'bytes');
  expect(ticks.map((value) => plain(formatOnChart(value, 'bytes')))).toEqual([
    '0 B',
    '512 MiB',
    '1 GiB',
    '1.5 GiB',
    '2 GiB',
  ]);
  expect(quantityTicks(0, 100, 5, 'count')).toEqual([0, 20, 40, 60, 80, 100]);
});

test('long names lose what they share, and stay apart', () => {
  expect(shortLabels(['shop/checkout-worker-01-x/app', 'shop/checkout-worker-02-y/app'])).toEqual([
    '…01-x/app',
    '…02-y/app',
  ]);
  expect(shortLabels(['heap used', 'heap total'])).toEqual(['heap used', 'heap total']);
  fc.assert(
    fc.property(fc.uniqueArray(fc.string({ maxLength: 30 }), { maxLength: 8 }), (names) => {
      const labels = names.map((name) => `a-very-long-common-head/${name}/and-a-very-long-tail`);
      expect(new Set(shortLabels(labels)).size).toBe(labels.length);
    }),
  );
});
