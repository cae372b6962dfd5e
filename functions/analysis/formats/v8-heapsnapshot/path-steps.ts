import { EXPORTED } from '../../heap/holder-words.ts';
import type { PathStep } from '../../heap/path-step.ts';
import { contextVariable, isContext } from './context-variables.ts';
import { exportedVariable } from './exported-variables.ts';
import { edgeKind, nodeKind } from './node-kinds.ts';
import type { Heap } from './heap.ts';

/**
 * A path in the words of the program: `globalThis`, `.entries`, `[…]`. The engine's own links between an object and its
 * parts keep their names (`table`, `context`); positions in a collection are left out, because they differ between dumps of one leak.
 */
export function describePath(heap: Heap, nodes: readonly number[], edges: readonly number[]): PathStep[] {
  const steps = nodes.map((node, i) => ({
    name: i === 0 ? nameStart(heap, node) : nameStep(heap, node),
    via: i === 0 ? '' : nameVia(heap, nodes[i - 1]!, edges[i - 1]!),
  }));
  for (const [i, step] of steps.entries()) {
    if (i < 2 || steps[i - 2]!.name !== 'system / SourceTextModule' || step.name !== 'system / Cell') continue;
    const variable = exportedVariable(heap, nodes[i - 2]!, nodes[i]!);
    if (variable === undefined) continue;
    step.name = EXPORTED;
    if (steps[i + 1]?.via === 'value') steps[i + 1]!.via = variable;
  }
  return steps;
}

function nameVia(heap: Heap, from: number, edge: number): string {
  const best = bestEdge(heap, from, edge);
  if (isEntry(heap, from, best)) return '[…]';
  return contextVariable(heap, from, best) ?? withoutIndex(heap.graph.edgeName(best));
}

const MAX_EDGES = 2000;
/** From what says most to what says least. */
const EDGE_KINDS = ['context', 'property', 'internal', 'element', 'hidden'];

/** Of several edges between the same two objects (a closure's context has its variables twice), the one with the best name. */
function bestEdge({ snapshot: { header, edges, nodes } }: Heap, from: number, edge: number): number {
  const to = edges.to[edge]!;
  const rank = (one: number): number => {
    const kind = EDGE_KINDS.indexOf(header.edgeTypes[edges.typeOf(one)] ?? '');
    return kind < 0 ? EDGE_KINDS.length : kind;
  };
  let best = edge;
  const end = Math.min(nodes.firstEdge[from + 1]!, nodes.firstEdge[from]! + MAX_EDGES);
  for (let one = nodes.firstEdge[from]!; one < end; one++)
    if (edges.to[one] === to && rank(one) < rank(best)) best = one;
  return best;
}

/** With more properties an object is used as a map, and its keys are data; a global object has some hundreds of its own. */
const MAX_FIELDS = 200;

function isEntry(heap: Heap, from: number, edge: number): boolean {
  const { header, edges, nodes } = heap.snapshot;
  const property = edgeKind(header, 'property');
  if (
    edges.typeOf(edge) !== property ||
    nodes.type[from] !== nodeKind(header, 'object') ||
    isGlobal(heap.graph.nodeName(from))
  )
    return false;
  let fields = 0;
  for (let one = nodes.firstEdge[from]!, end = nodes.firstEdge[from + 1]!; one < end && fields <= MAX_FIELDS; one++)
    if (edges.typeOf(one) === property) fields++;
  return fields > MAX_FIELDS;
}

function withoutIndex(via: string): string {
  return /^(\[?"?\d+"?\]?|\(hidden \d+\))$/.test(via)
    ? '[…]'
    : via.replace(/ \/ part of key .*$/, ' (pair of a WeakMap)');
}

/** `global`, `Window / https://…`, `Window [JSGlobalObject] / https://…`; `Object / ` of old versions of Node. */
const isGlobal = (name: string): boolean => /^((global|Window)( [/([].*)?|Object [/(].*)$/.test(name);

function nameStart(heap: Heap, node: number): string {
  if (node === heap.graph.root) return '(GC root)';
  const name = heap.graph.nodeName(node);
  return isGlobal(name) || name === 'Object' ? 'globalThis' : name;
}

function nameStep(heap: Heap, node: number): string {
  const { snapshot, graph } = heap;
  const kind = snapshot.nodes.type[node];
  if (kind === nodeKind(snapshot.header, 'array')) return '(table)';
  // Contents of strings are the data of others; a path is shown to everybody.
  const type = snapshot.header.nodeTypes[kind ?? 0] ?? '';
  if (/string$/.test(type)) return '(string)';
  if (/^(regexp|number|bigint|symbol)$/.test(type)) return graph.className(graph.classOf[node]!);
  const name = graph.nodeName(node);
  if (isContext(name)) return '(closure context)';
  return name;
}
