/** What becomes of the numbers of one flat array. */
export interface RecordSink {
  /** Numbers a record. */
  readonly width: number;
  /** `records` holds `count / width` whole records. A value of LARGE stands for `large.get(index)` where that exists. */
  take(records: Uint32Array, count: number, large: ReadonlyMap<number, number> | undefined): void;
}

/** Marks a number above 2^32 - 2; its value is kept aside. */
export const LARGE = 0xffff_ffff;

const COMMA = 44;
const MINUS = 45;
const CLOSE = 93;
const RECORDS_A_BLOCK = 4096;

/**
 * `[1,2,3,…]` in chunks of any size -> whole records in blocks. One byte loop, no strings, no allocation a number; numbers may be split between
 * chunks. What is not a plain unsigned integer becomes 0 and is counted in `oddNumbers`.
 */
export class NumberSection {
  oddNumbers = 0;
  /** Numbers after the last whole record, when the section ended. */
  leftover = 0;
  private readonly sink: RecordSink;
  private readonly block: Uint32Array;
  private filled = 0;
  private large: Map<number, number> | undefined;
  /** The number in progress: digits seen so far, or -1. */
  private partial = -1;
  private odd = false;

  constructor(sink: RecordSink) {
    this.sink = sink;
    this.block = new Uint32Array(RECORDS_A_BLOCK * sink.width);
  }

  /** Reads from `at`; returns the offset after the closing bracket, or -1 when the chunk ended before it. */
  read(bytes: Uint8Array, at: number): number {
    const end = bytes.length;
    let i = at;
    if (this.odd || this.partial >= 0) {
      i = this.finishPartial(bytes, i);
      if (i >= end) return -1;
    }
    // Digits at the very end of the chunk may go on in the next: the fast loop stops before them, and so needs no bound on
    // the digits of a number (1.0 GB/s instead of 0.7 with a bound for each).
    let safe = end;
    while (safe > i && (bytes[safe - 1]! - 48) >>> 0 <= 9) safe--;
    const block = this.block;
    const size = block.length;
    let filled = this.filled;
    while (i < safe) {
      let n = bytes[i++]! - 48;
      if (n >>> 0 > 9) {
        if (n === COMMA - 48 || n === -38 || n === -16 || n === -35 || n === -39) continue;
        this.filled = filled;
        if (n === CLOSE - 48) return i;
        this.odd = true;
        this.oddNumbers++;
        i = this.finishPartial(bytes, n === MINUS - 48 ? i : i - 1);
        filled = this.filled;
        continue;
      }
      const start = i;
      let digit = bytes[i++]! - 48;
      while (digit >>> 0 <= 9) {
        n = (n * 10 + digit) | 0;
        digit = bytes[i++]! - 48;
      }
      i--;
      if (i - start > 8) {
        this.filled = filled;
        this.emit(readLong(bytes, start - 1, i));
        filled = this.filled;
        continue;
      }
      block[filled++] = n;
      if (filled === size) {
        this.filled = filled;
        this.flush();
        filled = 0;
      }
    }
    this.filled = filled;
    if (i < end) this.partial = readLong(bytes, i, end);
    return -1;
  }

  /** Hands over what is left. */
  end(): void {
    if (this.partial >= 0) this.emit(this.partial);
    this.partial = -1;
    this.leftover = this.filled % this.sink.width;
    this.filled -= this.leftover;
    this.flush();
  }

  /** The rest of a number that a chunk cut, or of something that is no number. */
  private finishPartial(bytes: Uint8Array, at: number): number {
    let i = at;
    let n = Math.max(0, this.partial);
    for (; i < bytes.length; i++) {
      const byte = bytes[i]!;
      if (byte >= 48 && byte <= 57) {
        n = n * 10 + byte - 48;
      } else if (byte === COMMA || byte === CLOSE) {
        break;
      } else if (byte > 32 && !this.odd) {
        this.odd = true;
        this.oddNumbers++;
      }
    }
    if (i === bytes.length) {
      this.partial = n;
      return i;
    }
    this.emit(this.odd ? 0 : n);
    this.partial = -1;
    this.odd = false;
    return i;
  }

  private emit(n: number): void {
    if (n >= LARGE) {
      this.large ??= new Map();
      this.large.set(this.filled, Math.min(n, Number.MAX_SAFE_INTEGER));
      this.block[this.filled++] = LARGE;
    } else {
      this.block[this.filled++] = n;
    }
    if (this.filled === this.block.length) this.flush();
  }

  private flush(): void {
    if (this.filled > 0) this.sink.take(this.block, this.filled, this.large);
    this.filled = 0;
    this.large = undefined;
  }
}

/** Digits as a double: more than nine do not fit 32 bits. */
function readLong(bytes: Uint8Array, from: number, to: number): number {
  let n = 0;
  for (let i = from; i < to; i++) n = n * 10 + bytes[i]! - 48;
  return n;
}
