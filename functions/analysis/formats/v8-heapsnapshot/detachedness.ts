import type { StringTable } from './string-table.ts';
import { edgeKind, nodeKind } from './node-kinds.ts';
import type { Snapshot } from './parse.ts';
import { LABEL_BITS } from './record-columns.ts';
import { NOT_RETAINING } from '../../graph/object-graph.ts';

const ATTACHED = 1;
const DETACHED = 2;

/**
 * 1 for each native node (DOM and the like) that is out of its document and still alive, or undefined when there is none. The
 * browser marks some nodes; from them the state spreads to native neighbours, attached before detached, never through JavaScript.
 */
export function findDetached({ header, nodes, edges, strings }: Snapshot): Uint8Array | undefined {
  const native = nodeKind(header, 'native');
  const { type, count, firstEdge, detachedness } = nodes;
  if (detachedness === undefined) return findByName(nodes, native, strings, header.nodeFields.includes('detachedness'));
  const hidden = edgeKind(header, 'hidden');
  const state = new Uint8Array(count);
  const attached: number[] = [];
  const detached: number[] = [];
  const visited = new Uint8Array(count);

  function meet(node: number, value: number): void {
    if (visited[node] === 1) return;
    visited[node] = 1;
    if (type[node] !== native) return;
    state[node] = value;
    if (value === ATTACHED) attached.push(node);
    else if (value === DETACHED) detached.push(node);
  }
  function spread(from: number, value: number): void {
    for (let edge = firstEdge[from]!, end = firstEdge[from + 1]!; edge < end; edge++)
      if (edges.to[edge]! < NOT_RETAINING && edges.label[edge]! >>> LABEL_BITS !== hidden) meet(edges.to[edge]!, value);
  }
  for (let node = 0; node < count; node++) if (detachedness[node]! > 0) meet(node, detachedness[node]! & 3);
  while (attached.length > 0) spread(attached.pop()!, ATTACHED);
  while (detached.length > 0) {
    const node = detached.pop()!;
    if (state[node] === DETACHED) spread(node, DETACHED);
  }
  let found = false;
  for (let node = 0; node < count; node++) {
    state[node] = state[node] === DETACHED ? 1 : 0;
    found ||= state[node] === 1;
  }
  return found ? state : undefined;
}

/** Old snapshots say it by the name "Detached …". */
function findByName(
  nodes: Snapshot['nodes'],
  native: number,
  strings: StringTable,
  hasField: boolean,
): Uint8Array | undefined {
  if (hasField) return undefined;
  let state: Uint8Array | undefined;
  for (let node = 0; node < nodes.count; node++) {
    if (nodes.type[node] !== native || strings.firstByte(nodes.name[node]!) !== 68) continue;
    if (!strings.get(nodes.name[node]!, 20).startsWith('Detached ')) continue;
    state ??= new Uint8Array(nodes.count);
    state[node] = 1;
  }
  return state;
}
