import { NOT_RETAINING } from '../../graph/object-graph.ts';
import type { Header } from './header.ts';
import type { RecordSink } from './number-section.ts';
import type { StringNeeds } from './string-needs.ts';

/** Bits of `label` that hold the name's string index or the element's index; the type is above them. */
const LABEL_BITS = 29;
export const LABEL_MASK = (1 << LABEL_BITS) - 1;

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
  private readonly at: { readonly type: number; readonly label: number; readonly to: number };
  private readonly nodeWidth: number;
  private readonly nodeCount: number;
  private readonly needs: StringNeeds;
  /** By type: 1 when the label is a string. */
  private readonly named: Uint8Array;
  private readonly weak: number;
  private readonly shortcut: number;

  constructor(header: Header, capacity: number, nodeCount: number, needs: StringNeeds) {
    this.width = header.edgeFields.length;
    this.at = {
      type: header.edgeFields.indexOf('type'),
      label: header.edgeFields.indexOf('name_or_index'),
      to: header.edgeFields.indexOf('to_node'),
    };
    this.nodeWidth = header.nodeFields.length;
    this.nodeCount = nodeCount;
    this.needs = needs;
    this.named = Uint8Array.from({ length: 8 }, (_, type) => (isNamedEdge(header.edgeTypes[type]) ? 1 : 0));
    this.weak = header.edgeTypes.indexOf('weak');
    this.shortcut = header.edgeTypes.indexOf('shortcut');
    this.to = new Uint32Array(capacity);
    this.label = new Uint32Array(capacity);
  }

  take(records: Uint32Array, length: number): void {
    this.reserve(this.count + length / this.width);
    const { to, label, at, width, nodeWidth, nodeCount, needs, named, weak, shortcut } = this;
    const { type: typeAt, label: labelAt, to: toAt } = at;
    const scale = 1 / nodeWidth;
    let e = this.count;
    for (let r = 0; r < length; r += width, e++) {
      const type = records[r + typeAt]! & 7;
      const text = records[r + labelAt]!;
      const raw = records[r + toAt]!;
      // Exact: `raw` is below 2^32, so the product errs by far less than the half that was added.
      let target = ((raw + 0.5) * scale) >>> 0;
      if (target >= nodeCount || target * nodeWidth !== raw) {
        this.badTargets++;
        target = NOT_RETAINING;
      } else if (type === weak) {
        target += NOT_RETAINING;
      }
      to[e] = target;
      label[e] = (text > LABEL_MASK ? LABEL_MASK : text) | (type << LABEL_BITS);
      if (named[type] === 1) {
        needs.add(text);
        if (type === shortcut) this.shortcuts.push(e);
      }
    }
    this.count = e;
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
    const to = new Uint32Array(Math.ceil(count * 1.5));
    to.set(this.to);
    this.to = to;
    const label = new Uint32Array(to.length);
    label.set(this.label);
    this.label = label;
  }
}

/** Elements and hidden edges are numbered; all other edges are named. */
export function isNamedEdge(type: string | undefined): boolean {
  return type !== undefined && type !== 'element' && type !== 'hidden';
}
