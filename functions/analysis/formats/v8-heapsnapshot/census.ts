import { nodeKind } from './node-kinds.ts';
import type { DominatorTree } from '../../graph/dominators.ts';
import { inSlices, type Slices } from '../../graph/drive.ts';
import { NOT_RETAINING, type ObjectGraph } from '../../graph/object-graph.ts';
import type { Snapshot } from './parse.ts';

/** Sums over all nodes, from one pass in the order of the file. */
export interface Census {
  /** By ordinal of the node type. */
  readonly bytesOfType: Float64Array;
  /** Of everything that the root reaches. */
  readonly reachableBytes: number;
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

export function* takeCensus(snapshot: Snapshot, graph: ObjectGraph, tree: DominatorTree): Slices<Census> {
  const { header, nodes } = snapshot;
  const { type, selfSize, id, count } = nodes;
  const { position, reached } = tree;
  const bytesOfType = new Float64Array(256);
  const isNative = new Uint8Array(graph.classCount);
  const left = Uint8Array.from({ length: 256 }, (_, kind) =>
    NOT_OF_PROGRAM.includes(header.nodeTypes[kind] ?? '') ? 1 : 0,
  );
  const native = nodeKind(header, 'native');
  let reachableBytes = 0;
  let programBytes = 0;
  let maxId = 0;
  yield* inSlices(0, count, (from, to) => {
    let [reachable, ofProgram] = [0, 0];
    for (let node = from; node < to; node++) {
      const kind = type[node]!;
      const bytes = selfSize[node]!;
      bytesOfType[kind] = bytesOfType[kind]! + bytes;
      if (id[node]! > maxId) maxId = id[node]!;
      if (kind === native) isNative[graph.classOf[node]!] = 1;
      if (position[node]! >= reached) continue;
      reachable += bytes;
      if (left[kind] === 0) ofProgram += bytes;
    }
    reachableBytes += reachable;
    programBytes += ofProgram;
  });
  for (const text of yield* findSourceTexts(snapshot, tree)) programBytes -= selfSize[text]!;
  return { bytesOfType, isNative, reachableBytes, programBytes: Math.max(1, programBytes), maxId };
}

/** Strings that only code keeps: the sources of scripts. */
function* findSourceTexts(
  { header, nodes, edges }: Snapshot,
  { position, idom, reached }: DominatorTree,
): Slices<ReadonlySet<number>> {
  const [code, string] = [nodeKind(header, 'code'), nodeKind(header, 'string')];
  const { type, firstEdge, count } = nodes;
  const texts = new Set<number>();
  yield* inSlices(0, count, (from, to) => {
    for (let node = from; node < to; node++) {
      if (type[node] !== code || position[node]! >= reached) continue;
      for (let edge = firstEdge[node]!, end = firstEdge[node + 1]!; edge < end; edge++) {
        const text = edges.to[edge]!;
        if (text < NOT_RETAINING && type[text] === string && idom[position[text]!] === position[node]) texts.add(text);
      }
    }
  });
  return texts;
}
