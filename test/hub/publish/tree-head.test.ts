import { expect, test } from 'vitest';
import { splitViews } from '../../../functions/hub/publish/evidence-views.ts';
import type { TreeView } from '../../../functions/model/view.ts';

test('a tree that is fetched has its largest nodes in the file, each below its parent', () => {
  const count = 5000;
  // A hundred children of the root, the rest below them; the sizes fall along the numbers.
  const parents = Array.from({ length: count }, (_, i) => (i === 0 ? -1 : i <= 100 ? 0 : ((i - 1) % 100) + 1));
  const view: TreeView = {
    kind: 'tree',
    name: 'dominators',
    columns: [{ name: 'retainedBytes', unit: 'bytes' }],
    parents,
    labels: parents.map((_, i) => `node ${i}`),
    values: [parents.map((_, i) => (i === 0 ? 1e9 : i <= 100 ? 1e6 - i : 1000 - i / 10))],
  };
  const [shown] = splitViews('leak', 'id', [view]).shown;
  const head = shown && 'head' in shown ? shown.head : undefined;
  if (head?.kind !== 'tree') throw new Error('expected the head of a tree');
  expect(head.labels).toEqual(Array.from({ length: 100 }, (_, i) => `node ${i}`));
  expect(head.parents).toEqual(head.labels.map((_, i) => (i === 0 ? -1 : 0)));
  expect(head.values[0]?.length).toBe(100);
});
