import { NOT_RETAINING } from '../../graph/object-graph.ts';
import { edgeKind } from './node-kinds.ts';
import { LABEL_BITS, LABEL_MASK } from './record-columns.ts';
import type { Snapshot } from './parse.ts';

/**
 * Marks edges that are in the file and keep nothing alive, by the rules of Chrome DevTools: shortcuts (except at the root) repeat a
 * path that exists without them; of the two edges to a value in a WeakMap, the one of the table gives way to the one of the key.
 */
export function markNotRetaining({ header, nodes, edges, strings }: Snapshot): void {
  const rootFrom = nodes.firstEdge[header.root]!;
  const rootTo = nodes.firstEdge[header.root + 1]!;
  const { to, label, shortcuts } = edges;
  for (const edge of shortcuts)
    if ((edge < rootFrom || edge >= rootTo) && to[edge]! < NOT_RETAINING) to[edge] = to[edge]! + NOT_RETAINING;

  const tables = findWeakMapEdgeNames(strings);
  if (tables.size === 0) return;
  const internal = edgeKind(header, 'internal');
  const ids = new Set(tables.values());
  // Few nodes pass: most are told by these bits alone.
  const bits = new Uint8Array(1 << 16);
  for (const id of ids) bits[id & 0xffff] = 1;
  for (let node = 0; node < nodes.count; node++) {
    const id = nodes.id[node]!;
    if (bits[id & 0xffff] === 0 || !ids.has(id)) continue;
    for (let edge = nodes.firstEdge[node]!, end = nodes.firstEdge[node + 1]!; edge < end; edge++)
      if (
        label[edge]! >>> LABEL_BITS === internal &&
        tables.get(label[edge]! & LABEL_MASK) === id &&
        to[edge]! < NOT_RETAINING
      )
        to[edge] = to[edge]! + NOT_RETAINING;
  }
}

const WEAK_MAP_EDGE =
  /^\d+ \/ part of key \(.{0,500} @\d+\) -> value \(.{0,500} @\d+\) pair in WeakMap \(table @(\d+)\)$/;

/** String index -> id of the table, for names of edges such as "12 / part of key (K @3) -> value (V @5) pair in WeakMap (table @7)". */
function findWeakMapEdgeNames(strings: Snapshot['strings']): Map<number, number> {
  const tables = new Map<number, number>();
  for (let index = 0; index < strings.count; index++) {
    const first = strings.firstByte(index);
    if (first < 48 || first > 57 || strings.keptBytes(index) < 40) continue;
    const table = WEAK_MAP_EDGE.exec(strings.get(index))?.[1];
    if (table !== undefined) tables.set(index, Number(table));
  }
  return tables;
}
