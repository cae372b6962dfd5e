import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Finding } from '../../functions/model/analysis.ts';
import type { PathView, TreeView } from '../../functions/model/view.ts';
import { initiallyOpen, shapeTree } from '../../web/draw/tree-shape.ts';
import { pathsInCards } from '../../web/pages/evidence/shown.ts';
import { pictureOf } from '../../web/parts/finding-number.ts';
import { foldOf, type Step } from '../../web/views/chain.tsx';
import { asIcicle, inclusiveColumn } from '../../web/views/tree/as-icicle.ts';

const step = (role: Step['role']): Step => ({ name: role, via: '', role });

test('a long chain folds plain steps only, and leaves what names the leak', () => {
  const role = fc.constantFrom('step' as const, 'step' as const, 'holder' as const, 'accumulation' as const);
  fc.assert(
    fc.property(fc.array(role, { maxLength: 60 }), fc.integer({ min: 3, max: 20 }), (roles, longest) => {
      const steps = [step('root'), ...roles.map(step), step('leaf')];
      const [from, to] = foldOf(steps, longest);
      expect(steps.slice(from, to).every((one) => one.role === 'step')).toBe(true);
      if (steps.length <= longest) expect(to).toBe(from);
      if (to > from) expect(to - from).toBeGreaterThan(1);
    }),
  );
});

describe('a tree as an icicle', () => {
  const tree: TreeView = {
    kind: 'tree',
    name: 'dominators',
    columns: [
      { name: 'shallowBytes', unit: 'bytes' },
      { name: 'retainedBytes', unit: 'bytes' },
    ],
    parents: [-1, 0, 1, 0, 3],
    labels: ['root', 'small', 'leaf', 'large', 'held'],
    values: [
      [1, 10, 10, 20, 60],
      [101, 20, 10, 80, 60],
    ],
  };
  test('is of the column that includes what is below', () => {
    expect(inclusiveColumn(tree)).toBe(1);
    expect(asIcicle(tree, 1)).toMatchObject({ unit: 'bytes', totals: tree.values[1], frameOf: [0, 1, 2, 3, 4] });
    expect(inclusiveColumn({ ...tree, values: [tree.values[0] ?? [], [101, 20, 30, 80, 60]] })).toBeUndefined();
    expect(inclusiveColumn({ ...tree, values: [[], [1, null, 3, 4, 5]] })).toBeUndefined();
  });
  test('is open along the child with most of its parent', () => {
    const shape = shapeTree(tree);
    expect([...initiallyOpen(shape, tree.values[1])]).toEqual([0, 3]);
    expect([...initiallyOpen(shape)]).toEqual([0]);
  });
});

test('a path stands in the card of the first finding that names it, and is no tab', () => {
  const path: PathView = { kind: 'path', name: 'suspect-1', steps: [step('root'), step('leaf')] };
  const other: PathView = { ...path, name: 'suspect-2' };
  // Beside the name of its view, nothing of a finding counts here.
  const finding = { view: 'suspect-1' } as Finding;
  const { pathOf, others } = pathsInCards([finding, { ...finding }], [{ view: path }, { view: other }]);
  expect(pathOf).toEqual(new Map([[finding, path]]));
  expect(others).toEqual([{ view: other }]);
});

test('growth is drawn a column a dump, and its end holds what the last dump held', () => {
  const picture = pictureOf({
    evidence: {
      instances: [1000, 2000, 3000],
      retainedBytes: [280, 560, 840],
      instancesDelta: 2000,
      retainedBytesDelta: 560,
      path: [
        { name: 'globalThis', via: '' },
        { name: 'Map', via: '.store' },
        { name: 'Session', via: '[…]' },
      ],
      accumulationPoint: 1,
      kind: 'unbounded-cache',
    },
  });
  expect(picture).toMatchObject({ counts: [1000, 2000, 3000], heldBytes: 840, bytes: 560, kind: 'unbounded-cache' });
  expect(picture.path?.map(({ role }) => role)).toEqual(['root', 'accumulation', 'leaf']);
});
