import { NOT_RETAINING, TARGET } from '../../graph/object-graph.ts';
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
