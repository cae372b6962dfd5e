import { AppError } from '../../../model/error.ts';

/** Who is told of the records. All offsets are in `bytes`, which may be changed in place; ids are read with `readId`. */
export interface RecordVisitor {
  /** A name: its id at `at`, its text from `textAt` to `end`. */
  utf8(bytes: Uint8Array, at: number, textAt: number, end: number): void;
  /** The offsets of a class's id and of the id of its name. */
  loadClass(bytes: Uint8Array, classIdAt: number, nameIdAt: number): void;
  /** Other records that refer to names: the offsets of those ids. */
  nameRefs(bytes: Uint8Array, at: readonly number[]): void;
  classDump(bytes: Uint8Array, at: number): void;
  /** Field values stand from `from` to `to`, those of the class first. The object's id stands before its trace's number, that before `classIdAt`. */
  instance(bytes: Uint8Array, classIdAt: number, from: number, to: number): void;
  /** A whole array, of at most WHOLE_BYTES; its id stands nine bytes and its width before `from`. */
  array(bytes: Uint8Array, type: number, from: number, to: number): void;
  /** Blocks of a longer one; all but the last have LONG_BLOCK_BYTES. */
  longArray(bytes: Uint8Array, type: number, from: number, to: number, isFirst: boolean, isLast: boolean): void;
  /** A record of a kind that is not known. */
  unknown(bytes: Uint8Array, from: number, to: number): void;
}

export const WHOLE_BYTES = 1 << 20;
export const LONG_BLOCK_BYTES = 1 << 16;
/** The last block of a long array has at least so many bytes. */
const LAST_BLOCK_BYTES = 64;
const MAX_CLASS_BYTES = 8 << 20;

/** Bytes of a value by type code: 2 object, 4 boolean, 5 char, 6 float, 7 double, 8 byte, 9 short, 10 int, 11 long. */
const TYPE_BYTES = [0, 0, -1, 0, 1, 2, 4, 8, 1, 2, 4, 8];

/** Bytes of what follows the tag in fixed sub-records: ids, and other bytes. Android's are among them. */
const ROOTS: Partial<Record<number, readonly [ids: number, bytes: number]>> = {
  0xff: [1, 0],
  0x01: [2, 0],
  0x02: [1, 8],
  0x03: [1, 8],
  0x04: [1, 4],
  0x05: [1, 0],
  0x06: [1, 4],
  0x07: [1, 0],
  0x08: [1, 8],
  0x89: [1, 0],
  0x8a: [1, 0],
  0x8b: [1, 0],
  0x8c: [1, 0],
  0x8d: [1, 0],
  0x8e: [1, 8],
  0x90: [1, 0],
  0xc3: [1, 9],
};

const UTF8 = 0x01;
const LOAD_CLASS = 0x02;
const FRAME = 0x04;
const START_THREAD = 0x0a;
const HEAP_DUMP = 0x0c;
const HEAP_DUMP_SEGMENT = 0x1c;
/** Numbers only: unloads, stack traces, allocation sites, heap summary, end of a thread, end of the dump, samples, settings. */
const NUMERIC = new Set([0x03, 0x05, 0x06, 0x07, 0x0b, 0x2c, 0x0d, 0x0e]);

/**
 * Goes over the records of an HPROF dump (specification: OpenJDK, `heapDumper.cpp`), in chunks of any size, and hands each to a visitor. Every byte
 * belongs to a record that is understood or told as unknown: what cannot be walked is AppError `corrupt`.
 */
export class RecordWalker {
  readonly idBytes: number;
  readonly #visitor: RecordVisitor;
  /** Offset in the file of the first byte that was not consumed. */
  #offset: number;
  #carry = new Uint8Array(0);
  #heapLeft = 0;
  /** Bytes that pass as they are. */
  #skip = 0;
  /** Bytes of an unknown record. */
  #unknown = 0;
  #array = { type: 0, left: 0, isFirst: false };

  constructor(idBytes: number, offset: number, visitor: RecordVisitor) {
    this.idBytes = idBytes;
    this.#offset = offset;
    this.#visitor = visitor;
  }

  /** Returns what is done with, as the visitor left it. */
  push(chunk: Uint8Array): Uint8Array {
    const bytes = new Uint8Array(this.#carry.length + chunk.length);
    bytes.set(this.#carry);
    bytes.set(chunk, this.#carry.length);
    const view = new DataView(bytes.buffer);
    let at = 0;
    for (;;) {
      const after = this.#step(bytes, view, at);
      if (after === at) break;
      this.#offset += after - at;
      at = after;
      if (at === bytes.length) break;
    }
    this.#carry = bytes.slice(at);
    return bytes.subarray(0, at);
  }

  /** Throws where the dump stops in the middle of something. */
  end(): void {
    if (this.#carry.length + this.#skip + this.#unknown + this.#array.left + this.#heapLeft > 0)
      throw new AppError(
        'corrupt',
        `The dump ends in the middle of a record, after byte ${this.#offset}: a truncated dump is not redacted. Take it again, or send the whole file.`,
        { data: { byte: this.#offset } },
      );
  }

  /** One record, or as much of it as there is; the same offset when more bytes are needed. */
  #step(bytes: Uint8Array, view: DataView, at: number): number {
    const there = bytes.length - at;
    if (this.#skip > 0) {
      const count = Math.min(this.#skip, there);
      this.#skip -= count;
      return at + count;
    }
    if (this.#unknown > 0) {
      const count = Math.min(this.#unknown, there);
      this.#visitor.unknown(bytes, at, at + count);
      this.#unknown -= count;
      return at + count;
    }
    if (this.#array.left > 0) return this.#longArray(bytes, at);
    return this.#heapLeft > 0 ? this.#heapRecord(bytes, view, at) : this.#record(bytes, view, at);
  }

  #record(bytes: Uint8Array, view: DataView, at: number): number {
    if (at + 9 > bytes.length) return at;
    const tag = bytes[at]!;
    const length = view.getUint32(at + 5);
    const body = at + 9;
    const I = this.idBytes;
    if (tag === HEAP_DUMP || tag === HEAP_DUMP_SEGMENT) this.#heapLeft = length;
    else if (NUMERIC.has(tag)) this.#skip = length;
    else if (tag !== UTF8 && tag !== LOAD_CLASS && tag !== FRAME && tag !== START_THREAD) this.#unknown = length;
    else {
      if (length > WHOLE_BYTES) throw this.#corrupt(`a record of kind ${tag} with ${length} bytes`);
      if (body + length > bytes.length) return at;
      const needed = tag === UTF8 ? I : tag === LOAD_CLASS ? 8 + 2 * I : tag === FRAME ? 8 + 4 * I : 8 + 4 * I;
      if (length < needed) throw this.#corrupt(`a record of kind ${tag} with only ${length} bytes`);
      if (tag === UTF8) this.#visitor.utf8(bytes, body, body + I, body + length);
      else if (tag === LOAD_CLASS) this.#visitor.loadClass(bytes, body + 4, body + 8 + I);
      else if (tag === FRAME) this.#visitor.nameRefs(bytes, [body + I, body + 2 * I, body + 3 * I]);
      else this.#visitor.nameRefs(bytes, [body + 8 + I, body + 8 + 2 * I, body + 8 + 3 * I]);
      return body + length;
    }
    return body;
  }

  #heapRecord(bytes: Uint8Array, view: DataView, at: number): number {
    const tag = bytes[at]!;
    const I = this.idBytes;
    const fixed = ROOTS[tag];
    if (fixed) return this.#take(bytes, at, 1 + fixed[0] * I + fixed[1]);
    switch (tag) {
      case 0xfe: {
        const after = this.#take(bytes, at, 5 + I);
        if (after > at) this.#visitor.nameRefs(bytes, [at + 5]);
        return after;
      }
      case 0x20: {
        const size = this.#measureClass(bytes, view, at);
        if (size === 0) return at;
        this.#visitor.classDump(bytes, at + 1);
        return this.#take(bytes, at, size);
      }
      case 0x21: {
        const head = 1 + I + 4 + I + 4;
        if (at + head > bytes.length) return at;
        const length = view.getUint32(at + head - 4);
        if (length > WHOLE_BYTES) throw this.#corrupt(`an object with ${length} bytes of fields`);
        if (at + head + length > bytes.length) return at;
        const after = this.#take(bytes, at, head + length);
        this.#visitor.instance(bytes, at + 1 + I + 4, at + head, after);
        return after;
      }
      case 0x22: {
        const head = 1 + I + 8 + I;
        if (at + head > bytes.length) return at;
        return this.#takeHead(at, head, view.getUint32(at + 1 + I + 4) * I);
      }
      case 0x23:
        return this.#primitiveArray(bytes, view, at);
      default:
        throw this.#corrupt(`a record of the unknown kind 0x${tag.toString(16)} in a heap dump`);
    }
  }

  #primitiveArray(bytes: Uint8Array, view: DataView, at: number): number {
    const head = 1 + this.idBytes + 9;
    if (at + head > bytes.length) return at;
    const type = bytes[at + head - 1]!;
    const width = TYPE_BYTES[type] ?? 0;
    if (width <= 0) throw this.#corrupt(`an array of the unknown type ${type}`);
    const length = view.getUint32(at + head - 5) * width;
    if (length > WHOLE_BYTES) {
      if (head + length > this.#heapLeft) throw this.#corrupt('an array that is longer than its segment');
      this.#heapLeft -= head + length;
      this.#array = { type, left: length, isFirst: true };
      return at + head;
    }
    if (at + head + length > bytes.length) return at;
    const after = this.#take(bytes, at, head + length);
    this.#visitor.array(bytes, type, at + head, after);
    return after;
  }

  /** Blocks begin at fixed places of the array, so that equal arrays are treated equally wherever chunks end. */
  #longArray(bytes: Uint8Array, at: number): number {
    const { type, left, isFirst } = this.#array;
    const isLast = left <= LONG_BLOCK_BYTES + LAST_BLOCK_BYTES;
    const size = isLast ? left : LONG_BLOCK_BYTES;
    if (at + size > bytes.length) return at;
    this.#visitor.longArray(bytes, type, at, at + size, isFirst, isLast);
    this.#array = { type, left: left - size, isFirst: false };
    return at + size;
  }

  /** 0 when more bytes are needed. */
  #measureClass(bytes: Uint8Array, view: DataView, at: number): number {
    const I = this.idBytes;
    let p = at + 1 + 7 * I + 8;
    for (const [before, hasValue] of [
      [2, true],
      [I, true],
      [I, false],
    ] as const) {
      if (p + 2 > bytes.length) return this.#more(bytes, at);
      const count = view.getUint16(p);
      p += 2;
      for (let i = 0; i < count; i++) {
        if (p + before + 1 > bytes.length) return this.#more(bytes, at);
        const type = bytes[p + before]!;
        const width = type === 2 ? I : (TYPE_BYTES[type] ?? 0);
        if (width <= 0) throw this.#corrupt(`a class with a field of the unknown type ${type}`);
        p += before + 1 + (hasValue ? width : 0);
      }
    }
    return p > bytes.length ? this.#more(bytes, at) : p - at;
  }

  #more(bytes: Uint8Array, at: number): 0 {
    if (bytes.length - at > MAX_CLASS_BYTES) throw this.#corrupt('a class without end');
    return 0;
  }

  /** A sub-record of `size` bytes that is wholly there, or the same offset. */
  #take(bytes: Uint8Array, at: number, size: number): number {
    if (size > this.#heapLeft) throw this.#corrupt('a record that is longer than its segment');
    if (at + size > bytes.length) return at;
    this.#heapLeft -= size;
    return at + size;
  }

  #takeHead(at: number, head: number, body: number): number {
    if (head + body > this.#heapLeft) throw this.#corrupt('a record that is longer than its segment');
    this.#heapLeft -= head + body;
    this.#skip = body;
    return at + head;
  }

  #corrupt(what: string): AppError {
    return new AppError(
      'corrupt',
      `There is ${what} at byte ${this.#offset}: the dump is damaged, and it is not redacted, because what follows is unknown.`,
      { data: { byte: this.#offset } },
    );
  }
}

/** An id as a number: exact below 2^53, which is beyond any address that processors have today. */
export function readId(bytes: Uint8Array, at: number, idBytes: number): number {
  const high = ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
  return idBytes === 4 ? high : high * 2 ** 32 + readId(bytes, at + 4, 4);
}

/** Bytes of a value of a type in fields: references have `idBytes`. */
export function fieldBytes(type: number, idBytes: number): number {
  return type === 2 ? idBytes : (TYPE_BYTES[type] ?? 0);
}
