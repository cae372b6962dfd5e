import type { Task } from '../../parallel.ts';
import type { Header } from './header.ts';
import {
  CHUNK_BYTES,
  CLAIMED,
  CLOSED,
  COUNT,
  DONE,
  EMPTY,
  END,
  FILLED,
  FULL,
  HEADROOM,
  KIND,
  NODE_COUNT,
  NOTE,
  NumberSlots,
  PLAIN,
  SlotDecoder,
  type SlotKind,
  START,
  STATE,
  sizeOfSlots,
} from './number-slots.ts';
import type { EdgeColumns, NodeColumns } from './record-columns.ts';
import { type CarefulScan, scanCarefully, scanNumbers, UNUSUAL } from './scan-numbers.ts';
import { StringNeeds } from './string-needs.ts';

const SLOTS_WITH_HELP = 12;
/** One that is read, one that is looked at. */
const SLOTS_ALONE = 2;
/** A helper that was stopped from outside never finishes its slot: after this, the owner does it again. */
const PATIENCE_MS = 2000;
const HELPER_WAIT_MS = 200;

/** What becomes of the text of a section, in the order of the file. */
export interface SlotTaker {
  /** The first `count` of `numbers`. */
  takeNumbers(numbers: Uint32Array, count: number, careful: CarefulScan | undefined): void;
  /** Records that stand in columns already. */
  takeColumns(columns: { nodes: NodeColumns; edges: EdgeColumns }, records: number, note: number): void;
  /** Numbers a record. */
  readonly width: number;
  /** Does the next number begin a record? Otherwise it wants numbers, whatever the text was thought to be. */
  readonly aligned: boolean;
}

/**
 * Text on its way to columns. The file is read into slots; those whose text is numbers are queued and come back in their order as columns, turned by this
 * thread and by helpers on others (`helpTask`). Whoever is free claims a slot, the owner too when it would have to wait: so it works the same, only
 * slower, when no helper ever comes.
 */
export class NumberRing {
  readonly sharing: { readonly memory: ArrayBufferLike; readonly slots: number } | undefined;
  private readonly slots: NumberSlots;
  private readonly free: number[];
  private readonly queue: { readonly slot: number; readonly taker: SlotTaker }[] = [];
  private decoder: SlotDecoder | undefined;

  constructor(shared: boolean) {
    const count = shared ? SLOTS_WITH_HELP : SLOTS_ALONE;
    const size = sizeOfSlots(count);
    const memory = shared ? new SharedArrayBuffer(size) : new ArrayBuffer(size);
    this.slots = new NumberSlots(count, memory);
    this.sharing = shared ? { memory, slots: count } : undefined;
    this.free = Array.from({ length: count }, (_, slot) => slot);
  }

  /** From here on text can be turned into columns. */
  begin(header: Header, needs: StringNeeds): void {
    this.decoder = new SlotDecoder(this.slots, header, needs);
  }

  /** Edges lead to nodes below this. */
  set nodeCount(count: number) {
    this.slots.control[NODE_COUNT] = count;
  }

  /** A free slot; takes queued ones first where there is none. */
  open(): number {
    while (this.free.length === 0) this.takeFirst();
    return this.free.shift()!;
  }

  /** Where the next `CHUNK_BYTES` of the file go. */
  chunk(slot: number): Uint8Array {
    return this.slots.text(slot).subarray(HEADROOM, HEADROOM + CHUNK_BYTES);
  }

  /** Gives a slot back, unless it was queued. */
  release(slot: number): void {
    if (!this.free.includes(slot) && !this.queue.some((queued) => queued.slot === slot)) this.free.push(slot);
  }

  /** All the text of a slot, and with it its room before and after the chunk. */
  text(slot: number): Uint8Array {
    return this.slots.text(slot);
  }

  /** Text of a slot, from `start` to `end` (which follows no digit), is numbers of `kind` for `taker`. */
  add(slot: number, start: number, end: number, kind: SlotKind, taker: SlotTaker): void {
    const { control } = this.slots;
    const at = this.slots.field(slot, 0);
    control[at + START] = start;
    control[at + END] = end;
    control[at + KIND] = kind;
    this.queue.push({ slot, taker });
    Atomics.store(control, at + STATE, FULL);
    Atomics.add(control, FILLED, 1);
    Atomics.notify(control, FILLED);
    if (this.sharing === undefined) return this.drain();
    // What helpers have done in the meantime.
    while (this.queue.length > 0 && this.stateOf(this.queue[0]!.slot) === DONE) this.takeFirst();
  }

  /** Numbers that stand between others in one chunk: read at once, after everything before them. */
  addSmall(text: Uint8Array, start: number, end: number, taker: SlotTaker): void {
    this.drain();
    this.scan(text, start, end, taker);
  }

  /** Takes everything that is queued. */
  drain(): void {
    while (this.queue.length > 0) this.takeFirst();
  }

  /** Lets the helpers go. */
  close(): void {
    Atomics.store(this.slots.control, CLOSED, 1);
    Atomics.notify(this.slots.control, FILLED);
  }

  private stateOf(slot: number): number {
    return Atomics.load(this.slots.control, this.slots.field(slot, STATE));
  }

  private takeFirst(): void {
    const { slots, decoder } = this;
    const { control } = slots;
    const { slot, taker } = this.queue[0]!;
    const at = slots.field(slot, 0);
    let state = this.stateOf(slot);
    for (; state !== DONE; state = this.stateOf(slot)) {
      if (state === FULL && slots.claim(slot)) break;
      if (this.helpBehind()) continue;
      if (Atomics.wait(control, at + STATE, CLAIMED, PATIENCE_MS) === 'timed-out') decoder?.decode(slot);
    }
    this.queue.shift();
    const [kind, count, note] = [control[at + KIND]!, control[at + COUNT]!, control[at + NOTE]!];
    if (state === DONE && kind === PLAIN && count !== UNUSUAL) taker.takeNumbers(slots.plain(slot), count, undefined);
    else if (state === DONE && kind !== PLAIN && taker.aligned && count > 0 && count % taker.width === 0) {
      const columns = { nodes: slots.nodeColumns(slot, taker.width), edges: slots.edgeColumns(slot, taker.width) };
      taker.takeColumns(columns, count / taker.width, note);
    } else this.scan(slots.text(slot), control[at + START]!, control[at + END]!, taker);
    Atomics.store(control, at + STATE, EMPTY);
    this.free.push(slot);
  }

  private scan(text: Uint8Array, start: number, end: number, taker: SlotTaker): void {
    const { numbers } = this.slots;
    const count = scanNumbers(text, start, end, numbers);
    if (count !== UNUSUAL) return taker.takeNumbers(numbers, count, undefined);
    const careful = scanCarefully(text, start, end, numbers);
    taker.takeNumbers(numbers, careful.count, careful);
  }

  /** Instead of waiting for the first slot: does the last one that nobody has claimed. */
  private helpBehind(): boolean {
    for (let i = this.queue.length - 1; i > 0; i--) {
      const { slot } = this.queue[i]!;
      if (this.decoder === undefined || !this.slots.claim(slot)) continue;
      this.decoder.decode(slot);
      return true;
    }
    return false;
  }
}

export interface HelpInput {
  readonly memory: ArrayBufferLike;
  readonly slots: number;
  readonly header: Header;
  /** For this helper alone: of `StringNeeds.sizeFor` the file's bytes. */
  readonly needs: ArrayBufferLike;
}

/** Turns text into columns until the owner closes the ring, and blocks its thread meanwhile. */
export const helpTask: Task<HelpInput, undefined> = {
  name: 'v8-numbers',
  *start({ memory, slots: count, header, needs }) {
    const slots = new NumberSlots(count, memory);
    const decoder = new SlotDecoder(slots, header, new StringNeeds(needs));
    const { control } = slots;
    for (let next = 0; Atomics.load(control, CLOSED) === 0;) {
      const filled = Atomics.load(control, FILLED);
      let looked = 0;
      while (looked < count && !slots.claim((next + looked) % count)) looked++;
      if (looked < count) {
        decoder.decode((next + looked) % count);
        next = (next + looked + 1) % count;
      } else Atomics.wait(control, FILLED, filled, HELPER_WAIT_MS);
    }
    return undefined;
  },
};
