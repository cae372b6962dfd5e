import type { HeapReading } from '../../heap/compare.ts';
import { roleOfClass } from './class-roles.ts';
import { type Heap, readHeap } from './heap.ts';
import { ObjectReader } from './object-reader.ts';
import { findSuspects } from './suspects.ts';

/**
 * How dumps are read to be compared: reachable objects alone, since garbage does not leak. (The collector moves objects, so an address does not tell
 * whether an object is the same.)
 */
export const READING: HeapReading<Heap> = {
  runtime: 'JVM',
  title: 'heap dumps',
  bytesFact: 'reachableBytes',
  read: (source, run) => readHeap(source, run, 0.95),
  sizesOf: ({ graph, columns, reachableBytes, reachable, warnings }) => ({
    objects: graph.nodeCount - columns.numbers.firstObject,
    bytes: reachableBytes,
    classes: reachable,
    warnings,
  }),
  findSuspects: (heap, _sizes, run, grew) => findSuspects(heap, new ObjectReader(heap, run), run, grew, true),
  isNamed: (className) => roleOfClass(className) === 'user',
  isLookedAt: (className) => ['user', 'resource'].includes(roleOfClass(className)),
};
