import type { DominatorTree } from './dominators.ts';
import type { RetainedBytes } from './retained.ts';
import type { ObjectGraph } from './object-graph.ts';

/** Objects of one class right below one position of the dominator tree. */
export interface Group {
  readonly holder: number;
  readonly classId: number;
  readonly instances: number;
  readonly retainedBytes: number;
  readonly samples: readonly number[];
}

export interface GroupOptions {
  readonly minBytes: number;
  readonly accept: (group: Group) => boolean;
  /** Links and entries of a collection: what is below them counts as right below the collection. */
  readonly isEntry?: (classId: number) => boolean;
}

const SAMPLES = 100;

/** Groups that retain at least `minBytes` together and are accepted. Looks only below positions that retain as much. */
export function listGroups(
  { graph, tree, retained }: { graph: ObjectGraph; tree: DominatorTree; retained: RetainedBytes },
  { minBytes, accept, isEntry = () => false }: GroupOptions,
): Group[] {
  const { end } = tree;
  const groups: Group[] = [];
  const entries = Uint8Array.from({ length: graph.classCount }, (_, classId) => Number(isEntry(classId)));
  const classAt = (position: number): number => graph.classOf[tree.order[position]!]!;
  const opened: number[] = [];
  for (let holder = 0; holder < tree.reached; holder++) {
    if (retained[holder]! < minBytes || end[holder] === holder + 1 || entries[classAt(holder)] === 1) continue;
    const byClass = new Map<number, { count: number; bytes: number; samples: number[] }>();
    opened.push(holder);
    for (let open = opened.pop(); open !== undefined; open = opened.pop())
      for (let child = open + 1; child < end[open]!; child = end[child]!) {
        const classId = classAt(child);
        if (entries[classId] === 1 && end[child]! > child + 1) {
          opened.push(child);
          continue;
        }
        let sum = byClass.get(classId);
        if (sum === undefined) byClass.set(classId, (sum = { count: 0, bytes: 0, samples: [] }));
        sum.count++;
        sum.bytes += retained[child]!;
        if (sum.samples.length < SAMPLES) sum.samples.push(child);
      }
    for (const [classId, { count, bytes, samples }] of byClass) {
      const group: Group = { holder, classId, instances: count, retainedBytes: bytes, samples };
      if (bytes >= minBytes && accept(group)) groups.push(group);
    }
  }
  return groups;
}
