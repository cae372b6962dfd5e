import { AppError } from '../../../model/error.ts';
import type { ByteSource, Run } from '../../analyser.ts';
import { chunksOf } from '../../bytes/read.ts';

/** Who is told of each string of the table, in order. */
export interface StringVisitor {
  /** `bytes[from..to)` is the text as it stands in the file, escapes and all. */
  text(bytes: Uint8Array, from: number, to: number): void;
  /** The next `units` UTF-16 units of a string that is longer than MAX_WHOLE_BYTES. */
  longPart(units: number): void;
  longEnd(): void;
}

/** V8 writes at most 1,024 units of a string, unless told otherwise. A name is never as long as this. */
const MAX_WHOLE_BYTES = 1 << 20;
const QUOTE = 34;
const BACKSLASH = 92;
const COMMA = 44;
const CLOSE = 93;

/** Tells `visitor` of every string of a table. Throws AppError `corrupt`. */
export async function readStrings(source: ByteSource, visitor: StringVisitor, run: Run): Promise<void> {
  const reader = new StringArray(visitor);
  for await (const chunk of chunksOf(source.stream())) {
    run.signal.throwIfAborted();
    reader.push(chunk);
  }
  reader.end();
}

/** Reads `["…","…"]`, in chunks of any size, holding no more than one chunk and one string of at most 1 MiB. Throws AppError `corrupt`. */
export class StringArray {
  readonly #visitor: StringVisitor;
  #carry = new Uint8Array(0);
  #began = false;
  #ended = false;
  #long = false;

  constructor(visitor: StringVisitor) {
    this.#visitor = visitor;
  }

  push(chunk: Uint8Array): void {
    const bytes = this.#carry.length === 0 ? chunk : joined(this.#carry, chunk);
    const at = this.#read(bytes);
    this.#carry = bytes.slice(at);
  }

  end(): void {
    if (!this.#ended) throw new AppError('corrupt', 'The table of strings is no flat list of strings.');
  }

  /** Returns the offset of what must be seen again with more behind it. */
  #read(bytes: Uint8Array): number {
    let i = 0;
    while (i < bytes.length) {
      if (this.#long) {
        const after = this.#readLong(bytes, i);
        if (after < 0) return ~after;
        i = after;
        continue;
      }
      const byte = bytes[i]!;
      if (byte === QUOTE && this.#began && !this.#ended) {
        const end = closingQuote(bytes, i + 1);
        if (end >= 0) {
          this.#visitor.text(bytes, i + 1, end);
          i = end + 1;
        } else if (bytes.length - i > MAX_WHOLE_BYTES) {
          this.#long = true;
          i++;
        } else return i;
        continue;
      }
      if (byte === 91 && !this.#began) this.#began = true;
      else if (byte === CLOSE && this.#began && !this.#ended) this.#ended = true;
      else if (byte !== COMMA && byte > 32)
        throw new AppError('corrupt', 'The table of strings holds something that is no string.');
      i++;
    }
    return i;
  }

  /** The offset after the string, or the complement of the offset where the chunk ended inside of it. */
  #readLong(bytes: Uint8Array, from: number): number {
    let units = 0;
    let i = from;
    for (; i < bytes.length; i++) {
      const byte = bytes[i]!;
      if (byte === QUOTE) {
        this.#long = false;
        this.#visitor.longPart(units);
        this.#visitor.longEnd();
        return i + 1;
      }
      if (byte === BACKSLASH) {
        const length = bytes[i + 1] === 117 ? 6 : 2;
        if (i + length > bytes.length) break;
        i += length - 1;
      }
      units += unitsOf(byte);
    }
    this.#visitor.longPart(units);
    return ~i;
  }
}

/** UTF-16 units of a text as JSON has it in UTF-8. */
export function countUnits(bytes: Uint8Array, from: number, to: number): number {
  let units = 0;
  for (let i = from; i < to; i++) {
    const byte = bytes[i]!;
    if (byte === BACKSLASH) i += bytes[i + 1] === 117 ? 5 : 1;
    units += unitsOf(byte);
  }
  return units;
}

/** A byte that continues a character adds none; one that begins a character of four bytes, two. */
function unitsOf(byte: number): number {
  return byte < 0x80 ? 1 : byte < 0xc0 ? 0 : byte < 0xf0 ? 1 : 2;
}

/** -1 where the text does not end here. */
function closingQuote(bytes: Uint8Array, from: number): number {
  for (let i = from; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (byte === QUOTE) return i;
    if (byte === BACKSLASH) i++;
  }
  return -1;
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
