import { TopList } from '../../graph/top.ts';
import type { ClassTable } from './class-table.ts';
import type { Census } from './census.ts';

/** Where the size and the table of a collection of the JDK are. */
interface CollectionShape {
  readonly className: string;
  readonly size: string;
  readonly table?: string;
}

const SHAPES: readonly CollectionShape[] = [
  { className: 'java.util.HashMap', size: 'size', table: 'table' },
  { className: 'java.util.LinkedHashMap', size: 'size', table: 'table' },
  { className: 'java.util.Hashtable', size: 'count', table: 'table' },
  { className: 'java.util.concurrent.ConcurrentHashMap', size: 'baseCount', table: 'table' },
  { className: 'java.util.WeakHashMap', size: 'size', table: 'table' },
  { className: 'java.util.IdentityHashMap', size: 'size', table: 'table' },
  { className: 'java.util.TreeMap', size: 'size' },
  { className: 'java.util.ArrayList', size: 'size', table: 'elementData' },
  { className: 'java.util.Vector', size: 'elementCount', table: 'elementData' },
  { className: 'java.util.Stack', size: 'elementCount', table: 'elementData' },
  { className: 'java.util.LinkedList', size: 'size' },
  { className: 'java.util.PriorityQueue', size: 'size', table: 'queue' },
  { className: 'java.util.concurrent.ArrayBlockingQueue', size: 'count', table: 'items' },
  { className: 'java.util.concurrent.ConcurrentSkipListMap', size: 'size' },
  { className: 'java.util.concurrent.PriorityBlockingQueue', size: 'size', table: 'queue' },
  { className: 'java.util.concurrent.LinkedBlockingDeque', size: 'count' },
  { className: 'java.util.concurrent.ScheduledThreadPoolExecutor$DelayedWorkQueue', size: 'size', table: 'queue' },
  { className: 'java.util.TaskQueue', size: 'size', table: 'queue' },
  { className: 'android.util.ArrayMap', size: 'mSize', table: 'mHashes' },
  { className: 'android.util.SparseArray', size: 'mSize', table: 'mValues' },
];

const BY_NAME = new Map(SHAPES.map((shape) => [shape.className, shape]));

function shapeOf(classes: ClassTable, classNumber: number): CollectionShape | undefined {
  for (const number of classes.lineage(classNumber)) {
    const shape = BY_NAME.get(classes.name(number));
    if (shape !== undefined) return shape;
  }
  return undefined;
}

interface Probe {
  readonly sizeOffset: number;
  readonly sizeBytes: 4 | 8;
  /** Offset of the reference to the table, -1 for none. */
  readonly tableOffset: number;
  readonly sums: CollectionSums;
}

export interface CollectionSums {
  instances: number;
  empty: number;
  elements: number;
  /** Places of all tables that were found. */
  capacity: number;
  /** Instances that have a table. */
  withTable: number;
}

const LARGEST = 100;

/** Sizes of the JDK's collections, gathered while their bytes pass by in the second pass. */
export class CollectionCensus implements Census {
  /** Class number -> 1 for a collection. */
  readonly wanted: Uint8Array;
  readonly sums = new Map<number, CollectionSums>();
  /** By class number. */
  readonly #probes: (Probe | undefined)[];
  readonly #top = new TopList(LARGEST);
  readonly #sizes = new Map<number, { size: number; capacity: number }>();
  readonly #capacityOf: (id: number) => number;

  /** `capacityOf`: elements of the array with this object id, -1 where there is none. */
  constructor(classes: ClassTable, capacityOf: (id: number) => number) {
    this.#capacityOf = capacityOf;
    this.wanted = new Uint8Array(classes.count);
    this.#probes = new Array<Probe | undefined>(classes.count);
    for (let number = 0; number < classes.count; number++) {
      // A cache is often a LinkedHashMap with a name of its own.
      const shape = shapeOf(classes, number);
      if (shape === undefined) continue;
      const fields = classes.fields(number);
      // Since JDK 9 the entries of Properties are in a map of their own, which is counted.
      if (fields.some(({ name, owner }) => name === 'map' && owner === 'java.util.Properties')) continue;
      // Superclasses come last: a field of this name in the program's own class is another.
      const size = fields.findLast(({ name, type }) => name === shape.size && (type === 10 || type === 11));
      if (size === undefined) continue;
      const table = fields.findLast(({ name, type }) => name === shape.table && type === 2);
      this.wanted[number] = 1;
      const sums = { instances: 0, empty: 0, elements: 0, capacity: 0, withTable: 0 };
      this.sums.set(number, sums);
      this.#probes[number] = {
        sizeOffset: size.offset,
        sizeBytes: size.type === 11 ? 8 : 4,
        tableOffset: table?.offset ?? -1,
        sums,
      };
    }
  }

  add(...[node, classNumber, view, at, length, readId]: Parameters<Census['add']>): void {
    const { sizeOffset, sizeBytes, tableOffset, sums } = this.#probes[classNumber]!;
    if (sizeOffset + sizeBytes > length) return;
    const size = Math.max(0, view.getInt32(at + sizeOffset + (sizeBytes === 8 ? 4 : 0)));
    sums.instances++;
    sums.elements += size;
    if (size === 0) sums.empty++;
    let capacity = -1;
    if (tableOffset >= 0 && tableOffset + 4 <= length) capacity = this.#capacityOf(readId(at + tableOffset));
    if (capacity >= 0) {
      sums.withTable++;
      sums.capacity += capacity;
    }
    if (size > this.#top.threshold) {
      this.#top.add(node, size);
      this.#sizes.set(node, { size, capacity });
      if (this.#sizes.size > 20 * LARGEST) this.#forget();
    }
  }

  largest(): { node: number; size: number; capacity: number }[] {
    return this.#top.sorted().map((node) => ({ node, ...this.#sizes.get(node)! }));
  }

  #forget(): void {
    const kept = new Set(this.#top.sorted());
    for (const node of this.#sizes.keys()) if (!kept.has(node)) this.#sizes.delete(node);
  }
}
