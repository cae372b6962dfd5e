import { TARGET } from '../../graph/object-graph.ts';
import type { Run } from '../../analyser.ts';
import { Complaints } from '../complaints.ts';
import type { PlacedField } from './class-table.ts';
import type { Heap } from './heap.ts';
import { OBJECTS_PER_MARK } from './index-pass.ts';
import { DumpScanner, type DumpVisitor } from './scan.ts';
import { BYTE_TYPE, CHAR_TYPE, OBJECT_TYPE } from './tags.ts';

/** One object as the file has it. */
export interface RawObject {
  readonly node: number;
  readonly id: number;
  /** Class number; undefined for arrays. */
  readonly classNumber: number | undefined;
  /** Type code of the elements of a primitive array. */
  readonly elementType: number | undefined;
  /** Elements of an array. */
  readonly length: number;
  /** Field values, or the first bytes of a primitive array. */
  readonly bytes: Uint8Array;
}

const BUFFER_BYTES = 1 << 16;
const FIRST_WINDOW = 1 << 16;
const MAX_BYTES = 4096;

/** Reads single objects again: a dump keeps their contents and the graph only who refers to whom. */
export class ObjectReader {
  readonly #heap: Heap;
  readonly #run: Run;
  readonly #known = new Map<number, RawObject>();
  readonly #buffer = new Uint8Array(BUFFER_BYTES);

  constructor(heap: Heap, run: Run) {
    this.#heap = heap;
    this.#run = run;
  }

  /** Reads these objects, as far as they are in the file; class objects and the root have no contents of their own. */
  async read(nodes: Iterable<number>): Promise<void> {
    const { firstObject, nodeCount } = this.#heap.columns.numbers;
    const wanted = new Map<number, Set<number>>();
    for (const node of nodes) {
      if (node < firstObject || node >= nodeCount || this.#known.has(node)) continue;
      const mark = Math.floor((node - firstObject) / OBJECTS_PER_MARK);
      const set = wanted.get(mark);
      if (set) set.add(node);
      else wanted.set(mark, new Set([node]));
    }
    for (const mark of [...wanted.keys()].sort((a, b) => a - b)) await this.#readMark(mark, wanted.get(mark)!);
  }

  get(node: number): RawObject | undefined {
    return this.#known.get(node);
  }

  /** The object id of a node that was read, or of a class. */
  idOf(node: number): number | undefined {
    const { columns, classes } = this.#heap;
    const classNumber = columns.classNumberOf(node);
    return classNumber === undefined ? this.#known.get(node)?.id : classes.dump(classNumber)?.id;
  }

  field(raw: RawObject, name: string): PlacedField | undefined {
    if (raw.classNumber === undefined) return undefined;
    return this.#heap.classes.fields(raw.classNumber).find((field) => field.name === name);
  }

  /** The value of a field: a number, or an object id. */
  value(raw: RawObject, { type, offset }: PlacedField): number {
    const view = new DataView(raw.bytes.buffer, raw.bytes.byteOffset, raw.bytes.byteLength);
    const width = type === OBJECT_TYPE ? this.#heap.header.idBytes : 0;
    if (offset + Math.max(width, 1) > raw.bytes.length) return 0;
    if (type === OBJECT_TYPE)
      return width === 8 ? view.getUint32(offset) * 2 ** 32 + view.getUint32(offset + 4) : view.getUint32(offset);
    if (type === BYTE_TYPE || type === 4) return view.getInt8(offset);
    if (offset + 4 > raw.bytes.length) return 0;
    if (type === 11)
      return offset + 8 > raw.bytes.length ? 0 : view.getInt32(offset) * 2 ** 32 + view.getUint32(offset + 4);
    return type === 10 ? view.getInt32(offset) : 0;
  }

  /**
   * The node that a reference field leads to: references are edges in the order of the fields, without those that are null. (In a damaged dump
   * some lead nowhere; the caller sees it by the ids.)
   */
  follow(raw: RawObject, name: string): number | undefined {
    const { graph, classes } = this.#heap;
    if (raw.classNumber === undefined) return undefined;
    let edge = graph.firstEdge[raw.node]!;
    for (const field of classes.references(raw.classNumber)) {
      const present = this.value(raw, field) !== 0;
      if (field.name === name)
        return present && edge < graph.firstEdge[raw.node + 1]! ? graph.edgeTo[edge]! & TARGET : undefined;
      if (present) edge++;
    }
    return undefined;
  }

  /** Texts of strings by node: `java.lang.String` of every JDK (chars with offset and count, chars, bytes with a coder). */
  async texts(nodes: readonly number[]): Promise<Map<number, string>> {
    await this.read(nodes);
    const arrays = new Map<number, number>();
    for (const node of nodes) {
      const raw = this.get(node);
      // Threads before JDK 9 had their name as chars.
      const array = raw?.elementType === undefined ? raw && this.follow(raw, 'value') : node;
      if (array !== undefined) arrays.set(node, array);
    }
    await this.read(arrays.values());
    const texts = new Map<number, string>();
    for (const [node, array] of arrays) {
      const text = this.#decode(this.get(node), this.get(array));
      if (text !== undefined) texts.set(node, text);
    }
    return texts;
  }

  #decode(string: RawObject | undefined, array: RawObject | undefined): string | undefined {
    if (array === undefined || string === undefined) return undefined;
    const number = (name: string): number | undefined => {
      const field = this.field(string, name);
      return field && this.value(string, field);
    };
    if (array.elementType === BYTE_TYPE) {
      if (number('coder') !== 1) return new TextDecoder('latin1').decode(array.bytes);
      // The JVM's own order of bytes, which a dump does not name; every machine that matters is little-endian.
      return new TextDecoder('utf-16le').decode(array.bytes);
    }
    if (array.elementType !== CHAR_TYPE) return undefined;
    const chars = new TextDecoder('utf-16be').decode(array.bytes);
    const count = number('count');
    const start = number('offset') ?? 0;
    return count === undefined || count <= 0 ? chars : chars.slice(start, start + count);
  }

  /** A few objects lie in tens of kilobytes; where large arrays are between them, more is read. */
  async #readMark(mark: number, wanted: ReadonlySet<number>): Promise<void> {
    const { index, source, header, columns } = this.#heap;
    const start = index.marks[mark]!;
    for (let window = FIRST_WINDOW; ; window *= 16) {
      const visitor = new ReaderVisitor(columns.numbers.firstObject + mark * OBJECTS_PER_MARK, wanted, (raw) => {
        const { classId } = raw;
        const classNumber = classId === undefined ? undefined : index.classNumbers.get(classId);
        this.#known.set(raw.node, { ...raw, classNumber });
      });
      const part = source.slice(start, Math.min(source.size, start + window));
      const scanner = new DumpScanner(part.size, header.idBytes, visitor, new Complaints('byte'));
      visitor.scanner = scanner;
      const from = { offset: 0, dumpEnd: index.markEnds[mark]! - start };
      await scanner.scan(part, this.#run, from, undefined, this.#buffer);
      if (visitor.left === 0 || start + window >= source.size) return;
    }
  }
}

class ReaderVisitor implements DumpVisitor {
  readonly wantsContents = true;
  scanner!: DumpScanner;
  #node: number;
  left: number;
  readonly #wanted: ReadonlySet<number>;
  readonly #found: (raw: Omit<RawObject, 'classNumber'> & { classId: number | undefined }) => void;

  constructor(
    node: number,
    wanted: ReadonlySet<number>,
    found: (raw: Omit<RawObject, 'classNumber'> & { classId: number | undefined }) => void,
  ) {
    this.#node = node;
    this.#wanted = wanted;
    this.left = wanted.size;
    this.#found = found;
  }

  record(): void {
    // Between two segments.
  }
  root(): void {
    // Between objects.
  }
  classDump(): void {
    // Between objects.
  }
  elements(): void {
    // The graph has them as edges.
  }
  dump(): boolean {
    this.scanner.stopped = true;
    return false;
  }
  instance(id: number, classId: number, at: number, length: number): void {
    this.#add(id, classId, undefined, 0, at, length);
  }
  objectArray(id: number, _classId: number, length: number): void {
    this.#add(id, undefined, undefined, length, -1, 0);
  }
  primitiveArray(id: number, type: number, length: number, at: number): void {
    const width = type === CHAR_TYPE ? 2 : 1;
    this.#add(id, undefined, type, length, at, length * width);
  }

  #add(
    id: number,
    classId: number | undefined,
    elementType: number | undefined,
    length: number,
    at: number,
    size: number,
  ): void {
    const node = this.#node++;
    if (!this.#wanted.has(node)) return;
    const bytes = at < 0 ? new Uint8Array(0) : this.scanner.bytes.slice(at, at + Math.min(size, MAX_BYTES));
    this.#found({ node, id, classId, elementType, length, bytes });
    if (--this.left === 0) this.scanner.stopped = true;
  }
}
