import type { Header } from './header.ts';
import type { Placement, RecordSink } from './number-section.ts';
import { NODES } from './number-slots.ts';
import { allocateColumns, type ColumnMemory, NodeColumns, NodeRecords, type RecordNotes } from './record-columns.ts';
import { LARGE } from './scan-numbers.ts';
import type { StringNeeds } from './string-needs.ts';

const NO_LARGE: ReadonlyMap<number, number> = new Map();

/** The `nodes` array as columns. */
export class NodeTable implements RecordSink {
  readonly width: number;
  count = 0;
  /** Edges that the nodes say they have; known after `finish`. */
  edgeSum = 0;
  type: Uint8Array;
  name: Uint32Array;
  id: Uint32Array;
  selfSize: Uint32Array | Float64Array;
  firstEdge: Uint32Array;
  /** Only where some node says that it is attached or detached. */
  detachedness: Uint8Array | undefined;
  /** Only where allocations were tracked. */
  traceNode: Uint32Array | undefined;
  private columns: NodeColumns;
  private readonly records: NodeRecords;
  private readonly needs: StringNeeds;
  private readonly settle: () => void;
  /** Rows that other threads may write to; 0 once the table has outgrown them. */
  private sharedRows: number;
  private readonly notes: RecordNotes = { badTargets: 0, shortcuts: 0, detached: 0, traced: 0 };
  private finished = false;
  private readonly largeSizes = new Map<number, number>();

  /** `settle` waits until other threads have written the rows that they were given. */
  constructor(header: Header, memory: ColumnMemory, needs: StringNeeds, settle: () => void) {
    this.records = new NodeRecords(header);
    this.width = this.records.width;
    this.columns = new NodeColumns(memory);
    this.sharedRows = this.columns.type.length;
    this.needs = needs;
    this.settle = settle;
    ({
      type: this.type,
      name: this.name,
      id: this.id,
      selfSize: this.selfSize,
      firstEdge: this.firstEdge,
    } = this.columns);
  }

  placeRows(rows: number): Placement | undefined {
    const row = this.count;
    if (row + rows > this.sharedRows) return undefined;
    this.count += rows;
    return {
      kind: NODES,
      row,
      done: ({ detached, traced }) => {
        this.notes.detached += detached;
        this.notes.traced += traced;
      },
      take: (records, length, large) => this.write(row, records, length, large),
    };
  }

  take(records: Uint32Array, length: number, large: ReadonlyMap<number, number> | undefined): void {
    const row = this.count;
    const count = row + length / this.width;
    this.reserve(count);
    this.write(row, records, length, large);
    this.count = count;
  }

  private write(
    row: number,
    records: Uint32Array,
    length: number,
    large: ReadonlyMap<number, number> = NO_LARGE,
  ): void {
    this.records.decode(records, length, this.columns, row, this.needs, this.notes);
    for (const [index, value] of large)
      if (index % this.width === this.records.selfSizeAt)
        this.largeSizes.set(row + Math.floor(index / this.width), value);
  }

  /** Cuts the columns to what was read. */
  finish(): void {
    if (this.finished) return;
    this.finished = true;
    this.settle();
    const { count, columns, notes, largeSizes } = this;
    this.type = columns.type.subarray(0, count);
    this.name = columns.name.subarray(0, count);
    this.id = columns.id.subarray(0, this.records.hasIds ? count : 0);
    this.firstEdge = columns.firstEdge.subarray(0, count + 1);
    this.detachedness = notes.detached > 0 ? columns.detachedness.subarray(0, count) : undefined;
    this.traceNode = notes.traced > 0 ? columns.traceNode.subarray(0, count) : undefined;
    this.selfSize = columns.selfSize.subarray(0, count);
    if (largeSizes.size > 0) {
      // 4 GiB and more (one array buffer can be that large): the column becomes doubles.
      this.selfSize = Float64Array.from(this.selfSize);
      for (const [row, value] of largeSizes) this.selfSize[row] = value;
    }
    this.sumEdges();
  }

  /** Edge counts -> where the edges of each node begin. */
  private sumEdges(): void {
    const { firstEdge, count } = this;
    let edges = 0;
    for (let n = 0; n < count; n++) {
      const own = firstEdge[n]!;
      firstEdge[n] = edges;
      edges = Math.min(LARGE, edges + own);
    }
    this.edgeSum = edges;
    firstEdge[count] = edges;
  }

  /** More nodes than the header declares. */
  private reserve(count: number): void {
    if (count <= this.columns.type.length) return;
    this.settle();
    this.sharedRows = 0;
    const larger = new NodeColumns(allocateColumns((size) => new ArrayBuffer(size), Math.ceil(count * 1.5), 0));
    for (const name of ['type', 'detachedness', 'name', 'id', 'selfSize', 'firstEdge', 'traceNode'] as const)
      larger[name].set(this.columns[name].subarray(0, this.count));
    this.columns = larger;
  }
}
