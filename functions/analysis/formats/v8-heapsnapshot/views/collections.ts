import type { TableView } from '../../../../model/view.ts';
import { NOT_RETAINING } from '../../../graph/object-graph.ts';
import { TopList } from '../../../graph/top.ts';
import { LABEL_MASK } from '../record-columns.ts';
import type { Heap } from '../heap.ts';
import { edgeKind, nodeKind } from '../node-kinds.ts';

const ROWS = 200;
/** An object with this many own properties is used as a map. */
const MAP_LIKE = 200;

interface Collection {
  readonly position: number;
  readonly kind: string;
  readonly entries: number;
}

/**
 * Maps, Sets, Arrays and objects used as maps: entries as far as the graph shows them (small integers in them are no objects), empty ones counted by class.
 * Capacity is not in a snapshot; bytes an entry say how full the table is.
 */
export function collectionsView(heap: Heap): TableView | undefined {
  const { snapshot, graph, tree, retained } = heap;
  const { nodes, header } = snapshot;
  const object = nodeKind(header, 'object');
  const array = nodeKind(header, 'array');
  const element = edgeKind(header, 'element');
  const property = edgeKind(header, 'property');
  const { edges, strings } = snapshot;
  const kinds = new Map<number, 'Map' | 'Set' | 'Array' | 'Object'>();
  for (let id = 0; id < graph.classCount; id++) {
    const name = graph.className(id);
    if (name === 'Map' || name === 'Set' || name === 'Array' || name === 'Object') kinds.set(id, name);
  }
  const top = new TopList(ROWS);
  const found = new Map<number, Collection>();
  const empty = new Map<string, number>();

  function countEdges(node: number, type: number): number {
    let count = 0;
    for (let edge = nodes.firstEdge[node]!, end = nodes.firstEdge[node + 1]!; edge < end; edge++)
      if (edges.typeOf(edge) === type) count++;
    return count;
  }
  /** Keys and values are edges of the table: both for a Map with objects or strings as keys, one where the others are small integers. */
  function countTable(node: number): number {
    for (let edge = nodes.firstEdge[node]!, end = nodes.firstEdge[node + 1]!; edge < end; edge++) {
      const table = edges.to[edge]!;
      if (table >= NOT_RETAINING || nodes.type[table] !== array) continue;
      if (strings.equals(edges.label[edge]! & LABEL_MASK, 'table'))
        return nodes.firstEdge[table + 1]! - nodes.firstEdge[table]! - 1;
    }
    return 0;
  }
  for (let p = 0; p < tree.reached; p++) {
    const node = tree.order[p]!;
    if (nodes.type[node] !== object) continue;
    const kind = kinds.get(graph.classOf[node]!);
    // Small objects cannot hold anything worth a row; their edges need not be looked at.
    if (kind === undefined) continue;
    if (retained[p]! <= top.threshold && nodes.firstEdge[node + 1]! - nodes.firstEdge[node]! > 4) continue;
    const entries =
      kind === 'Array'
        ? countEdges(node, element)
        : kind === 'Object'
          ? countEdges(node, property)
          : Math.max(0, countTable(node));
    if (entries === 0 && kind !== 'Object') empty.set(kind, (empty.get(kind) ?? 0) + 1);
    if (entries === 0 || (kind === 'Object' && entries < MAP_LIKE) || retained[p]! <= top.threshold) continue;
    top.add(p, retained[p]!);
    found.set(p, { position: p, kind, entries });
  }
  const rows = top.sorted().map((p) => {
    const { kind, entries } = found.get(p)!;
    const holder = tree.order[tree.idom[p]!]!;
    return [
      kind === 'Object' ? 'Object as map' : kind,
      graph.nodeName(holder),
      entries,
      graph.shallow[tree.order[p]!]!,
      retained[p]!,
      Math.round(graph.shallow[tree.order[p]!]! / entries),
    ];
  });
  if (rows.length === 0) return undefined;
  const none = [...empty].map(([kind, count]) => `${count} ${kind}`).join(', ');
  return {
    kind: 'table',
    name: 'collections',
    title: 'Collections',
    columns: [
      { name: 'kind' },
      { name: 'heldBy' },
      { name: 'references', unit: 'count' },
      { name: 'shallowBytes', unit: 'bytes' },
      { name: 'retainedBytes', unit: 'bytes' },
      { name: 'bytesAReference', unit: 'bytes' },
    ],
    rows,
    note: `References to objects: a Map has up to two an entry, and small integers are none.${none === '' ? '' : ` Without any: ${none}.`}`,
  };
}
