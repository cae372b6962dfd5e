import type { ColumnPool } from '../../graph/column-pool.ts';
import { SLICE, type Slices } from '../../graph/drive.ts';
import { NONE, NOT_RETAINING } from '../../graph/object-graph.ts';
import { nodeKind } from './node-kinds.ts';
import type { Snapshot } from './parse.ts';

const SHARED = NONE - 1;

/**
 * Moves the size of engine-internal nodes (hidden, array, external string data) that exactly one other object leads to into that
 * object, as Chrome DevTools does: an Array's elements are part of the Array. Nodes led to by several owners keep their size.
 */
export function* moveOwnedSizes({ header, nodes, edges, strings }: Snapshot, pool: ColumnPool): Slices<void> {
  const { count, type, firstEdge, selfSize, name } = nodes;
  const { to } = edges;
  const hidden = nodeKind(header, 'hidden');
  const array = nodeKind(header, 'array');
  const native = nodeKind(header, 'native');
  const synthetic = nodeKind(header, 'synthetic');
  const externalName = strings.find('system / ExternalStringData');
  // One bit a node: the pass over all edges then stays in the cache.
  const ownable = new Uint8Array((count >>> 3) + 1);
  for (let n = 0; n < count; n++) {
    const kind = type[n]!;
    if (kind === hidden || kind === array || (kind === native && name[n] === externalName && externalName >= 0))
      ownable[n >>> 3] = ownable[n >>> 3]! | (1 << (n & 7));
  }
  const owner = pool.take(count).fill(NONE);
  const pending: number[] = [];

  function claim(from: number, by: number): void {
    for (let edge = firstEdge[from]!, end = firstEdge[from + 1]!; edge < end; edge++) {
      const target = to[edge]!;
      if (target >= NOT_RETAINING || (ownable[target >>> 3]! & (1 << (target & 7))) === 0) continue;
      const known = owner[target]!;
      if (known === by || known === SHARED) continue;
      owner[target] = known === NONE ? by : SHARED;
      pending.push(target);
    }
  }
  function settle(): void {
    while (pending.length > 0) {
      const node = pending.pop()!;
      claim(node, owner[node]!);
    }
  }
  for (let start = 0; start < count; start += SLICE) {
    const end = Math.min(count, start + SLICE);
    for (let n = start; n < end; n++) {
      if ((ownable[n >>> 3]! & (1 << (n & 7))) === 0) claim(n, n);
      if (pending.length > 0) settle();
    }
    yield start / count;
  }
  for (let n = 0; n < count; n++) {
    const by = owner[n]!;
    if (by >= SHARED || by === header.root || type[by] === synthetic) continue;
    selfSize[by] = selfSize[by]! + selfSize[n]!;
    selfSize[n] = 0;
  }
  pool.give(owner);
}
