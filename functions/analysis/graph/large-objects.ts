import type { DominatorTree } from './dominators.ts';
import { type ObjectGraph } from './object-graph.ts';
import type { RetainedBytes } from './retained.ts';
import { ancestorsOf } from './samples.ts';
import type { Crowd, SuspectOptions } from './suspects.ts';

const MIN_BYTES = 32 * 1024;
const MIN_SHARE = 0.005;
const MAX_FOUND = 40;
/** A buffer and what wraps it: one object that is most of what the other keeps. */
export const MOST_SHARE = 0.7;

export interface LargeObjectOptions extends Pick<SuspectOptions, 'roleOf' | 'baseBytes' | 'isHolder' | 'isCaptured'> {
  /** Strings may be parts of strings. */
  readonly isText?: (classId: number) => boolean;
}

/** From here on an object is worth naming though nothing says that it grew. */
const ALONE_BYTES = 2 ** 20;
const ALONE_SHARE = 0.1;

/**
 * Single objects that are large by themselves, as crowds of one: one array that only grows is no crowd. Each stands for the object of the program that
 * has it and little else, where there is one, else for the outermost of its wrappers. Those that a crowd is inside of, or that are inside of a crowd,
 * are left to it. `outstanding` are those that one dump alone gives reason to name.
 */
export function findLargeObjects(
  {
    graph: { classOf, shallow },
    tree,
    retained,
  }: { readonly graph: ObjectGraph; readonly tree: DominatorTree; readonly retained: RetainedBytes },
  { roleOf, baseBytes, isHolder, isText = () => false, isCaptured = () => false }: LargeObjectOptions,
  crowds: readonly Crowd[],
  wanted: 'all' | 'outstanding',
): Crowd[] {
  const least =
    wanted === 'all' ? Math.max(MIN_BYTES, MIN_SHARE * baseBytes) : Math.max(ALONE_BYTES, ALONE_SHARE * baseBytes);
  const classAt = (position: number): number => classOf[tree.order[position]!]!;
  const isShown = (position: number): boolean =>
    position > 0 && isHolder(position) && ['user', 'data'].includes(roleOf(classAt(position)));
  const crowded = new Set(crowds.filter(({ role }) => role !== 'data').map(({ classId }) => classId));
  const above = new Set(crowds.flatMap(({ samples }) => samples.flatMap((one) => [one, ...ancestorsOf(tree, one)])));
  const large: { readonly at: number; readonly bytes: number }[] = [];
  for (let at = 1; at < tree.reached;) {
    if (retained[at]! < least) {
      at = tree.end[at]!;
      continue;
    }
    // A text that was joined from parts is all of them.
    const whole = isText(classAt(at));
    const bytes = whole ? retained[at]! : shallow[tree.order[at]!]!;
    if (bytes >= least && isShown(at) && !above.has(at)) large.push({ at, bytes });
    at = whole ? tree.end[at]! : at + 1;
  }
  const found = new Set(crowds.filter(({ isSingle }) => isSingle).flatMap(({ samples }) => samples));
  const taken = found.size;
  for (const { at, bytes } of large.sort((a, b) => b.bytes - a.bytes)) {
    const ancestors = ancestorsOf(tree, at);
    if ([at, ...ancestors].some((one) => crowded.has(classAt(one)) || found.has(one))) continue;
    const end = ancestors.findIndex((one) => !isShown(one) || bytes < MOST_SHARE * retained[one]!);
    const wrappers = [at, ...ancestors.slice(0, end)];
    const outermost = wrappers.findLast((one) => !isCaptured(classAt(one))) ?? at;
    found.add(wrappers.find((one) => roleOf(classAt(one)) === 'user') ?? outermost);
    if (found.size === taken + MAX_FOUND) break;
  }
  return [...found].slice(taken).map((at) => ({
    classId: classAt(at),
    role: roleOf(classAt(at)),
    instances: 1,
    retainedBytes: retained[at]!,
    share: retained[at]! / baseBytes,
    samples: [at],
    holder: at,
    isSingle: true,
    isFew: true,
  }));
}
