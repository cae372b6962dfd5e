import type { Task } from '../../parallel.ts';
import type { Header } from './header.ts';
import {
  BAD_TARGETS,
  CHANGES,
  CHUNK_BYTES,
  CLOSED,
  COUNT,
  DETACHED,
  EMPTY,
  END,
  FROM,
  FULL,
  HEADROOM,
  KIND,
  NODE_COUNT,
  NUMBERS,
  NumberSlots,
  PLACED,
  type RecordKind,
  ROW,
  SCANNED,
  scanSlot,
  SHORTCUTS,
  SlotWorker,
  START,
  sizeOfSlots,
  TRACED,
} from './number-slots.ts';
import type { ColumnMemory, RecordNotes } from './record-columns.ts';
import { type CarefulScan, scanCarefully, UNUSUAL } from './scan-numbers.ts';
import { StringNeeds } from './string-needs.ts';

const SLOTS_WITH_HELP = 16;
/** Those that are read ahead, and one that is looked at. */
const SLOTS_ALONE = 5;
/** A helper that was stopped from outside never finishes its slot. */
const PATIENCE_MS = 10_000;
const HELPER_WAIT_MS = 200;

/** Where records of a slot go: rows of a table, to be made by any thread. */
export interface Placement {
  readonly kind: RecordKind;
  /** The first number of the first record, and how many numbers there are. */
  readonly from: number;
  readonly count: number;
  readonly row: number;
  /** Called once columns are made, with what was noted. */
  readonly done: (notes: RecordNotes) => void;
}

/** What becomes of the numbers of a section, in the order of the file. */
export interface NumberTaker {
  /** The first `count` of `numbers`. Those of a placement that it returns it has not looked at; all others it has taken. */
  take(numbers: Uint32Array, count: number, careful: CarefulScan | undefined): Placement | undefined;
}

/**
 * Text on its way to columns. The file is read into slots; text of numbers is queued. Any thread turns it into numbers; the owner, who knows how many came
 * before, gives their records rows in the table; any thread then writes them there. Helpers on other threads run `helpTask`, and the owner does what they have not
 * claimed instead of waiting: so it works the same, only slower, when no helper ever comes.
 */
export class NumberRing {
  readonly sharing: { readonly memory: ArrayBufferLike; readonly slots: number } | undefined;
  private readonly slots: NumberSlots;
  private readonly free: number[];
  /** Not placed yet, in the order of the file. */
  private readonly queue: { readonly slot: number; readonly taker: NumberTaker }[] = [];
  private readonly placed = new Map<number, (notes: RecordNotes) => void>();
  private worker: SlotWorker | undefined;

  constructor(shared: boolean) {
    const count = shared ? SLOTS_WITH_HELP : SLOTS_ALONE;
    const size = sizeOfSlots(count);
    const memory = shared ? new SharedArrayBuffer(size) : new ArrayBuffer(size);
    this.slots = new NumberSlots(count, memory);
    this.sharing = shared ? { memory, slots: count } : undefined;
    this.free = Array.from({ length: count }, (_, slot) => slot);
  }

  /** From here on records can be placed. */
  begin(header: Header, columns: ColumnMemory, needs: StringNeeds): void {
    this.worker = new SlotWorker(this.slots, header, columns, needs);
  }

  /** Edges lead to nodes below this. */
  set nodeCount(count: number) {
    this.slots.control[NODE_COUNT] = count;
  }

  /** A free slot; works on others until there is one. */
  open(): number {
    for (;;) {
      this.collect();
      const slot = this.free.shift();
      if (slot !== undefined) return slot;
      this.advance();
    }
  }

  /** Where the next `CHUNK_BYTES` of the file go. */
  chunk(slot: number): Uint8Array {
    return this.text(slot).subarray(HEADROOM, HEADROOM + CHUNK_BYTES);
  }

  /** All the text of a slot, and with it its room before the chunk. */
  text(slot: number): Uint8Array {
    return this.slots.texts[slot]!;
  }

  /** Gives a slot back, unless it was queued. */
  release(slot: number): void {
    const inUse = this.placed.has(slot) || this.queue.some((queued) => queued.slot === slot);
    if (!inUse && !this.free.includes(slot)) this.free.push(slot);
  }

  /** Text of a slot, from `start` to `end` (which follows no digit), is numbers for `taker`. */
  add(slot: number, start: number, end: number, taker: NumberTaker): void {
    const { control } = this.slots;
    control[this.slots.field(slot, START)] = start;
    control[this.slots.field(slot, END)] = end;
    this.queue.push({ slot, taker });
    this.slots.setState(slot, FULL);
    if (this.sharing === undefined) this.drain();
    else this.placeScanned();
  }

  /** Numbers that stand between others in one chunk: taken at once, after everything before them. */
  addSmall(text: Uint8Array, start: number, end: number, taker: NumberTaker): void {
    this.drain();
    const numbers = new Uint32Array((end - start + 3) >>> 1);
    const careful = scanCarefully(text, start, end, numbers);
    const placement = taker.take(numbers, careful.count, careful);
    if (placement !== undefined) throw new RangeError('numbers without a slot cannot be placed');
  }

  /** Until everything that is queued is in its rows. */
  drain(): void {
    while (this.queue.length > 0 || this.placed.size > 0) {
      this.advance();
      this.collect();
    }
  }

  /** Until rows that were given to any thread are written; places no others. */
  readonly settle = (): void => {
    const { slots, placed, worker } = this;
    while (placed.size > 0) {
      const changes = Atomics.load(slots.control, CHANGES);
      const slot = [...placed.keys()].find((one) => slots.claim(one, PLACED));
      if (slot !== undefined) worker?.decode(slot);
      else if (![...placed.keys()].some((one) => slots.stateOf(one) === EMPTY)) this.wait(changes);
      this.collect();
    }
  };

  /** Lets the helpers go. */
  close(): void {
    Atomics.store(this.slots.control, CLOSED, 1);
    Atomics.notify(this.slots.control, CHANGES);
  }

  /** Slots whose records are in their rows are free again. */
  private collect(): void {
    const { slots, placed } = this;
    for (const [slot, done] of placed) {
      if (slots.stateOf(slot) !== EMPTY) continue;
      placed.delete(slot);
      this.free.push(slot);
      const at = slots.field(slot, 0);
      const { control } = slots;
      done({
        badTargets: control[at + BAD_TARGETS]!,
        shortcuts: control[at + SHORTCUTS]!,
        detached: control[at + DETACHED]!,
        traced: control[at + TRACED]!,
      });
    }
  }

  private placeScanned(): void {
    while (this.queue.length > 0 && this.slots.stateOf(this.queue[0]!.slot) === SCANNED) this.place();
  }

  /** One step of work, or a wait for a helper's. */
  private advance(): void {
    const { slots, worker, queue } = this;
    const { control } = slots;
    const changes = Atomics.load(control, CHANGES);
    const head = queue[0]?.slot;
    if (head !== undefined && slots.stateOf(head) === SCANNED) return this.placeScanned();
    if (head !== undefined && slots.claim(head, FULL)) {
      scanSlot(slots, head);
      return this.placeScanned();
    }
    if (worker?.work(head ?? 0) === true) return;
    this.wait(changes);
  }

  private wait(changes: number): void {
    if (Atomics.wait(this.slots.control, CHANGES, changes, PATIENCE_MS) === 'timed-out')
      throw new RangeError('a thread of the analysis does not answer');
  }

  private place(): void {
    const { slots } = this;
    const { control } = slots;
    const { slot, taker } = this.queue.shift()!;
    const at = slots.field(slot, 0);
    const count = control[at + COUNT]!;
    const numbers = slots.numbers[slot]!;
    let careful: CarefulScan | undefined;
    if (count === UNUSUAL)
      careful = scanCarefully(slots.texts[slot]!, control[at + START]!, control[at + END]!, numbers);
    const placement = taker.take(numbers, careful?.count ?? count, careful);
    if (placement === undefined) {
      slots.setState(slot, EMPTY);
      this.free.push(slot);
      return;
    }
    control[at + KIND] = placement.kind;
    control[at + FROM] = placement.from;
    control[at + NUMBERS] = placement.count;
    control[at + ROW] = placement.row;
    this.placed.set(slot, placement.done);
    slots.setState(slot, PLACED);
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

/** Works on slots until the owner closes the ring, and blocks its thread meanwhile. */
export const helpTask: Task<HelpInput, undefined> = {
  name: 'v8-numbers',
  *start({ memory, slots: count, header, columns, needs }) {
    const slots = new NumberSlots(count, memory);
    const worker = new SlotWorker(slots, header, columns, new StringNeeds(needs));
    const { control } = slots;
    while (Atomics.load(control, CLOSED) === 0) {
      const changes = Atomics.load(control, CHANGES);
      if (!worker.work(0)) Atomics.wait(control, CHANGES, changes, HELPER_WAIT_MS);
    }
    return undefined;
  },
};
