import type { ColumnPool } from '../graph/column-pool.ts';
import type { DominatorTree } from '../graph/dominators.ts';
import type { ClassHistogram } from '../graph/histogram.ts';
import type { ObjectGraph } from '../graph/object-graph.ts';
import type { RetainedBytes } from '../graph/retained.ts';

/** A heap dump understood, whatever wrote it: what every format's heap has, and all that the rules and views here look at. */
export interface ObjectHeap {
  readonly graph: ObjectGraph;
  readonly tree: DominatorTree;
  /** By position. */
  readonly retained: RetainedBytes;
  /** By class, of everything in the dump; only what is reachable retains. */
  readonly histogram: ClassHistogram;
  /** Columns that are free again. */
  readonly pool: ColumnPool;
}
