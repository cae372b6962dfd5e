import type { TableView, TreeView } from '../../model/view.ts';
import { pruneTree } from '../graph/prune-tree.ts';
import type { Limits } from '../analyser.ts';
import { topIndices, TopList } from '../graph/top.ts';
import type { ObjectHeap } from './object-heap.ts';

const BIGGEST = 200;
const TREE_NODES = 5000;
const TREE_BREADTH = 40;

/** The columns of every table by class: a contract for scripts. */
export const CLASS_COLUMNS: TableView['columns'] = [
  { name: 'class' },
  { name: 'instances', unit: 'count' },
  { name: 'shallowBytes', unit: 'bytes' },
  { name: 'retainedBytes', unit: 'bytes' },
];

/** Classes by retained bytes: all, or those that a group of `accept` has; at most `limit`. */
export function classRows(
  { graph, histogram }: Pick<ObjectHeap, 'graph' | 'histogram'>,
  limit: number,
  accept: (className: string) => boolean = () => true,
): (string | number)[][] {
  const { instances, shallowBytes, retainedBytes } = histogram;
  // Of a dump that ends before its roots nothing is held: its classes are told apart by their own bytes.
  const isHeld = retainedBytes.some((bytes) => bytes > 0);
  return topIndices(
    isHeld ? retainedBytes : shallowBytes,
    graph.classCount,
    limit,
    (id) => instances[id]! > 0 && accept(graph.className(id)),
  ).map((id) => [graph.className(id), instances[id]!, shallowBytes[id]!, retainedBytes[id]!]);
}

/** Classes by retained bytes. */
export function histogramView(heap: Pick<ObjectHeap, 'graph' | 'histogram'>, limits: Limits): TableView {
  const rows = classRows(heap, limits.tableRows);
  const all = heap.histogram.instances.reduce((count, some) => count + (some > 0 ? 1 : 0), 0);
  const note = all > rows.length ? { note: `the ${rows.length} largest of ${all} classes` } : {};
  return { kind: 'table', name: 'histogram', title: 'Classes', columns: [...CLASS_COLUMNS], rows, ...note };
}

/** The positions of the single objects that retain most; `shown` leaves out what a format made up. */
export function biggestPositions({ tree, retained }: ObjectHeap, shown: (node: number) => boolean): number[] {
  const top = new TopList(BIGGEST);
  // What is below a position retains no more than it does.
  for (let p = 1; p < tree.count; p = retained[p]! > top.threshold ? p + 1 : tree.end[p]!)
    if (retained[p]! > top.threshold && shown(tree.order[p]!)) top.add(p, retained[p]!);
  return top.sorted();
}

/** Single objects by retained bytes, by the names that their format gives them. */
export function biggestView(
  { graph, tree, retained }: ObjectHeap,
  positions: readonly number[],
  nameOf: (node: number) => string,
): TableView {
  const [, ...sizes] = CLASS_COLUMNS.filter(({ name }) => name !== 'instances');
  return {
    kind: 'table',
    name: 'biggest',
    title: 'Biggest objects',
    columns: [{ name: 'name' }, { name: 'class' }, ...sizes],
    rows: positions.map((p) => {
      const node = tree.order[p]!;
      return [nameOf(node), graph.className(graph.classOf[node]!), graph.shallow[node]!, retained[p]!];
    }),
  };
}

/** Who keeps whom alive alone, the largest first and as deep as the budget lasts. */
export function dominatorView({ graph, tree, retained }: Omit<ObjectHeap, 'histogram'>, limits: Limits): TreeView {
  const budget = Math.min(limits.treeNodes, TREE_NODES);
  const { positions, parents } = pruneTree(tree, retained, budget, TREE_BREADTH, retained[0]! / 20_000);
  return {
    kind: 'tree',
    name: 'dominators',
    title: 'Dominator tree',
    columns: [
      { name: 'shallowBytes', unit: 'bytes' },
      { name: 'retainedBytes', unit: 'bytes' },
    ],
    parents,
    labels: positions.map((p) => graph.nodeName(tree.order[p]!)),
    values: [positions.map((p) => graph.shallow[tree.order[p]!]!), positions.map((p) => retained[p]!)],
    note: `Objects that retain at least 0.005 % of the heap; at most ${TREE_BREADTH} children of each.`,
  };
}
