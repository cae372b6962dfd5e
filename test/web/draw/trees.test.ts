import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hitFlame, layoutFlame } from '../../../web/draw/flame-layout.ts';
import { initiallyOpen, shapeTree, visibleRows } from '../../../web/draw/tree-shape.ts';
import { findFrames, summariseFlame } from '../../../web/views/flame/summary.ts';
import { moveInTree } from '../../../web/views/tree/move.ts';
import { allocationFlame, dominatorTree } from '../example-views.ts';

describe('icicle', () => {
  const view = allocationFlame();
  const layout = layoutFlame(view);

  test('children lie inside their parents and beside each other', () => {
    const end = new Map<number, number>();
    for (let i = 0; i < layout.count; i++) {
      const parent = layout.parent[i] ?? -1;
      expect(layout.x0[i]).toBeGreaterThanOrEqual((end.get(parent) ?? 0) - 1e-9);
      if (parent >= 0) expect(layout.x1[i]).toBeLessThanOrEqual((layout.x1[parent] ?? 0) + 1e-9);
      end.set(parent, layout.x1[i] ?? 0);
    }
  });

  test('what is drawn is what is hit', () => {
    for (let i = 0; i < layout.count; i += 17) {
      const [left, right] = [layout.x0[i] ?? 0, layout.x1[i] ?? 0];
      if (right > left) expect(hitFlame(layout, (left + right) / 2, layout.depth[i] ?? 0)).toBe(i);
    }
    expect(hitFlame(layout, 0.5, 10_000)).toBe(-1);
  });

  test('own parts add up to the whole, recursion counts once', () => {
    const rows = summariseFlame(view, layout, 1000).rows;
    const own = rows.reduce((sum, row) => sum + Number(row[1]), 0);
    expect(own).toBeCloseTo(layout.total, -1);
    for (const row of rows) expect(Number(row[2])).toBeLessThanOrEqual(layout.total);
    const twice = layoutFlame({ ...view, parents: [-1, 0], frameOf: [0, 0], totals: [10, 6], frames: ['f'] });
    expect(
      summariseFlame({ ...view, parents: [-1, 0], frameOf: [0, 0], totals: [10, 6], frames: ['f'] }, twice).rows,
    ).toEqual([['f', 10, 10]]);
  });

  test('highlighting counts what is nested once', () => {
    const { share } = findFrames(view, layout, '(root)');
    expect(share).toBeCloseTo(1);
    expect(findFrames(view, layout, 'no such frame').count).toBe(0);
  });

  test('damaged input lays out without a crash', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: -3, max: 40 }), fc.double()), { maxLength: 40 }), (nodes) => {
        const damaged = {
          ...view,
          parents: nodes.map(([up]) => up),
          totals: nodes.map(([, total]) => total),
          frameOf: nodes.map(() => 9999),
        };
        const result = layoutFlame(damaged);
        summariseFlame(damaged, result);
        for (let i = 0; i < result.count; i++) expect(result.x1[i]).toBeLessThanOrEqual(1 + 1e-6);
      }),
    );
  });
});

describe('tree', () => {
  const view = dominatorTree(500);
  const shape = shapeTree(view);

  test('with everything open the rows are the nodes in preorder', () => {
    const all = new Set(view.parents.map((_, i) => i));
    expect(visibleRows(shape, all).map((row) => row.node)).toEqual(view.parents.map((_, i) => i));
  });

  test('a chain of 200,000 is walked without recursion', () => {
    const count = 200_000;
    const chain = {
      ...view,
      parents: Array.from({ length: count }, (_, i) => i - 1),
      labels: Array.from({ length: count }, () => 'x'),
    };
    const deep = shapeTree(chain);
    const rows = visibleRows(deep, new Set(chain.parents.map((_, i) => i)), count);
    expect(rows.at(-1)?.depth).toBe(count - 1);
    expect(initiallyOpen(deep).size).toBeLessThanOrEqual(30);
  });

  test('arrow keys unfold, step in, fold and step out', () => {
    const closed = visibleRows(shape, new Set());
    expect(moveInTree('ArrowRight', closed, 0, new Set(), shape)).toEqual({ fold: { node: 0, open: true } });
    const open = new Set([0]);
    const rows = visibleRows(shape, open);
    expect(moveInTree('ArrowRight', rows, 0, open, shape)).toEqual({ to: 1 });
    expect(moveInTree('ArrowLeft', rows, 1, open, shape)).toEqual({ to: 0 });
    expect(moveInTree('ArrowLeft', rows, 0, open, shape)).toEqual({ fold: { node: 0, open: false } });
    expect(moveInTree('End', rows, 0, open, shape)).toEqual({ to: rows.length - 1 });
    expect(moveInTree('q', rows, 0, open, shape)).toBeUndefined();
  });
});
