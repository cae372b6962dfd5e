import { countCommas } from './count-commas.ts';
import { HEADROOM, type NumberRing } from './number-ring.ts';
import { BLOCK_RECORDS, type RecordKind } from './number-slots.ts';
import type { RecordNotes } from './record-columns.ts';
import { type Cursor, scanCarefully, scanNumbers, UNUSUAL } from './scan-numbers.ts';

/** What becomes of the numbers of one flat array. */
export interface RecordSink {
  /** Numbers a record, at most 32. */
  readonly width: number;
  /** The next records: `count / width` whole ones. A value of LARGE stands for `large.get(index)` where that exists. */
  take(records: Uint32Array, count: number, large: ReadonlyMap<number, number> | undefined): void;
  /** Rows for the next records, to be written by any thread; undefined where `take` must have them. */
  placeRows?(records: number): Placement | undefined;
}

/** Rows of a table that were given to records whose text nobody has read yet. */
export interface Placement {
  readonly kind: RecordKind;
  readonly row: number;
  /** Called once they are written, with what was noted. */
  readonly done: (notes: RecordNotes) => void;
  /** As `take`, into these rows: for text that is unusual. */
  readonly take: RecordSink['take'];
}

const COMMA = 44;
const JUNK = 63;
const SPACE = 32;

/**
 * `[1,2,3,…]` in chunks -> whole records. Each comma ends one value, and commas are counted much faster than numbers are read: so it is known at once how many records a
 * chunk has and which rows they get, and any thread can read them, in any order. A chunk is cut after its last whole record; what follows goes before the next chunk. What is not a
 * plain unsigned integer becomes 0 and is counted in `oddNumbers`.
 */
export class NumberSection {
  oddNumbers = 0;
  /** Numbers after the last whole record, when the section ended. */
  leftover = 0;
  private readonly sink: RecordSink;
  private readonly ring: NumberRing;
  /** Text after the last cut. */
  private tail = new Uint8Array(0);
  private block: Uint32Array | undefined;

  constructor(sink: RecordSink, ring: NumberRing) {
    this.sink = sink;
    this.ring = ring;
  }

  /** Reads from `at` of the chunk; returns the offset after the closing bracket, or -1 when the chunk ended before it. */
  read(chunk: Uint8Array, at: number, slot: number): number {
    const text = this.ring.text(slot);
    const start = HEADROOM + at - this.tail.length;
    text.set(this.tail, start);
    this.tail = this.tail.subarray(0, 0);
    const { commas, close } = countCommas(text, this.ring.words(slot), start, HEADROOM + chunk.length);
    const isWhole = close < HEADROOM + chunk.length;
    // The last value has no comma after it: it gets one in the place of the bracket.
    const isOpen = isWhole && endsWithValue(text, start, close);
    if (isOpen) text[close] = COMMA;
    const values = commas + Number(isOpen);
    const end = close + Number(isOpen);
    const surplus = values % this.sink.width;
    const records = (values - surplus) / this.sink.width;
    const cut = records === 0 ? start : afterComma(text, end, surplus);
    if (records > 0) this.ring.add({ slot, start, end: cut, records, section: this }, isWhole);
    if (isWhole) this.leftover = surplus;
    else this.tail = shorten(text.slice(cut, end));
    return isWhole ? close + 1 - HEADROOM : -1;
  }

  /** Hands over what is left of a section that was cut. */
  end(): void {
    if (this.tail.length === 0) return;
    const text = Uint8Array.of(...this.tail, ...(endsWithValue(this.tail, 0, this.tail.length) ? [COMMA] : []));
    this.tail = this.tail.subarray(0, 0);
    const values = text.filter((byte) => byte === COMMA).length;
    this.leftover = values % this.sink.width;
    if (values === this.sink.width) this.readHere(text, 0, text.length);
  }

  placeRows(records: number): Placement | undefined {
    return this.sink.placeRows?.(records);
  }

  /** Whole records that have no rows yet. */
  readHere(text: Uint8Array, start: number, end: number): void {
    const { width } = this.sink;
    const block = (this.block ??= new Uint32Array(BLOCK_RECORDS * width));
    const cursor: Cursor = { at: start };
    while (cursor.at < end) {
      const from = cursor.at;
      const count = scanNumbers(text, cursor, end, block, block.length);
      if (count === UNUSUAL) return this.readCarefully(text, from, end, this.sink);
      this.sink.take(block, count, undefined);
    }
  }

  /** Whole records with something unusual among them. */
  readCarefully(text: Uint8Array, start: number, end: number, into: Pick<RecordSink, 'take'>): void {
    const numbers = new Uint32Array(end - start);
    const { count, odd, large } = scanCarefully(text, start, end, numbers);
    this.oddNumbers += odd;
    into.take(numbers, count, large);
  }
}

/** Is there anything but space after the last comma? */
function endsWithValue(text: Uint8Array, start: number, end: number): boolean {
  let last = end - 1;
  while (last >= start && text[last]! <= SPACE) last--;
  return last >= start && text[last] !== COMMA;
}

/** The offset after the comma that has `surplus` others after it. */
function afterComma(text: Uint8Array, end: number, surplus: number): number {
  let at = text.lastIndexOf(COMMA, end - 1);
  for (let i = 0; i < surplus; i++) at = text.lastIndexOf(COMMA, at - 1);
  return at + 1;
}

/** Less than a record that is longer than the room for it holds space, or values that are no numbers however they go on. */
function shorten(tail: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  if (tail.length <= HEADROOM) return tail;
  const bare = tail.filter((byte, i) => byte > SPACE || (tail[i - 1] ?? 0) > SPACE);
  if (bare.length <= HEADROOM) return bare;
  const commas = bare.filter((byte) => byte === COMMA).length;
  return Uint8Array.from({ length: 2 * commas + 1 }, (_, i) => (i % 2 === 0 ? JUNK : COMMA));
}
