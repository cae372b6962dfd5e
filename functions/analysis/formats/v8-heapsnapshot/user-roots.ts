import { NOT_RETAINING, TARGET } from '../../graph/object-graph.ts';
import { LABEL_MASK } from './record-columns.ts';
import { nodeKind } from './node-kinds.ts';
import type { Snapshot } from './parse.ts';

export interface RootChildren {
  /** The program's own entry points (global objects, windows, document trees), in the order of the file. */
  readonly user: readonly number[];
  /** Is any child of the root no synthetic node? Without one the snapshot shows V8's internals as they are. */
  readonly exposesUserObjects: boolean;
}

/** What hangs at the root: shortcut edges mark global objects, "(Document DOM trees)" the pages. */
export function findUserRoots({ header, nodes, edges, strings }: Snapshot): RootChildren {
  const synthetic = nodeKind(header, 'synthetic');
  const shortcut = header.edgeTypes.indexOf('shortcut');
  const user = new Set<number>();
  let exposesUserObjects = false;
  for (let edge = nodes.firstEdge[header.root]!, end = nodes.firstEdge[header.root + 1]!; edge < end; edge++) {
    if (edges.to[edge]! >= NOT_RETAINING) continue;
    const node = edges.to[edge]! & TARGET;
    const documents = nodes.type[node] === synthetic && strings.equals(nodes.name[node]!, '(Document DOM trees)');
    if (nodes.type[node] !== synthetic || documents) exposesUserObjects = true;
    if (edges.typeOf(edge) === shortcut || documents) user.add(node);
  }
  return { user: [...user], exposesUserObjects };
}

/**
 * From Node 26 on, the user root is V8's NativeContext, and the global object hangs below it: the one for the other, so that
 * paths start at the object that programs know.
 */
export function globalObjectOf({ nodes, edges, strings }: Snapshot, root: number): number {
  if (!strings.get(nodes.name[root]!, 40).startsWith('system / NativeContext')) return root;
  for (let edge = nodes.firstEdge[root]!, end = nodes.firstEdge[root + 1]!; edge < end; edge++)
    if (edges.to[edge]! < NOT_RETAINING && strings.equals(edges.label[edge]! & LABEL_MASK, 'global_object'))
      return edges.to[edge]!;
  return root;
}
