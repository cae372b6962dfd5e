import type { DumpIndex, Root } from './index-pass.ts';
import { JAVA_FRAME, STICKY_CLASS, THREAD_OBJECT } from './tags.ts';

/** A reference on the stack of a thread. */
export interface Local {
  readonly node: number;
  /** Index of the frame in the thread's trace; -1 unknown. */
  readonly frame: number;
}

export interface HeapThread {
  readonly node: number;
  readonly serial: number;
  /** Serial of its stack trace. */
  readonly traceSerial: number;
  readonly locals: Local[];
}

export interface HeapRoots {
  /** Node -> tag of the first root that names it, of those that the root leads to. */
  readonly tags: ReadonlyMap<number, number>;
  readonly threads: readonly HeapThread[];
  readonly countByTag: ReadonlyMap<number, number>;
}

/** Of several roots on one object, the one that says most. */
const ORDER = [THREAD_OBJECT, STICKY_CLASS];

/**
 * GC roots as edges: threads, system classes and JNI handles hang below the made-up root; what is on a thread's stack hangs below the
 * thread, as in Eclipse MAT, so that a thread retains what its locals hold. A local of a thread that the dump does not have is a root.
 */
export function sortRoots(index: DumpIndex, nodeOf: (id: number) => number): HeapRoots {
  const threads: HeapThread[] = [];
  const bySerial = new Map<number, HeapThread>();
  const countByTag = new Map<number, number>();
  for (const { tag, id, threadSerial, frame } of index.roots) {
    countByTag.set(tag, (countByTag.get(tag) ?? 0) + 1);
    if (tag !== THREAD_OBJECT) continue;
    const node = nodeOf(id);
    if (node < 0) continue;
    const thread: HeapThread = { node, serial: threadSerial, traceSerial: frame, locals: [] };
    threads.push(thread);
    if (!bySerial.has(threadSerial)) bySerial.set(threadSerial, thread);
  }
  const tags = new Map<number, number>();
  const add = (root: Root): void => {
    const node = nodeOf(root.id);
    if (node < 0) return;
    const thread = root.threadSerial > 0 && root.tag !== THREAD_OBJECT ? bySerial.get(root.threadSerial) : undefined;
    if (thread !== undefined && thread.node !== node)
      thread.locals.push({ node, frame: root.tag === JAVA_FRAME ? root.frame : -1 });
    else if (!tags.has(node)) tags.set(node, root.tag);
  };
  for (const tag of ORDER) for (const root of index.roots) if (root.tag === tag) add(root);
  for (const root of index.roots) if (!ORDER.includes(root.tag)) add(root);
  return { tags, threads, countByTag };
}
