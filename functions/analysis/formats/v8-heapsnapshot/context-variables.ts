import { TARGET } from '../../graph/object-graph.ts';
import { LABEL_MASK } from './record-columns.ts';
import type { Heap } from './heap.ts';
import { edgeKind, nodeKind } from './node-kinds.ts';

/** The variables of a function: `system / Context`, and with its scope in newer V8: `system / Context / scope @457`. */
export const isContext = (name: string): boolean => /^system \/ Context( \/ |$)/.test(name);

/**
 * The name of the variable that a numbered slot of a closure's context holds, or undefined. V8 names such edges only when the function
 * was optimised or debugged; its ScopeInfo, which every context refers to, lists the names in the order of the slots.
 * Slots with small integers are not in the snapshot, so the answer is given only where the numbers of names and of slots agree.
 */
export function contextVariable({ snapshot }: Heap, context: number, edge: number): string | undefined {
  const { header, nodes, edges, strings } = snapshot;
  const hidden = edgeKind(header, 'hidden');
  if (edges.typeOf(edge) !== hidden || !isContext(strings.get(nodes.name[context]!, 40))) return undefined;
  const slots: number[] = [];
  let scope = -1;
  for (let one = nodes.firstEdge[context]!, end = nodes.firstEdge[context + 1]!; one < end; one++) {
    if (edges.typeOf(one) === hidden) slots.push(one);
    else if (strings.equals(edges.label[one]! & LABEL_MASK, 'scope_info')) scope = edges.to[one]! & TARGET;
    if (slots.length > 64) return undefined;
  }
  if (scope < 0) return undefined;
  const string = nodeKind(header, 'string');
  const names: string[] = [];
  for (let one = nodes.firstEdge[scope]!, end = nodes.firstEdge[scope + 1]!; one < end && names.length <= 64; one++) {
    const target = edges.to[one]! & TARGET;
    if (edges.typeOf(one) === hidden && nodes.type[target] === string) names.push(strings.get(nodes.name[target]!, 60));
  }
  return names.length === slots.length ? names[slots.indexOf(edge)] : undefined;
}
