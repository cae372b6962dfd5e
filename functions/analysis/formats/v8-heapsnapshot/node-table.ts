import type { Header } from './header.ts';
import { LARGE, type RecordSink } from './number-section.ts';
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
  private readonly at: Record<
    'type' | 'name' | 'id' | 'self_size' | 'edge_count' | 'detachedness' | 'trace_node_id',
    number
  >;
  private readonly needs: StringNeeds;
  private readonly stringTypes: Uint8Array;

  /** `capacity` is what the header says, already bounded by the size of the file. */
  constructor(header: Header, capacity: number, needs: StringNeeds) {
    const index = (name: string): number => header.nodeFields.indexOf(name);
    this.width = header.nodeFields.length;
    this.needs = needs;
    this.at = {
      type: index('type'),
      name: index('name'),
      id: index('id'),
      self_size: index('self_size'),
      edge_count: index('edge_count'),
      detachedness: index('detachedness'),
      trace_node_id: index('trace_node_id'),
    };
    // Names of strings are their contents: many, long, and of interest only for the few that are shown.
    this.stringTypes = Uint8Array.from({ length: 256 }, (_, type) =>
      /^(string|concatenated string|sliced string|number)$/.test(header.nodeTypes[type] ?? '') ? 1 : 0,
    );
    this.type = new Uint8Array(capacity);
    this.name = new Uint32Array(capacity);
    this.id = new Uint32Array(this.at.id < 0 ? 0 : capacity);
    this.selfSize = new Uint32Array(capacity);
    this.firstEdge = new Uint32Array(capacity + 1);
  }

  take(records: Uint32Array, length: number, large: ReadonlyMap<number, number> | undefined): void {
    this.reserve(this.count + length / this.width);
    const { type, name, id, selfSize, firstEdge, at, width, needs, stringTypes } = this;
    const { type: typeAt, name: nameAt, id: idAt, self_size: sizeAt, edge_count: edgesAt } = at;
    let n = this.count;
    let edges = this.edgeSum;
    for (let r = 0; r < length; r += width, n++) {
      const kind = records[r + typeAt]! & 255;
      const label = records[r + nameAt]!;
      type[n] = kind;
      name[n] = label;
      if (stringTypes[kind] === 0) needs.add(label);
      if (idAt >= 0) id[n] = records[r + idAt]!;
      selfSize[n] = records[r + sizeAt]!;
      firstEdge[n] = edges;
      edges = Math.min(LARGE, edges + records[r + edgesAt]!);
    }
    this.keepRare(records, length);
    if (large !== undefined) this.keepLargeSizes(large);
    this.count = n;
    this.edgeSum = edges;
    this.firstEdge[n] = edges;
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
    const { detachedness: detachedAt, trace_node_id: traceAt } = this.at;
    if (detachedAt >= 0)
      this.detachedness = keepColumn(records, length, this.width, detachedAt, this.detachedness, this, Uint8Array);
    if (traceAt >= 0)
      this.traceNode = keepColumn(records, length, this.width, traceAt, this.traceNode, this, Uint32Array);
  }

  /** Sizes of 4 GiB and more (one array buffer can be that large): the column becomes doubles. */
  private keepLargeSizes(large: ReadonlyMap<number, number>): void {
    for (const [index, value] of large) {
      if (index % this.width !== this.at.self_size) continue;
      if (!(this.selfSize instanceof Float64Array)) this.selfSize = Float64Array.from(this.selfSize);
      this.selfSize[this.count + (index - this.at.self_size) / this.width] = value;
    }
  }

  private reserve(count: number): void {
    if (count <= this.type.length) return;
    const capacity = Math.ceil(count * 1.5);
    this.type = grown(this.type, new Uint8Array(capacity));
    this.name = grown(this.name, new Uint32Array(capacity));
    if (this.at.id >= 0) this.id = grown(this.id, new Uint32Array(capacity));
    this.selfSize =
      this.selfSize instanceof Float64Array
        ? grown(this.selfSize, new Float64Array(capacity))
        : grown(this.selfSize, new Uint32Array(capacity));
    this.firstEdge = grown(this.firstEdge, new Uint32Array(capacity + 1));
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
