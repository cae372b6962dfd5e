import { NOT_RETAINING } from '../../graph/object-graph.ts';
import type { Allocate } from '../../parallel.ts';
import type { Header } from './header.ts';
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
  private readonly isText: Uint8Array;

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
    // Names of strings are their contents: many, long, and of interest only for the few that are shown.
    this.isText = Uint8Array.from({ length: 256 }, (_, type) =>
      /^(string|concatenated string|sliced string|number)$/.test(header.nodeTypes[type] ?? '') ? 1 : 0,
    );
  }

  get hasIds(): boolean {
    return this.at.id >= 0;
  }

  get selfSizeAt(): number {
    return this.at.selfSize;
  }

  /** `count` numbers of whole records, from `from` on, into `columns` from `row` on; adds to `notes`. */
  decode(
    numbers: Uint32Array,
    from: number,
    count: number,
    columns: NodeColumns,
    row: number,
    needs: StringNeeds,
    notes: RecordNotes,
  ): void {
    const { type, name, id, selfSize, firstEdge } = columns;
    const { at, width, isText } = this;
    const { type: typeAt, name: nameAt, id: idAt, selfSize: sizeAt, edgeCount: edgesAt } = at;
    const end = from + count;
    let n = row;
    for (let r = from; r < end; r += width, n++) {
      const kind = numbers[r + typeAt]! & 255;
      const label = numbers[r + nameAt]!;
      type[n] = kind;
      name[n] = label;
      if (isText[kind] === 0) needs.add(label);
      if (idAt >= 0) id[n] = numbers[r + idAt]!;
      selfSize[n] = numbers[r + sizeAt]!;
      firstEdge[n] = numbers[r + edgesAt]!;
    }
    notes.detached += copyRare(numbers, from, end, width, at.detachedness, columns.detachedness, row);
    notes.traced += copyRare(numbers, from, end, width, at.traceNode, columns.traceNode, row);
  }
}

/** A column that is 0 in most dumps: memory of rows that nobody writes to is never touched. Returns how many are not 0. */
function copyRare(
  numbers: Uint32Array,
  from: number,
  end: number,
  width: number,
  at: number,
  column: Uint8Array | Uint32Array,
  row: number,
): number {
  let some = 0;
  if (at < 0) return some;
  for (let r = from + at, n = row; r < end; r += width, n++) {
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
  /** By type: 1 when the label is a string. */
  private readonly named: Uint8Array;
  private readonly weak: number;
  private readonly shortcut: number;

  constructor(header: Header) {
    this.width = header.edgeFields.length;
    this.at = {
      type: header.edgeFields.indexOf('type'),
      label: header.edgeFields.indexOf('name_or_index'),
      to: header.edgeFields.indexOf('to_node'),
    };
    this.nodeWidth = header.nodeFields.length;
    this.named = Uint8Array.from({ length: 8 }, (_, type) => (isNamedEdge(header.edgeTypes[type]) ? 1 : 0));
    this.weak = header.edgeTypes.indexOf('weak');
    this.shortcut = header.edgeTypes.indexOf('shortcut');
  }

  /** As for nodes. Edges that lead to no node below `nodeCount` get NOT_RETAINING as their target. */
  decode(
    numbers: Uint32Array,
    from: number,
    count: number,
    { to, label }: Pick<EdgeColumns, 'to' | 'label'>,
    row: number,
    needs: StringNeeds,
    notes: RecordNotes,
    nodeCount: number,
  ): void {
    const { at, width, nodeWidth, named, weak, shortcut } = this;
    const { type: typeAt, label: labelAt, to: toAt } = at;
    const scale = 1 / nodeWidth;
    const end = from + count;
    let e = row;
    for (let r = from; r < end; r += width, e++) {
      const type = numbers[r + typeAt]! & 7;
      const text = numbers[r + labelAt]!;
      const raw = numbers[r + toAt]!;
      // Exact: `raw` is below 2^32, so the product errs by far less than the half that was added.
      let target = ((raw + 0.5) * scale) >>> 0;
      if (target >= nodeCount || target * nodeWidth !== raw) {
        notes.badTargets++;
        target = NOT_RETAINING;
      } else if (type === weak) {
        target += NOT_RETAINING;
      }
      to[e] = target;
      label[e] = (text > LABEL_MASK ? LABEL_MASK : text) | (type << LABEL_BITS);
      if (named[type] === 1) {
        needs.add(text);
        if (type === shortcut) notes.shortcuts++;
      }
    }
  }

  isShortcut(label: number): boolean {
    return label >>> LABEL_BITS === this.shortcut;
  }
}

/** Elements and hidden edges are numbered; all other edges are named. */
function isNamedEdge(type: string | undefined): boolean {
  return type !== undefined && type !== 'element' && type !== 'hidden';
}
