import type { DominatorTree } from './dominators.ts';
import { inSlices, type Slices } from './drive.ts';
import type { ObjectGraph } from './object-graph.ts';

const SAMPLES = 200;
const MAX_ANCESTORS = 500;

/** Positions of up to 200 objects of each class, evenly spread over the reachable heap. One pass. */
export function* sampleInstances(
  { classOf, classCount, shallow }: ObjectGraph,
  { order, reached }: DominatorTree,
  instances: Uint32Array,
  classes: readonly number[],
): Slices<Map<number, number[]>> {
  const samples = new Map<number, number[]>(classes.map((id) => [id, []]));
  const strides = new Uint32Array(classCount);
  const seen = new Uint32Array(classCount);
  for (const id of classes) strides[id] = Math.max(1, Math.floor(instances[id]! / SAMPLES));
  yield* inSlices(0, reached, (start, end) => {
    for (let p = start; p < end; p++) {
      const node = order[p]!;
      const id = classOf[node]!;
      const stride = strides[id]!;
      if (stride === 0 || shallow[node] === 0) continue;
      const at = seen[id]!;
      seen[id] = at + 1;
      if (at % stride === 0) samples.get(id)!.push(p);
    }
  });
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

/** Dominators of one class in a row. */
export interface DominatorRun {
  /** The uppermost of a list; of fewer in a row, the position itself: a cache in a state in an application is no list. */
  readonly top: number;
  /** How many dominators were passed to come to `top`. */
  readonly length: number;
}

const LIST_LENGTH = 8;

/**
 * The way up the dominators of a list as one step, be it a million links long. Ask for positions in ascending order: then what was walked is not
 * walked again.
 */
export function runsAbove(
  { idom, order }: DominatorTree,
  { classOf }: ObjectGraph,
): (position: number) => DominatorRun {
  const known = new Map<number, DominatorRun>();
  return (position) => {
    const id = classOf[order[position]!];
    let run: DominatorRun = { top: position, length: 0 };
    for (let p = idom[position]!, length = 1; p > 0 && classOf[order[p]!] === id; p = idom[p]!, length++) {
      const rest = known.get(p);
      run = rest === undefined ? { top: p, length } : { top: rest.top, length: length + rest.length };
      if (rest !== undefined) break;
    }
    known.set(position, run);
    return run.length < LIST_LENGTH ? { top: position, length: 0 } : run;
  };
}
