import { NOT_RETAINING } from '../../graph/object-graph.ts';
import type { Header } from './header.ts';
import type { StringNeeds } from './string-needs.ts';

/**
 * Records of the `nodes` and `edges` arrays -> columns: what every thread does with the numbers that it reads. Columns of a table and of a slot between threads are
 * of the same kinds, so that one function serves both at full speed.
 */
export interface NodeColumns {
  readonly type: Uint8Array;
  readonly name: Uint32Array;
  readonly id: Uint32Array;
  readonly selfSize: Uint32Array | Float64Array;
  readonly edgeCount: Uint32Array;
}

export interface EdgeColumns {
  /** Target ordinals; NOT_RETAINING is set on weak edges. */
  readonly to: Uint32Array;
  /** `type << 29 | name_or_index`. */
  readonly label: Uint32Array;
}

/** Bits of `label` that hold the name's string index or the element's index; the type is above them. */
export const LABEL_BITS = 29;
export const LABEL_MASK = (1 << LABEL_BITS) - 1;

export class NodeRecords {
  readonly width: number;
  readonly detachednessAt: number;
  readonly traceNodeAt: number;
  private readonly at: Record<'type' | 'name' | 'id' | 'selfSize' | 'edgeCount', number>;
  private readonly isText: Uint8Array;

  constructor(header: Header) {
    const index = (name: string): number => header.nodeFields.indexOf(name);
    this.width = header.nodeFields.length;
    this.detachednessAt = index('detachedness');
    this.traceNodeAt = index('trace_node_id');
    this.at = {
      type: index('type'),
      name: index('name'),
      id: index('id'),
      selfSize: index('self_size'),
      edgeCount: index('edge_count'),
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

  /** `count` numbers of whole records, from `from` on, into `columns` from `row` on. */
  decode(
    numbers: Uint32Array,
    from: number,
    count: number,
    columns: NodeColumns,
    row: number,
    needs: StringNeeds,
  ): void {
    const { type, name, id, selfSize, edgeCount } = columns;
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
      edgeCount[n] = numbers[r + edgesAt]!;
    }
  }

  /** Does any of these records say that it is attached or detached, or where it was allocated? Most dumps say neither anywhere. */
  hasRare(numbers: Uint32Array, from: number, count: number): boolean {
    for (const at of [this.detachednessAt, this.traceNodeAt])
      if (at >= 0)
        for (let r = from + at, end = from + count; r < end; r += this.width) if (numbers[r] !== 0) return true;
    return false;
  }
}

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

  /** As for nodes. Returns how many edges lead to no node below `nodeCount`; those get NOT_RETAINING as their target. */
  decode(
    numbers: Uint32Array,
    from: number,
    count: number,
    { to, label }: EdgeColumns,
    row: number,
    needs: StringNeeds,
    nodeCount: number,
  ): number {
    const { at, width, nodeWidth, named, weak } = this;
    const { type: typeAt, label: labelAt, to: toAt } = at;
    const scale = 1 / nodeWidth;
    const end = from + count;
    let bad = 0;
    let e = row;
    for (let r = from; r < end; r += width, e++) {
      const type = numbers[r + typeAt]! & 7;
      const text = numbers[r + labelAt]!;
      const raw = numbers[r + toAt]!;
      // Exact: `raw` is below 2^32, so the product errs by far less than the half that was added.
      let target = ((raw + 0.5) * scale) >>> 0;
      if (target >= nodeCount || target * nodeWidth !== raw) {
        bad++;
        target = NOT_RETAINING;
      } else if (type === weak) {
        target += NOT_RETAINING;
      }
      to[e] = target;
      label[e] = (text > LABEL_MASK ? LABEL_MASK : text) | (type << LABEL_BITS);
      if (named[type] === 1) needs.add(text);
    }
    return bad;
  }

  isShortcut(label: number): boolean {
    return label >>> LABEL_BITS === this.shortcut;
  }
}

/** Elements and hidden edges are numbered; all other edges are named. */
export function isNamedEdge(type: string | undefined): boolean {
  return type !== undefined && type !== 'element' && type !== 'hidden';
}
