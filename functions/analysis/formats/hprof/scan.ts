import type { ByteSource, Run } from '../../analyser.ts';
import { aheadReaderOf, type ChunkReader } from '../../bytes/chunk-reader.ts';
import { throwIfAborted } from '../../graph/drive.ts';
import type { Complaints } from '../complaints.ts';
import { measureClassDump } from './class-dump.ts';
import {
  CLASS_DUMP,
  HEAP_DUMP,
  HEAP_DUMP_END,
  HEAP_DUMP_INFO,
  HEAP_DUMP_SEGMENT,
  INSTANCE_DUMP,
  OBJECT_ARRAY_DUMP,
  PRIMITIVE_ARRAY_DUMP,
  PRIMITIVE_ARRAY_NO_DATA,
  RECORDS,
  ROOTS,
  typeBytes,
  UNREACHABLE,
  UTF8,
} from './tags.ts';

/** Records larger than this are not held in one piece: names and class dumps beyond it are passed over. */
const MAX_HELD = 8 * 2 ** 20;
const BUFFER_BYTES = 4 * 2 ** 20;
const TWO32 = 2 ** 32;
const NO_BYTES = new Uint8Array(0);

/**
 * What a pass does with the records. `at` is a position in `scanner.bytes`, valid during the call; ids are numbers (an id
 * above 2^53 loses its last bits: no JVM hands out such addresses).
 */
export interface DumpVisitor {
  /** Contents of instances and primitive arrays are wanted in one piece; otherwise they are skipped unread. */
  readonly wantsContents: boolean;
  /** A record outside of heap dumps. */
  record(tag: number, at: number, length: number): void;
  /** A new heap dump begins, at this offset of the file and this long after the time in its header. Answers whether its contents are wanted. */
  dump(offset: number, microseconds: number): boolean;
  root(tag: number, id: number, threadSerial: number, frame: number): void;
  classDump(at: number): void;
  /** `at` is -1 where the contents were not held. */
  instance(id: number, classId: number, at: number, length: number): void;
  objectArray(id: number, classId: number, length: number): void;
  /** The next `count` elements of the array begun last. */
  elements(at: number, count: number): void;
  primitiveArray(id: number, type: number, length: number, at: number): void;
}

export interface ScanStart {
  /** Offset in the source of a record, or of a record inside a heap dump that ends at `dumpEnd`. */
  readonly offset: number;
  readonly dumpEnd?: number;
}

/**
 * Reads the records of an HPROF file in order, from chunks of any size, and hands each to a visitor. Damage inside a dump ends
 * that dump's segment with a complaint; a file that ends early ends the scan with one.
 */
export class DumpScanner {
  bytes: Uint8Array;
  view: DataView;
  /** Set by a visitor that has seen enough. */
  stopped = false;
  /** Offset in the source at which the file was found to end early, or undefined. */
  truncatedAt: number | undefined;
  /** Offset in the source of the object that the visitor is being told of. */
  recordOffset = 0;
  /** Offset where the current heap dump (segment) ends. */
  dumpEnd = -1;
  readonly idBytes: number;
  #at = 0;
  #end = 0;
  /** Offset in the source of `bytes[0]`. */
  #base: number;
  /** Bytes to pass over before the next one is looked at. */
  #skip = 0;
  /** Elements of an object array still to come. */
  #elements = 0;
  #ended = false;
  #inDump = false;
  #wanted = true;
  #openDump = false;
  #lost = false;
  /** Bytes of the whole file. */
  readonly #size: number;
  readonly #complaints: Complaints;
  readonly #visitor: DumpVisitor;

  constructor(fileBytes: number, idBytes: number, visitor: DumpVisitor, complaints: Complaints) {
    this.bytes = NO_BYTES;
    this.view = new DataView(NO_BYTES.buffer);
    this.idBytes = idBytes;
    this.#size = fileBytes;
    this.#visitor = visitor;
    this.#complaints = complaints;
    this.#base = 0;
  }

  /** Offset in the source of a position in `bytes`. */
  offsetOf(at: number): number {
    return this.#base + at;
  }

  id(at: number): number {
    return this.idBytes === 8 ? this.view.getUint32(at) * TWO32 + this.view.getUint32(at + 4) : this.view.getUint32(at);
  }

  /** Scans bytes of the file that are all in memory. */
  scanHere(bytes: Uint8Array, start: ScanStart): void {
    this.#use(bytes);
    this.#begin(start);
    this.#end = bytes.length;
    this.#consume();
  }

  /** Scans to the end, by way of `buffer`. `progress` gets the share of the file that is read. */
  async scan(
    source: ByteSource,
    run: Pick<Run, 'signal'>,
    start: ScanStart,
    progress: (share: number) => void = () => undefined,
    buffer = new Uint8Array(BUFFER_BYTES),
  ): Promise<void> {
    this.#use(buffer);
    this.#begin(start);
    const reader = aheadReaderOf(start.offset === 0 ? source : source.slice(start.offset));
    try {
      await this.#fill(reader, run);
      for (;;) {
        const before = this.#base + this.#at;
        this.#consume();
        if (this.stopped) break;
        if (!(await this.#fill(reader, run))) {
          if (this.#base + this.#at === before || this.#at >= this.#end) break;
          continue;
        }
        progress((this.#base + this.#end) / Math.max(1, this.#size));
      }
      if (!this.stopped) this.#noteEnd();
    } finally {
      await reader.cancel();
    }
  }

  #use(bytes: Uint8Array): void {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  #begin({ offset, dumpEnd }: ScanStart): void {
    this.#base = offset;
    if (dumpEnd === undefined) return;
    this.#inDump = true;
    this.#openDump = true;
    this.dumpEnd = dumpEnd;
  }

  #noteEnd(): void {
    const missing = (this.#skip > 0 && Number.isFinite(this.#skip)) || this.#elements > 0 || this.#at < this.#end;
    const cut = this.#inDump && Number.isFinite(this.dumpEnd) && this.#base + this.#end < this.dumpEnd;
    if (missing || cut) this.truncatedAt = this.#base + this.#end;
  }

  /** Appends the next chunk; false at the end. Grows the buffer when one record fills it. */
  async #fill(reader: ChunkReader, run: Pick<Run, 'signal'>): Promise<boolean> {
    if (this.#ended) return false;
    for (;;) {
      throwIfAborted(run);
      const next = await reader.read();
      if (next.done) {
        this.#ended = true;
        return false;
      }
      let chunk = next.value;
      if (this.#skip >= chunk.length && this.#at >= this.#end) {
        this.#skip -= chunk.length;
        this.#base += this.#end + chunk.length;
        this.#at = this.#end = 0;
        if (chunk.length > 0 && this.#skip > 0) continue;
        if (chunk.length === 0) continue;
        return true;
      }
      if (this.#skip > 0 && this.#at >= this.#end) {
        this.#base += this.#end + this.#skip;
        chunk = chunk.subarray(this.#skip);
        this.#skip = this.#at = this.#end = 0;
      }
      if (chunk.length === 0) continue;
      this.#append(chunk);
      return true;
    }
  }

  #append(chunk: Uint8Array): void {
    const held = this.#end - this.#at;
    if (this.#end + chunk.length > this.bytes.length) {
      if (held + chunk.length > this.bytes.length) {
        const larger = new Uint8Array(2 * (held + chunk.length));
        larger.set(this.bytes.subarray(this.#at, this.#end));
        this.#use(larger);
      } else this.bytes.copyWithin(0, this.#at, this.#end);
      this.#base += this.#at;
      this.#at = 0;
      this.#end = held;
    }
    this.bytes.set(chunk, this.#end);
    this.#end += chunk.length;
  }

  /** Handles every record that is wholly in the buffer. */
  #consume(): void {
    for (;;) {
      if (this.stopped) return;
      if (this.#skip > 0) {
        const skipped = Math.min(this.#skip, this.#end - this.#at);
        this.#skip -= skipped;
        this.#at += skipped;
        if (this.#skip > 0) return;
      }
      const moved = this.#inDump ? this.#consumeDump() : this.#consumeRecord();
      if (!moved) return;
    }
  }

  /** After damage: goes to the next place that looks like a record with a sane one behind it. False when more bytes are needed. */
  #findRecord(): boolean {
    const { bytes, view } = this;
    for (let at = this.#at + 1; at + 9 <= this.#end; at++) {
      // JVMs write no time into records; without that, one byte in twenty would look like one.
      if (!RECORDS.has(bytes[at]!) || view.getUint32(at + 1) !== 0) continue;
      const next = at + 9 + view.getUint32(at + 5);
      const isDump = bytes[at] === HEAP_DUMP || bytes[at] === HEAP_DUMP_SEGMENT;
      if (next > this.#size - this.#base && !isDump) continue;
      if (next < this.#end && !RECORDS.has(bytes[next]!)) continue;
      this.#at = at;
      this.#lost = false;
      return true;
    }
    this.#at = Math.max(this.#at, this.#end - 9);
    return false;
  }

  /** One record of the file. False when more bytes are needed. */
  #consumeRecord(): boolean {
    if (this.#lost) return this.#findRecord();
    const at = this.#at;
    if (at + 9 > this.#end) return false;
    const tag = this.bytes[at]!;
    const length = this.view.getUint32(at + 5);
    const offset = this.#base + at;
    if (tag === HEAP_DUMP || tag === HEAP_DUMP_SEGMENT) {
      // Segments of one dump follow each other until an end record; a plain HEAP_DUMP is a whole dump by itself.
      if (tag === HEAP_DUMP || !this.#openDump) this.#wanted = this.#visitor.dump(offset, this.view.getUint32(at + 1));
      this.#openDump = tag === HEAP_DUMP_SEGMENT;
      // Writers that could not seek back left 0: the dump goes to the end of the file.
      this.dumpEnd = length === 0 && tag === HEAP_DUMP ? Infinity : offset + 9 + length;
      this.#at = at + 9;
      if (this.#wanted) this.#inDump = true;
      else this.#skip = this.dumpEnd - (offset + 9);
      return true;
    }
    if (tag === HEAP_DUMP_END) {
      this.#openDump = false;
      this.#at = at + 9;
      this.#skip = length;
      return true;
    }
    if (!RECORDS.has(tag) || length > this.#size - offset - 9) {
      this.#complaints.add(
        `record 0x${tag.toString(16)} of ${length} bytes is not one of HPROF, or goes beyond the end of the file; read on at the next one that makes sense`,
        offset,
      );
      this.#lost = true;
      return true;
    }
    if (length > MAX_HELD) {
      if (tag === UTF8) this.#complaints.add('a name longer than 8 MiB was passed over', offset);
      this.#at = at + 9;
      this.#skip = length;
      return true;
    }
    if (at + 9 + length > this.#end) return false;
    this.#at = at + 9 + length;
    this.#visitor.record(tag, at + 9, length);
    return true;
  }

  #leaveRest(): void {
    this.#at = this.#end;
    this.stopped = true;
  }

  /** Records of a heap dump. False when more bytes are needed. */
  #consumeDump(): boolean {
    const { bytes, view, idBytes } = this;
    const visitor = this.#visitor;
    const contents = visitor.wantsContents;
    const end = this.#end;
    const stop = Math.min(end, this.dumpEnd - this.#base);
    let at = this.#at;
    if (this.#elements > 0) {
      const count = Math.min(this.#elements, Math.floor((end - at) / idBytes));
      visitor.elements(at, count);
      this.#elements -= count;
      this.#at = at += count * idBytes;
      if (this.#elements > 0) return false;
    }
    const instanceHeader = 9 + 2 * idBytes;
    const primitiveHeader = 10 + idBytes;
    while (at < stop) {
      const tag = bytes[at]!;
      if (tag === INSTANCE_DUMP) {
        const data = at + instanceHeader;
        if (data > end) break;
        const length = view.getUint32(data - 4);
        const next = data + length;
        if (next > end && contents && length <= MAX_HELD) break;
        const id = idBytes === 8 ? view.getUint32(at + 1) * TWO32 + view.getUint32(at + 5) : view.getUint32(at + 1);
        const classId =
          idBytes === 8 ? view.getUint32(at + 13) * TWO32 + view.getUint32(at + 17) : view.getUint32(at + 9);
        this.recordOffset = this.#base + at;
        visitor.instance(id, classId, next > end ? -1 : data, length);
        at = next;
      } else if (tag === PRIMITIVE_ARRAY_DUMP || tag === PRIMITIVE_ARRAY_NO_DATA) {
        const data = at + primitiveHeader;
        if (data > end) break;
        const type = bytes[data - 1]!;
        const length = view.getUint32(data - 5);
        const width = typeBytes(type, 0);
        if (width === 0) return this.#leaveDump(at, `a primitive array of type ${type}`);
        const size = tag === PRIMITIVE_ARRAY_DUMP ? length * width : 0;
        const next = data + size;
        if (next > end && contents && size <= 4096) break;
        const id = idBytes === 8 ? view.getUint32(at + 1) * TWO32 + view.getUint32(at + 5) : view.getUint32(at + 1);
        this.recordOffset = this.#base + at;
        visitor.primitiveArray(id, type, length, next > end || size === 0 ? -1 : data);
        at = next;
      } else if (tag === OBJECT_ARRAY_DUMP) {
        const data = at + instanceHeader;
        if (data > end) break;
        const length = view.getUint32(at + 5 + idBytes);
        this.recordOffset = this.#base + at;
        visitor.objectArray(this.id(at + 1), this.id(at + 9 + idBytes), length);
        if (contents) {
          const count = Math.min(length, Math.floor((end - data) / idBytes));
          visitor.elements(data, count);
          at = data + count * idBytes;
          if (count < length) {
            this.#elements = length - count;
            this.#at = at;
            return false;
          }
        } else at = data + length * idBytes;
      } else if (tag === CLASS_DUMP) {
        const size = measureClassDump(view, at, end, idBytes);
        if (size === 0) {
          if (end - at > MAX_HELD) return this.#leaveDump(at, 'a class dump longer than 8 MiB');
          break;
        }
        if (size < 0) return this.#leaveDump(at, 'a class dump with a field of no known type');
        visitor.classDump(at + 1);
        at += size;
      } else if (tag === HEAP_DUMP_INFO) {
        if (at + 5 + idBytes > end) break;
        at += 5 + idBytes;
      } else if (tag === UNREACHABLE) {
        if (at + 1 + idBytes > end) break;
        at += 1 + idBytes;
      } else {
        const root = ROOTS.get(tag);
        // A dump without a length may be followed by an end record.
        if (root === undefined && tag === HEAP_DUMP_END && this.dumpEnd === Infinity) {
          this.#inDump = false;
          this.#at = at;
          return true;
        }
        if (root === undefined) return this.#leaveDump(at, `record 0x${tag.toString(16)} of a heap dump`);
        const after = at + 1 + idBytes * (1 + root.ids);
        if (after + root.bytes > end) break;
        visitor.root(
          tag,
          this.id(at + 1),
          root.bytes >= 4 ? view.getUint32(after) : 0,
          root.bytes >= 8 ? view.getInt32(after + 4) : -1,
        );
        at = after + root.bytes;
      }
      if (this.stopped) break;
    }
    if (at > end) {
      this.#skip = at - end;
      at = end;
    }
    const moved = at !== this.#at;
    this.#at = at;
    if (this.#base + at + this.#skip >= this.dumpEnd) return this.#finishDump();
    return moved && at < end;
  }

  /** At the end of a dump's bytes: what follows is a record, or more of a dump whose length did not fit 32 bits. */
  #finishDump(): boolean {
    const offset = this.#base + this.#at + this.#skip;
    const left = this.#size - offset;
    if (left >= TWO32 - 9) {
      if (this.#skip > 0 || this.#at + 9 > this.#end) return false;
      const sane =
        RECORDS.has(this.bytes[this.#at]!) &&
        this.view.getUint32(this.#at + 5) <= left &&
        this.bytes[this.#at + 1] === 0;
      if (!sane) {
        this.dumpEnd += TWO32;
        return true;
      }
    }
    this.#inDump = false;
    return true;
  }

  /** The rest of this dump (segment) cannot be told apart: goes on after it, where its end is known. */
  #leaveDump(at: number, what: string): boolean {
    this.#complaints.add(
      `${what} makes no sense here; the rest of this heap dump segment was left out`,
      this.#base + at,
    );
    this.#at = at;
    this.#inDump = false;
    if (!Number.isFinite(this.dumpEnd)) {
      this.#leaveRest();
      return false;
    }
    this.#skip = Math.max(0, this.dumpEnd - (this.#base + at));
    return true;
  }
}
