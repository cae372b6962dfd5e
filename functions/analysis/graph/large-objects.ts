import type { DominatorTree } from './dominators.ts';
import { type ObjectGraph } from './object-graph.ts';
import type { RetainedBytes } from './retained.ts';
import { ancestorsOf } from './samples.ts';
import type { Crowd, SuspectOptions } from './suspects.ts';

const MIN_BYTES = 32 * 1024;
const MIN_SHARE = 0.005;
const MAX_FOUND = 40;
/** A buffer and what wraps it: one object that is most of what the other keeps. */
const MOST = 0.7;

/**
 * Single objects that are large by themselves, as crowds of one: one array that only grows is no crowd. Each stands for the object of the program that
 * has it and little else, where there is one, else for the outermost of its wrappers. Those that a crowd is inside of, or that are inside of a crowd,
 * are left to it.
 */
export function findLargeObjects(
  {
    graph: { classOf, shallow },
    tree,
    retained,
  }: { readonly graph: ObjectGraph; readonly tree: DominatorTree; readonly retained: RetainedBytes },
  { roleOf, baseBytes, isHolder }: Pick<SuspectOptions, 'roleOf' | 'baseBytes' | 'isHolder'>,
  crowds: readonly Crowd[],
): Crowd[] {
  const least = Math.max(MIN_BYTES, MIN_SHARE * baseBytes);
  const classAt = (position: number): number => classOf[tree.order[position]!]!;
  const isShown = (position: number): boolean =>
    position > 0 && isHolder(position) && ['user', 'data'].includes(roleOf(classAt(position)));
  const crowded = new Set(crowds.filter(({ role }) => role !== 'data').map(({ classId }) => classId));
  const above = new Set(crowds.flatMap(({ samples }) => samples.flatMap((one) => [one, ...ancestorsOf(tree, one)])));
  const large: { readonly at: number; readonly bytes: number }[] = [];
  for (let at = 1; at < tree.reached; at++) {
    const bytes = shallow[tree.order[at]!]!;
    if (bytes >= least && isShown(at) && !above.has(at)) large.push({ at, bytes });
  }
  const found = new Set(crowds.filter(({ isSingle }) => isSingle).flatMap(({ samples }) => samples));
  const taken = found.size;
  for (const { at, bytes } of large.sort((a, b) => b.bytes - a.bytes)) {
    const ancestors = ancestorsOf(tree, at);
    if ([at, ...ancestors].some((one) => crowded.has(classAt(one)) || found.has(one))) continue;
    const end = ancestors.findIndex((one) => !isShown(one) || bytes < MOST * retained[one]!);
    const wrappers = [at, ...ancestors.slice(0, end)];
    found.add(wrappers.find((one) => roleOf(classAt(one)) === 'user') ?? wrappers.at(-1)!);
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
  }));
}
