import type { Header } from './header.ts';
import type { Placement, RecordSink } from './number-section.ts';
import { EDGES } from './number-slots.ts';
import { type ColumnMemory, EdgeColumns, EdgeRecords, LABEL_BITS, type RecordNotes } from './record-columns.ts';
import type { StringNeeds } from './string-needs.ts';

/** The `edges` array as columns: 8 bytes an edge. */
export class EdgeTable implements RecordSink {
  readonly width: number;
  count = 0;
  /** Edges of type shortcut: few, and to be looked at again. Known after `finish`. */
  readonly shortcuts: number[] = [];
  /** Target ordinals; NOT_RETAINING is set on weak edges. */
  to: Uint32Array;
  /** `type << 29 | name_or_index`. */
  label: Uint32Array;
  private readonly records: EdgeRecords;
  private readonly nodeCount: number;
  private readonly needs: StringNeeds;
  private readonly settle: () => void;
  private sharedRows: number;
  private readonly notes: RecordNotes = { badTargets: 0, shortcuts: 0, detached: 0, traced: 0 };
  /** Rows among which there are shortcuts. */
  private readonly withShortcuts: [from: number, to: number][] = [];

  /** `settle` as for nodes. */
  constructor(header: Header, memory: ColumnMemory, nodeCount: number, needs: StringNeeds, settle: () => void) {
    this.records = new EdgeRecords(header);
    this.width = this.records.width;
    this.nodeCount = nodeCount;
    this.needs = needs;
    this.settle = settle;
    ({ to: this.to, label: this.label } = new EdgeColumns(memory));
    this.sharedRows = this.to.length;
  }

  /** Edges whose target is not a node. */
  get badTargets(): number {
    return this.notes.badTargets;
  }

  placeRows(rows: number): Placement | undefined {
    const row = this.count;
    if (row + rows > this.sharedRows) return undefined;
    this.count += rows;
    return {
      kind: EDGES,
      row,
      done: ({ badTargets, shortcuts }) => {
        this.notes.badTargets += badTargets;
        if (shortcuts > 0) this.withShortcuts.push([row, row + rows]);
      },
      take: (records, length) => this.write(row, records, length),
    };
  }

  take(records: Uint32Array, length: number): void {
    const row = this.count;
    const count = row + length / this.width;
    this.reserve(count);
    this.write(row, records, length);
    this.count = count;
  }

  private write(row: number, records: Uint32Array, length: number): void {
    const { notes } = this;
    const before = notes.shortcuts;
    this.records.decode(records, length, this, row, this.needs, notes, this.nodeCount);
    if (notes.shortcuts > before) this.withShortcuts.push([row, row + length / this.width]);
  }

  /** Cuts the columns to what was read. */
  finish(): void {
    this.settle();
    this.to = this.to.subarray(0, this.count);
    this.label = this.label.subarray(0, this.count);
    for (const [from, to] of this.withShortcuts.sort(([a], [b]) => a - b))
      for (let edge = from; edge < to; edge++)
        if (this.records.isShortcut(this.label[edge]!)) this.shortcuts.push(edge);
    this.withShortcuts.length = 0;
  }

  typeOf(edge: number): number {
    return this.label[edge]! >>> LABEL_BITS;
  }

  /** More edges than the header declares. */
  private reserve(count: number): void {
    if (count <= this.to.length) return;
    this.settle();
    this.sharedRows = 0;
    const to = new Uint32Array(Math.ceil(count * 1.5));
    to.set(this.to);
    this.to = to;
    const label = new Uint32Array(to.length);
    label.set(this.label);
    this.label = label;
  }
}
