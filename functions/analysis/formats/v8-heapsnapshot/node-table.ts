import type { Header } from './header.ts';
import type { Allocate } from '../../parallel.ts';
import type { RecordSink } from './number-section.ts';
import { NODES } from './number-slots.ts';
import { type NodeColumns, NodeRecords } from './record-columns.ts';
import { LARGE } from './scan-numbers.ts';
import type { StringNeeds } from './string-needs.ts';

/** The `nodes` array as columns. */
export class NodeTable implements RecordSink {
  readonly width: number;
  count = 0;
  /** Edges that the nodes read so far say they have. */
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
  readonly kind = NODES;
  private readonly records: NodeRecords;
  private readonly needs: StringNeeds;
  private readonly allocate: Allocate;

  /** `capacity` is what the header says, already bounded by the size of the file. */
  constructor(header: Header, capacity: number, needs: StringNeeds, allocate: Allocate) {
    this.allocate = allocate;
    this.records = new NodeRecords(header);
    this.width = this.records.width;
    this.needs = needs;
    this.type = new Uint8Array(allocate(capacity));
    this.name = this.words(capacity);
    this.id = this.words(this.records.hasIds ? capacity : 0);
    this.selfSize = this.words(capacity);
    this.firstEdge = this.words(capacity + 1);
  }

  take(records: Uint32Array, length: number, large: ReadonlyMap<number, number> | undefined): void {
    const rows = length / this.width;
    this.reserve(this.count + rows);
    const { type, name, id, selfSize, firstEdge } = this;
    this.records.decode(records, 0, length, { type, name, id, selfSize, edgeCount: firstEdge }, this.count, this.needs);
    this.keepRare(records, length);
    if (large !== undefined) this.keepLargeSizes(large);
    this.sumEdges(rows);
  }

  takeColumns({ nodes }: { nodes: NodeColumns }, rows: number): void {
    this.reserve(this.count + rows);
    const { count } = this;
    this.type.set(nodes.type.subarray(0, rows), count);
    this.name.set(nodes.name.subarray(0, rows), count);
    if (this.records.hasIds) this.id.set(nodes.id.subarray(0, rows), count);
    this.selfSize.set(nodes.selfSize.subarray(0, rows), count);
    this.firstEdge.set(nodes.edgeCount.subarray(0, rows), count);
    this.sumEdges(rows);
  }

  /** Edge counts of the rows after `count` -> where their edges begin. */
  private sumEdges(rows: number): void {
    const { firstEdge, count } = this;
    let edges = this.edgeSum;
    for (let n = count; n < count + rows; n++) {
      const own = firstEdge[n]!;
      firstEdge[n] = edges;
      edges = Math.min(LARGE, edges + own);
    }
    this.count = count + rows;
    this.edgeSum = edges;
    firstEdge[this.count] = edges;
  }

  /** Cuts the columns to what was read. */
  finish(): void {
    const { count } = this;
    if (count === this.type.length) return;
    this.type = this.type.subarray(0, count);
    this.name = this.name.subarray(0, count);
    this.id = this.id.subarray(0, count);
    this.selfSize = this.selfSize.subarray(0, count);
    this.firstEdge = this.firstEdge.subarray(0, count + 1);
    this.detachedness = this.detachedness?.subarray(0, count);
    this.traceNode = this.traceNode?.subarray(0, count);
  }

  private keepRare(records: Uint32Array, length: number): void {
    const { detachednessAt: detachedAt, traceNodeAt: traceAt } = this.records;
    if (detachedAt >= 0)
      this.detachedness = keepColumn(records, length, this.width, detachedAt, this.detachedness, this, Uint8Array);
    if (traceAt >= 0)
      this.traceNode = keepColumn(records, length, this.width, traceAt, this.traceNode, this, Uint32Array);
  }

  /** Sizes of 4 GiB and more (one array buffer can be that large): the column becomes doubles. */
  private keepLargeSizes(large: ReadonlyMap<number, number>): void {
    for (const [index, value] of large) {
      if (index % this.width !== this.records.selfSizeAt) continue;
      if (!(this.selfSize instanceof Float64Array)) {
        const wide = new Float64Array(this.allocate(8 * this.selfSize.length));
        wide.set(this.selfSize);
        this.selfSize = wide;
      }
      this.selfSize[this.count + (index - this.records.selfSizeAt) / this.width] = value;
    }
  }

  private words(count: number): Uint32Array {
    return new Uint32Array(this.allocate(4 * count));
  }

  private reserve(count: number): void {
    if (count <= this.type.length) return;
    const capacity = Math.ceil(count * 1.5);
    this.type = grown(this.type, new Uint8Array(this.allocate(capacity)));
    this.name = grown(this.name, this.words(capacity));
    if (this.records.hasIds) this.id = grown(this.id, this.words(capacity));
    this.selfSize =
      this.selfSize instanceof Float64Array
        ? grown(this.selfSize, new Float64Array(this.allocate(8 * capacity)))
        : grown(this.selfSize, this.words(capacity));
    this.firstEdge = grown(this.firstEdge, this.words(capacity + 1));
    if (this.detachedness) this.detachedness = grown(this.detachedness, new Uint8Array(capacity));
    if (this.traceNode) this.traceNode = grown(this.traceNode, new Uint32Array(capacity));
  }
}

function grown<T extends { set(from: T): void }>(from: T, into: T): T {
  into.set(from);
  return into;
}

/** Copies one column of a block; allocates it only when the first value other than 0 turns up. */
function keepColumn<T extends Uint8Array | Uint32Array>(
  records: Uint32Array,
  length: number,
  width: number,
  at: number,
  column: T | undefined,
  table: { readonly count: number; readonly type: Uint8Array },
  make: new (length: number) => T,
): T | undefined {
  let kept = column;
  if (kept === undefined) {
    let first = at;
    while (first < length && records[first] === 0) first += width;
    if (first >= length) return undefined;
    kept = new make(table.type.length);
  }
  for (let r = at, n = table.count; r < length; r += width, n++) kept[n] = records[r]!;
  return kept;
}
