import type { ByteSource, Run } from '../../analyser.ts';
import { ColumnPool } from '../../graph/column-pool.ts';
import { buildDominatorTree, type DominatorTree } from '../../graph/dominators.ts';
import { drive, type Pause, pauseBy, type Slices } from '../../graph/drive.ts';
import { sumByClass, type ClassHistogram } from '../../graph/histogram.ts';
import type { GraphShape, ObjectGraph } from '../../graph/object-graph.ts';
import { searchPaths } from '../../graph/paths.ts';
import { sumRetainedCompact, type RetainedBytes } from '../../graph/retained.ts';
import { columnMemory, perform, type Task, withoutThreads, WORTH_A_THREAD_BYTES } from '../../parallel.ts';
import { type Census, censusInput, takeCensus } from './census.ts';
import { classInput, findClasses } from './classes.ts';
import { findDetached } from './detachedness.ts';
import { nameEdge, nameNode } from './names.ts';
import { parseSnapshot, type Snapshot } from './parse.ts';
import { pathStarts } from './path-starts.ts';
import { markNotRetaining } from './retaining-edges.ts';
import { moveOwnedSizes, ownedSizes } from './shallow-sizes.ts';
import { findUserRoots, globalObjectOf } from './user-roots.ts';

/** A snapshot understood, but for sums over all nodes. */
export interface HeapTree {
  readonly snapshot: Snapshot;
  readonly graph: ObjectGraph;
  readonly tree: DominatorTree;
  /** By position. */
  readonly retained: RetainedBytes;
  /** 1 for native nodes out of their document. */
  readonly detached: Uint8Array | undefined;
  /** The program's own entry points, or the root where there are none. */
  readonly userRoots: readonly number[];
  /** Where ways to objects begin. */
  readonly starts: readonly number[];
  /** node -> the edge by which it is met on the shortest way from `starts` (see `pathsBy`). Found beside everything else where there is another thread, else when first asked for. */
  readonly searchPaths: () => Promise<Uint32Array>;
  readonly shallowBytes: number;
  /** Columns that are free again. */
  readonly pool: ColumnPool;
  /** Work on this heap, with turns of the host in between. */
  readonly inTurns: <T>(slices: Slices<T>) => Promise<T>;
  /** The same on another thread where there is one. */
  readonly perform: <In, Out>(task: Task<In, Out>, input: In) => Promise<Out>;
}

/** All that rules and views look at. */
export interface Heap extends HeapTree {
  readonly histogram: ClassHistogram;
  readonly census: Census;
}

/** Another thread, where there is one, still makes the sums: what needs none can be looked at meanwhile. */
export interface UnsummedHeap extends HeapTree {
  readonly sums: Promise<[ClassHistogram, Census]>;
}

export async function withSums({ sums, ...tree }: UnsummedHeap): Promise<Heap> {
  const [histogram, census] = await sums;
  return { ...tree, histogram, census };
}

/** Global objects first: a path through one reads better than the same through V8's context. */
function withGlobalObjects(snapshot: Snapshot, roots: readonly number[]): number[] {
  return [...new Set([...roots.map((root) => globalObjectOf(snapshot, root)), ...roots])];
}

/** The run as it is where other threads see all columns: a table that outgrew its header is this thread's alone. */
function sharingRun({ nodes, edges }: Snapshot, run: Run): Run {
  // Pages that are not isolated have no shared memory at all.
  if (!run.parallel) return run;
  const columns = [nodes.type, nodes.name, nodes.firstEdge, nodes.selfSize, edges.to, edges.label];
  return columns.every(({ buffer }) => buffer instanceof SharedArrayBuffer) ? run : withoutThreads(run);
}

/** What needs no dominators and is done beside them where there is another thread; one after the other there, sizes first. */
function beginBeside(
  snapshot: Snapshot,
  detached: Uint8Array | undefined,
  shape: GraphShape,
  movesSizes: boolean,
  given: Run,
  pause: Pause,
): Beside {
  const run = sharingRun(snapshot, given);
  const allocate = columnMemory(run);
  const classOf = new Uint32Array(allocate(4 * shape.nodeCount));
  const all = async (): Promise<readonly string[]> => {
    // Alone, one after the other is all there is. On one other thread tasks keep their order; on several, sizes and classes would use one column at once.
    if (movesSizes) await perform(moveOwnedSizes, ownedSizes(snapshot, classOf), run, pause);
    return perform(findClasses, classInput(snapshot, detached, classOf), run, pause);
  };
  return { classOf, classNames: all() };
}

interface Beside {
  readonly classOf: Uint32Array;
  readonly classNames: Promise<readonly string[]>;
}

/** Begins at once where there is another thread: what is done here meanwhile needs no paths. */
function beginSearch(
  { nodeCount, firstEdge, edgeTo }: GraphShape,
  starts: readonly number[],
  pool: ColumnPool,
  run: Run,
  pause: Pause,
): () => Promise<Uint32Array> {
  const search = async (): Promise<Uint32Array> => {
    const metBy = pool.take(nodeCount);
    const queue = pool.take(nodeCount);
    await perform(searchPaths, { nodeCount, firstEdge, edgeTo, starts, metBy, queue }, run, pause);
    pool.give(queue);
    return metBy;
  };
  let searched = run.parallel && search();
  // Whoever asks meets its failure; until then it is nobody's.
  searched?.catch(() => undefined);
  return () => (searched ??= search());
}

function sum(sizes: ArrayLike<number>): number {
  let bytes = 0;
  for (let n = 0; n < sizes.length; n++) bytes += sizes[n]!;
  return bytes;
}

/** Bytes -> Heap. Sizes and dominators follow the rules of Chrome DevTools; progress up to `progressTo` of the whole. */
export async function readHeap(source: ByteSource, given: Run, progressTo: number): Promise<UnsummedHeap> {
  const run = source.size < WORTH_A_THREAD_BYTES ? withoutThreads(given) : given;
  const pool = new ColumnPool(columnMemory(run));
  const pause = pauseBy(source);
  const share = (part: number): number => part * progressTo;
  const snapshot = await parseSnapshot(source, run, share(0.45));
  const { nodes, edges, header } = snapshot;
  const roots = findUserRoots(snapshot);
  const shallowBytes = sum(nodes.selfSize);
  markNotRetaining(snapshot);
  const shape = {
    nodeCount: nodes.count,
    edgeCount: edges.count,
    root: header.root,
    firstEdge: nodes.firstEdge,
    edgeTo: edges.to,
  };
  // Before the dominators: they take references from pages to what these own.
  const detached = findDetached(snapshot);
  const beside = beginBeside(snapshot, detached, shape, roots.exposesUserObjects, run, pause);
  // Awaited below; until then its failure is nobody's.
  beside.classNames.catch(() => undefined);
  // Progress is then the dominators'.
  if (!run.parallel) await beside.classNames;
  const slices = buildDominatorTree(shape, {
    attachUnreachable: true,
    sealed: roots.user,
    pool,
  });
  const tree = await drive(slices, run, pause, 'dominators', share(0.5), share(0.9));
  const names = await beside.classNames;
  const graph: ObjectGraph = {
    ...shape,
    shallow: nodes.selfSize,
    classOf: beside.classOf,
    classCount: names.length,
    className: (id) => names[id] ?? '',
    nodeName: (node) => nameNode(snapshot, { names, classOf: beside.classOf }, node),
    edgeName: (edge) => nameEdge(snapshot, edge),
  };
  const userRoots = roots.user.length > 0 ? withGlobalObjects(snapshot, roots.user) : [header.root];
  const starts = pathStarts(snapshot, userRoots);
  const retained = sumRetainedCompact(graph, tree, shallowBytes, pool);
  const sharing = sharingRun(snapshot, run);
  const { classOf, classCount, shallow } = graph;
  const sums = Promise.all([
    perform(sumByClass, { classOf, classCount, shallow, tree, retained }, sharing, pause),
    perform(takeCensus, censusInput(snapshot, graph, tree), sharing, pause),
  ]);
  // Whoever asks meets its failure; until then it is nobody's.
  sums.catch(() => undefined);
  // Tasks keep their order there.
  const findPaths = beginSearch(shape, starts, pool, sharing, pause);
  run.progress('sizes', share(1));
  return {
    snapshot,
    graph,
    tree,
    retained,
    sums,
    detached,
    userRoots,
    starts,
    searchPaths: findPaths,
    shallowBytes,
    pool,
    inTurns: (slices) => drive(slices, run, pause, 'views', progressTo, progressTo),
    perform: (task, input) => perform(task, input, sharing, pause),
  };
}
