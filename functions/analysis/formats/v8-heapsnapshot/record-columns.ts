import { NOT_RETAINING } from '../../graph/object-graph.ts';
import type { Allocate } from '../../parallel.ts';
import type { Header } from './header.ts';
import { signed } from '../../graph/signed.ts';
import type { EdgeScan } from './scan-edges.ts';
import type { StringNeeds } from './string-needs.ts';

/** Memory of the columns of nodes and edges, which threads may share: a buffer each, since there are limits to one. Rows that nothing is written to take none. */
export interface ColumnMemory {
  readonly nodes: Record<
    'type' | 'detachedness' | 'name' | 'id' | 'selfSize' | 'firstEdge' | 'traceNode',
    ArrayBufferLike
  >;
  readonly edges: Record<'to' | 'label', ArrayBufferLike>;
}

/** Bits of `label` that hold the name's string index or the element's index; the type is above them. */
export const LABEL_BITS = 29;
export const LABEL_MASK = (1 << LABEL_BITS) - 1;

export function allocateColumns(allocate: Allocate, nodes: number, edges: number): ColumnMemory {
  const words = (): ArrayBufferLike => allocate(4 * nodes);
  return {
    nodes: {
      type: allocate(nodes),
      detachedness: allocate(nodes),
      name: words(),
      id: words(),
      selfSize: words(),
      firstEdge: allocate(4 * (nodes + 1)),
      traceNode: words(),
    },
    edges: { to: allocate(4 * edges), label: allocate(4 * edges) },
  };
}

/** What is to be known of the records of one slot beside their columns. */
export interface RecordNotes {
  /** Edges that lead to no node. */
  badTargets: number;
  /** Edges of type shortcut. */
  shortcuts: number;
  /** Nodes that say that they are attached or detached; nodes whose place of allocation is known. */
  detached: number;
  traced: number;
}

export class NodeColumns {
  readonly type: Uint8Array;
  readonly detachedness: Uint8Array;
  readonly name: Uint32Array;
  readonly id: Uint32Array;
  readonly selfSize: Uint32Array;
  /** One row more than there are nodes. Edge counts, until `sumEdges`. */
  readonly firstEdge: Uint32Array;
  readonly traceNode: Uint32Array;

  constructor({ nodes }: Pick<ColumnMemory, 'nodes'>) {
    this.type = new Uint8Array(nodes.type);
    this.detachedness = new Uint8Array(nodes.detachedness);
    this.name = new Uint32Array(nodes.name);
    this.id = new Uint32Array(nodes.id);
    this.selfSize = new Uint32Array(nodes.selfSize);
    this.firstEdge = new Uint32Array(nodes.firstEdge);
    this.traceNode = new Uint32Array(nodes.traceNode);
  }
}

export class EdgeColumns {
  /** Target ordinals; NOT_RETAINING is set on weak edges. */
  readonly to: Uint32Array;
  /** `type << 29 | name_or_index`. */
  readonly label: Uint32Array;

  constructor({ edges }: Pick<ColumnMemory, 'edges'>) {
    this.to = new Uint32Array(edges.to);
    this.label = new Uint32Array(edges.label);
  }
}

/** Numbers of the `nodes` array -> columns: what every thread does with them. */
export class NodeRecords {
  readonly width: number;
  private readonly at: Record<'type' | 'name' | 'id' | 'selfSize' | 'edgeCount' | 'detachedness' | 'traceNode', number>;
  /** By type: all bits where the name is one, none where it is a string's contents: many, long, and of interest only for the few that are shown. */
  private readonly nameMask: Int32Array;

  constructor(header: Header) {
    const index = (name: string): number => header.nodeFields.indexOf(name);
    this.width = header.nodeFields.length;
    this.at = {
      type: index('type'),
      name: index('name'),
      id: index('id'),
      selfSize: index('self_size'),
      edgeCount: index('edge_count'),
      detachedness: index('detachedness'),
      traceNode: index('trace_node_id'),
    };
    this.nameMask = Int32Array.from({ length: 256 }, (_, type) =>
      /^(string|concatenated string|sliced string|number)$/.test(header.nodeTypes[type] ?? '') ? 0 : -1,
    );
  }

  get hasIds(): boolean {
    return this.at.id >= 0;
  }

  get selfSizeAt(): number {
    return this.at.selfSize;
  }

  /** The first `count` numbers, of whole records, into `columns` from `row` on; adds to `notes`. */
  decode(
    numbers: Uint32Array,
    count: number,
    columns: NodeColumns,
    row: number,
    needs: StringNeeds,
    notes: RecordNotes,
  ): void {
    const { type, name, id, selfSize, firstEdge } = columns;
    const { at, width, nameMask } = this;
    const { type: typeAt, name: nameAt, id: idAt, selfSize: sizeAt, edgeCount: edgesAt } = at;
    let n = row;
    for (let r = 0; r < count; r += width, n++) {
      const kind = numbers[r + typeAt]! & 255;
      const label = numbers[r + nameAt]!;
      type[n] = kind;
      name[n] = label;
      // Without a branch: types follow each other in no order that a processor could guess. String 0 is V8's dummy.
      needs.add(label & nameMask[kind]!);
      if (idAt >= 0) id[n] = numbers[r + idAt]!;
      selfSize[n] = numbers[r + sizeAt]!;
      firstEdge[n] = numbers[r + edgesAt]!;
    }
    notes.detached += copyRare(numbers, count, width, at.detachedness, columns.detachedness, row);
    notes.traced += copyRare(numbers, count, width, at.traceNode, columns.traceNode, row);
  }
}

/** A column that is 0 in most dumps: memory of rows that nobody writes to is never touched. Returns how many are not 0. */
function copyRare(
  numbers: Uint32Array,
  count: number,
  width: number,
  at: number,
  column: Uint8Array | Uint32Array,
  row: number,
): number {
  let some = 0;
  if (at < 0) return some;
  for (let r = at, n = row; r < count; r += width, n++) {
    if (numbers[r] === 0) continue;
    column[n] = numbers[r]!;
    some++;
  }
  return some;
}

/** Numbers of the `edges` array -> columns. */
export class EdgeRecords {
  readonly width: number;
  private readonly at: { readonly type: number; readonly label: number; readonly to: number };
  private readonly nodeWidth: number;
  /** By type: all bits where the label is a string; NOT_RETAINING where the edge is weak; 1 where it is a shortcut. */
  private readonly nameMask: Int32Array;
  private readonly weakBit: Int32Array;
  private readonly shortcutCount: Uint8Array;
  private readonly shortcut: number;

  constructor(header: Header) {
    this.width = header.edgeFields.length;
    this.at = {
      type: header.edgeFields.indexOf('type'),
      label: header.edgeFields.indexOf('name_or_index'),
      to: header.edgeFields.indexOf('to_node'),
    };
    this.nodeWidth = header.nodeFields.length;
    const types = header.edgeTypes;
    this.shortcut = types.indexOf('shortcut');
    this.nameMask = Int32Array.from({ length: 8 }, (_, type) => (isNamedEdge(types[type]) ? -1 : 0));
    this.weakBit = Int32Array.from({ length: 8 }, (_, type) => (types[type] === 'weak' ? NOT_RETAINING | 0 : 0));
    this.shortcutCount = Uint8Array.from({ length: 8 }, (_, type) => Number(type === this.shortcut));
  }

  /** As for nodes. Edges that lead to no node below `nodeCount` get NOT_RETAINING as their target. */
  decode(
    numbers: Uint32Array,
    count: number,
    { to, label }: Pick<EdgeColumns, 'to' | 'label'>,
    row: number,
    needs: StringNeeds,
    notes: RecordNotes,
    nodeCount: number,
  ): void {
    const { at, width, nodeWidth, nameMask, weakBit, shortcutCount } = this;
    const { type: typeAt, label: labelAt, to: toAt } = at;
    const scale = 1 / nodeWidth;
    let shortcuts = 0;
    let e = row;
    for (let r = 0; r < count; r += width, e++) {
      const type = numbers[r + typeAt]! & 7;
      const text = numbers[r + labelAt]!;
      const raw = numbers[r + toAt]!;
      // Exact: `raw` is below 2^32, so the product errs by far less than the half that was added.
      let target = ((raw + 0.5) * scale) >>> 0;
      if (target >= nodeCount || target * nodeWidth !== raw) {
        notes.badTargets++;
        target = NOT_RETAINING;
      }
      to[e] = target | weakBit[type]!;
      label[e] = (text > LABEL_MASK ? LABEL_MASK : text) | (type << LABEL_BITS);
      needs.add(text & nameMask[type]!);
      shortcuts += shortcutCount[type]!;
    }
    notes.shortcuts += shortcuts;
  }

  /** What `scanEdges` needs, where records are in the order in which V8 writes them. */
  scanInto({ to, label }: EdgeColumns, { marks }: StringNeeds, nodeCount: number): EdgeScan | undefined {
    const { at, width, nodeWidth, nameMask, weakBit, shortcutCount } = this;
    if (width !== 3 || at.type !== 0 || at.label !== 1 || at.to !== 2) return undefined;
    return { to: signed(to), label: signed(label), marks, nameMask, weakBit, shortcutCount, nodeWidth, nodeCount };
  }

  isShortcut(label: number): boolean {
    return label >>> LABEL_BITS === this.shortcut;
  }
}

/** Elements and hidden edges are numbered; all other edges are named. */
function isNamedEdge(type: string | undefined): boolean {
  return type !== undefined && type !== 'element' && type !== 'hidden';
}
