import { ancestorsOf } from '../../../graph/samples.ts';
import type { Crowd } from '../../../graph/suspects.ts';
import { holderInWords } from '../../../heap/holder-words.ts';
import type { Suspect } from '../../../heap/suspect.ts';
import type { Positions } from '../../../graph/positions.ts';
import type { Heap } from '../heap.ts';

/** What text or bytes are appended to, of the JDK and of those that copied it. */
export const GROWING = /(^java\.lang\.StringBu(ild|ff)er|^java\.io\.(String|CharArray)Writer|ByteArrayOutputStream)$/;
const MIN_BYTES = 2 ** 20;
const MIN_SHARE = 0.1;
const MAX_FOUND = 3;

/** Single buffers that have grown to a good part of the heap: one object is no crowd, and a log that is appended to in memory is a leak all the same. */
export function findGrowingBuffers(
  { graph, tree, retained }: Heap,
  positions: Positions,
  baseBytes: number,
  crowds: readonly Crowd[],
): Crowd[] {
  const least = Math.max(MIN_BYTES, MIN_SHARE * baseBytes);
  const taken = new Set(crowds.flatMap(({ samples }) => samples));
  const found = new Set<number>();
  const growing = [...positions].flatMap(([id, list]) => (GROWING.test(graph.className(id)) ? list : []));
  // From above: a StringWriter has a StringBuffer inside.
  for (const p of growing.filter((one) => retained[one]! >= least).sort((a, b) => a - b)) {
    if ([p, ...ancestorsOf(tree, p)].some((one) => found.has(one) || taken.has(one))) continue;
    found.add(p);
  }
  return [...found]
    .sort((a, b) => retained[b]! - retained[a]!)
    .slice(0, MAX_FOUND)
    .map((p) => ({
      classId: graph.classOf[tree.order[p]!]!,
      role: 'data',
      instances: 1,
      retainedBytes: retained[p]!,
      share: retained[p]! / baseBytes,
      samples: [p],
      holder: p,
      isSingle: true,
    }));
}

/** The buffer is all that there is; one that a running method has may be gone when it returns. */
export function asBuffer(suspect: Suspect): Suspect {
  const { steps, path } = suspect;
  const isLocal = steps.some(({ via }) => via.startsWith('local of ') || via === '(local variable)');
  return {
    ...suspect,
    path: { ...path, alike: 1 },
    heldBy: `held by ${holderInWords(steps, steps.length - 1)}`,
    limit: isLocal ? 'a method that runs has it, and it goes when that returns' : undefined,
  };
}
