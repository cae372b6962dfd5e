import { ancestorsOf } from './samples.ts';
import type { Crowd, Parts, SuspectOptions } from './suspects.ts';

const COMMON = 0.8;
const MIN_INNER = 0.25;
/** Of the object that a callback belongs to: the callback and what calls it may be larger than it is. */
const MIN_CAPTURED = 0.1;
/** An `await`, a `then` and a `finally` make a promise each. */
const PROMISES_A_CALL = 4;

/** Of crowds inside each other those that say most. */
export function dropNested(
  { graph, tree }: Pick<Parts, 'graph' | 'tree'>,
  crowds: readonly Crowd[],
  { isCaptured = () => false }: SuspectOptions,
): Crowd[] {
  const byClass = new Map(crowds.map((crowd) => [crowd.classId, crowd]));
  /** For each crowd, those that say more. */
  const betterThan = new Map<Crowd, Set<Crowd>>(crowds.map((crowd) => [crowd, new Set()]));
  // Objects of literals are named by their properties.
  const isLiteral = ({ classId }: Crowd): boolean => graph.className(classId).startsWith('{');
  for (const inner of crowds) {
    const inside = new Map<number, number>();
    /** Of those, in how many a callback of the outer has captured it. */
    const captured = new Map<number, number>();
    for (const sample of inner.samples) {
      const seen = new Set<number>();
      const capturing = new Set<number>();
      let isBehind = false;
      for (const position of ancestorsOf(tree, sample)) {
        const classId = graph.classOf[tree.order[position]!]!;
        if (isBehind && !seen.has(classId)) capturing.add(classId);
        seen.add(classId);
        isBehind ||= isCaptured(classId);
      }
      for (const classId of seen) inside.set(classId, (inside.get(classId) ?? 0) + 1);
      for (const classId of capturing) captured.set(classId, (captured.get(classId) ?? 0) + 1);
    }
    for (const [classId, count] of inside) {
      const outer = byClass.get(classId);
      if (outer === undefined || outer === inner) continue;
      const many = inner.instances >= 20 * outer.instances && inner.retainedBytes >= 0.6 * outer.retainedBytes;
      // A timer is not the leak when what it holds has a name, nor is a literal around objects of a class; but the state of a socket is not, either.
      // A subscription of a library is not the leak when its callback is that of an object of the program.
      const isOwner = !isLiteral(inner) && 2 * (captured.get(classId) ?? 0) >= inner.samples.length;
      const better =
        inner.role === 'user' &&
        (outer.role === 'resource' || isOwner || (isLiteral(outer) && !isLiteral(inner))) &&
        (outer.role === 'resource' ? PROMISES_A_CALL : 2) * inner.instances >= outer.instances &&
        inner.retainedBytes >= (isOwner ? MIN_CAPTURED : MIN_INNER) * outer.retainedBytes;
      if (better && count >= 0.3 * inner.samples.length) betterThan.get(outer)!.add(inner);
      else if (count >= COMMON * inner.samples.length)
        if (many) betterThan.get(outer)!.add(inner);
        else betterThan.get(inner)!.add(outer);
    }
  }
  return leadersOf(crowds, betterThan);
}

/** Those that nothing is better than, and of crowds that outdo each other in a circle one that the program named. */
function leadersOf(crowds: readonly Crowd[], betterThan: ReadonlyMap<Crowd, ReadonlySet<Crowd>>): Crowd[] {
  const leaders = crowds.filter((crowd) => betterThan.get(crowd)!.size === 0);
  const settled = new Set(leaders);
  const rest = crowds
    .filter((crowd) => !settled.has(crowd))
    .sort((a, b) => Number(b.role === 'user') - Number(a.role === 'user') || b.retainedBytes - a.retainedBytes);
  const isOutdone = (crowd: Crowd, seen = new Set<Crowd>()): boolean => {
    if (settled.has(crowd)) return true;
    if (seen.has(crowd)) return false;
    seen.add(crowd);
    return [...betterThan.get(crowd)!].some((one) => isOutdone(one, seen));
  };
  for (const crowd of rest)
    if (!isOutdone(crowd)) {
      leaders.push(crowd);
      settled.add(crowd);
    }
  return leaders;
}
