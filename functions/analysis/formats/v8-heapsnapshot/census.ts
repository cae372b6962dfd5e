import { nodeKind } from './node-kinds.ts';
import type { DominatorTree } from '../../graph/dominators.ts';
import type { ObjectGraph } from '../../graph/object-graph.ts';
import type { Snapshot } from './parse.ts';

/** Sums over all nodes, from one pass in the order of the file. */
export interface Census {
  /** By ordinal of the node type. */
  readonly bytesOfType: Float64Array;
  /** By class id: 1 for classes with native nodes. */
  readonly isNative: Uint8Array;
  /**
   * What of the heap is the program's data: everything reachable but code and its sources, object shapes, the engine's own objects and functions. A Node
   * process has 4 to 5 MB of those before it does anything, which would hide a leak in a small dump.
   */
  readonly programBytes: number;
  /** The highest id: V8 numbers objects as they are born. */
  readonly maxId: number;
}

const NOT_OF_PROGRAM = ['code', 'hidden', 'closure', 'synthetic', 'object shape'];

export function takeCensus({ header, nodes }: Snapshot, graph: ObjectGraph, tree: DominatorTree): Census {
  const { type, selfSize, id, count } = nodes;
  const { position, order, idom, reached } = tree;
  const bytesOfType = new Float64Array(256);
  const isNative = new Uint8Array(graph.classCount);
  const left = Uint8Array.from({ length: 256 }, (_, kind) =>
    NOT_OF_PROGRAM.includes(header.nodeTypes[kind] ?? '') ? 1 : 0,
  );
  const [native, code, string] = [nodeKind(header, 'native'), nodeKind(header, 'code'), nodeKind(header, 'string')];
  let programBytes = 0;
  let maxId = 0;
  for (let node = 0; node < count; node++) {
    const kind = type[node]!;
    const bytes = selfSize[node]!;
    bytesOfType[kind]! += bytes;
    if (id[node]! > maxId) maxId = id[node]!;
    if (kind === native) isNative[graph.classOf[node]!] = 1;
    const p = position[node]!;
    if (left[kind] === 1 || p >= reached) continue;
    // Only its script keeps a source text.
    if (kind === string && type[order[idom[p]!]!] === code) continue;
    programBytes += bytes;
  }
  return { bytesOfType, isNative, programBytes: Math.max(1, programBytes), maxId };
}
