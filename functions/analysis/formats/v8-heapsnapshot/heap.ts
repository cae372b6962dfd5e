import type { ByteSource, Run } from '../../analyser.ts';
import { ColumnPool } from '../../graph/column-pool.ts';
import { listDominated, type Dominated } from '../../graph/dominated.ts';
import { buildDominatorTree, type DominatorTree } from '../../graph/dominators.ts';
import { drive, type Pause, pauseBy } from '../../graph/drive.ts';
import { sumByClass, type ClassHistogram } from '../../graph/histogram.ts';
import type { ObjectGraph } from '../../graph/object-graph.ts';
import { sumRetainedCompact, type RetainedBytes } from '../../graph/retained.ts';
import { perform } from '../../parallel.ts';
import { findClasses } from './classes.ts';
import { findDetached } from './detachedness.ts';
import { nameEdge, nameNode } from './names.ts';
import { parseSnapshot, type Snapshot } from './parse.ts';
import { markNotRetaining } from './retaining-edges.ts';
import { moveOwnedSizes, ownedSizes } from './shallow-sizes.ts';
import { findUserRoots, globalObjectOf } from './user-roots.ts';

/** A snapshot understood: what rules and views look at. */
export interface Heap {
  readonly snapshot: Snapshot;
  readonly graph: ObjectGraph;
  readonly tree: DominatorTree;
  /** Until `releaseDominated`. */
  readonly dominated: Dominated;
  /** By position. */
  readonly retained: RetainedBytes;
  readonly histogram: ClassHistogram;
  /** 1 for native nodes out of their document. */
  readonly detached: Uint8Array | undefined;
  /** Where shortest paths start: the program's own entry points, or the root where there are none. */
  readonly userRoots: readonly number[];
  readonly shallowBytes: number;
  readonly reachableBytes: number;
  /** Columns that are free again. */
  readonly pool: ColumnPool;
}

/** Global objects first: a path through one reads better than the same through V8's context. */
function withGlobalObjects(snapshot: Snapshot, roots: readonly number[]): number[] {
  return [...new Set([...roots.map((root) => globalObjectOf(snapshot, root)), ...roots])];
}

/** Gives the columns of `dominated` back; nobody may use it any more. */
export function releaseDominated({ dominated, pool }: Heap): void {
  pool.give(dominated.firstChild);
  pool.give(dominated.nextSibling);
}

/** Below this, a file is analysed before a thread has started. */
const WORTH_A_THREAD_BYTES = 8 << 20;

/** On another thread where there is one and it sees all columns: a table that outgrew its header is this thread's alone. */
function beginOwnSizes(snapshot: Snapshot, run: Run, pause: Pause): Promise<undefined> {
  const input = ownedSizes(snapshot);
  const { type, name, firstEdge, to, label, selfSize } = input;
  const shared =
    run.parallel &&
    [type, name, firstEdge, to, label, selfSize].every(({ buffer }) => buffer instanceof SharedArrayBuffer);
  return perform(moveOwnedSizes, input, shared ? run : withoutThreads(run), pause);
}

function withoutThreads(run: Run): Run {
  const { parallel, ...alone } = run;
  return parallel === undefined ? run : alone;
}

/** Bytes -> Heap. Sizes and dominators follow the rules of Chrome DevTools; progress up to `progressTo` of the whole. */
export async function readHeap(source: ByteSource, given: Run, progressTo: number): Promise<Heap> {
  const run = source.size < WORTH_A_THREAD_BYTES ? withoutThreads(given) : given;
  const pool = new ColumnPool();
  const pause = pauseBy(source);
  const share = (part: number): number => part * progressTo;
  const snapshot = await parseSnapshot(source, run, share(0.45));
  const { nodes, edges, header } = snapshot;
  const roots = findUserRoots(snapshot);
  let shallowBytes = 0;
  for (let n = 0; n < nodes.count; n++) shallowBytes += nodes.selfSize[n]!;
  const sizes = roots.exposesUserObjects ? beginOwnSizes(snapshot, run, pause) : Promise.resolve(undefined);
  // Awaited below; until then its failure is nobody's.
  sizes.catch(() => undefined);
  // Alone, one after the other is all there is; and progress is then the dominators'.
  if (!run.parallel) await sizes;
  markNotRetaining(snapshot);
  const shape = {
    nodeCount: nodes.count,
    edgeCount: edges.count,
    root: header.root,
    firstEdge: nodes.firstEdge,
    edgeTo: edges.to,
  };
  const slices = buildDominatorTree(shape, { attachUnreachable: true, sealed: roots.user, pool });
  const tree = await drive(slices, run, pause, 'dominators', share(0.5), share(0.9));
  await sizes;
  const detached = findDetached(snapshot);
  const classes = findClasses(snapshot, detached, pool);
  const graph: ObjectGraph = {
    ...shape,
    shallow: nodes.selfSize,
    classOf: classes.classOf,
    classCount: classes.names.length,
    className: (id) => classes.names[id] ?? '',
    nodeName: (node) => nameNode(snapshot, classes, node),
    edgeName: (edge) => nameEdge(snapshot, edge),
  };
  const retained = sumRetainedCompact(graph, tree, shallowBytes, pool);
  const dominated = listDominated(tree, pool);
  const histogram = sumByClass(graph, tree, dominated, retained);
  let reachableBytes = 0;
  for (let p = 0; p < tree.reached; p++) reachableBytes += nodes.selfSize[tree.order[p]!]!;
  run.progress('sizes', share(1));
  return {
    snapshot,
    graph,
    tree,
    dominated,
    retained,
    histogram,
    detached,
    userRoots: roots.user.length > 0 ? withGlobalObjects(snapshot, roots.user) : [header.root],
    shallowBytes,
    reachableBytes,
    pool,
  };
}
