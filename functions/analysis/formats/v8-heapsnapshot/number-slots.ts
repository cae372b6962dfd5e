import type { Header } from './header.ts';
import {
  type ColumnMemory,
  EdgeColumns,
  EdgeRecords,
  NodeColumns,
  NodeRecords,
  type RecordNotes,
} from './record-columns.ts';
import { scanNumbers } from './scan-numbers.ts';
import { StringNeeds } from './string-needs.ts';

/** Bytes of a file that one slot takes: its numbers stay in the cache of a core between the two loops over them. */
export const CHUNK_BYTES = 1 << 18;
/** Room before them for a value that the chunk before began. */
export const HEADROOM = 256;
const TEXT_BYTES = HEADROOM + CHUNK_BYTES + 8;
/** A number has at least one digit and one comma. */
export const SLOT_NUMBERS = (TEXT_BYTES >>> 1) + 1;

/** The life of a slot: full of text, numbers, placed (its records have rows), empty. */
export const EMPTY = 0;
export const FULL = 1;
export const SCANNED = 2;
export const PLACED = 3;
/** Somebody works on it: FULL -> SCANNED, or PLACED -> EMPTY. */
export const CLAIMED = 4;

export const NODES = 1;
export const EDGES = 2;
/** Of what array a slot's records are. */
export type RecordKind = typeof NODES | typeof EDGES;

/** Fields of a slot, in 32-bit words. */
export const STATE = 0;
export const START = 1;
export const END = 2;
/** Numbers read, or UNUSUAL. */
export const COUNT = 3;
/** Once placed: which records, the first number of the first and how many numbers, the row of the first. */
export const KIND = 4;
export const FROM = 5;
export const NUMBERS = 6;
export const ROW = 7;
/** Once empty again: what the thread that made columns has noted. */
export const BAD_TARGETS = 8;
export const SHORTCUTS = 9;
export const DETACHED = 10;
export const TRACED = 11;
const FIELDS = 12;

/** Words before the slots. */
export const CHANGES = 0;
export const CLOSED = 1;
export const NODE_COUNT = 2;
const WORDS = 4;

export function sizeOfSlots(slots: number): number {
  return (WORDS + slots * (FIELDS + SLOT_NUMBERS)) * 4 + slots * TEXT_BYTES;
}

/** Slots in memory that threads share, as one of them sees it. */
export class NumberSlots {
  readonly count: number;
  readonly control: Int32Array;
  readonly texts: readonly Uint8Array[];
  readonly numbers: readonly Uint32Array[];

  constructor(slots: number, memory: ArrayBufferLike) {
    this.count = slots;
    this.control = new Int32Array(memory, 0, WORDS + slots * FIELDS);
    const numbersAt = this.control.byteLength;
    const textAt = numbersAt + slots * SLOT_NUMBERS * 4;
    const all = Array.from({ length: slots }, (_, slot) => slot);
    this.numbers = all.map((slot) => new Uint32Array(memory, numbersAt + slot * SLOT_NUMBERS * 4, SLOT_NUMBERS));
    this.texts = all.map((slot) => new Uint8Array(memory, textAt + slot * TEXT_BYTES, TEXT_BYTES));
  }

  /** Index of a slot's field in `control`. */
  field(slot: number, field: number): number {
    return WORDS + slot * FIELDS + field;
  }

  stateOf(slot: number): number {
    return Atomics.load(this.control, this.field(slot, STATE));
  }

  setState(slot: number, state: number): void {
    Atomics.store(this.control, this.field(slot, STATE), state);
    Atomics.add(this.control, CHANGES, 1);
    Atomics.notify(this.control, CHANGES);
  }

  claim(slot: number, state: typeof FULL | typeof PLACED): boolean {
    return Atomics.compareExchange(this.control, this.field(slot, STATE), state, CLAIMED) === state;
  }
}

/** What any thread can do with a slot that it has claimed. */
export class SlotWorker {
  private readonly slots: NumberSlots;
  private readonly nodes: NodeRecords;
  private readonly edges: EdgeRecords;
  private readonly nodeColumns: NodeColumns;
  private readonly edgeColumns: EdgeColumns;
  private readonly needs: StringNeeds;

  constructor(slots: NumberSlots, header: Header, columns: ColumnMemory, needs: StringNeeds) {
    this.slots = slots;
    this.nodes = new NodeRecords(header);
    this.edges = new EdgeRecords(header);
    this.nodeColumns = new NodeColumns(columns);
    this.edgeColumns = new EdgeColumns(columns);
    this.needs = needs;
  }

  /** Does one step with any slot from `first` on; records that have rows before text that has none. False when there is nothing to do. */
  work(first: number): boolean {
    const { slots } = this;
    for (const [state, step] of [
      [PLACED, (slot: number): void => this.decode(slot)],
      [FULL, (slot: number): void => scanSlot(slots, slot)],
    ] as const) {
      for (let i = 0; i < slots.count; i++) {
        const slot = (first + i) % slots.count;
        if (!slots.claim(slot, state)) continue;
        step(slot);
        return true;
      }
    }
    return false;
  }

  decode(slot: number): void {
    const { slots, needs } = this;
    const { control } = slots;
    const at = slots.field(slot, 0);
    const numbers = slots.numbers[slot]!;
    const [from, count, row] = [control[at + FROM]!, control[at + NUMBERS]!, control[at + ROW]!];
    const notes: RecordNotes = { badTargets: 0, shortcuts: 0, detached: 0, traced: 0 };
    if (control[at + KIND] === NODES) this.nodes.decode(numbers, from, count, this.nodeColumns, row, needs, notes);
    else this.edges.decode(numbers, from, count, this.edgeColumns, row, needs, notes, control[NODE_COUNT]!);
    control[at + BAD_TARGETS] = notes.badTargets;
    control[at + SHORTCUTS] = notes.shortcuts;
    control[at + DETACHED] = notes.detached;
    control[at + TRACED] = notes.traced;
    slots.setState(slot, EMPTY);
  }
}

/** Text -> numbers, of a slot that was claimed. */
export function scanSlot(slots: NumberSlots, slot: number): void {
  const { control } = slots;
  const at = slots.field(slot, 0);
  control[at + COUNT] = scanNumbers(slots.texts[slot]!, control[at + START]!, control[at + END]!, slots.numbers[slot]!);
  slots.setState(slot, SCANNED);
}
