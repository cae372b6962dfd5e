import { AppError } from '../../../model/error.ts';
import type { ByteSource, Run } from '../../analyser.ts';
import { buildDominatorTree, type DominatorTree } from '../../graph/dominators.ts';
import { drive, inLightSlices, pauseBy, type Slices, takeTurn } from '../../graph/drive.ts';
import { sumByClass, type ClassHistogram } from '../../graph/histogram.ts';
import type { ObjectGraph } from '../../graph/object-graph.ts';
import { type RetainedBytes, sumRetainedCompact } from '../../graph/retained.ts';
import { ColumnPool } from '../../graph/column-pool.ts';
import { columnMemory, withoutThreads, WORTH_A_THREAD_BYTES } from '../../parallel.ts';
import { Complaints } from '../complaints.ts';
import { readRange } from '../../bytes/read.ts';
import { CollectionCensus } from './collections.ts';
import { ResourceCensus } from './resources.ts';
import { findLoadedAgain, type LoadedAgain } from './rules/class-loaders.ts';
import { compareStrings, type DuplicateStrings } from './strings-by-content.ts';
import { mapAddresses } from './address-map.ts';
import { ClassTable } from './class-table.ts';
import { wantedByAny } from './census.ts';
import { describeSeveral, describeTruncation, failWithoutObjects } from './damage.ts';
import { type Header, parseHeader } from './header.ts';
import { type DumpIndex, indexDump } from './index-pass.ts';
import { type HeapLayout, inferLayout } from './object-layout.ts';
import { type NodeColumns, numberNodes } from './node-columns.ts';
import { type EdgeInput, readEdges } from './read-edges.ts';
import { planReferences } from './reference-plan.ts';
import type { HeapRoots } from './roots.ts';
import { linkNodes } from './links.ts';
import { sortRoots } from './roots.ts';
import { Ways } from './ways.ts';

/** A dump understood: what rules and views look at. Node 0 is the made-up root, then come class objects, then objects in the order of the file. */
export interface Heap {
  readonly source: ByteSource;
  readonly header: Header;
  readonly index: DumpIndex;
  readonly classes: ClassTable;
  readonly layout: HeapLayout;
  readonly columns: NodeColumns;
  readonly roots: HeapRoots;
  /** Object id of each class loader -> its node. */
  readonly loaderNodes: ReadonlyMap<number, number>;
  readonly graph: ObjectGraph;
  readonly tree: DominatorTree;
  /** By position. */
  readonly retained: RetainedBytes;
  /** Of what the roots reach, by name id of the class. */
  readonly reachable: ClassHistogram;
  /** Of everything in the dump; only what is reachable retains. */
  readonly histogram: ClassHistogram;
  readonly reachableObjects: number;
  readonly reachableBytes: number;
  readonly strings: Promise<DuplicateStrings>;
  readonly loadedAgain: readonly LoadedAgain[];
  readonly ways: Ways;
  readonly collections: CollectionCensus;
  readonly resources: ResourceCensus;
  readonly warnings: readonly string[];
  readonly pool: ColumnPool;
}

/** The first pass: enough to count, and to decide whether the graph fits the memory. */
export interface OpenedDump {
  readonly source: ByteSource;
  readonly header: Header;
  readonly index: DumpIndex;
  /** Did every record make sense? */
  readonly isSound: boolean;
  readonly warnings: readonly string[];
}

export async function openDump(source: ByteSource, run: Run, progressTo: number, dumpNumber = 1): Promise<OpenedDump> {
  const header = parseHeader(await readRange(source, 0, 64));
  const complaints = new Complaints('byte');
  const index = await indexDump(source, header, dumpNumber, run, complaints, (done) => {
    run.progress('objects', progressTo * done);
  });
  failWithoutObjects(index);
  return {
    source,
    header,
    index,
    isSound: complaints.size === 0,
    warnings: [...describeSeveral(index), ...describeTruncation(index), ...complaints.warnings()],
  };
}

/** Bytes -> Heap in two passes over the source; of several dumps in it the first, or `dumpNumber`. Throws AppError `too-large` where the graph does not fit the memory. */
export async function readHeap(source: ByteSource, run: Run, progressTo: number, dumpNumber = 1): Promise<Heap> {
  const opened = await openDump(source, run, 0.25 * progressTo, dumpNumber);
  if (opened.index.counts !== undefined)
    throw new AppError(
      'too-large',
      `${opened.index.counts.objects} objects need more memory than the ${run.limits.memoryBytes} bytes that are allowed; compare class histograms instead (jcmd PID GC.class_histogram).`,
      { data: { limit: 'memoryBytes' } },
    );
  return buildHeap(opened, run, progressTo);
}

/** The second pass, and all that follows from the graph; progress from a quarter of `progressTo` on. */
export async function buildHeap(
  { source, header, index, isSound, warnings }: OpenedDump,
  given: Run,
  progressTo: number,
): Promise<Heap> {
  const run = source.size < WORTH_A_THREAD_BYTES ? withoutThreads(given) : given;
  const allocate = columnMemory(run);
  const pool = new ColumnPool(allocate);
  const share = (part: number): number => part * progressTo;
  const classes = new ClassTable(index, header.idBytes);
  const pause = pauseBy(source);
  const turn = (): Promise<void> => takeTurn(run, pause);
  await turn();
  const layout = inferLayout(header, index);
  await turn();
  const inTurns = <T>(slices: Slices<T>, step: string, from: number, to = from): Promise<T> =>
    drive(slices, run, pause, step, share(from), share(to));
  const numbering = numberNodes(index, classes, layout, run, pause);
  // Awaited below; until then its failure is nobody's.
  numbering.catch(() => undefined);
  if (!run.parallel) await numbering;
  const addresses = await inTurns(mapAddresses(index.ids, allocate), 'addresses', 0.25);
  const columns = await numbering;
  await turn();
  const { numbers } = columns;
  const nodeOf = (id: number): number => {
    const object = addresses.find(id);
    if (object >= 0) return numbers.firstObject + object;
    const number = index.classNumbers.get(id);
    return number === undefined ? -1 : numbers.ofClass[number]!;
  };
  const roots = sortRoots(index, nodeOf);
  const { extras, keepsClass, loaderNodes } = linkNodes(index, classes, columns, roots, nodeOf);
  const { referenceBytes, arrayHeaderBytes } = layout;
  const collections = new CollectionCensus(classes, (id) => {
    const node = id === 0 ? -1 : nodeOf(id);
    // By its bytes, which are rounded up: at most one place too many where objects lie at multiples of 8.
    return node < numbers.firstObject ? -1 : Math.floor((columns.shallow[node]! - arrayHeaderBytes) / referenceBytes);
  });
  const resources = new ResourceCensus(classes);
  const censuses = [collections, resources];
  await turn();
  const hashes = pool.take(numbers.nodeCount).fill(0);
  const input: EdgeInput = {
    source,
    header,
    index,
    numbers,
    plan: planReferences(classes, numbers, keepsClass, wantedByAny(censuses, classes.count)),
    targets: { firstObject: numbers.firstObject, addresses, classNumbers: index.classNumbers },
    classOf: columns.classOf,
    instancesOf: columns.instancesOf,
    extras,
    texts: hashes,
    censuses,
    isSound,
    pool,
  };
  const edges = await readEdges(input, run, (done) => {
    run.progress('references', share(0.25 + 0.25 * done));
  });
  // Eight bytes an object, and only needed to find objects by their ids.
  if (addresses.places) index.ids.clear();
  await turn();
  await inTurns(columns.nameClasses(classes), 'strings', 0.5);
  const shape = { nodeCount: numbers.nodeCount, edgeCount: edges.edgeTo.length, root: 0, ...edges };
  const compareTexts = (): Promise<DuplicateStrings> =>
    compareStrings({ classes, columns, edges, hashes, pool }, run, pause);
  run.progress('strings', share(0.5));
  // Here, their tables serve the dominators next; elsewhere it is done beside what follows those.
  const counted = run.parallel ? undefined : await compareTexts();
  await turn();
  const tree = await inTurns(buildDominatorTree(shape, { pool }), 'dominators', 0.5, 0.95);
  const graph: ObjectGraph = {
    ...shape,
    shallow: columns.shallow,
    classOf: columns.classOf,
    classCount: classes.names.length,
    className: (id) => classes.names[id] ?? '',
    nodeName: (node) => columns.nodeName(node, classes),
    edgeName: () => '',
  };
  const everything = columns.shallowBytes + numbers.firstObject * (columns.shallow[1] ?? 0);
  const retained = sumRetainedCompact(graph, tree, everything, pool);
  await turn();
  let reachableObjects = 0;
  let reachableBytes = 0;
  const addReached = inLightSlices(0, tree.reached, (start, end) => {
    for (let p = start; p < end; p++) {
      const node = tree.order[p]!;
      if (node < numbers.firstObject) continue;
      reachableObjects++;
      reachableBytes += columns.shallow[node]!;
    }
  });
  await inTurns(addReached, 'sizes', 0.95);
  const parts = { index, classes, columns, tree, graph, retained, loaderNodes };
  const loadedAgain = await inTurns(findLoadedAgain(parts, Math.max(1, reachableBytes)), 'sizes', 0.95);
  const ways = new Ways({ graph, tree, roots, columns, pool, loadedAgain }, run, pause);
  const strings = counted ? Promise.resolve(counted) : compareTexts();
  // Whoever asks meets its failure; until then it is nobody's.
  strings.catch(() => undefined);
  const reachable = await inTurns(sumByClass.start({ ...graph, tree, retained }), 'sizes', 0.95, 1);
  const sums = await inTurns(columns.sums(classes.names.length), 'sizes', 1);
  return {
    source,
    header,
    index,
    classes,
    layout,
    columns,
    roots,
    loaderNodes,
    strings,
    loadedAgain,
    ways,
    collections,
    resources,
    graph,
    tree,
    retained,
    reachable,
    histogram: { ...sums, retainedBytes: reachable.retainedBytes },
    reachableObjects,
    reachableBytes,
    pool,
    warnings,
  };
}
