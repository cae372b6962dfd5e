import type { HolderPath } from '../../graph/holder-paths.ts';
import { TARGET } from '../../graph/object-graph.ts';
import { describeLimit } from '../../heap/limit-name.ts';
import { LABEL_MASK } from './record-columns.ts';
import type { Heap } from './heap.ts';
import { edgeKind, nodeKind } from './node-kinds.ts';

const MAX_FIELDS = 256;
/** The holder of a Map is two objects above its table. */
const ABOVE = 3;

/**
 * Does an object near the accumulation point have a field that is a limit by its name? V8 writes no small integers into snapshots, not even as edges, but
 * the shape of an object lists the names of all its fields.
 */
export function findLimit(heap: Heap, { nodes, pile }: HolderPath): string | undefined {
  const { snapshot, graph } = heap;
  const object = nodeKind(snapshot.header, 'object');
  for (const node of nodes.slice(Math.max(1, pile - ABOVE), pile + 1).reverse()) {
    if (snapshot.nodes.type[node] !== object) continue;
    const limit = describeLimit(graph.className(graph.classOf[node]!), fieldNames(heap, node));
    if (limit !== undefined) return limit;
  }
  return undefined;
}

/** Names of an object's fields, from the descriptors of its shape. */
function fieldNames({ snapshot }: Heap, node: number): string[] {
  const { header, nodes, edges, strings } = snapshot;
  const string = nodeKind(header, 'string');
  const internal = edgeKind(header, 'internal');
  const follow = (from: number, name: string): number => {
    for (let edge = nodes.firstEdge[from]!, end = nodes.firstEdge[from + 1]!; edge < end; edge++)
      // A cache likes to call its own field “map”.
      if (edges.typeOf(edge) === internal && strings.equals(edges.label[edge]! & LABEL_MASK, name))
        return edges.to[edge]! & TARGET;
    return -1;
  };
  const shape = follow(node, 'map');
  const descriptors = shape < 0 ? -1 : follow(shape, 'descriptors');
  const names: string[] = [];
  if (descriptors < 0) return names;
  for (let edge = nodes.firstEdge[descriptors]!, end = nodes.firstEdge[descriptors + 1]!; edge < end; edge++) {
    const target = edges.to[edge]! & TARGET;
    if (nodes.type[target] === string) names.push(strings.get(nodes.name[target]!, 60));
    if (names.length >= MAX_FIELDS) break;
  }
  return names;
}
