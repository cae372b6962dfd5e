import * as fc from 'fast-check';
import { NOT_RETAINING, type ObjectGraph } from '../../../functions/analysis/graph/object-graph.ts';

export interface PlainEdge {
  from: number;
  to: number;
  weak?: boolean;
}

/** A graph from a list of edges, in any order; node 0 is the root. */
export function buildGraph(
  nodeCount: number,
  edges: readonly PlainEdge[],
  { shallow, classOf }: { shallow?: readonly number[]; classOf?: readonly number[] } = {},
): ObjectGraph {
  const sorted = [...edges].sort((a, b) => a.from - b.from);
  const firstEdge = new Uint32Array(nodeCount + 1);
  for (const { from } of sorted) firstEdge[from + 1]!++;
  for (let n = 0; n < nodeCount; n++) firstEdge[n + 1]! += firstEdge[n]!;
  const classes = Uint32Array.from({ length: nodeCount }, (_, n) => classOf?.[n] ?? 0);
  return {
    nodeCount,
    edgeCount: sorted.length,
    root: 0,
    firstEdge,
    edgeTo: Uint32Array.from(sorted, ({ to, weak }) => (weak === true ? to + NOT_RETAINING : to)),
    shallow: Uint32Array.from({ length: nodeCount }, (_, n) => shallow?.[n] ?? 1),
    classOf: classes,
    classCount: classes.reduce((most, id) => Math.max(most, id + 1), 1),
    className: (id) => `class ${id}`,
    nodeName: (node) => `node ${node}`,
    edgeName: (edge) => `edge ${edge}`,
  };
}

/** Small random graphs: dense and sparse, with knots, self edges, doubles, weak edges and unreachable parts. */
export const anyGraph = fc.integer({ min: 1, max: 24 }).chain((nodeCount) =>
  fc
    .record({
      edges: fc.array(
        fc.record({
          from: fc.nat(nodeCount - 1),
          to: fc.nat(nodeCount - 1),
          weak: fc.boolean().map((first) => first && nodeCount % 3 === 0),
        }),
        { maxLength: nodeCount * 4 },
      ),
      shallow: fc.array(fc.nat(1000), { minLength: nodeCount, maxLength: nodeCount }),
      classOf: fc.array(fc.nat(3), { minLength: nodeCount, maxLength: nodeCount }),
    })
    .map((parts) => ({ nodeCount, ...parts })),
);
