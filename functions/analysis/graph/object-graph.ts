/**
 * A heap as typed arrays. Nodes and edges are ordinals; the edges of node `n` are `firstEdge[n] .. firstEdge[n + 1]`
 * (compressed sparse rows). Names are decoded on demand, because a dump has more strings than anybody will read.
 */
export interface ObjectGraph {
  /** At most 2^31 - 1. */
  readonly nodeCount: number;
  readonly edgeCount: number;
  /** The one node from which everything alive is reached: make one when the format has many GC roots. */
  readonly root: number;
  /** Length `nodeCount + 1`, ascending. */
  readonly firstEdge: Uint32Array;
  /** Length `edgeCount`: target ordinal, with `NOT_RETAINING` set on edges that do not keep their target alive. */
  readonly edgeTo: Uint32Array;
  /** Bytes of each node alone. */
  readonly shallow: Uint32Array | Float64Array;
  /** Class id of each node, `0 .. classCount - 1`. */
  readonly classOf: Uint32Array;
  readonly classCount: number;
  className(classId: number): string;
  /** What a person calls this object: its class, a function's name, the start of a string. */
  nodeName(node: number): string;
  /** The variable, property, index or internal slot of an edge. */
  edgeName(edge: number): string;
}

/** The part that dominators need. */
export type GraphShape = Pick<ObjectGraph, 'nodeCount' | 'edgeCount' | 'root' | 'firstEdge' | 'edgeTo'>;

/** Bit of `edgeTo`: weak references and the like, which are there to be shown and never followed. */
export const NOT_RETAINING = 0x8000_0000;
/** Mask of `edgeTo` that leaves the ordinal. */
export const TARGET = 0x7fff_ffff;
/** "No node", "no position". */
export const NONE = 0xffff_ffff;
