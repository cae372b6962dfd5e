import type { ByteSource, Run } from '../../analyser.ts';
import type { ColumnPool } from '../../graph/column-pool.ts';
import { columnMemory } from '../../parallel.ts';
import type { Census } from './census.ts';
import type { Extras, Targets } from './edge-pass.ts';
import { cutPieces, wholePiece } from './edge-pieces.ts';
import { type Edges, EdgeWriter } from './edge-writer.ts';
import type { Header } from './header.ts';
import type { DumpIndex } from './index-pass.ts';
import { PieceReader } from './piece-reader.ts';
import type { NodeNumbers, ReferencePlan } from './reference-plan.ts';

export interface EdgeInput {
  readonly source: ByteSource;
  readonly header: Header;
  readonly index: DumpIndex;
  readonly numbers: NodeNumbers;
  readonly plan: ReferencePlan;
  readonly targets: Targets;
  /** Class number of each node, with OBJECT_ARRAY. */
  readonly classOf: Uint32Array;
  /** By class number. */
  readonly instancesOf: Uint32Array;
  readonly extras: Extras;
  /** Hashes of texts, by node: zeros, to be filled. */
  readonly texts: Uint32Array;
  readonly censuses: readonly Census[];
  /** Did the first pass find no fault? Around one, where records begin depends on what of the file is at hand. */
  readonly isSound: boolean;
  readonly pool: ColumnPool;
}

/** How many edges there can be: references of the layout, cut to what the file has bytes for. (Instances and arrays of a class are counted as one.) */
function boundEdges({ index, instancesOf, extras, plan, header, source }: EdgeInput): number {
  const { firstReference, keepsClass } = plan;
  let linked = 0;
  let bound = index.arrayElements;
  for (const [cls, instances] of instancesOf.entries()) {
    bound += instances * (firstReference[cls + 1]! - firstReference[cls]!);
    linked += instances * keepsClass[cls]!;
  }
  bound = Math.min(bound, Math.ceil(source.size / header.idBytes)) + linked;
  for (const targets of extras.values()) bound += targets.length;
  return bound;
}

/**
 * Second pass: references of every object. Where there is another thread and the host reads into given memory, the file is cut into pieces of whole objects, done on all threads;
 * rows are joined in the order of the file.
 */
export async function readEdges(input: EdgeInput, run: Run, progress: (share: number) => void): Promise<Edges> {
  const { source, index, numbers, extras, targets, isSound } = input;
  const { firstObject, nodeCount } = numbers;
  const writer = new EdgeWriter(input, boundEdges(input), columnMemory(run));
  const ofObjects = new Map([...extras].filter(([node]) => node >= firstObject));
  const { places } = targets.addresses;
  const { parallel } = run;
  if (parallel && source.readInto && places && isSound) {
    const pieces = cutPieces(index, firstObject, nodeCount, ofObjects);
    const setting = writer.settingWith(places);
    const reader = new PieceReader(writer, setting, { ...run, parallel }, source.readInto.bind(source));
    await reader.read(pieces, input.pool, progress);
  } else await writer.stream(wholePiece(index, firstObject, nodeCount, ofObjects), run, progress);
  return writer.finish();
}
