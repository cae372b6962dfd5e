import type { HeapReading, HeapSizes } from '../../heap/compare.ts';
import type { Census } from './census.ts';
import { roleOfClass } from './class-roles.ts';
import { type Heap, readHeap, withSums } from './heap.ts';
import { findSuspects } from './suspects.ts';

/** How snapshots are read to be compared. */
export const READING: HeapReading<Heap, HeapSizes & { readonly census: Census }> = {
  runtime: 'V8',
  title: 'heap snapshots',
  bytesFact: 'shallowBytes',
  read: async (source, run) => withSums(await readHeap(source, run, 0.95)),
  sizesOf(heap) {
    const { graph, histogram, snapshot, shallowBytes, census } = heap;
    return { objects: graph.nodeCount, bytes: shallowBytes, classes: histogram, warnings: snapshot.warnings, census };
  },
  findSuspects: (heap, _sizes, _run, grew) => findSuspects(heap, grew),
  isNamed: (className) => roleOfClass(className, false) === 'user',
  /** V8 numbers objects as they are born: those above the first dump's highest id and not above the second's came in between. */
  countBornBetween({ graph, snapshot, tree }, classId, first, second) {
    const { id } = snapshot.nodes;
    let count = 0;
    for (let p = 0; p < tree.reached; p++) {
      const node = tree.order[p]!;
      if (graph.classOf[node] === classId && id[node]! > first.census.maxId && id[node]! <= second.census.maxId)
        count++;
    }
    return count;
  },
};
