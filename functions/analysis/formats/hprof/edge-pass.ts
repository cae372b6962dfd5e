import type { ByteSource, Run } from '../../analyser.ts';
import { inSlices, type Slices } from '../../graph/drive.ts';
import { NOT_RETAINING } from '../../graph/object-graph.ts';
import { Complaints } from '../complaints.ts';
import type { AddressMap } from './address-map.ts';
import type { ClassTable } from './class-table.ts';
import type { Header } from './header.ts';
import { CLASS_MASK, type DumpIndex } from './index-pass.ts';
import type { TextHashes } from './strings-by-content.ts';
import { DumpScanner, type DumpVisitor } from './scan.ts';

const TWO32 = 2 ** 32;

/** What an object's number and its class's are as nodes of the graph. */
export interface NodeNumbers {
  /** Node of object 0. */
  readonly firstObject: number;
  readonly nodeCount: number;
  /** Class number -> node of the class object, -1 for a class that was not dumped. */
  readonly ofClass: Int32Array;
}

export interface EdgeInput {
  readonly index: DumpIndex;
  readonly classes: ClassTable;
  readonly addresses: AddressMap;
  readonly numbers: NodeNumbers;
  /** Class number of each node, with OBJECT_ARRAY. */
  readonly classOf: Uint32Array;
  /** Edges that no object's bytes say: of the root, of classes (these nodes come first), of threads to their locals, of loaders to classes. */
  readonly extras: ReadonlyMap<number, readonly number[]>;
  /** Class number -> 1 where an instance is what keeps its class alive. */
  readonly keepsClass: Uint8Array;
  /** Told of the contents of arrays of bytes and chars that the file holds in one piece. */
  readonly texts?: TextHashes;
  /** Told of the instances of the classes that each wants. */
  readonly censuses?: readonly Census[];
}

/** Looks at the fields of some instances while their bytes pass by. */
export interface Census {
  /** Class number -> 1 for a class whose instances are wanted. */
  readonly wanted: Uint8Array;
  add(
    node: number,
    classNumber: number,
    view: DataView,
    at: number,
    length: number,
    readId: (at: number) => number,
  ): void;
}

export interface Edges {
  readonly firstEdge: Uint32Array;
  readonly edgeTo: Uint32Array;
  readonly dangling: number;
}

/** Second pass: references of every object in the order of the file, which is the order of nodes: the rows are written one after the other. */
export async function readEdges(
  source: ByteSource,
  header: Header,
  run: Run,
  input: EdgeInput,
  capacity: number,
  progress: (share: number) => void,
): Promise<Edges> {
  const pass = new EdgePass(input, capacity);
  const scanner = new DumpScanner(source, header.idBytes, pass, run, new Complaints('byte'));
  pass.scanner = scanner;
  const { dumps, dumpNumber } = input.index;
  await scanner.scan({ offset: dumps[dumpNumber - 1]!.offset }, progress);
  return pass.finish();
}

/** How many edges there can be: references of the layout, cut to what the file has bytes for. */
export function* boundEdges(input: EdgeInput, idBytes: number, fileBytes: number): Slices<number> {
  const { index, classes, classOf, numbers, extras, keepsClass } = input;
  const perClass = new Uint32Array(classes.count);
  for (let c = 0; c < classes.count; c++) perClass[c] = classes.references(c).length + keepsClass[c]!;
  let linked = 0;
  let bound = index.arrayElements;
  yield* inSlices(numbers.firstObject, numbers.nodeCount, (start, end) => {
    for (let node = start; node < end; node++) {
      const cls = classOf[node]!;
      if (cls > CLASS_MASK) continue;
      bound += perClass[cls]!;
      linked += keepsClass[cls]!;
    }
  });
  bound = Math.min(bound, Math.ceil(fileBytes / idBytes) + linked);
  for (const targets of extras.values()) bound += targets.length;
  return bound;
}

class EdgePass implements DumpVisitor {
  readonly wantsContents = true;
  scanner!: DumpScanner;
  readonly #input: EdgeInput;
  readonly #firstEdge: Uint32Array;
  readonly #edgeTo: Uint32Array;
  readonly #references: (Int32Array | undefined)[];
  readonly #weak: (Int32Array | undefined)[];
  readonly #extraNodes: readonly number[];
  /** Class number of Finalizer, where its `queue` is, and the queue that says "enqueued"; NaN where the dump has none. */
  readonly #finalizer: number;
  readonly #queueOffset: number;
  readonly #enqueued: number;
  readonly #censusOf: (Census | undefined)[];
  #nextExtra = 0;
  #extraNode = 0;
  #node: number;
  #edge = 0;
  #dumps = 0;
  #dangling = 0;

  constructor(input: EdgeInput, capacity: number) {
    const { numbers, classes, extras } = input;
    this.#input = input;
    this.#firstEdge = new Uint32Array(numbers.nodeCount + 1);
    this.#edgeTo = new Uint32Array(capacity);
    this.#censusOf = Array.from({ length: classes.count }, (_, cls) =>
      input.censuses?.find(({ wanted }) => wanted[cls] === 1),
    );
    this.#references = new Array<Int32Array | undefined>(classes.count);
    this.#weak = new Array<Int32Array | undefined>(classes.count);
    this.#finalizer = classes.numberOf('java.lang.ref.Finalizer') ?? NaN;
    const queue = classes.numberOf('java.lang.ref.ReferenceQueue') ?? NaN;
    this.#queueOffset = classes.fields(this.#finalizer).find(({ name }) => name === 'queue')?.offset ?? NaN;
    const statics = classes.dump(queue)?.statics ?? [];
    // A null here would be equal to the queue of every Finalizer that was taken out.
    this.#enqueued =
      statics.find(({ nameId, value }) => value !== 0 && classes.fieldName(nameId) === 'ENQUEUED')?.value ?? NaN;
    this.#extraNodes = [...extras.keys()].sort((a, b) => a - b);
    this.#extraNode = this.#extraNodes[0] ?? -1;
    for (let node = 0; node < numbers.firstObject; node++) {
      this.#firstEdge[node] = this.#edge;
      if (node === this.#extraNode) this.#addExtras();
    }
    this.#node = numbers.firstObject;
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
    if (++this.#dumps > 1) this.scanner.stopped = true;
    return this.#dumps === 1;
  }

  instance(_id: number, _classId: number, at: number, length: number): void {
    const node = this.#begin();
    const { classOf, keepsClass, numbers } = this.#input;
    const cls = classOf[node]!;
    const offsets = this.#references[cls] ?? this.#place(cls);
    const { view, idBytes } = this.scanner;
    const edgeTo = this.#edgeTo;
    if (at >= 0 && offsets.length > 0) {
      const last = length - idBytes;
      for (let i = 0; i < offsets.length; i++) {
        const offset = offsets[i]!;
        if (offset > last) break;
        const p = at + offset;
        const id = idBytes === 8 ? view.getUint32(p) * TWO32 + view.getUint32(p + 4) : view.getUint32(p);
        if (id === 0) continue;
        const to = this.#target(id);
        if (to < 0) continue;
        const isWeak = this.#weak[cls]![i] === 1 && !(cls === this.#finalizer && this.#waits(at, length));
        edgeTo[this.#edge++] = isWeak ? to + NOT_RETAINING : to;
      }
    }
    const census = this.#censusOf[cls];
    if (at >= 0 && census !== undefined) census.add(node, cls, view, at, length, (p) => this.scanner.id(p));
    if (keepsClass[cls] === 1) edgeTo[this.#edge++] = numbers.ofClass[cls]!;
    if (node === this.#extraNode) this.#addExtras();
  }

  objectArray(): void {
    const node = this.#begin();
    if (node === this.#extraNode) this.#addExtras();
  }

  elements(at: number, count: number): void {
    const { view, idBytes } = this.scanner;
    const edgeTo = this.#edgeTo;
    const end = at + count * idBytes;
    for (let p = at; p < end; p += idBytes) {
      const id = idBytes === 8 ? view.getUint32(p) * TWO32 + view.getUint32(p + 4) : view.getUint32(p);
      if (id === 0) continue;
      const to = this.#target(id);
      if (to >= 0) edgeTo[this.#edge++] = to;
    }
  }

  primitiveArray(_id: number, type: number, length: number, at: number): void {
    const node = this.#begin();
    if (at >= 0) this.#input.texts?.add(node, type, this.scanner.view, at, length);
    if (node === this.#extraNode) this.#addExtras();
  }

  finish(): Edges {
    const { nodeCount } = this.#input.numbers;
    // An object that the file cuts off has no contents, and so no edges.
    while (this.#node < nodeCount) this.#firstEdge[this.#node++] = this.#edge;
    this.#firstEdge[nodeCount] = this.#edge;
    return { firstEdge: this.#firstEdge, edgeTo: this.#edgeTo.subarray(0, this.#edge), dangling: this.#dangling };
  }

  #begin(): number {
    const node = this.#node++;
    this.#firstEdge[node] = this.#edge;
    return node;
  }

  #target(id: number): number {
    const { addresses, numbers, index } = this.#input;
    const object = addresses.find(id);
    if (object >= 0) return numbers.firstObject + object;
    const number = index.classNumbers.get(id);
    const node = number === undefined ? -1 : numbers.ofClass[number]!;
    if (node < 0) this.#dangling++;
    return node;
  }

  #addExtras(): void {
    for (const to of this.#input.extras.get(this.#extraNode) ?? []) this.#edgeTo[this.#edge++] = to;
    this.#extraNode = this.#extraNodes[++this.#nextExtra] ?? -1;
  }

  /** Is this Finalizer in the queue? Then it keeps its object alive until the finalizer thread has come to it. */
  #waits(at: number, length: number): boolean {
    const { idBytes } = this.scanner;
    return this.#queueOffset + idBytes <= length && this.scanner.id(at + this.#queueOffset) === this.#enqueued;
  }

  #place(cls: number): Int32Array {
    const fields = this.#input.classes.references(cls);
    const offsets = Int32Array.from(fields, ({ offset }) => offset);
    this.#weak[cls] = Int32Array.from(fields, ({ name, owner }) => Number(isWeak(owner, name)));
    this.#references[cls] = offsets;
    return offsets;
  }
}

/** What the garbage collector clears or the finalizer's own list, neither of which keeps anything alive for the program. */
export function isWeak(owner: string, field: string): boolean {
  return (
    (owner === 'java.lang.ref.Reference' && field === 'referent') ||
    (owner === 'java.lang.ref.Finalizer' && field === 'unfinalized')
  );
}
