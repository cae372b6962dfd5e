import type { Run } from '../../analyser.ts';
import { drive, pauseBy, type Slices, takeTurn } from '../../graph/drive.ts';
import { listPositions } from '../../graph/positions.ts';
import { findLargeObjects } from '../../graph/large-objects.ts';
import { type Crowd, seekCrowds, type SuspectOptions } from '../../graph/suspects.ts';
import { describeCrowds, type Suspect } from '../../heap/suspect.ts';
import { roleOfClass } from './class-roles.ts';
import type { Heap } from './heap.ts';
import { CLASS_LOADER, GROWING_BUFFER, judgeKind } from './leak-kind.ts';
import { findFixed } from './fixed.ts';
import { findLimit } from './limits.ts';
import type { ObjectReader } from './object-reader.ts';
import { describePath, ENTRY as ENTRY_OF_MAP } from './path-steps.ts';
import type { LoadedAgain } from './rules/class-loaders.ts';
import { asBuffer, findGrowingBuffers, GROWING } from './rules/growing-buffers.ts';
import { findThreadBuffers } from './rules/thread-buffers.ts';
import { findThreadLocals, MAP } from './rules/thread-locals.ts';
import { areThreads, asBuffers, asThreads } from './rules/thread-words.ts';

export const BASE = 'the heap';
const MANY_LOADERS = 10;
/** What the collections of the JDK, and many others, are made of. */
const ENTRY =
  /\$(Node|Entry|TreeNode|HashEntry|Segment)$|^java\.util\.concurrent\.ConcurrentSkipListMap\$(Head)?Index$/;
/** Collections that are another collection inside. */
const WRAPPER =
  /^java\.util\.((Linked)?HashSet|TreeSet|Properties|Collections\$\w+|concurrent\.(ConcurrentSkipListSet|CopyOnWriteArraySet))$/;
const ONE_EACH = 'every thread has one of its own, so there are only as many as threads';

/** What piles up, and who holds it; largest first. `alsoClasses` (by name id) are looked at though they are small; in a comparison, which `wantsSingle`, single objects that are not as large too. */
export async function findSuspects(
  heap: Heap,
  reader: ObjectReader,
  run: Run,
  alsoClasses: ReadonlySet<number>,
  wantsSingle = false,
): Promise<Suspect[]> {
  const { graph, tree, retained, reachable: histogram, loadedAgain } = heap;
  const baseBytes = Math.max(1, heap.reachableBytes);
  const options: SuspectOptions = {
    baseBytes,
    alsoClasses,
    roleOf: (id) => roleOfClass(graph.className(id)),
    isHolder: (position) => position > 0,
    isEntry: (id) => ENTRY.test(graph.className(id)),
  };
  const pause = pauseBy(heap.source);
  const inTurns = <T>(slices: Slices<T>): Promise<T> => drive(slices, run, pause, 'suspects', 0.95, 0.95);
  const crowds = (await inTurns(seekCrowds({ graph, tree, retained, histogram }, options))).filter(
    ({ classId }) => !loadedAgain.some(({ crowd }) => crowd.classId === classId),
  );
  const found = [...crowds, ...loadedAgain.map(({ crowd }) => crowd)];
  const isAskedFor = (name: string): boolean => name === MAP || name === ENTRY_OF_MAP || GROWING.test(name);
  const positions = await inTurns(listPositions(graph, tree, isAskedFor));
  const perThread = findThreadBuffers(heap, positions, baseBytes, found);
  const growing = findGrowingBuffers(heap, positions, baseBytes, [...found, ...perThread]);
  const named = [...found, ...perThread, ...growing];
  const all = [...named, ...findThreadLocals(heap, positions, baseBytes, named)];
  all.push(...findLargeObjects(heap, options, all, wantsSingle ? 'all' : 'outstanding'));
  if (all.length === 0) return [];
  run.progress('paths', 0.95);
  await takeTurn(run, pause);
  const again = (crowd: Crowd): LoadedAgain | undefined => loadedAgain.find((one) => one.crowd === crowd);
  const suspects = await describeCrowds(heap, await heap.ways.find(all), {
    describePath: ({ nodes }) => describePath(heap, reader, nodes),
    judgeKind: (crowd, steps, accumulation) => {
      if (again(crowd)) return CLASS_LOADER;
      const className = graph.className(crowd.classId);
      if (crowd.isSingle && GROWING.test(className)) return GROWING_BUFFER;
      return judgeKind(className, crowd.role, steps, accumulation);
    },
    isInner,
    findLimit: (path, crowd) =>
      perThread.includes(crowd)
        ? ONE_EACH
        : (findFixed(heap, reader, path, crowd) ?? findLimit(heap, reader, path, crowd)),
    extrasOf: (crowd) => {
      const { loaders, loaderClass } = again(crowd) ?? {};
      if (loaders === undefined || loaderClass === undefined) return undefined;
      return {
        words: `, loaded by ${loaders} class loaders (${loaderClass}),`,
        evidence: { loaders, loaderClass },
        isWarning: loaders >= MANY_LOADERS,
      };
    },
  });
  return dropWrappers(suspects).map((suspect) => {
    if (perThread.includes(suspect.crowd)) return asBuffers(suspect);
    if (growing.includes(suspect.crowd)) return asBuffer(suspect);
    return areThreads(heap, suspect.crowd) ? asThreads(suspect) : suspect;
  });
}

/** Is it inside the collection that people know, as the array of a list is? What a variable refers to is itself what they know. */
function isInner(name: string, via: string, above: string): boolean {
  if (/^(static |local of |\(local)/.test(via)) return false;
  return name.endsWith('[]') || ENTRY.test(name) || WRAPPER.test(above);
}

/** Tasks, futures and lambdas are not named beside the objects of the program that they hold. */
function dropWrappers(suspects: readonly Suspect[]): Suspect[] {
  const names = ({ crowd, path, steps }: Suspect, wrapper: Suspect): boolean =>
    crowd.role === 'user' &&
    2 * crowd.retainedBytes >= wrapper.crowd.retainedBytes &&
    2 * crowd.instances >= wrapper.crowd.instances &&
    steps.slice(path.accumulation, -1).some(({ name }) => name === wrapper.className);
  return suspects.filter((one) => one.crowd.role === 'user' || !suspects.some((other) => names(other, one)));
}
