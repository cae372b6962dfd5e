import type { DominatorTree } from './dominators.ts';
import { inSlices, type Slices } from './drive.ts';
import type { ObjectGraph } from './object-graph.ts';

/** Class id -> positions of its objects that the roots reach, ascending. */
export type Positions = ReadonlyMap<number, readonly number[]>;

/** Where the objects of the classes with such names are: one pass for all who ask. */
export function* listPositions(
  graph: ObjectGraph,
  { order, reached }: DominatorTree,
  isWanted: (className: string) => boolean,
): Slices<Positions> {
  const { classOf, classCount } = graph;
  const lists: (number[] | undefined)[] = [];
  for (let id = 0; id < classCount; id++) lists.push(isWanted(graph.className(id)) ? [] : undefined);
  yield* inSlices(0, reached, (start, end) => {
    for (let p = start; p < end; p++) lists[classOf[order[p]!]!]?.push(p);
  });
  return new Map(lists.flatMap((list, id) => (list === undefined || list.length === 0 ? [] : [[id, list]])));
}
