import type { Header } from './header.ts';
import type { Allocate } from '../../parallel.ts';
import type { RecordSink } from './number-section.ts';
import { EDGES } from './number-slots.ts';
import { type EdgeColumns, EdgeRecords, LABEL_BITS } from './record-columns.ts';
import type { StringNeeds } from './string-needs.ts';

/** The `edges` array as columns: 8 bytes an edge. */
export class EdgeTable implements RecordSink {
  readonly width: number;
  count = 0;
  /** Edges whose target is not a node. */
  badTargets = 0;
  /** Edges of type shortcut: few, and to be looked at again. */
  readonly shortcuts: number[] = [];
  /** Target ordinals; NOT_RETAINING is set on weak edges. */
  to: Uint32Array;
  /** `type << 29 | name_or_index`. */
  label: Uint32Array;
  readonly kind = EDGES;
  private readonly records: EdgeRecords;
  private readonly nodeCount: number;
  private readonly needs: StringNeeds;
  private readonly allocate: Allocate;

  constructor(header: Header, capacity: number, nodeCount: number, needs: StringNeeds, allocate: Allocate) {
    this.allocate = allocate;
    this.records = new EdgeRecords(header);
    this.width = this.records.width;
    this.nodeCount = nodeCount;
    this.needs = needs;
    this.to = new Uint32Array(allocate(4 * capacity));
    this.label = new Uint32Array(allocate(4 * capacity));
  }

  take(records: Uint32Array, length: number): void {
    const rows = length / this.width;
    this.reserve(this.count + rows);
    this.badTargets += this.records.decode(records, 0, length, this, this.count, this.needs, this.nodeCount);
    this.listShortcuts(rows);
  }

  takeColumns({ edges }: { edges: EdgeColumns }, rows: number, badTargets: number): void {
    this.reserve(this.count + rows);
    this.to.set(edges.to.subarray(0, rows), this.count);
    this.label.set(edges.label.subarray(0, rows), this.count);
    this.badTargets += badTargets;
    this.listShortcuts(rows);
  }

  private listShortcuts(rows: number): void {
    const { records, label } = this;
    const end = this.count + rows;
    for (let e = this.count; e < end; e++) if (records.isShortcut(label[e]!)) this.shortcuts.push(e);
    this.count = end;
  }

  finish(): void {
    this.to = this.to.subarray(0, this.count);
    this.label = this.label.subarray(0, this.count);
  }

  typeOf(edge: number): number {
    return this.label[edge]! >>> LABEL_BITS;
  }

  private reserve(count: number): void {
    if (count <= this.to.length) return;
    const to = new Uint32Array(this.allocate(4 * Math.ceil(count * 1.5)));
    to.set(this.to);
    this.to = to;
    const label = new Uint32Array(this.allocate(4 * to.length));
    label.set(this.label);
    this.label = label;
  }
}
