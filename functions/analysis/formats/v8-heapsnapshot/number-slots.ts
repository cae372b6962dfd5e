import type { Header } from './header.ts';
import { type EdgeColumns, EdgeRecords, type NodeColumns, NodeRecords } from './record-columns.ts';
import { scanNumbers, UNUSUAL } from './scan-numbers.ts';
import { StringNeeds } from './string-needs.ts';

/** Bytes of a file that one slot takes: its numbers stay in the cache of a core between the two loops over them. */
export const CHUNK_BYTES = 1 << 18;
/** Room before them for a record that the chunk before began. */
export const HEADROOM = 256;
const TEXT_BYTES = HEADROOM + CHUNK_BYTES + 8;
/** A number has at least one digit and one comma. */
export const SLOT_NUMBERS = (TEXT_BYTES >>> 1) + 1;

export const EMPTY = 0;
export const FULL = 1;
export const CLAIMED = 2;
export const DONE = 3;

/** What the text of a slot is. Records begin and end with it, unless it is PLAIN. */
export const PLAIN = 0;
export const NODES = 1;
export const EDGES = 2;
export type SlotKind = typeof PLAIN | typeof NODES | typeof EDGES;

/** Fields of a slot, in 32-bit words. */
export const STATE = 0;
export const KIND = 1;
export const START = 2;
export const END = 3;
/** Numbers read, or UNUSUAL. */
export const COUNT = 4;
/** Edges: how many lead nowhere. */
export const NOTE = 5;
const FIELDS = 6;

/** Words before the slots. */
export const FILLED = 0;
export const CLOSED = 1;
export const NODE_COUNT = 2;
const WORDS = 4;

/** The memory that threads share. */
export interface SharedText {
  readonly slots: number;
  readonly memory: ArrayBufferLike;
  readonly header: Header;
}

export function sizeOfSlots(slots: number): number {
  return (WORDS + slots * FIELDS + slots * 2 * SLOT_NUMBERS) * 4 + slots * TEXT_BYTES;
}

/** Slots as one thread sees them, with what it needs to turn their text into columns. */
export class NumberSlots {
  readonly count: number;
  readonly control: Int32Array;
  /** Of the thread alone. */
  readonly numbers = new Uint32Array(SLOT_NUMBERS);
  private readonly texts: Uint8Array[] = [];
  private readonly words: Uint32Array[] = [];
  private readonly bytes: Uint8Array[] = [];

  constructor(slots: number, memory: ArrayBufferLike) {
    this.count = slots;
    this.control = new Int32Array(memory, 0, WORDS + slots * FIELDS);
    let at = this.control.byteLength;
    for (let slot = 0; slot < slots; slot++, at += 8 * SLOT_NUMBERS) {
      this.words.push(new Uint32Array(memory, at, 2 * SLOT_NUMBERS));
      this.bytes.push(new Uint8Array(memory, at, SLOT_NUMBERS));
    }
    for (let slot = 0; slot < slots; slot++, at += TEXT_BYTES) this.texts.push(new Uint8Array(memory, at, TEXT_BYTES));
  }

  text(slot: number): Uint8Array {
    return this.texts[slot]!;
  }

  field(slot: number, field: number): number {
    return WORDS + slot * FIELDS + field;
  }

  claim(slot: number): boolean {
    return Atomics.compareExchange(this.control, this.field(slot, STATE), FULL, CLAIMED) === FULL;
  }

  /** The numbers of a PLAIN slot. */
  plain(slot: number): Uint32Array {
    return this.words[slot]!;
  }

  /** Columns of a slot for records of `width` numbers. */
  nodeColumns(slot: number, width: number): NodeColumns {
    const rows = Math.ceil(SLOT_NUMBERS / width);
    const words = this.words[slot]!;
    // Bytes first: they take a quarter of a column.
    const column = (i: number): Uint32Array => words.subarray(i * rows, (i + 1) * rows);
    return { type: this.bytes[slot]!, name: column(1), id: column(2), selfSize: column(3), edgeCount: column(4) };
  }

  edgeColumns(slot: number, width: number): EdgeColumns {
    const rows = Math.ceil(SLOT_NUMBERS / width);
    const words = this.words[slot]!;
    return { to: words.subarray(0, rows), label: words.subarray(rows, 2 * rows) };
  }
}

/** Turns the text of slots into columns. */
export class SlotDecoder {
  private readonly slots: NumberSlots;
  private readonly nodes: NodeRecords;
  private readonly edges: EdgeRecords;
  private readonly needs: StringNeeds;

  constructor(slots: NumberSlots, header: Header, needs: StringNeeds) {
    this.slots = slots;
    this.nodes = new NodeRecords(header);
    this.edges = new EdgeRecords(header);
    this.needs = needs;
  }

  /** A slot that this thread has claimed. */
  decode(slot: number): void {
    const { slots, nodes, edges, needs } = this;
    const { control, numbers } = slots;
    const at = slots.field(slot, 0);
    const kind = control[at + KIND];
    const into = kind === PLAIN ? slots.plain(slot) : numbers;
    const count = scanNumbers(slots.text(slot), control[at + START]!, control[at + END]!, into);
    control[at + COUNT] = count;
    if (kind === NODES && count > 0 && count % nodes.width === 0) {
      nodes.decode(numbers, 0, count, slots.nodeColumns(slot, nodes.width), 0, needs);
      // The owner reads these again: columns have no place for what most dumps do not have.
      if (nodes.hasRare(numbers, 0, count)) control[at + COUNT] = UNUSUAL;
    } else if (kind === EDGES && count > 0 && count % edges.width === 0) {
      const columns = slots.edgeColumns(slot, edges.width);
      control[at + NOTE] = edges.decode(numbers, 0, count, columns, 0, needs, control[NODE_COUNT]!);
    }
    Atomics.store(control, at + STATE, DONE);
    Atomics.notify(control, at + STATE);
  }
}
