import type { Allocate, Task } from '../parallel.ts';
import { finish, SLICE, type Slices } from './drive.ts';
import { type GraphShape, NOT_RETAINING } from './object-graph.ts';

/** A byte a node: 1 for each with an incoming retaining edge from another node. */
export interface RetainedMarks {
  readonly marks: Uint8Array;
  /** One word: 1 once all are made. */
  readonly ready: Int32Array;
}

type Edges = Pick<GraphShape, 'nodeCount' | 'firstEdge' | 'edgeTo'>;

/**
 * May run beside the numbering in preorder: that takes the retaining bit from edges to nodes which it has numbered, and nobody asks about those.
 */
export const markRetained: Task<Edges & RetainedMarks, undefined> = { name: 'retained-by-others', start: mark };

export function allocateMarks(nodeCount: number, allocate: Allocate): RetainedMarks {
  return { marks: new Uint8Array(allocate(nodeCount)), ready: new Int32Array(allocate(4)) };
}

/** The marks of `made` where they are ready, else made here and now. */
export function retainedMarks(graph: Edges, made: RetainedMarks | undefined): Uint8Array {
  if (made !== undefined && Atomics.load(made.ready, 0) === 1) return made.marks;
  const own = allocateMarks(graph.nodeCount, (sizeBytes) => new ArrayBuffer(sizeBytes));
  finish(mark({ ...graph, ...own }));
  return own.marks;
}

function* mark({ nodeCount, firstEdge, edgeTo, marks, ready }: Edges & RetainedMarks): Slices<undefined> {
  for (let start = 0; start < nodeCount; start += SLICE) {
    const end = Math.min(nodeCount, start + SLICE);
    for (let node = start, edge = firstEdge[start]!; node < end; node++) {
      for (const rowEnd = firstEdge[node + 1]!; edge < rowEnd; edge++) {
        const to = edgeTo[edge]!;
        if (to < NOT_RETAINING && to !== node) marks[to] = 1;
      }
    }
    yield start / nodeCount;
  }
  Atomics.store(ready, 0, 1);
  return undefined;
}
