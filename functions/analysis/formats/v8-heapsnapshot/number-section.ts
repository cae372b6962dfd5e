import type { NumberRing, NumberTaker, Placement } from './number-ring.ts';
import { HEADROOM, type RecordKind } from './number-slots.ts';
import type { RecordNotes } from './record-columns.ts';
import type { CarefulScan } from './scan-numbers.ts';

/** What becomes of the numbers of one flat array. */
export interface RecordSink {
  /** Numbers a record, at most 32. */
  readonly width: number;
  /** `records` holds `count / width` whole records. A value of LARGE stands for `large.get(index)` where that exists. */
  take(records: Uint32Array, count: number, large: ReadonlyMap<number, number> | undefined): void;
  /** Rows for so many records, to be written by any thread; undefined where `take` must have them. */
  placeRows?(records: number): { kind: RecordKind; row: number; done: (notes: RecordNotes) => void } | undefined;
}

const COMMA = 44;
const CLOSE = 93;
const JUNK = 63;

/**
 * `[1,2,3,…]` in chunks -> whole records. A chunk is cut at its last comma, and what follows it goes before the next chunk; records that a cut divides are put
 * together here. (V8 ended records with a line until Node 22; later files have none.) What is not a plain unsigned integer becomes 0 and is counted in `oddNumbers`.
 */
export class NumberSection implements NumberTaker {
  oddNumbers = 0;
  /** Numbers after the last whole record, when the section ended. */
  leftover = 0;
  private readonly width: number;
  private readonly sink: RecordSink;
  private readonly ring: NumberRing;
  /** Text after the last cut. */
  private tail = new Uint8Array(0);
  /** The beginning of a record that is not complete yet. */
  private carried: number[] = [];
  private carriedLarge = new Map<number, number>();

  constructor(sink: RecordSink, ring: NumberRing) {
    this.sink = sink;
    this.width = sink.width;
    this.ring = ring;
  }

  /** Reads from `at` of the chunk; returns the offset after the closing bracket, or -1 when the chunk ended before it. */
  read(chunk: Uint8Array, at: number, slot: number): number {
    const text = this.ring.text(slot);
    const close = chunk.indexOf(CLOSE, at);
    const start = HEADROOM + at - this.tail.length;
    text.set(this.tail, start);
    this.tail = this.tail.subarray(0, 0);
    if (close >= 0) {
      this.ring.addSmall(text, start, HEADROOM + close, this);
      return close + 1;
    }
    const end = HEADROOM + chunk.length;
    const cut = Math.max(start, text.lastIndexOf(COMMA, end - 1) + 1);
    this.tail = text.slice(cut, end);
    if (cut > start) this.ring.add(slot, start, cut, this);
    // So long without a comma is no number, however it goes on.
    if (this.tail.length >= HEADROOM) this.tail = Uint8Array.of(JUNK);
    return -1;
  }

  /** Hands over what is left. */
  end(): void {
    this.ring.drain();
    if (this.tail.length > 0) this.ring.addSmall(this.tail, 0, this.tail.length, this);
    this.tail = this.tail.subarray(0, 0);
    this.leftover = this.carried.length;
  }

  take(numbers: Uint32Array, count: number, careful: CarefulScan | undefined): Placement | undefined {
    this.oddNumbers += careful?.odd ?? 0;
    const large = careful?.large;
    let from = 0;
    if (this.carried.length > 0) {
      for (; from < count && this.carried.length < this.width; from++) this.carry(numbers, from, large);
      if (this.carried.length < this.width) return undefined;
      this.sink.take(Uint32Array.from(this.carried), this.width, this.carriedLarge);
      this.carried = [];
      this.carriedLarge = new Map();
    }
    const whole = count - from - ((count - from) % this.width);
    const rows = careful || whole === 0 ? undefined : this.sink.placeRows?.(whole / this.width);
    if (rows === undefined && whole > 0) this.sink.take(numbers.subarray(from), whole, after(from, large));
    for (let i = from + whole; i < count; i++) this.carry(numbers, i, large);
    return rows && { ...rows, from, count: whole };
  }

  private carry(numbers: Uint32Array, i: number, large: ReadonlyMap<number, number> | undefined): void {
    const value = large?.get(i);
    if (value !== undefined) this.carriedLarge.set(this.carried.length, value);
    this.carried.push(numbers[i]!);
  }
}

function after(from: number, large: ReadonlyMap<number, number> | undefined): ReadonlyMap<number, number> | undefined {
  if (from === 0 || large === undefined) return large;
  return new Map([...large].map(([index, value]) => [index - from, value]));
}
