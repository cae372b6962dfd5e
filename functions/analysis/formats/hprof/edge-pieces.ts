import type { Task } from '../../parallel.ts';
import { Complaints } from '../complaints.ts';
import { AddressBitmap, type AddressPlaces } from './address-map.ts';
import { type EdgeColumns, EdgePass, type Extras } from './edge-pass.ts';
import { type IdColumns, IdTable } from './id-table.ts';
import { type DumpIndex, OBJECTS_PER_MARK } from './index-pass.ts';
import type { ReferencePlan } from './reference-plan.ts';
import { DumpScanner } from './scan.ts';

/** Objects in a row, by their place in the file. */
export interface Piece {
  readonly firstNode: number;
  readonly endNode: number;
  readonly offset: number;
  /** Where the heap dump (segment) ends that it begins in. */
  readonly dumpEnd: number;
  readonly extras: Extras;
  /** Where they fit a slot. */
  readonly bytes: number | undefined;
}

/** Some milliseconds of work, for which it pays to ask another thread. */
const PIECE_BYTES = 2 << 20;
/** Threads, loaders and the like have edges of their own; a piece with more of these is not given away. */
const EXTRA_EDGES = 1 << 10;

/** All objects of a dump in one piece. */
export function wholePiece({ marks, markEnds }: DumpIndex, firstNode: number, endNode: number, extras: Extras): Piece {
  return { firstNode, endNode, offset: marks[0] ?? 0, dumpEnd: markEnds[0] ?? 0, extras, bytes: undefined };
}

/** The same, cut at marks; what is too large for a slot, or ends at no mark, has no `bytes`. */
export function* cutPieces(
  { marks, markEnds }: DumpIndex,
  firstObject: number,
  nodeCount: number,
  extras: Extras,
): Generator<Piece> {
  const last = marks.length - 1;
  const sizeOf = (from: number, to: number): number => marks[to]! - marks[from]!;
  for (let from = 0, to = 0; from <= last; from = to) {
    while (to < last && sizeOf(from, to + 1) <= PIECE_BYTES) to++;
    const isSmall = to > from;
    // Large objects one after the other are read at once.
    if (!isSmall) to++;
    while (!isSmall && to < last && sizeOf(to, to + 1) > PIECE_BYTES) to++;
    const firstNode = firstObject + from * OBJECTS_PER_MARK;
    const endNode = Math.min(nodeCount, firstObject + to * OBJECTS_PER_MARK);
    const own = new Map([...extras].filter(([node]) => node >= firstNode && node < endNode));
    const isPlain = [...own.values()].reduce((count, { length }) => count + length, 0) <= EXTRA_EDGES;
    const bytes = isSmall && isPlain ? sizeOf(from, to) : undefined;
    yield { firstNode, endNode, offset: marks[from]!, dumpEnd: markEnds[from]!, extras: own, bytes };
  }
}

/** Memory for the bytes of a piece and what comes of them. */
export interface Slot {
  readonly bytes: Uint8Array;
  readonly edges: Uint32Array;
  /** Instances that a census wants: node, place of the field values, their length. */
  readonly counted: Uint32Array;
}

/** Words of a slot: every reference has an id in the file, every instance a header. */
export function slotWords(idBytes: number): { bytes: number; edges: number; counted: number } {
  return {
    bytes: PIECE_BYTES / 4,
    edges: PIECE_BYTES / idBytes + EXTRA_EDGES,
    counted: 3 * Math.ceil(PIECE_BYTES / (9 + 2 * idBytes)),
  };
}

/** What is the same for all pieces; columns are on memory that all threads see. */
export interface PieceSetting {
  readonly idBytes: number;
  readonly fileBytes: number;
  readonly firstObject: number;
  readonly places: AddressPlaces;
  readonly classIds: IdColumns;
  readonly plan: ReferencePlan;
  readonly columns: EdgeColumns;
}

export interface PieceInput {
  readonly setting: PieceSetting;
  readonly piece: Piece;
  readonly slot: Slot;
}

export interface PieceAnswer {
  readonly edges: number;
  readonly counted: number;
  readonly dangling: number;
}

/** Edges of the objects of a piece into its slot; `firstEdge` counts from the slot's first one. */
export const readPiece: Task<PieceInput, PieceAnswer> = {
  name: 'hprof-references',
  *start({ setting, piece, slot }) {
    const { idBytes, fileBytes, firstObject, places, classIds, plan, columns } = setting;
    const { counted } = slot;
    let words = 0;
    const targets = { firstObject, addresses: new AddressBitmap(places), classNumbers: new IdTable(classIds) };
    const pass = new EdgePass(plan, targets, columns, {
      ...piece,
      edgeTo: slot.edges,
      firstEdge: 0,
      count: (node, at, length) => {
        counted[words++] = node;
        counted[words++] = at;
        counted[words++] = length;
      },
    });
    const scanner = new DumpScanner(fileBytes, idBytes, pass, new Complaints('byte'));
    pass.scanner = scanner;
    scanner.scanHere(slot.bytes.subarray(0, piece.bytes), piece);
    pass.finish();
    return { edges: pass.edge, counted: words, dangling: pass.dangling };
  },
};
