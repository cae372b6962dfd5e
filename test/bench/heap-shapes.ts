import { buildDominatorTree } from '../../functions/analysis/graph/dominators.ts';
import { finish } from '../../functions/analysis/graph/drive.ts';
import { sumByClass } from '../../functions/analysis/graph/histogram.ts';
import type { ObjectGraph } from '../../functions/analysis/graph/object-graph.ts';
import { pruneTree } from '../../functions/analysis/graph/prune-tree.ts';
import { sumRetained } from '../../functions/analysis/graph/retained.ts';

/** Shapes that overflow stacks or turn quadratic: a chain of 10 million, a node with 5 million children, a chain with back edges. Prints what each takes. */
const MILLION = 1_000_000;

function graphOf(nodeCount: number, targetsOf: (node: number) => readonly number[]): ObjectGraph {
  const firstEdge = new Uint32Array(nodeCount + 1);
  for (let node = 0; node < nodeCount; node++) firstEdge[node + 1] = firstEdge[node]! + targetsOf(node).length;
  const edgeTo = new Uint32Array(firstEdge[nodeCount]!);
  for (let node = 0; node < nodeCount; node++) edgeTo.set(targetsOf(node), firstEdge[node]);
  const name = (): string => '';
  return {
    nodeCount,
    edgeCount: edgeTo.length,
    root: 0,
    firstEdge,
    edgeTo,
    shallow: new Uint32Array(nodeCount).fill(1),
    classOf: new Uint32Array(nodeCount),
    classCount: 1,
    className: name,
    nodeName: name,
    edgeName: name,
  };
}

const shapes: Record<string, () => ObjectGraph> = {
  'chain of 10 M': () => graphOf(10 * MILLION, (node) => (node + 1 < 10 * MILLION ? [node + 1] : [])),
  'node with 5 M children': () => {
    const children = Array.from({ length: 5 * MILLION }, (_, i) => i + 1);
    return graphOf(5 * MILLION + 1, (node) => (node === 0 ? children : []));
  },
  'chain of 2 M, each second one reached from the root, with back edges': () =>
    graphOf(2 * MILLION, (node) => {
      if (node === 0) return Array.from({ length: MILLION - 1 }, (_, i) => 2 * i + 1);
      const next = node + 1 < 2 * MILLION ? [node + 1] : [];
      return [...next, node >> 1];
    }),
};

for (const [name, make] of Object.entries(shapes)) {
  const graph = make();
  const startedMs = performance.now();
  const tree = finish(buildDominatorTree(graph));
  const dominatorsMs = performance.now() - startedMs;
  const retained = sumRetained(graph, tree);
  finish(sumByClass.start({ ...graph, tree, retained }));
  pruneTree(tree, retained, 5000, 40, 0);
  const allMs = performance.now() - startedMs;
  if (retained[0] !== graph.nodeCount) throw new Error(`${name}: the root retains ${retained[0]!}`);
  process.stdout.write(
    `${name}: dominators ${Math.round(dominatorsMs)} ms, with sizes and tree ${Math.round(allMs)} ms\n`,
  );
}
