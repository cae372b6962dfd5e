import { NONE } from '../../graph/object-graph.ts';
import type { TableView } from '../../../model/view.ts';
import type { Heap } from './heap.ts';
import type { ObjectReader } from './object-reader.ts';
import { nameNodes } from './path-steps.ts';
import type { HeapThread } from './roots.ts';

const MAX_THREADS = 2000;
const FRAMES = 30;

/** Threads by what they retain, with what their locals retain and where they were. */
export async function threadsView(heap: Heap, reader: ObjectReader): Promise<TableView> {
  const { roots, tree, retained, index } = heap;
  const retainedBy = (node: number): number => (tree.position[node] === NONE ? 0 : retained[tree.position[node]!]!);
  const threads = [...roots.threads].sort((a, b) => retainedBy(b.node) - retainedBy(a.node)).slice(0, MAX_THREADS);
  const names = await nameNodes(
    heap,
    reader,
    threads.map(({ node }) => node),
  );
  return {
    kind: 'table',
    name: 'threads',
    title: 'Threads',
    columns: [
      { name: 'thread' },
      { name: 'retainedBytes', unit: 'bytes' },
      { name: 'locals', unit: 'count' },
      { name: 'localsRetainedBytes', unit: 'bytes' },
      { name: 'threadLocalsRetainedBytes', unit: 'bytes' },
      { name: 'stack' },
    ],
    rows: threads.map(({ node, locals, traceSerial }) => {
      let localBytes = 0;
      for (const local of new Set(locals.map((one) => one.node)))
        if (isChild(heap, local, node)) localBytes += retainedBy(local);
      const raw = reader.get(node);
      const threadLocals = raw && reader.follow(raw, 'threadLocals');
      const lines = index.stacks.linesOf(traceSerial, index.symbols);
      return [
        names.get(node) ?? heap.graph.nodeName(node),
        retainedBy(node),
        locals.length,
        localBytes,
        threadLocals === undefined ? 0 : retainedBy(threadLocals),
        lines.slice(0, FRAMES).join('\n').slice(0, 4000),
      ];
    }),
    ...(roots.threads.length > MAX_THREADS ? { note: `the ${MAX_THREADS} largest of ${roots.threads.length}` } : {}),
  };
}

/** The thread in which memory ran out, of a dump that the JVM took for that: HotSpot writes the constructor of the error above its frames. */
export function threadOutOfMemory({ roots, index }: Pick<Heap, 'roots' | 'index'>): HeapThread | undefined {
  return roots.threads.find(({ traceSerial }) =>
    index.stacks.linesOf(traceSerial, index.symbols)[0]?.startsWith('java.lang.OutOfMemoryError.<init>'),
  );
}

/** Is a node kept alive by that thread alone, and by nothing nearer? */
function isChild({ tree }: Heap, node: number, thread: number): boolean {
  const position = tree.position[node]!;
  return position !== NONE && tree.idom[position] === tree.position[thread];
}
