import type { Run } from '../../analyser.ts';
import { type Allocate, shareColumns } from '../../parallel.ts';
import { Complaints } from '../complaints.ts';
import type { AddressPlaces } from './address-map.ts';
import type { Census } from './census.ts';
import { type EdgeColumns, EdgePass } from './edge-pass.ts';
import type { Piece, PieceAnswer, PieceSetting, Slot } from './edge-pieces.ts';
import type { EdgeInput } from './read-edges.ts';
import { DumpScanner } from './scan.ts';

const TWO32 = 2 ** 32;

export interface Edges {
  readonly firstEdge: Uint32Array;
  readonly edgeTo: Uint32Array;
  readonly dangling: number;
}

/** Takes the edges of a dump's objects in the order of the file. */
export class EdgeWriter {
  readonly #input: EdgeInput;
  readonly #columns: EdgeColumns;
  readonly #edgeTo: Uint32Array;
  /** Class number -> the census that wants the instances. */
  readonly #censusOf: readonly (Census | undefined)[];
  #edge = 0;
  #dangling = 0;

  constructor(input: EdgeInput, capacity: number, allocate: Allocate) {
    const { numbers, plan, classOf, texts, extras, censuses } = input;
    const firstEdge = new Uint32Array(allocate(4 * (numbers.nodeCount + 1)));
    this.#input = input;
    this.#columns = { classOf, texts, firstEdge };
    this.#edgeTo = new Uint32Array(allocate(4 * capacity));
    this.#censusOf = Array.from(plan.isCounted, (_, cls) => censuses.find(({ wanted }) => wanted[cls] === 1));
    for (let node = 0; node < numbers.firstObject; node++) {
      firstEdge[node] = this.#edge;
      for (const to of extras.get(node) ?? []) this.#edgeTo[this.#edge++] = to;
    }
  }

  /** What other threads need to do a part of it. */
  settingWith(places: AddressPlaces): PieceSetting {
    const { header, source, targets, plan } = this.#input;
    return {
      idBytes: header.idBytes,
      fileBytes: source.size,
      firstObject: targets.firstObject,
      places: shareColumns(places),
      classIds: shareColumns(targets.classNumbers.columns),
      plan: shareColumns(plan),
      columns: this.#columns,
    };
  }

  /** Reads objects from the source. */
  async stream(piece: Piece, run: Run, progress?: (share: number) => void): Promise<void> {
    const { source, header, plan, targets } = this.#input;
    const readId = (at: number): number => scanner.id(at);
    const pass = new EdgePass(plan, targets, this.#columns, {
      ...piece,
      edgeTo: this.#edgeTo,
      firstEdge: this.#edge,
      count: (node, at, length) => this.#count(node, scanner.view, at, length, readId),
    });
    const scanner = new DumpScanner(source.size, header.idBytes, pass, new Complaints('byte'));
    pass.scanner = scanner;
    if (piece.firstNode < piece.endNode) await scanner.scan(source, run, piece, progress);
    pass.finish();
    this.#edge = pass.edge;
    this.#dangling += pass.dangling;
  }

  /** What came of a piece in a slot. */
  add({ firstNode, endNode }: Piece, { bytes, edges, counted }: Slot, answer: PieceAnswer): void {
    this.#edgeTo.set(edges.subarray(0, answer.edges), this.#edge);
    shift(this.#columns.firstEdge, firstNode, endNode, this.#edge);
    this.#edge += answer.edges;
    this.#dangling += answer.dangling;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const { idBytes } = this.#input.header;
    const readId = (at: number): number =>
      idBytes === 8 ? view.getUint32(at) * TWO32 + view.getUint32(at + 4) : view.getUint32(at);
    for (let i = 0; i < answer.counted; i += 3)
      this.#count(counted[i]!, view, counted[i + 1]!, counted[i + 2]!, readId);
  }

  finish(): Edges {
    const { firstEdge } = this.#columns;
    firstEdge[firstEdge.length - 1] = this.#edge;
    return { firstEdge, edgeTo: this.#edgeTo.subarray(0, this.#edge), dangling: this.#dangling };
  }

  #count(node: number, view: DataView, at: number, length: number, readId: (at: number) => number): void {
    const cls = this.#columns.classOf[node]!;
    this.#censusOf[cls]!.add(node, cls, view, at, length, readId);
  }
}

function shift(column: Uint32Array, from: number, to: number, by: number): void {
  for (let i = from; i < to; i++) column[i] = column[i]! + by;
}
