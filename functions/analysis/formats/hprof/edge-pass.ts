import { NOT_RETAINING } from '../../graph/object-graph.ts';
import type { AddressMap } from './address-map.ts';
import type { IdTable } from './id-table.ts';
import type { ReferencePlan } from './reference-plan.ts';
import type { DumpScanner, DumpVisitor } from './scan.ts';
import { hashText } from './strings-by-content.ts';

const TWO32 = 2 ** 32;

/** Ids -> nodes. */
export interface Targets {
  readonly firstObject: number;
  readonly addresses: AddressMap;
  /** Class id -> class number. */
  readonly classNumbers: IdTable;
}

/** What a pass is to fill, by node. */
export interface EdgeColumns {
  /** Class number of each node, with OBJECT_ARRAY. */
  readonly classOf: Uint32Array;
  readonly firstEdge: Uint32Array;
  /** Hashes of the contents of arrays of bytes and chars that the file holds in one piece; zeros before. */
  readonly texts: Uint32Array;
}

/** Edges that no object's bytes say: of the root, of classes (these nodes come first), of threads to their locals, of loaders to classes. */
export type Extras = ReadonlyMap<number, readonly number[]>;

/** Objects whose references are wanted, and where their edges go. */
export interface EdgeRows {
  readonly firstNode: number;
  readonly endNode: number;
  readonly extras: Extras;
  readonly edgeTo: Uint32Array;
  readonly firstEdge: number;
  /** Told of instances that a census wants, with the place of their field values in the scanner's bytes. */
  readonly count: (node: number, at: number, length: number) => void;
}

/** References of objects in the order of the file, which is the order of nodes: the rows are written one after the other. */
export class EdgePass implements DumpVisitor {
  readonly wantsContents = true;
  scanner!: DumpScanner;
  /** The next one. */
  edge: number;
  dangling = 0;
  readonly #plan: ReferencePlan;
  readonly #targets: Targets;
  readonly #columns: EdgeColumns;
  readonly #rows: EdgeRows;
  readonly #edgeTo: Uint32Array;
  readonly #extraNodes: readonly number[];
  #nextExtra = 0;
  #extraNode: number;
  #node: number;

  constructor(plan: ReferencePlan, targets: Targets, columns: EdgeColumns, rows: EdgeRows) {
    this.#plan = plan;
    this.#targets = targets;
    this.#columns = columns;
    this.#rows = rows;
    this.#edgeTo = rows.edgeTo;
    this.#node = rows.firstNode;
    this.edge = rows.firstEdge;
    this.#extraNodes = [...rows.extras.keys()].sort((a, b) => a - b);
    this.#extraNode = this.#extraNodes[0] ?? -1;
  }

  record(): void {
    // Read by the first pass.
  }
  root(): void {
    // Read by the first pass.
  }
  classDump(): void {
    // Read by the first pass.
  }

  dump(): boolean {
    this.scanner.stopped = true;
    return false;
  }

  instance(_id: number, _classId: number, at: number, length: number): void {
    const node = this.#begin();
    if (node < 0) return;
    const { firstReference, references, finalizer, keepsClass, isCounted, ofClass } = this.#plan;
    const cls = this.#columns.classOf[node]!;
    const edgeTo = this.#edgeTo;
    if (at >= 0) {
      const { view, idBytes } = this.scanner;
      const last = length - idBytes;
      for (let i = firstReference[cls]!, end = firstReference[cls + 1]!; i < end; i++) {
        const reference = references[i]!;
        const offset = reference >>> 1;
        if (offset > last) break;
        const p = at + offset;
        const id = idBytes === 8 ? view.getUint32(p) * TWO32 + view.getUint32(p + 4) : view.getUint32(p);
        if (id === 0) continue;
        const to = this.#target(id);
        if (to < 0) continue;
        const isWeak = (reference & 1) === 1 && !(cls === finalizer && this.#waits(at, length));
        edgeTo[this.edge++] = isWeak ? to + NOT_RETAINING : to;
      }
      if (isCounted[cls] === 1) this.#rows.count(node, at, length);
    }
    if (keepsClass[cls] === 1) edgeTo[this.edge++] = ofClass[cls]!;
    if (node === this.#extraNode) this.#addExtras();
  }

  objectArray(): void {
    if (this.#begin() === this.#extraNode) this.#addExtras();
  }

  elements(at: number, count: number): void {
    const { view, idBytes, stopped } = this.scanner;
    if (stopped) return;
    const edgeTo = this.#edgeTo;
    const end = at + count * idBytes;
    for (let p = at; p < end; p += idBytes) {
      const id = idBytes === 8 ? view.getUint32(p) * TWO32 + view.getUint32(p + 4) : view.getUint32(p);
      if (id === 0) continue;
      const to = this.#target(id);
      if (to >= 0) edgeTo[this.edge++] = to;
    }
  }

  primitiveArray(_id: number, type: number, length: number, at: number): void {
    const node = this.#begin();
    if (node < 0) return;
    if (at >= 0) this.#columns.texts[node] = hashText(this.scanner.view, type, at, length);
    if (node === this.#extraNode) this.#addExtras();
  }

  /** An object that the file cuts off has no contents, and so no edges. */
  finish(): void {
    while (this.#begin() >= 0);
  }

  /** The next node, -1 behind the last. */
  #begin(): number {
    const node = this.#node;
    if (node === this.#rows.endNode) {
      this.scanner.stopped = true;
      return -1;
    }
    this.#node = node + 1;
    this.#columns.firstEdge[node] = this.edge;
    return node;
  }

  #target(id: number): number {
    const { addresses, classNumbers, firstObject } = this.#targets;
    const object = addresses.find(id);
    if (object >= 0) return firstObject + object;
    const number = classNumbers.get(id);
    const node = number === undefined ? -1 : this.#plan.ofClass[number]!;
    if (node < 0) this.dangling++;
    return node;
  }

  #addExtras(): void {
    for (const to of this.#rows.extras.get(this.#extraNode) ?? []) this.#edgeTo[this.edge++] = to;
    this.#extraNode = this.#extraNodes[++this.#nextExtra] ?? -1;
  }

  /** Is this Finalizer in the queue? Then it keeps its object alive until the finalizer thread has come to it. */
  #waits(at: number, length: number): boolean {
    const { queueOffset, enqueued } = this.#plan;
    return queueOffset + this.scanner.idBytes <= length && this.scanner.id(at + queueOffset) === enqueued;
  }
}
