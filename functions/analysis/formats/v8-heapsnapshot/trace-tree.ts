import type { Header } from './header.ts';
import type { Section } from './section-scanner.ts';

/** The call tree of an allocation timeline, in preorder: `parents[i] < i`. */
export interface TraceNode {
  readonly id: number;
  readonly parent: number;
  readonly functionIndex: number;
  count: number;
  sizeBytes: number;
}

const MAX_NODES = 500_000;
const MAX_DEPTH = 100_000;

/** `trace_tree`: nodes are runs of numbers, and their children a nested array. Read without recursion. */
export class TraceTreeSection implements Section {
  readonly nodes: TraceNode[] = [];
  private readonly width: number;
  private readonly at: { readonly id: number; readonly fn: number; readonly count: number; readonly size: number };
  private depth = 1;
  private number = -1;
  private record: number[] = [];
  /** Index of the last node at each depth. */
  private readonly path: number[] = [];

  constructor(header: Header) {
    const fields = header.traceNodeFields.filter((name) => name !== 'children');
    this.width = fields.length;
    this.at = {
      id: fields.indexOf('id'),
      fn: fields.indexOf('function_info_index'),
      count: fields.indexOf('count'),
      size: fields.indexOf('size'),
    };
  }

  read(bytes: Uint8Array, at: number): number {
    for (let i = at; i < bytes.length; i++) {
      const byte = bytes[i]!;
      if (byte >= 48 && byte <= 57) {
        this.number = Math.max(0, this.number) * 10 + byte - 48;
        continue;
      }
      this.endNumber();
      if (byte === 91) {
        this.depth = Math.min(MAX_DEPTH, this.depth + 1);
        this.record = [];
      } else if (byte === 93) {
        this.depth--;
        this.record = [];
        if (this.depth <= 0) return i + 1;
      }
    }
    return -1;
  }

  end(): void {
    this.endNumber();
  }

  private endNumber(): void {
    if (this.number < 0) return;
    this.record.push(this.number);
    this.number = -1;
    if (this.record.length < this.width) return;
    const { id, fn, count, size } = this.at;
    const [record, parent] = [this.record, this.path[this.depth - 2] ?? -1];
    this.record = [];
    if (this.nodes.length >= MAX_NODES) return;
    this.path.length = Math.min(this.path.length, this.depth - 1);
    this.path[this.depth - 1] = this.nodes.length;
    this.nodes.push({
      id: record[id] ?? 0,
      parent,
      functionIndex: record[fn] ?? 0,
      count: record[count] ?? 0,
      sizeBytes: record[size] ?? 0,
    });
  }
}
