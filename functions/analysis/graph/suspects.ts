import type { ClassHistogram } from './histogram.ts';
import type { DominatorTree } from './dominators.ts';
import { part, type Slices } from './drive.ts';
import type { RetainedBytes } from './retained.ts';
import { type Group, listGroups } from './groups.ts';
import { type ObjectGraph } from './object-graph.ts';
import { MOST_SHARE } from './large-objects.ts';
import { dropNested } from './nested-crowds.ts';
import { ancestorsOf, runsAbove, sampleInstances } from './samples.ts';

/**
 * What a class is to a leak hunt. `user`: named by the program, the answer that is wanted. `resource`: of the runtime, and worth naming when it
 * piles up (timers, promises, sockets). `data`: strings, arrays, functions: an answer only where nothing better is inside. `ignored`:
 * the runtime's own tables.
 */
export type ClassRole = 'user' | 'resource' | 'data' | 'ignored';

export interface SuspectOptions {
  readonly roleOf: (classId: number) => ClassRole;
  /** Bytes against which shares are taken: what the program's own data amounts to. */
  readonly baseBytes: number;
  /** May this position be where things pile up? Not the roots. */
  readonly isHolder: (position: number) => boolean;
  /** Classes to look at though they are small (they grew). */
  readonly alsoClasses?: ReadonlySet<number>;
  /** Links and entries of collections, which hold what piles up and are not it. */
  readonly isEntry?: (classId: number) => boolean;
  /** What a callback captured, in languages where that is an object: whose callback it is. */
  readonly isCaptured?: (classId: number) => boolean;
  /** Is this one of the runtime's own tables, though its class is `data`? */
  readonly isRuntimeTable?: (samples: readonly number[]) => boolean;
}

/** A crowd: many objects of one class that keep much alive. */
export interface Crowd {
  readonly classId: number;
  readonly role: ClassRole;
  readonly instances: number;
  readonly retainedBytes: number;
  /** Of `baseBytes`. */
  readonly share: number;
  /** Positions of some of them, evenly spread. */
  readonly samples: readonly number[];
  /** The deepest position that dominates at least 80 % of the samples, or -1 when only the roots do. */
  readonly holder: number;
  /** One object that is large by itself: known by its way, and not by its class. */
  readonly isSingle?: true;
  /** One or some objects that are large by themselves: what is made once at the start looks the same. */
  readonly isFew?: true;
}

/** A heap, as far as it is looked at here. */
export interface Parts {
  readonly graph: ObjectGraph;
  readonly tree: DominatorTree;
  readonly retained: RetainedBytes;
  readonly histogram: ClassHistogram;
}

/** Connections are large and few; sockets and timers of the runtime are there in every process. */
const MIN_INSTANCES: Record<ClassRole, number> = { user: 20, resource: 50, data: 100, ignored: Infinity };
const MIN_BYTES = 16 * 1024;
const MIN_SHARE = 0.01;
const MIN_DATA_BYTES = 192 * 1024;
const MIN_DATA_SHARE = 0.05;
const COMMON = 0.8;
const MAX_CROWDS = 12;
const MAX_RUNS = 500;
/** Fewer than a crowd needs, and large: texts, buffers, and what has one. */
const FEW_BYTES_EACH = 64 * 1024;
const FEW_BYTES = 2 ** 20;
const FEW_SHARE = 0.1;
const MIN_LIST_ABOVE = 0.1;
const MIN_LINKS = 8;

/**
 * Finds what piles up. Like the leak suspects of Eclipse MAT in that it looks for large retained sizes and for the point in the dominator tree where
 * they come together; unlike it, it starts from classes that the program names, because "one Object[] retains 90 %" is true of every
 * collection and says nothing. Of crowds inside each other (sessions and their headers) the outer one is kept, unless the inner one is
 * at least 20 times as many and most of the bytes. Largest first.
 */
export function* seekCrowds(parts: Parts, options: SuspectOptions): Slices<Crowd[]> {
  const { graph, histogram, tree } = parts;
  const { roleOf, baseBytes, isHolder } = options;
  const leastBytes = Math.max(MIN_BYTES, MIN_SHARE * baseBytes);
  const classes: number[] = [];
  for (let id = 0; id < graph.classCount; id++) {
    // One object is no crowd, however much it grew: what piles up inside it is.
    if (histogram.instances[id]! < MIN_INSTANCES.user) continue;
    const large = histogram.retainedBytes[id]! >= leastBytes;
    const also = options.alsoClasses?.has(id) === true;
    if (!large && !also) continue;
    const role = roleOf(id);
    if ((role === 'user' || role === 'resource') && (also || histogram.instances[id]! >= MIN_INSTANCES[role]))
      classes.push(id);
  }
  const samples = yield* part(sampleInstances(graph, tree, histogram.instances, classes), 0, 0.5);
  const crowds: Crowd[] = classes.map((classId) => ({
    classId,
    role: roleOf(classId),
    instances: histogram.instances[classId]!,
    retainedBytes: histogram.retainedBytes[classId]!,
    share: histogram.retainedBytes[classId]! / baseBytes,
    samples: samples.get(classId)!,
    holder: commonHolder(parts, classId, samples.get(classId)!, isHolder),
  }));
  yield 0.6;
  const kept = dropNested(parts, crowds, options);
  yield 0.7;
  const leastOfFew = Math.max(FEW_BYTES, FEW_SHARE * baseBytes);
  const isFew = ({ classId, instances, retainedBytes }: Omit<Group, 'samples'>): boolean =>
    instances > 1 &&
    instances < MIN_INSTANCES[roleOf(classId)] &&
    retainedBytes >= Math.max(leastOfFew, FEW_BYTES_EACH * instances);
  const groups = listGroups(parts, {
    minBytes: Math.max(MIN_DATA_BYTES, MIN_DATA_SHARE * baseBytes),
    accept: (group, groupSamples) => {
      const role = roleOf(group.classId);
      if (!isHolder(group.holder) || (role !== 'data' && role !== 'user')) return false;
      return (
        (role === 'data' && group.instances >= MIN_INSTANCES.data) ||
        (isFew(group) && groupSamples().every((sample) => isOneLarge(parts, sample)))
      );
    },
    ...(options.isEntry ? { isEntry: options.isEntry } : {}),
  });
  yield 0.9;
  for (const group of groups) {
    if (options.isRuntimeTable?.(group.samples) === true) continue;
    const covered = kept.some(
      (crowd) =>
        2 * crowd.retainedBytes > group.retainedBytes &&
        (shareBelow(tree, crowd.samples, group.holder) > 0.3 || isInside(graph, tree, group.holder, crowd.classId)),
    );
    if (covered) continue;
    const role = roleOf(group.classId);
    const crowd: Crowd = { ...group, role, share: group.retainedBytes / baseBytes };
    kept.push(group.instances < MIN_INSTANCES[role] ? { ...crowd, isFew: true } : crowd);
  }
  return kept.sort((a, b) => b.retainedBytes - a.retainedBytes).slice(0, MAX_CROWDS);
}

/** Is one object most of what this one keeps, as a buffer is of the upload that has it? */
function isOneLarge({ graph, tree: { order, end }, retained }: Parts, position: number): boolean {
  const least = MOST_SHARE * retained[position]!;
  for (let at = position; ;) {
    if (graph.shallow[order[at]!]! >= least) return true;
    let next = at + 1;
    while (next < end[at]! && retained[next]! < least) next = end[next]!;
    if (next >= end[at]!) return false;
    at = next;
  }
}

/** The deepest position above at least 80 % of the samples that may be a holder; of a list not a link, but what has the list. */
function commonHolder(
  { graph, tree, histogram }: Parts,
  classId: number,
  samples: readonly number[],
  isHolder: (position: number) => boolean,
): number {
  const runAbove = runsAbove(tree, graph);
  const counts = new Map<number, number>();
  const tops = new Set<number>();
  for (const sample of samples) {
    let { top, length } = runAbove(sample);
    if (length > 0) tops.add(top);
    for (let runs = 0; top > 0 && runs < MAX_RUNS; runs++) {
      ({ top, length } = runAbove(tree.idom[top]!));
      counts.set(top, (counts.get(top) ?? 0) + 1);
      if (length > 0) tops.add(top);
    }
  }
  // Positions are in preorder: of several common dominators, which lie on one chain, the deepest has the largest position.
  let holder = -1;
  for (const [position, count] of counts)
    if (count >= COMMON * samples.length && position > holder && !tops.has(position) && isHolder(position))
      holder = position;
  // Of a list whose links are several objects (a closure that has the next one) a fifth lies above the point that has four fifths below.
  let head = -1;
  let links = 0;
  for (let p = holder; p > 0; p = tree.idom[p]!)
    if (graph.classOf[tree.order[p]!] === classId) {
      head = p;
      links++;
    }
  if (links < Math.max(MIN_LINKS, MIN_LIST_ABOVE * histogram.instances[classId]!)) return holder;
  do head = tree.idom[head]!;
  while (head > 0 && !isHolder(head));
  return head > 0 ? head : -1;
}

function shareBelow(tree: DominatorTree, samples: readonly number[], holder: number): number {
  return samples.filter((sample) => ancestorsOf(tree, sample).includes(holder)).length / samples.length;
}

function isInside(graph: ObjectGraph, tree: DominatorTree, position: number, classId: number): boolean {
  return [position, ...ancestorsOf(tree, position)].some((one) => graph.classOf[tree.order[one]!] === classId);
}
