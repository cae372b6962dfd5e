import { type ByteSource, type Run } from '../../analyser.ts';
import type { Complaints } from '../complaints.ts';
import { ClassCounts } from './class-counts.ts';
import { type ClassDump, parseClassDump } from './class-dump.ts';
import type { Header } from './header.ts';
import { IdTable } from './id-table.ts';
import { CHUNK, LongColumn } from './long-column.ts';
import { DumpScanner, type DumpVisitor } from './scan.ts';
import { StackRecords } from './stacks.ts';
import { Symbols } from './symbols.ts';
import { LAST_PRIMITIVE, LOAD_CLASS, UTF8 } from './tags.ts';

/** Class numbers below this stand for arrays of the primitive type of that code; 0 for the made-up root. */
export const FIRST_CLASS = LAST_PRIMITIVE + 1;
/** Bit of an object's class number: an array of references. */
export const OBJECT_ARRAY = 0x8000_0000;
export const CLASS_MASK = 0x7fff_ffff;
/** Objects between two places of the file that are remembered, so that one object can be read again. */
export const OBJECTS_PER_MARK = 128;

export interface Root {
  readonly tag: number;
  readonly id: number;
  readonly threadSerial: number;
  readonly frame: number;
}

/** What the first pass over a dump finds: everything but the contents of objects. Objects are numbered in the order of the file. */
export interface DumpIndex {
  readonly symbols: Symbols;
  readonly stacks: StackRecords;
  /** Class id -> class number. */
  readonly classNumbers: IdTable;
  /** By class number minus FIRST_CLASS: its id, its name's id, its dump where there is one. */
  readonly classes: readonly DumpedClass[];
  /** Set when there were too many objects for the memory: classes were counted, and the columns below are empty. */
  readonly counts: ClassCounts | undefined;
  readonly ids: LongColumn<Float64Array<ArrayBuffer>>;
  /** Class number of each object, with OBJECT_ARRAY. */
  readonly classOf: LongColumn<Uint32Array<ArrayBuffer>>;
  /** Elements of an array; bytes of the field values in the file of an instance. */
  readonly lengths: LongColumn<Uint32Array<ArrayBuffer>>;
  readonly roots: readonly Root[];
  /** Offset in the file of every OBJECTS_PER_MARK-th object, and where its segment ends. */
  readonly marks: readonly number[];
  readonly markEnds: readonly number[];
  /** Every dump in the file, and which of them this is an index of, counted from 1. */
  readonly dumps: readonly DumpStart[];
  readonly dumpNumber: number;
  readonly truncatedAt: number | undefined;
  readonly objectArrays: number;
  readonly primitiveArrays: number;
  readonly arrayElements: number;
}

export interface DumpStart {
  readonly offset: number;
  /** After the time in the header; HotSpot writes 0, the hprof agent the time. */
  readonly microseconds: number;
}

export interface DumpedClass {
  readonly id: number;
  nameId: number;
  dump: ClassDump | undefined;
}

/** Peak of the whole analysis, measured with dumps of 6 and of 25 million objects. */
export const BYTES_PER_OBJECT = 90;

/** Far beyond what a heap has; a file of nothing but roots must not fill the memory. */
const MAX_ROOTS = 4_000_000;

/** First pass over one dump of the file, `dumpNumber` counted from 1; names may be anywhere before it. */
export async function indexDump(
  source: ByteSource,
  header: Header,
  dumpNumber: number,
  run: Run,
  complaints: Complaints,
  progress: (share: number) => void,
): Promise<DumpIndex> {
  const pass = new IndexPass(header, dumpNumber, Math.floor(run.limits.memoryBytes / BYTES_PER_OBJECT));
  const scanner = new DumpScanner(source.size, header.idBytes, pass, complaints);
  pass.scanner = scanner;
  await scanner.scan(source, run, { offset: header.length }, progress);
  pass.settle();
  return Object.assign(pass, { truncatedAt: scanner.truncatedAt });
}

class IndexPass implements DumpVisitor {
  readonly wantsContents = false;
  counts: ClassCounts | undefined;
  scanner!: DumpScanner;
  readonly symbols = new Symbols();
  readonly stacks = new StackRecords();
  readonly classNumbers = new IdTable();
  readonly classes: DumpedClass[] = [];
  readonly ids = new LongColumn((length) => new Float64Array(length));
  readonly classOf = new LongColumn((length) => new Uint32Array(length));
  readonly lengths = new LongColumn((length) => new Uint32Array(length));
  readonly roots: Root[] = [];
  readonly marks: number[] = [];
  readonly markEnds: number[] = [];
  readonly dumps: DumpStart[] = [];
  readonly dumpNumber: number;
  objectArrays = 0;
  primitiveArrays = 0;
  arrayElements = 0;
  #lastId = -1;
  #lastNumber = 0;
  /** Where the next object goes in the last chunks of the columns, and where the next mark is. */
  #at = 0;
  #stop = 0;
  #idChunk = new Float64Array(0);
  #classChunk = new Uint32Array(0);
  #lengthChunk = new Uint32Array(0);
  readonly #header: Header;
  readonly #maxObjects: number;

  constructor(header: Header, dumpNumber: number, maxObjects: number) {
    this.#header = header;
    this.dumpNumber = dumpNumber;
    this.#maxObjects = maxObjects;
  }

  record(tag: number, at: number, length: number): void {
    const { scanner } = this;
    const { idBytes, view } = scanner;
    if (tag === UTF8) {
      if (length >= idBytes) this.symbols.add(scanner.id(at), scanner.bytes, at + idBytes, length - idBytes);
    } else if (tag === LOAD_CLASS) {
      if (length < 8 + 2 * idBytes) return;
      const number = this.#numberOf(scanner.id(at + 4));
      const nameId = scanner.id(at + 8 + idBytes);
      this.classes[number - FIRST_CLASS]!.nameId = nameId;
      this.stacks.loadClass(view.getUint32(at), nameId);
    } else this.stacks.record(tag, scanner, at, length);
  }

  dump(offset: number, microseconds: number): boolean {
    this.dumps.push({ offset, microseconds });
    return this.dumps.length === this.dumpNumber;
  }

  root(tag: number, id: number, threadSerial: number, frame: number): void {
    if (this.roots.length < MAX_ROOTS) this.roots.push({ tag, id, threadSerial, frame });
  }

  classDump(at: number): void {
    const { scanner } = this;
    const dump = parseClassDump(scanner.view, at, scanner.idBytes, (p) => scanner.id(p));
    const number = this.#numberOf(dump.id);
    this.classes[number - FIRST_CLASS]!.dump ??= dump;
  }

  instance(id: number, classId: number, _at: number, length: number): void {
    const number = classId === this.#lastId ? this.#lastNumber : this.#numberOf(classId);
    this.#add(id, number, length);
  }

  objectArray(id: number, classId: number, length: number): void {
    const number = classId === this.#lastId ? this.#lastNumber : this.#numberOf(classId);
    this.objectArrays++;
    this.arrayElements += length;
    this.#add(id, (number | OBJECT_ARRAY) >>> 0, length);
  }

  elements(): void {
    // Contents are for the second pass.
  }

  primitiveArray(id: number, type: number, length: number): void {
    this.primitiveArrays++;
    this.#add(id, type, length);
  }

  #add(id: number, classNumber: number, length: number): void {
    if (this.#at === this.#stop && !this.#goOn()) {
      this.counts!.add(classNumber, length);
      return;
    }
    const at = this.#at++;
    this.#idChunk[at] = id;
    this.#classChunk[at] = classNumber;
    this.#lengthChunk[at] = length;
  }

  /** At a mark: room for the objects up to the next one. False where there are too many objects: classes are counted from here on. */
  #goOn(): boolean {
    if (this.counts !== undefined) return false;
    this.settle();
    const count = this.ids.length;
    if (count >= this.#maxObjects) {
      this.counts = new ClassCounts(this.#header, this);
      for (const column of [this.ids, this.classOf, this.lengths]) column.clear();
      this.#stop = this.#at;
      return false;
    }
    this.marks.push(this.scanner.recordOffset);
    this.markEnds.push(this.scanner.dumpEnd);
    this.#idChunk = this.ids.extend();
    this.#classChunk = this.classOf.extend();
    this.#lengthChunk = this.lengths.extend();
    this.#at = count % CHUNK;
    this.#stop = this.#at + OBJECTS_PER_MARK;
    return true;
  }

  /** Tells the columns how long they are. */
  settle(): void {
    if (this.counts !== undefined) return;
    const count = this.marks.length * OBJECTS_PER_MARK - (this.#stop - this.#at);
    for (const column of [this.ids, this.classOf, this.lengths]) column.length = count;
  }

  #numberOf(classId: number): number {
    let number = this.classNumbers.get(classId);
    if (number === undefined) {
      number = FIRST_CLASS + this.classes.length;
      this.classNumbers.set(classId, number);
      this.classes.push({ id: classId, nameId: -1, dump: undefined });
    }
    this.#lastId = classId;
    this.#lastNumber = number;
    return number;
  }
}
