import type { TableView } from '../../../../model/view.ts';
import { CALL, inSlices, SLICE, type Slices } from '../../../graph/drive.ts';
import { NOT_RETAINING } from '../../../graph/object-graph.ts';
import { TopList } from '../../../graph/top.ts';
import { LABEL_MASK } from '../record-columns.ts';
import type { HeapTree } from '../heap.ts';
import { edgeKind, nodeKind } from '../node-kinds.ts';

const OTHER = '';
const KINDS: readonly string[] = [OTHER, 'Map', 'Set', 'Array', 'Object'];
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
export function* collectionsView(heap: HeapTree): Slices<TableView | undefined> {
  const { snapshot, graph, tree, retained } = heap;
  const { nodes, header } = snapshot;
  const object = nodeKind(header, 'object');
  const array = nodeKind(header, 'array');
  const element = edgeKind(header, 'element');
  const property = edgeKind(header, 'property');
  const { edges, strings } = snapshot;
  /** Class id -> its kind's place in KINDS: 0 for other classes, since an index that is not there is slow to look for. */
  const kindOf = Uint8Array.from({ length: graph.classCount }, (_, id) =>
    Math.max(0, KINDS.indexOf(graph.className(id))),
  );
  const top = new TopList(ROWS);
  const found = new Map<number, Collection>();
  const empty = new Map<string, number>(KINDS.map((kind) => [kind, 0]));

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
  function hasElement(node: number): boolean {
    for (let edge = nodes.firstEdge[node]!, end = nodes.firstEdge[node + 1]!; edge < end; edge++)
      if (edges.typeOf(edge) === element) return true;
    return false;
  }
  function countEntries(node: number, kind: string): number {
    if (kind === 'Array') return countEdges(node, element);
    return kind === 'Object' ? countEdges(node, property) : Math.max(0, countTable(node));
  }
  const kindAt = (node: number): string =>
    nodes.type[node] === object ? KINDS[kindOf[graph.classOf[node]!]!]! : OTHER;
  /** Looks at `steps` positions from `p` on, and returns the next. */
  function look(p: number, steps: number): number {
    for (; steps > 0 && p < tree.reached; steps--) {
      const bytes = retained[p]!;
      // In this order large ones come early; what one dominates that is too small for a row is smaller still.
      if (bytes <= top.threshold) {
        p = tree.end[p]!;
        continue;
      }
      const node = tree.order[p]!;
      const kind = kindAt(node);
      const entries = kind === OTHER ? 0 : countEntries(node, kind);
      if (entries > 0 && (kind !== 'Object' || entries >= MAP_LIKE)) {
        top.add(p, bytes);
        found.set(p, { position: p, kind, entries });
      }
      p++;
    }
    return p;
  }
  for (let p = 0, turn = SLICE; p < tree.reached;) {
    p = look(p, CALL);
    if (p < turn) continue;
    turn = p + SLICE;
    yield p / tree.reached;
  }
  yield* inSlices(0, nodes.count, (from, to) => {
    for (let node = from; node < to; node++) {
      const kind = kindAt(node);
      if (kind === OTHER || kind === 'Object' || tree.position[node]! >= tree.reached) continue;
      if (kind === 'Array' ? !hasElement(node) : countTable(node) <= 0) empty.set(kind, empty.get(kind)! + 1);
    }
  });
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
  const none = [...empty]
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => `${count} ${kind}`)
    .join(', ');
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
