import type { Task } from '../../parallel.ts';
import type { Header } from './header.ts';
import type { NumberSection, Placement } from './number-section.ts';
import { CHUNK_BYTES, CLAIMED, DONE, HEADROOM, IDLE, NumberSlots, REFUSED, RowWriter } from './number-slots.ts';
import type { ColumnMemory } from './record-columns.ts';
import { StringNeeds } from './string-needs.ts';

export { HEADROOM } from './number-slots.ts';

const SLOTS_WITH_HELP = 12;
/** Those that are read ahead, and one that is looked at. */
const SLOTS_ALONE = 5;
/** What takes a helper a millisecond is not worth waiting for longer. */
const PATIENCE_MS = 2000;
const HELPER_WAIT_MS = 200;

/** Whole records of a section, as text in a slot. */
export interface RecordText {
  readonly slot: number;
  readonly start: number;
  readonly end: number;
  readonly records: number;
  readonly section: NumberSection;
}

/**
 * Text on its way to rows. The file is read into slots; the owner says which rows the records of a slot get, and any thread writes them. Helpers on other threads run
 * `helpTask`; when no slot is free the owner does what they have not claimed: so it works the same, only slower, when no helper ever comes.
 */
export class NumberRing {
  readonly sharing: { readonly memory: ArrayBufferLike; readonly slots: number } | undefined;
  private readonly slots: NumberSlots;
  private readonly free: number[];
  /** Slots whose rows are not known to be written. */
  private readonly open = new Map<number, { readonly text: RecordText; readonly rows: Placement }>();
  /** Slots that a helper has claimed and not finished in time. */
  private readonly lost = new Set<number>();
  private writer: RowWriter | undefined;

  constructor(shared: boolean) {
    const count = shared ? SLOTS_WITH_HELP : SLOTS_ALONE;
    const size = NumberSlots.sizeOf(count);
    const memory = shared ? new SharedArrayBuffer(size) : new ArrayBuffer(size);
    this.slots = new NumberSlots(count, memory);
    this.sharing = shared ? { memory, slots: count } : undefined;
    this.free = Array.from({ length: count }, (_, slot) => slot);
  }

  /** From here on rows can be written. */
  begin(header: Header, columns: ColumnMemory, needs: StringNeeds): void {
    this.writer = new RowWriter(this.slots, header, columns, needs);
  }

  /** Edges lead to nodes below this. */
  set nodeCount(count: number) {
    this.slots.nodeCount = count;
  }

  /** A free slot; works on others until there is one. */
  take(): number {
    let slot: number | undefined;
    this.until(() => (slot = this.free.shift()) !== undefined);
    return slot!;
  }

  /** Gives a slot back, unless it has text of records. */
  release(slot: number): void {
    if (!this.open.has(slot)) this.free.push(slot);
  }

  /** Where the next `CHUNK_BYTES` of the file go. */
  chunk(slot: number): Uint8Array {
    return this.text(slot).subarray(HEADROOM, HEADROOM + CHUNK_BYTES);
  }

  /** All the text of a slot, and with it its room before the chunk. */
  text(slot: number): Uint8Array {
    return this.slots.texts[slot]!;
  }

  /** The same, four bytes each. */
  words(slot: number): Uint32Array {
    return this.slots.words[slot]!;
  }

  /** Text of records, in the order of the file. `now`: before the slot's other text is looked at. */
  add(text: RecordText, now: boolean): void {
    const { slot, start, end, section } = text;
    const rows = this.writer && section.placeRows(text.records);
    if (rows === undefined) return section.readHere(this.text(slot), start, end);
    if (this.sharing !== undefined && !now) {
      this.open.set(slot, { text, rows });
      return this.slots.offer(slot, { start, end, ...rows });
    }
    this.writeHere(text, rows);
  }

  private writeHere({ slot, start, end, section }: RecordText, rows: Placement): void {
    const notes = this.writer!.write(this.text(slot), { start, end, ...rows });
    if (notes) rows.done(notes);
    else section.readCarefully(this.text(slot), start, end, rows);
  }

  /** Until all rows that were given are written. */
  readonly settle = (): void => this.until(() => this.open.size === 0);

  /** Lets the helpers go. */
  close(): void {
    this.slots.close();
  }

  /** Works, and waits where there is nothing to do, until `isEnough`. */
  private until(isEnough: () => boolean): void {
    const { slots } = this;
    for (;;) {
      // Read before anything is looked at, so that no change goes by unseen.
      const { changes } = slots;
      this.collect();
      if (isEnough()) return;
      if (this.writer?.work() !== true && !slots.wait(changes, PATIENCE_MS)) this.abandon();
    }
  }

  /** Slots whose rows are written are free again. */
  private collect(): void {
    const { slots } = this;
    for (const slot of this.lost) {
      if (slots.stateOf(slot) === CLAIMED) continue;
      this.lost.delete(slot);
      this.free.push(slot);
    }
    for (const [slot, { text, rows }] of this.open) {
      const state = slots.stateOf(slot);
      if (state !== DONE && state !== REFUSED) continue;
      if (state === DONE) rows.done(slots.notesOf(slot));
      else text.section.readCarefully(this.text(slot), text.start, text.end, rows);
      slots.setState(slot, IDLE);
      this.open.delete(slot);
      this.free.push(slot);
    }
  }

  /** A helper was lost in the middle of its work: its rows are written here, and its slot is not used again before it comes back. */
  private abandon(): void {
    const { slots } = this;
    for (const [slot, { text, rows }] of this.open) {
      if (slots.stateOf(slot) !== CLAIMED) continue;
      this.open.delete(slot);
      this.lost.add(slot);
      this.writeHere(text, rows);
    }
  }
}

export interface HelpInput {
  readonly memory: ArrayBufferLike;
  readonly slots: number;
  readonly header: Header;
  readonly columns: ColumnMemory;
  /** For this helper alone: of `StringNeeds.sizeFor` the file's bytes. */
  readonly needs: ArrayBufferLike;
}

/** Writes rows until the owner closes the ring, and blocks its thread meanwhile. */
export const helpTask: Task<HelpInput, undefined> = {
  name: 'v8-numbers',
  *start({ memory, slots: count, header, columns, needs }) {
    const slots = new NumberSlots(count, memory);
    const writer = new RowWriter(slots, header, columns, new StringNeeds(needs));
    while (!slots.closed) {
      const { changes } = slots;
      if (!writer.work()) slots.wait(changes, HELPER_WAIT_MS);
    }
    return undefined;
  },
};
