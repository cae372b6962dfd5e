import { NOT_RETAINING } from '../../graph/object-graph.ts';
import type { Heap } from './heap.ts';
import { LABEL_MASK } from './record-columns.ts';
import { globalObjectOf } from './user-roots.ts';

/**
 * Where ways to crowds begin. Snapshots of Chrome may have no edge from the root to a global object;
 * their contexts are below the handles of native code, and a way through those would name none of the program's variables.
 */
export function pathStarts(heap: Heap): readonly number[] {
  const { graph, userRoots, snapshot } = heap;
  if (userRoots.some((node) => node !== graph.root)) return userRoots;
  const { nodes, edges, strings } = snapshot;
  const label = strings.find('global_object');
  const globals = new Set<number>();
  if (label >= 0)
    for (let edge = 0, owner = 0; edge < edges.count; edge++) {
      const to = edges.to[edge]!;
      if ((edges.label[edge]! & LABEL_MASK) !== label || to >= NOT_RETAINING) continue;
      while (nodes.firstEdge[owner + 1]! <= edge) owner++;
      if (globalObjectOf(snapshot, owner) === to) globals.add(to);
    }
  return globals.size > 0 ? [...globals] : userRoots;
}
