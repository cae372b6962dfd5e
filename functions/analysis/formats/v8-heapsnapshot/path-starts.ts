import { NOT_RETAINING } from '../../graph/object-graph.ts';
import type { Snapshot } from './parse.ts';
import { LABEL_MASK } from './record-columns.ts';
import { globalObjectOf } from './user-roots.ts';

/**
 * Where ways to crowds begin. Snapshots of Chrome may have no edge from the root to a global object;
 * their contexts are below the handles of native code, and a way through those would name none of the program's variables.
 */
export function pathStarts(snapshot: Snapshot, userRoots: readonly number[]): readonly number[] {
  const { header, nodes, edges, strings } = snapshot;
  if (userRoots.some((node) => node !== header.root)) return userRoots;
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
