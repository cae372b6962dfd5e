import { nodeKind } from './node-kinds.ts';
import type { DominatorTree } from '../../graph/dominators.ts';
import { inSlices, type Slices } from '../../graph/drive.ts';
import { NOT_RETAINING, type ObjectGraph } from '../../graph/object-graph.ts';
import type { Task } from '../../parallel.ts';
import type { NodeTable } from './node-table.ts';
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

interface CensusInput {
  readonly nodes: Pick<NodeTable, 'count' | 'type' | 'selfSize' | 'id' | 'firstEdge'>;
  readonly to: Uint32Array;
  readonly tree: Pick<DominatorTree, 'position' | 'idom' | 'reached'>;
  readonly classOf: Uint32Array;
  readonly classCount: number;
  /** By type: 1 for what is not the program's. */
  readonly left: Uint8Array;
  /** Types of nodes. */
  readonly kinds: Readonly<Record<'native' | 'code' | 'string', number>>;
}

/** Changes nothing that it looks at. */
export const takeCensus: Task<CensusInput, Census> = { name: 'v8-census', start: count };

export function censusInput({ header, nodes, edges }: Snapshot, graph: ObjectGraph, tree: DominatorTree): CensusInput {
  const { count: all, type, selfSize, id, firstEdge } = nodes;
  const { position, idom, reached } = tree;
  return {
    nodes: { count: all, type, selfSize, id, firstEdge },
    to: edges.to,
    tree: { position, idom, reached },
    classOf: graph.classOf,
    classCount: graph.classCount,
    left: Uint8Array.from({ length: 256 }, (_, kind) =>
      NOT_OF_PROGRAM.includes(header.nodeTypes[kind] ?? '') ? 1 : 0,
    ),
    kinds: { native: nodeKind(header, 'native'), code: nodeKind(header, 'code'), string: nodeKind(header, 'string') },
  };
}

function* count(input: CensusInput): Slices<Census> {
  const { classOf, classCount, left } = input;
  const { type, selfSize, id, count: all } = input.nodes;
  const { position, reached } = input.tree;
  const { native } = input.kinds;
  const bytesOfType = new Float64Array(256);
  const isNative = new Uint8Array(classCount);
  let reachableBytes = 0;
  let programBytes = 0;
  let maxId = 0;
  yield* inSlices(0, all, (from, to) => {
    let [reachable, ofProgram] = [0, 0];
    for (let node = from; node < to; node++) {
      const kind = type[node]!;
      const bytes = selfSize[node]!;
      bytesOfType[kind] = bytesOfType[kind]! + bytes;
      if (id[node]! > maxId) maxId = id[node]!;
      if (kind === native) isNative[classOf[node]!] = 1;
      if (position[node]! >= reached) continue;
      reachable += bytes;
      if (left[kind] === 0) ofProgram += bytes;
    }
    reachableBytes += reachable;
    programBytes += ofProgram;
  });
  for (const text of yield* findSourceTexts(input)) programBytes -= selfSize[text]!;
  return { bytesOfType, isNative, reachableBytes, programBytes: Math.max(1, programBytes), maxId };
}

/** Strings that only code keeps: the sources of scripts. */
function* findSourceTexts({ nodes, to, tree, kinds }: CensusInput): Slices<ReadonlySet<number>> {
  const { type, firstEdge } = nodes;
  const { position, idom, reached } = tree;
  const { code, string } = kinds;
  const texts = new Set<number>();
  yield* inSlices(0, nodes.count, (start, stop) => {
    for (let node = start; node < stop; node++) {
      if (type[node] !== code || position[node]! >= reached) continue;
      for (let edge = firstEdge[node]!, end = firstEdge[node + 1]!; edge < end; edge++) {
        const text = to[edge]!;
        if (text < NOT_RETAINING && type[text] === string && idom[position[text]!] === position[node]) texts.add(text);
      }
    }
  });
  return texts;
}
