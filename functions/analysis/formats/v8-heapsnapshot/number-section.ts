import type { NumberRing, SlotTaker } from './number-ring.ts';
import { HEADROOM, PLAIN, type SlotKind } from './number-slots.ts';
import type { EdgeColumns, NodeColumns } from './record-columns.ts';
import type { CarefulScan } from './scan-numbers.ts';

/** What becomes of the numbers of one flat array. */
export interface RecordSink {
  /** Numbers a record, at most 32. */
  readonly width: number;
  /** What its text is to other threads, where `takeColumns` is there. */
  readonly kind?: SlotKind;
  /** `records` holds `count / width` whole records. A value of LARGE stands for `large.get(index)` where that exists. */
  take(records: Uint32Array, count: number, large: ReadonlyMap<number, number> | undefined): void;
  /** The same for records that another thread turned into columns; `note` is the slot's. */
  takeColumns?(columns: { nodes: NodeColumns; edges: EdgeColumns }, records: number, note: number): void;
}

const NEWLINE = 10;
const COMMA = 44;
const CLOSE = 93;
const JUNK = 63;

/**
 * `[1,2,3,…]` in chunks -> whole records. V8 ends each record with a line: a chunk is cut at its last line, and what follows it goes before the next chunk. Where
 * there are no lines it is cut at a comma, and records are put together here. What is not a plain unsigned integer becomes 0 and is counted in `oddNumbers`.
 */
export class NumberSection implements SlotTaker {
  oddNumbers = 0;
  /** Numbers after the last whole record, when the section ended. */
  leftover = 0;
  readonly width: number;
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
      // The comma in place of the bracket ends the last number.
      text[HEADROOM + close] = COMMA;
      this.ring.addSmall(text, start, HEADROOM + close + 1, this);
      text[HEADROOM + close] = CLOSE;
      return close + 1;
    }
    const end = HEADROOM + chunk.length;
    const cut = cutOf(text, start, end);
    if (cut.at > start) {
      this.tail = text.slice(cut.at, end);
      const plain = !cut.atLine || this.carried.length > 0 || this.sink.takeColumns === undefined;
      this.ring.add(slot, start, cut.at, plain ? PLAIN : (this.sink.kind ?? PLAIN), this);
    } else this.tail = text.slice(start, end);
    // So long without a comma is no number, however it goes on.
    if (this.tail.length >= HEADROOM) this.tail = Uint8Array.of(JUNK);
    return -1;
  }

  get aligned(): boolean {
    return this.carried.length === 0;
  }

  /** Hands over what is left. */
  end(): void {
    this.ring.drain();
    if (this.tail.length > 0) {
      const text = new Uint8Array(this.tail.length + 1);
      text.set(this.tail);
      text[this.tail.length] = COMMA;
      this.ring.addSmall(text, 0, text.length, this);
    }
    this.leftover = this.carried.length;
  }

  takeColumns(columns: { nodes: NodeColumns; edges: EdgeColumns }, records: number, note: number): void {
    this.sink.takeColumns?.(columns, records, note);
  }

  takeNumbers(numbers: Uint32Array, count: number, careful: CarefulScan | undefined): void {
    this.oddNumbers += careful?.odd ?? 0;
    const large = careful?.large;
    let from = 0;
    if (this.carried.length > 0) {
      for (; from < count && this.carried.length < this.width; from++) this.carry(numbers, from, large);
      if (this.carried.length < this.width) return;
      this.sink.take(Uint32Array.from(this.carried), this.width, this.carriedLarge);
      this.carried = [];
      this.carriedLarge = new Map();
    }
    const whole = count - from - ((count - from) % this.width);
    if (whole > 0) this.sink.take(numbers.subarray(from), whole, after(from, large));
    for (let i = from + whole; i < count; i++) this.carry(numbers, i, large);
  }

  private carry(numbers: Uint32Array, i: number, large: ReadonlyMap<number, number> | undefined): void {
    const value = large?.get(i);
    if (value !== undefined) this.carriedLarge.set(this.carried.length, value);
    this.carried.push(numbers[i]!);
  }
}

/** After the last line, or else the last comma, of the text that may go on in the next chunk. */
function cutOf(text: Uint8Array, start: number, end: number): { at: number; atLine: boolean } {
  const line = text.lastIndexOf(NEWLINE, end - 1) + 1;
  if (line > start && end - line < HEADROOM) return { at: line, atLine: true };
  return { at: text.lastIndexOf(COMMA, end - 1) + 1, atLine: false };
}

function after(from: number, large: ReadonlyMap<number, number> | undefined): ReadonlyMap<number, number> | undefined {
  if (from === 0 || large === undefined) return large;
  return new Map([...large].map(([index, value]) => [index - from, value]));
}
