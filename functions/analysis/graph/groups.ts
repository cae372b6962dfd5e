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
  readonly accept: (group: Omit<Group, 'samples'>, samples: () => readonly number[]) => boolean;
  /** Links and entries of a collection: what is below them counts as right below the collection. */
  readonly isEntry?: (classId: number) => boolean;
}

const SAMPLES = 100;

/** Groups that retain at least `minBytes` together and are accepted. Looks only below positions that retain as much. */
export function listGroups(
  { graph, tree, retained }: { graph: ObjectGraph; tree: DominatorTree; retained: RetainedBytes },
  { minBytes, accept, isEntry = () => false }: GroupOptions,
): Group[] {
  const { end, order, reached } = tree;
  const { classOf } = graph;
  const groups: Group[] = [];
  const entries = Uint8Array.from({ length: graph.classCount }, (_, classId) => Number(isEntry(classId)));
  const counts = new Uint32Array(graph.classCount);
  const bytes = new Float64Array(graph.classCount);
  /** The classes right below one holder. */
  const found: number[] = [];
  const opened: number[] = [];

  function countChildren(of: number): void {
    for (let child = of + 1; child < end[of]!; child = end[child]!) {
      const classId = classOf[order[child]!]!;
      if (entries[classId] === 1 && end[child]! > child + 1) {
        opened.push(child);
        continue;
      }
      const count = counts[classId]!;
      if (count === 0) found.push(classId);
      counts[classId] = count + 1;
      bytes[classId] = bytes[classId]! + retained[child]!;
    }
  }

  for (let holder = 0, next = 0; holder < reached; holder = next) {
    const isLarge = retained[holder]! >= minBytes;
    // What a small one dominates is smaller still.
    next = isLarge ? holder + 1 : end[holder]!;
    if (!isLarge || end[holder] === holder + 1 || entries[classOf[order[holder]!]!] === 1) continue;
    opened.push(holder);
    for (let open = opened.pop(); open !== undefined; open = opened.pop()) countChildren(open);
    for (const classId of found.splice(0)) {
      if (bytes[classId]! >= minBytes) {
        const group = { holder, classId, instances: counts[classId]!, retainedBytes: bytes[classId]! };
        let some: readonly number[] | undefined;
        // Few are asked for them, and of a class that is rare they are far apart.
        const samples = (): readonly number[] => (some ??= firstOf(holder, classId));
        if (accept(group, samples)) groups.push({ ...group, samples: samples() });
      }
      counts[classId] = bytes[classId] = 0;
    }
  }
  return groups;

  function firstOf(holder: number, classId: number): number[] {
    const samples: number[] = [];
    const open = [holder];
    for (let at = open.pop(); at !== undefined && samples.length < SAMPLES; at = open.pop())
      for (let child = at + 1; child < end[at]! && samples.length < SAMPLES; child = end[child]!) {
        const id = classOf[order[child]!]!;
        if (entries[id] === 1 && end[child]! > child + 1) open.push(child);
        else if (id === classId) samples.push(child);
      }
    return samples;
  }
}
