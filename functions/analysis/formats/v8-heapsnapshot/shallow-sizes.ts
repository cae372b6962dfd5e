import { SLICE, type Slices } from '../../graph/drive.ts';
import { NONE, NOT_RETAINING, TARGET } from '../../graph/object-graph.ts';
import type { Task } from '../../parallel.ts';
import { nodeKind } from './node-kinds.ts';
import type { Snapshot } from './parse.ts';
import { LABEL_BITS } from './record-columns.ts';

const SHARED = NONE - 1;

interface OwnedSizes {
  readonly count: number;
  readonly type: Uint8Array;
  readonly name: Uint32Array;
  readonly firstEdge: Uint32Array;
  readonly to: Uint32Array;
  readonly label: Uint32Array;
  /** Changed in place. */
  readonly selfSize: Uint32Array | Float64Array;
  readonly root: number;
  /** Of `count` rows, with anything in them. */
  readonly scratch: Uint32Array;
  /** Types of nodes and edges; string index of the name of external string data, or -1. */
  readonly kinds: Readonly<Record<'hidden' | 'array' | 'native' | 'synthetic' | 'weak' | 'externalName', number>>;
}

/**
 * Moves the size of engine-internal nodes (hidden, array, external string data) that exactly one other object leads to into that
 * object, as Chrome DevTools does: an Array's elements are part of the Array. Nodes led to by several owners keep their size.
 *
 * It may run beside the dominators, which change nothing but the NOT_RETAINING bits of edges: weak edges are told by their type here.
 */
export const moveOwnedSizes: Task<OwnedSizes, undefined> = { name: 'v8-own-sizes', start: moveSizes };

export function ownedSizes({ header, nodes, edges, strings }: Snapshot, scratch: Uint32Array): OwnedSizes {
  const { count, type, name, firstEdge, selfSize } = nodes;
  return {
    count,
    type,
    name,
    firstEdge,
    selfSize,
    to: edges.to,
    label: edges.label,
    root: header.root,
    scratch,
    kinds: {
      hidden: nodeKind(header, 'hidden'),
      array: nodeKind(header, 'array'),
      native: nodeKind(header, 'native'),
      synthetic: nodeKind(header, 'synthetic'),
      weak: header.edgeTypes.indexOf('weak'),
      externalName: strings.find('system / ExternalStringData'),
    },
  };
}

function* moveSizes(input: OwnedSizes): Slices<undefined> {
  const { count, type, name, firstEdge, to, label, selfSize, root, kinds } = input;
  const { hidden, array, native, synthetic, weak, externalName } = kinds;
  // One bit a node: the pass over all edges then stays in the cache.
  const ownable = new Uint8Array((count >>> 3) + 1);
  for (let n = 0; n < count; n++) {
    const kind = type[n]!;
    if (kind === hidden || kind === array || (kind === native && name[n] === externalName && externalName >= 0))
      ownable[n >>> 3] = ownable[n >>> 3]! | (1 << (n & 7));
  }
  const owner = input.scratch.fill(NONE);
  const pending: number[] = [];

  function claim(from: number, by: number): void {
    for (let edge = firstEdge[from]!, end = firstEdge[from + 1]!; edge < end; edge++) {
      const raw = to[edge]!;
      const target = raw & TARGET;
      // Exactly NOT_RETAINING is an edge to nothing.
      if ((ownable[target >>> 3]! & (1 << (target & 7))) === 0 || raw === NOT_RETAINING) continue;
      if (label[edge]! >>> LABEL_BITS === weak) continue;
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
    if (by >= SHARED || by === root || type[by] === synthetic) continue;
    selfSize[by] = selfSize[by]! + selfSize[n]!;
    selfSize[n] = 0;
  }
  return undefined;
}
