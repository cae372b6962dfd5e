import type { DominatorTree } from './dominators.ts';
import type { ObjectGraph } from './object-graph.ts';

const SAMPLES = 200;
const MAX_ANCESTORS = 500;

/** Positions of up to 200 objects of each class, evenly spread over the reachable heap. One pass. */
export function sampleInstances(
  graph: ObjectGraph,
  { order, reached }: DominatorTree,
  instances: Uint32Array,
  classes: readonly number[],
): Map<number, number[]> {
  const samples = new Map<number, number[]>(classes.map((id) => [id, []]));
  const strides = new Uint32Array(graph.classCount);
  const seen = new Uint32Array(graph.classCount);
  for (const id of classes) strides[id] = Math.max(1, Math.floor(instances[id]! / SAMPLES));
  for (let p = 0; p < reached; p++) {
    const node = order[p]!;
    const id = graph.classOf[node]!;
    const stride = strides[id]!;
    if (stride === 0 || graph.shallow[node] === 0) continue;
    const at = seen[id]!;
    seen[id] = at + 1;
    if (at % stride === 0) samples.get(id)!.push(p);
  }
  return samples;
}

/** The dominators of a position, nearest first, without itself; at most 500 of a long chain. */
export function ancestorsOf({ idom }: DominatorTree, position: number): number[] {
  const ancestors: number[] = [];
  for (let p = position; p > 0 && ancestors.length < MAX_ANCESTORS;) {
    p = idom[p]!;
    ancestors.push(p);
  }
  return ancestors;
}

/**
 * The way up the dominators by runs: of dominators of one class in a row only the topmost, so that a list of a million links is one step. Ask for positions
 * in ascending order: then runs that were walked are not walked again.
 */
export function runsAbove({ idom, order }: DominatorTree, { classOf }: ObjectGraph): (position: number) => number {
  const tops = new Map<number, number>();
  return (position) => {
    const id = classOf[order[position]!];
    let top = position;
    for (let p = position; p > 0 && classOf[order[p]!] === id; p = idom[p]!) {
      const known = tops.get(p);
      top = known ?? p;
      if (known !== undefined) break;
    }
    tops.set(position, top);
    return top;
  };
}
