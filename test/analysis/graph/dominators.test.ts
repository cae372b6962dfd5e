import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ColumnPool } from '../../../functions/analysis/graph/column-pool.ts';
import { buildDominatorTree } from '../../../functions/analysis/graph/dominators.ts';
import { finish } from '../../../functions/analysis/graph/drive.ts';
import { sumByClass } from '../../../functions/analysis/graph/histogram.ts';
import { NONE } from '../../../functions/analysis/graph/object-graph.ts';
import { sumRetained } from '../../../functions/analysis/graph/retained.ts';
import { anyGraph, buildGraph } from './build-graph.ts';
import { dominatedSets, reach } from './naive.ts';

describe('dominators', () => {
  for (const stepsPerNode of [16, 1, 0]) {
    it(`equal the definition on random graphs (budget of ${stepsPerNode} steps a node)`, () => {
      fc.assert(
        fc.property(anyGraph, ({ nodeCount, edges }) => {
          const graph = buildGraph(nodeCount, edges);
          const tree = finish(buildDominatorTree(graph, { stepsPerNode }));
          const sets = dominatedSets(graph);
          expect(tree.count).toBe(reach(graph).size);
          for (let node = 0; node < nodeCount; node++) {
            const position = tree.position[node]!;
            expect(position === NONE).toBe(!sets.has(node));
            if (position === NONE || node === graph.root) continue;
            // The immediate dominator is the strict dominator that dominates the fewest.
            const above = [...sets].filter(([other, set]) => other !== node && set.has(node));
            const nearest = above.reduce((a, b) => (a[1].size <= b[1].size ? a : b))[0];
            expect(tree.order[tree.idom[position]!]).toBe(nearest);
            expect(tree.idom[position]).toBeLessThan(position);
          }
        }),
        { numRuns: 300 },
      );
    });
  }

  it('leave only memory that other threads see, though far more edges had to be kept than there are nodes', () => {
    const nodes = Array.from({ length: 40 }, (_, node) => node + 1);
    const knot = nodes.flatMap((from) => nodes.map((to) => ({ from, to })));
    const graph = buildGraph(41, [{ from: 0, to: 1 }, ...knot]);
    const pool = new ColumnPool((sizeBytes) => new SharedArrayBuffer(sizeBytes));
    finish(buildDominatorTree(graph, { pool }));
    for (let column = 0; column < 20; column++) expect(pool.take(41).buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  it('of sealed parts are those of the graph without the edges that lead into them from outside', () => {
    fc.assert(
      fc.property(anyGraph, fc.array(fc.nat(23), { maxLength: 3 }), ({ nodeCount, edges }, some) => {
        const sealed = [...new Set(some.map((node) => node % nodeCount))].filter((node) => node !== 0);
        // Sealed parts hang below the root.
        const all = [...edges, ...sealed.map((to) => ({ from: 0, to }))];
        const tree = finish(buildDominatorTree(buildGraph(nodeCount, all), { sealed }));
        const inside = new Set<number>();
        for (const start of sealed)
          for (const node of reach({
            ...buildGraph(
              nodeCount,
              all.filter(({ to }) => to !== 0),
            ),
            root: start,
          }))
            inside.add(node);
        const kept = all.filter(({ from, to }) => from === 0 || inside.has(from) || !inside.has(to));
        const sets = dominatedSets(buildGraph(nodeCount, kept));
        expect(tree.count).toBe(sets.size);
        for (const [node, set] of sets) {
          const position = tree.position[node]!;
          const below = [...tree.order.subarray(position, tree.end[position])];
          expect(new Set(below)).toEqual(set);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('give retained sizes and class sums by definition', () => {
    fc.assert(
      fc.property(anyGraph, ({ nodeCount, edges, shallow, classOf }) => {
        const graph = buildGraph(nodeCount, edges, { shallow, classOf });
        const tree = finish(buildDominatorTree(graph));
        const retained = sumRetained(graph, tree);
        const sets = dominatedSets(graph);
        for (const [node, set] of sets) {
          const bytes = [...set].reduce((sum, other) => sum + shallow[other]!, 0);
          expect(retained[tree.position[node]!]).toBe(bytes);
        }
        const histogram = finish(sumByClass.start({ ...graph, tree, retained }));
        for (let cls = 0; cls < graph.classCount; cls++) {
          const members = [...sets.keys()].filter((node) => classOf[node] === cls && shallow[node]! > 0);
          const together = new Set(members.flatMap((node) => [...sets.get(node)!]));
          expect(histogram.instances[cls]).toBe(members.length);
          expect(histogram.shallowBytes[cls]).toBe(members.reduce((sum, node) => sum + shallow[node]!, 0));
          expect(histogram.retainedBytes[cls]).toBe([...together].reduce((sum, node) => sum + shallow[node]!, 0));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('attach what is unreachable below the root on request', () => {
    fc.assert(
      fc.property(anyGraph, ({ nodeCount, edges, shallow }) => {
        const graph = buildGraph(nodeCount, edges, { shallow });
        const tree = finish(buildDominatorTree(graph, { attachUnreachable: true }));
        expect(tree.count).toBe(nodeCount);
        expect(tree.reached).toBe(reach(graph).size);
        expect(sumRetained(graph, tree)[0]).toBe(shallow.reduce((sum, bytes) => sum + bytes, 0));
      }),
    );
  });

  it('do not turn quadratic on ladders of back edges, whose walks are long', () => {
    // A chain 0 -> 1 -> ... with an edge from the root to every node of the second half, and back edges between.
    const size = 200_000;
    const edges = [];
    for (let n = 0; n + 1 < size; n++) edges.push({ from: n, to: n + 1 });
    for (let n = size / 2; n < size; n++) edges.push({ from: size - n, to: n }, { from: n, to: n - size / 4 });
    const graph = buildGraph(size, edges);
    const fast = finish(buildDominatorTree(graph));
    const capped = finish(buildDominatorTree(graph, { stepsPerNode: 0 }));
    expect(capped.idom).toEqual(fast.idom);
  });

  it('survive a chain of a million nodes and a node with a million children', () => {
    const size = 1_000_000;
    const firstEdge = Uint32Array.from({ length: size + 1 }, (_, n) => Math.min(n, size - 1));
    const edgeTo = Uint32Array.from({ length: size - 1 }, (_, n) => n + 1);
    const shape = {
      ...buildGraph(1, []),
      nodeCount: size,
      edgeCount: size - 1,
      shallow: new Uint32Array(size).fill(1),
    };
    const chain = { ...shape, firstEdge, edgeTo };
    expect(sumRetained(chain, finish(buildDominatorTree(chain)))[0]).toBe(size);
    const starEdges = new Uint32Array(size + 1).fill(size - 1);
    starEdges[0] = 0;
    const star = { ...shape, firstEdge: starEdges, edgeTo };
    const tree = finish(buildDominatorTree(star));
    expect(tree.idom.every((up) => up === 0)).toBe(true);
    expect(sumRetained(star, tree)[0]).toBe(size);
  });
});
