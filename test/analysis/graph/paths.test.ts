import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NOT_RETAINING } from '../../../functions/analysis/graph/object-graph.ts';
import { findShortestPaths } from '../../../functions/analysis/graph/paths.ts';
import { anyGraph, buildGraph } from './build-graph.ts';
import { reach } from './naive.ts';

describe('shortest paths', () => {
  it('are chains of retaining edges, as long as a relaxation says', () => {
    fc.assert(
      fc.property(anyGraph, ({ nodeCount, edges }) => {
        const graph = buildGraph(nodeCount, edges);
        const distance = new Array<number>(nodeCount).fill(Infinity);
        distance[0] = 0;
        for (let round = 0; round < nodeCount; round++)
          for (const { from, to, weak } of edges)
            if (!weak) distance[to] = Math.min(distance[to]!, distance[from]! + 1);
        const goals = [...Array(nodeCount).keys()];
        const paths = findShortestPaths(graph, [0], goals);
        expect(new Set(paths.keys())).toEqual(reach(graph));
        for (const [goal, path] of paths) {
          expect(path.nodes.at(-1)).toBe(goal);
          expect(path.edges.length).toBe(distance[goal]);
          path.edges.forEach((edge, i) => {
            const from = path.nodes[i]!;
            expect(edge).toBeGreaterThanOrEqual(graph.firstEdge[from]!);
            expect(edge).toBeLessThan(graph.firstEdge[from + 1]!);
            expect(graph.edgeTo[edge]).toBe(path.nodes[i + 1]);
            expect(graph.edgeTo[edge]).toBeLessThan(NOT_RETAINING);
          });
        }
      }),
    );
  });
});
