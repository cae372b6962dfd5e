import type { Limits } from '../../analyser.ts';
import type { TableView, TreeView } from '../../../model/view.ts';
import { pruneTree } from '../../graph/prune-tree.ts';
import { topIndices } from '../../graph/top.ts';
import type { Heap } from './heap.ts';

const BIGGEST = 200;
const TREE_NODES = 5000;
const TREE_BREADTH = 40;

/** Classes by retained bytes. */
export function histogramView({ graph, histogram }: Heap, limits: Limits): TableView {
  const { instances, shallowBytes, retainedBytes } = histogram;
  const classes = topIndices(retainedBytes, graph.classCount, limits.tableRows, (id) => instances[id]! > 0);
  const all = instances.reduce((count, some) => count + (some > 0 ? 1 : 0), 0);
  return {
    kind: 'table',
    name: 'histogram',
    title: 'Classes',
    columns: [
      { name: 'class' },
      { name: 'instances', unit: 'count' },
      { name: 'shallowBytes', unit: 'bytes' },
      { name: 'retainedBytes', unit: 'bytes' },
    ],
    rows: classes.map((id) => [graph.className(id), instances[id]!, shallowBytes[id]!, retainedBytes[id]!]),
    ...(all > classes.length ? { note: `the ${classes.length} largest of ${all} classes` } : {}),
  };
}

/** Single objects by retained bytes; the made-up root is passed over. */
export function biggestView({ graph, tree, retained }: Heap): TableView {
  const top = topIndices(retained, tree.count, BIGGEST, (p) => p > 0);
  return {
    kind: 'table',
    name: 'biggest',
    title: 'Biggest objects',
    columns: [
      { name: 'name' },
      { name: 'class' },
      { name: 'shallowBytes', unit: 'bytes' },
      { name: 'retainedBytes', unit: 'bytes' },
    ],
    rows: top.map((p) => {
      const node = tree.order[p]!;
      return [graph.nodeName(node), graph.className(graph.classOf[node]!), graph.shallow[node]!, retained[p]!];
    }),
  };
}

/** Who keeps whom alive alone, the largest first and as deep as the budget lasts. */
export function dominatorView({ graph, tree, dominated, retained }: Heap, limits: Limits): TreeView {
  const budget = Math.min(limits.treeNodes, TREE_NODES);
  const { positions, parents } = pruneTree(dominated, retained, budget, TREE_BREADTH, retained[0]! / 20_000);
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
