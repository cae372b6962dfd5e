import type { Limits } from '../../analyser.ts';
import type { TableView, TreeView } from '../../../model/view.ts';
import { pruneTree } from '../../graph/prune-tree.ts';
import { topIndices } from '../../graph/top.ts';
import { formatId } from './class-table.ts';
import type { Heap } from './heap.ts';
import type { ObjectReader } from './object-reader.ts';
import { nameNodes } from './path-steps.ts';

const BIGGEST = 200;
const TREE_NODES = 5000;
const TREE_BREADTH = 40;
const MAX_TEXT = 80;

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
export async function biggestView(heap: Heap, reader: ObjectReader): Promise<TableView> {
  const { graph, tree, retained } = heap;
  const top = topIndices(retained, tree.count, BIGGEST, (p) => p > 0);
  const names = await nameNodes(
    heap,
    reader,
    top.map((p) => tree.order[p]!),
  );
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
      const name = names.get(node) ?? graph.nodeName(node);
      const id = reader.get(node)?.id;
      return [
        id === undefined ? name : `${name} @${formatId(id)}`,
        graph.className(graph.classOf[node]!),
        graph.shallow[node]!,
        retained[p]!,
      ];
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

/** Texts that are in the heap many times, the most bytes wasted first; the beginning of each. */
export async function duplicatesView({ strings }: Heap, reader: ObjectReader): Promise<TableView> {
  const texts = await reader.texts(strings.top.map(({ string }) => string));
  return {
    kind: 'table',
    name: 'duplicate-strings',
    title: 'Duplicate strings',
    columns: [{ name: 'text' }, { name: 'count', unit: 'count' }, { name: 'wastedBytes', unit: 'bytes' }],
    rows: strings.top.map(({ string, count, wastedBytes }) => [
      (texts.get(string) ?? '').slice(0, MAX_TEXT),
      count,
      wastedBytes,
    ]),
    note: `${strings.strings} strings; copies that could be one take ${strings.wastedBytes} bytes. Texts above 4 KiB are not compared.`,
  };
}

/** How full the collections of each class are. */
export function collectionsView({ collections, classes }: Heap): TableView {
  return {
    kind: 'table',
    name: 'collections',
    title: 'Collections by class',
    columns: [
      { name: 'class' },
      { name: 'instances', unit: 'count' },
      { name: 'empty', unit: 'count' },
      { name: 'elements', unit: 'count' },
      { name: 'capacity', unit: 'count' },
      { name: 'fill', unit: '%' },
    ],
    rows: [...collections.sums]
      .filter(([, { instances }]) => instances > 0)
      .sort(([, a], [, b]) => b.elements - a.elements || b.instances - a.instances)
      .map(([number, { instances, empty, elements, capacity, withTable }]) => [
        classes.name(number),
        instances,
        empty,
        elements,
        withTable > 0 ? capacity : null,
        capacity > 0 ? Math.round((1000 * elements) / capacity) / 10 : null,
      ]),
  };
}

/** Single collections by their number of elements. */
export function largestCollectionsView({ collections, graph, tree, retained }: Heap): TableView {
  return {
    kind: 'table',
    name: 'largest-collections',
    title: 'Largest collections',
    columns: [
      { name: 'class' },
      { name: 'elements', unit: 'count' },
      { name: 'capacity', unit: 'count' },
      { name: 'retainedBytes', unit: 'bytes' },
    ],
    rows: collections
      .largest()
      .map(({ node, size, capacity }) => [
        graph.nodeName(node),
        size,
        capacity < 0 ? null : capacity,
        retained[tree.position[node]!] ?? null,
      ]),
  };
}
