import { TARGET } from '../../graph/object-graph.ts';
import type { Heap } from './heap.ts';
import { LABEL_MASK } from './record-columns.ts';
import { edgeKind, nodeKind } from './node-kinds.ts';

/** Tables of modules with more are not searched. */
const MAX_SLOTS = 10_000;

/**
 * The name under which an ES module exports the variable in this cell, or undefined. A module keeps its cells in a list without names and in a table
 * (ObjectHashTable) where the name is in the slot before its cell.
 */
export function exportedVariable({ snapshot }: Heap, module: number, cell: number): string | undefined {
  const { header, nodes, edges, strings } = snapshot;
  const [array, string] = [nodeKind(header, 'array'), nodeKind(header, 'string')];
  const internal = edgeKind(header, 'internal');
  const edgesOf = (node: number): number[] => {
    const length = Math.min(MAX_SLOTS, nodes.firstEdge[node + 1]! - nodes.firstEdge[node]!);
    return Array.from({ length }, (_, i) => nodes.firstEdge[node]! + i);
  };
  const targetOf = (edge: number): number => edges.to[edge]! & TARGET;
  for (const table of edgesOf(module).map(targetOf)) {
    if (nodes.type[table] !== array) continue;
    const slots = new Map(
      edgesOf(table)
        .filter((edge) => edges.typeOf(edge) === internal)
        .map((edge) => [strings.get(edges.label[edge]! & LABEL_MASK, 20), targetOf(edge)]),
    );
    const [slot] = [...slots].find(([, target]) => target === cell) ?? [];
    const name = slots.get(String(Number(slot) - 1));
    if (name !== undefined && nodes.type[name] === string) return strings.get(nodes.name[name]!, 60);
  }
  return undefined;
}
