import type { TableView } from '../../../model/view.ts';
import { biggestPositions, biggestView } from '../../heap/views.ts';
import { formatId } from './class-table.ts';
import type { Heap } from './heap.ts';
import type { ObjectReader } from './object-reader.ts';
import { nameNodes } from './path-steps.ts';
import type { DuplicateStrings } from './strings-by-content.ts';

const MAX_TEXT = 80;

/** Single objects by retained bytes; the made-up root is passed over. */
export async function biggestObjects(heap: Heap, reader: ObjectReader): Promise<TableView> {
  const positions = biggestPositions(heap, () => true);
  const nodes = positions.map((p) => heap.tree.order[p]!);
  const names = await nameNodes(heap, reader, nodes);
  return biggestView(heap, positions, (node) => {
    const name = names.get(node) ?? heap.graph.nodeName(node);
    const id = reader.get(node)?.id;
    return id === undefined ? name : `${name} @${formatId(id)}`;
  });
}

/** Texts that are in the heap many times, the most bytes wasted first; the beginning of each. */
export async function duplicatesView(strings: DuplicateStrings, reader: ObjectReader): Promise<TableView> {
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
