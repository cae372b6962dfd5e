import { v8HeapSnapshot } from '../../../../functions/analysis/formats/v8-heapsnapshot/index.ts';
import type { ByteSource } from '../../../../functions/analysis/analyser.ts';
import type { Finding } from '../../../../functions/model/analysis.ts';
import { sourceOf, testRun } from '../../test-run.ts';
import { buildSnapshot, type PlainEdge, type PlainNode } from './build-snapshot.ts';

/** A heap that begins with the root (0); `add` answers the new node's ordinal. */
export class Heap {
  readonly nodes: PlainNode[] = [{ type: 'synthetic', name: '' }];
  readonly edges: PlainEdge[] = [];

  add(from: number, edge: [type: string, name: string | number], node: PlainNode): number {
    this.nodes.push({ size: 40, ...node });
    const to = this.nodes.length - 1;
    this.link(from, edge, to);
    return to;
  }

  link(from: number, [type, name]: [type: string, name: string | number], to: number): void {
    this.edges.push({ from, to, type, name });
  }

  source(): ByteSource {
    return sourceOf(buildSnapshot(this.nodes, this.edges));
  }

  async suspects(): Promise<Finding[]> {
    const { findings } = await v8HeapSnapshot.analyse(this.source(), testRun());
    return findings.filter(({ rule }) => rule === 'heap/suspect');
  }
}

export const object = (name: string, size = 40): PlainNode => ({ type: 'object', name, size });

export function withGlobal(): { heap: Heap; global: number } {
  const heap = new Heap();
  return { heap, global: heap.add(0, ['shortcut', 'global'], object('global / ')) };
}
