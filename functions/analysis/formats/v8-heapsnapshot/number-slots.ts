import type { Header } from './header.ts';
import {
  type ColumnMemory,
  EdgeColumns,
  EdgeRecords,
  NodeColumns,
  NodeRecords,
  type RecordNotes,
} from './record-columns.ts';
import { scanEdges } from './scan-edges.ts';
import { type Cursor, scanNumbers, UNUSUAL } from './scan-numbers.ts';
import type { StringNeeds } from './string-needs.ts';

/** Bytes of a file that one slot takes. */
export const CHUNK_BYTES = 1 << 19;
/** Room before them for a record that the chunk before began. */
export const HEADROOM = 512;
/** And behind them, for words that begin before the end. */
const TEXT_BYTES = HEADROOM + CHUNK_BYTES + 16;
/** Numbers of so many records stay in the nearest cache between the two loops over them. */
export const BLOCK_RECORDS = 512;

/** The life of a slot: nothing to do, text of records that have rows, somebody writes them, written, for the owner to read with care. */
export const IDLE = 0;
export const FULL = 1;
export const CLAIMED = 2;
export const DONE = 3;
export const REFUSED = 4;

export const NODES = 1;
export const EDGES = 2;
/** Of what array a slot's records are. */
export type RecordKind = typeof NODES | typeof EDGES;

/** Fields of a slot, in 32-bit words. */
const STATE = 0;
/** And after it its end, kind and row. */
const START = 1;
/** What the thread that wrote the rows has noted. */
const NOTES = 5;
const FIELDS = 9;

/** Words before the slots. */
const CHANGES = 0;
const CLOSED = 1;
const NODE_COUNT = 2;
const WORDS = 4;

/** Text of whole records, and the rows that they get. */
export interface RowsOfText {
  readonly start: number;
  readonly end: number;
  readonly kind: RecordKind;
  readonly row: number;
}

/** Slots in memory that threads share, as one of them sees it. */
export class NumberSlots {
  readonly count: number;
  readonly texts: readonly Uint8Array[];
  readonly words: readonly Uint32Array[];
  private readonly control: Int32Array;

  static sizeOf(slots: number): number {
    return (WORDS + slots * FIELDS) * 4 + slots * TEXT_BYTES;
  }

  constructor(slots: number, memory: ArrayBufferLike) {
    this.count = slots;
    this.control = new Int32Array(memory, 0, WORDS + slots * FIELDS);
    const at = (slot: number): number => this.control.byteLength + slot * TEXT_BYTES;
    const all = Array.from({ length: slots }, (_, slot) => slot);
    this.texts = all.map((slot) => new Uint8Array(memory, at(slot), TEXT_BYTES));
    this.words = all.map((slot) => new Uint32Array(memory, at(slot), TEXT_BYTES >>> 2));
  }

  /** Edges lead to nodes below this. */
  get nodeCount(): number {
    return this.control[NODE_COUNT]!;
  }

  set nodeCount(count: number) {
    this.control[NODE_COUNT] = count;
  }

  get closed(): boolean {
    return Atomics.load(this.control, CLOSED) === 1;
  }

  close(): void {
    Atomics.store(this.control, CLOSED, 1);
    this.wake();
  }

  stateOf(slot: number): number {
    return Atomics.load(this.control, this.field(slot, STATE));
  }

  setState(slot: number, state: number): void {
    Atomics.store(this.control, this.field(slot, STATE), state);
    this.wake();
  }

  claim(slot: number): boolean {
    return Atomics.compareExchange(this.control, this.field(slot, STATE), FULL, CLAIMED) === FULL;
  }

  offer(slot: number, { start, end, kind, row }: RowsOfText): void {
    this.control.set([start, end, kind, row], this.field(slot, START));
    this.setState(slot, FULL);
  }

  rowsOf(slot: number): RowsOfText {
    const [start, end, kind, row] = this.control.subarray(this.field(slot, START));
    return { start: start!, end: end!, kind: kind === NODES ? NODES : EDGES, row: row! };
  }

  writeNotes(slot: number, { badTargets, shortcuts, detached, traced }: RecordNotes): void {
    this.control.set([badTargets, shortcuts, detached, traced], this.field(slot, NOTES));
  }

  notesOf(slot: number): RecordNotes {
    const [badTargets, shortcuts, detached, traced] = this.control.subarray(this.field(slot, NOTES));
    return { badTargets: badTargets!, shortcuts: shortcuts!, detached: detached!, traced: traced! };
  }

  /** Grows with every change: what was looked at after it was read cannot be missed by `wait`. */
  get changes(): number {
    return Atomics.load(this.control, CHANGES);
  }

  /** Until there were changes since `changes`; false when `patienceMs` went by without. */
  wait(changes: number, patienceMs: number): boolean {
    return Atomics.wait(this.control, CHANGES, changes, patienceMs) !== 'timed-out';
  }

  private wake(): void {
    Atomics.add(this.control, CHANGES, 1);
    Atomics.notify(this.control, CHANGES);
  }

  private field(slot: number, field: number): number {
    return WORDS + slot * FIELDS + field;
  }
}

/** Text -> rows: what any thread does. */
export class RowWriter {
  private readonly slots: NumberSlots;
  private readonly nodes: NodeRecords;
  private readonly edges: EdgeRecords;
  private readonly nodeColumns: NodeColumns;
  private readonly edgeColumns: EdgeColumns;
  private readonly needs: StringNeeds;
  private readonly block: Uint32Array;

  constructor(slots: NumberSlots, header: Header, columns: ColumnMemory, needs: StringNeeds) {
    this.slots = slots;
    this.nodes = new NodeRecords(header);
    this.edges = new EdgeRecords(header);
    this.nodeColumns = new NodeColumns(columns);
    this.edgeColumns = new EdgeColumns(columns);
    this.needs = needs;
    this.block = new Uint32Array(BLOCK_RECORDS * Math.max(this.nodes.width, this.edges.width));
  }

  /** Writes the rows of one slot that nobody has claimed. False when there is none. */
  work(): boolean {
    const { slots } = this;
    for (let slot = 0; slot < slots.count; slot++) {
      if (!slots.claim(slot)) continue;
      const notes = this.write(slots.texts[slot]!, slots.rowsOf(slot));
      if (notes) slots.writeNotes(slot, notes);
      slots.setState(slot, notes ? DONE : REFUSED);
      return true;
    }
    return false;
  }

  /** Undefined where the text is unusual: what was written until then is to be written again. */
  write(text: Uint8Array, { start, end, kind, row }: RowsOfText): RecordNotes | undefined {
    const { block, nodes, edges, needs } = this;
    const { width } = kind === NODES ? nodes : edges;
    const notes: RecordNotes = { badTargets: 0, shortcuts: 0, detached: 0, traced: 0 };
    const scan = kind === EDGES ? edges.scanInto(this.edgeColumns, needs, this.slots.nodeCount) : undefined;
    if (scan) {
      const words = new DataView(text.buffer, text.byteOffset, text.byteLength);
      if (scanEdges(text, words, start, end, row, scan, notes) !== UNUSUAL) return notes;
    }
    const cursor: Cursor = { at: start };
    for (let next = row; cursor.at < end;) {
      const count = scanNumbers(text, cursor, end, block, BLOCK_RECORDS * width);
      if (count === UNUSUAL) return undefined;
      if (kind === NODES) nodes.decode(block, count, this.nodeColumns, next, needs, notes);
      else edges.decode(block, count, this.edgeColumns, next, needs, notes, this.slots.nodeCount);
      next += count / width;
    }
    return notes;
  }
}
