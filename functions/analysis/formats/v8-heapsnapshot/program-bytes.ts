import { nodeKind } from './node-kinds.ts';
import type { Heap } from './heap.ts';

/**
 * What of the heap is the program's data: everything reachable but code and its sources, object shapes, the engine's own objects and functions. A Node
 * process has 4 to 5 MB of those before it does anything, which would hide a leak in a small dump.
 */
export function programBytes({ snapshot, tree }: Heap): number {
  const { header, nodes } = snapshot;
  const left = new Uint8Array(256);
  for (const kind of ['code', 'hidden', 'closure', 'synthetic'] as const) {
    const type = nodeKind(header, kind);
    if (type >= 0) left[type] = 1;
  }
  const shape = header.nodeTypes.indexOf('object shape');
  if (shape >= 0) left[shape] = 1;
  const code = nodeKind(header, 'code');
  const string = nodeKind(header, 'string');
  let bytes = 0;
  for (let p = 0; p < tree.reached; p++) {
    const node = tree.order[p]!;
    const type = nodes.type[node]!;
    if (left[type] === 1) continue;
    // Only its script keeps a source text.
    if (type === string && nodes.type[tree.order[tree.idom[p]!]!] === code) continue;
    bytes += nodes.selfSize[node]!;
  }
  return Math.max(1, bytes);
}
