import { CLASS_MASK, FIRST_CLASS, OBJECT_ARRAY } from '../../../../functions/analysis/formats/hprof/index-pass.ts';
import { buildHeap, type Heap, openDump } from '../../../../functions/analysis/formats/hprof/heap.ts';
import { buildDominatorTree } from '../../../../functions/analysis/graph/dominators.ts';
import { finish } from '../../../../functions/analysis/graph/drive.ts';
import { NOT_RETAINING } from '../../../../functions/analysis/graph/object-graph.ts';
import { sourceOf, testRun } from '../../test-run.ts';

/** A heap with what its graph has forgotten: ids and classes of objects, in the order of the file. */
export interface NumberedHeap {
  readonly heap: Heap;
  readonly ids: readonly number[];
  /** Class numbers; arrays of references carry a mark. */
  readonly classNumbers: readonly number[];
}

export async function readNumbered(dump: Uint8Array): Promise<NumberedHeap> {
  const opened = await openDump(sourceOf(dump), testRun(), 0.2);
  const { ids, classOf } = opened.index;
  const all = Array.from({ length: ids.length }, (_, i) => i);
  const [objectIds, classNumbers] = [all.map((i) => ids.get(i)), all.map((i) => classOf.get(i))];
  return { heap: await buildHeap(opened, testRun(), 1), ids: objectIds, classNumbers };
}

/**
 * Retained bytes of each object under the rules of VisualVM, which are not ours:
 * - *locals are roots*: what a thread has on its stack hangs below the root, not below the thread;
 * - *weak holders hold*: what a Reference leads to, when something else reaches it, is not dominated by that other thing alone;
 * - *garbage holds*: so does an object that no root reaches;
 * - *classes*: an instance leads to its class and a class to its loader; a loader does not lead to its classes; a class object has no bytes;
 * - *layout*: bytes of objects are `bytesOf`, VisualVM's.
 * The dominators are ours, of that other graph.
 */
export function retainedByVisualVm(
  { heap, ids, classNumbers }: NumberedHeap,
  bytesOf: (id: number) => number,
): Float64Array {
  const edges = listEdges({ heap, ids, classNumbers });
  const count = edges.length;
  const reached = reach(edges);
  const firstEdge = new Uint32Array(count + 1);
  const edgeTo: number[] = [];
  // What garbage leads to hangs below the root as well.
  for (let node = 0; node < count; node++)
    if (!reached[node]) for (const target of edges[node]!) edges[0]!.push(target);
  edges.forEach((targets, node) => {
    firstEdge[node] = edgeTo.length;
    for (const target of targets) if (reached[target % NOT_RETAINING]) edgeTo.push(target % NOT_RETAINING);
  });
  firstEdge[count] = edgeTo.length;
  const shape = { nodeCount: count, edgeCount: edgeTo.length, root: 0, firstEdge, edgeTo: Uint32Array.from(edgeTo) };
  const tree = finish(buildDominatorTree(shape));

  const { firstObject } = heap.columns.numbers;
  const retained = new Float64Array(ids.length);
  const sums = new Float64Array(tree.reached);
  for (let p = tree.reached - 1; p > 0; p--) {
    const object = tree.order[p]! - firstObject;
    if (object >= 0) sums[p]! += bytesOf(ids[object]!);
    sums[tree.idom[p]!]! += sums[p]!;
    if (object >= 0) retained[object] = sums[p]!;
  }
  return retained;
}

/** Targets of each node; those of a Reference with NOT_RETAINING added. */
function listEdges({ heap, ids, classNumbers }: NumberedHeap): number[][] {
  const { graph, columns, roots, index, classes } = heap;
  const { firstObject, ofClass } = columns.numbers;
  const nodes = new Map(ids.map((id, i) => [id, firstObject + i]));
  index.classes.forEach(({ id, dump }, i) => dump && nodes.set(id, ofClass[FIRST_CLASS + i]!));
  const edges: number[][] = Array.from({ length: graph.nodeCount }, () => []);
  const add = (from: number, to: number | undefined): void => {
    if (to !== undefined) edges[from]!.push(to);
  };
  for (const node of roots.tags.keys()) add(0, node);
  /** Edges at the end of an object's own that the dump does not write: of threads and loaders. */
  const added = new Map<number, number>();
  for (const { node, locals } of roots.threads) {
    for (const local of locals) add(0, local.node);
    added.set(node, (added.get(node) ?? 0) + locals.length);
  }
  index.classes.forEach(({ dump }, i) => {
    if (dump === undefined) return;
    const node = ofClass[FIRST_CLASS + i]!;
    for (const { value } of dump.statics) add(node, nodes.get(value));
    const loader = nodes.get(dump.loaderId);
    add(node, loader);
    if (loader !== undefined) added.set(loader, (added.get(loader) ?? 0) + 1);
  });
  classNumbers.forEach((number, i) => {
    const node = firstObject + i;
    const end = graph.firstEdge[node + 1]! - (added.get(node) ?? 0);
    for (let edge = graph.firstEdge[node]!; edge < end; edge++) add(node, graph.edgeTo[edge]);
    if (number >= FIRST_CLASS && number < OBJECT_ARRAY && classes.dump(number) !== undefined)
      add(node, ofClass[number & CLASS_MASK]);
  });
  return edges;
}

function reach(edges: readonly (readonly number[])[]): Uint8Array {
  const reached = new Uint8Array(edges.length);
  reached[0] = 1;
  const stack = [0];
  for (let node = stack.pop(); node !== undefined; node = stack.pop())
    for (const to of edges[node]!)
      if (to < NOT_RETAINING && reached[to] === 0) {
        reached[to] = 1;
        stack.push(to);
      }
  return reached;
}

/**
 * A class loader, its list of classes and the array in it. VisualVM takes what the static fields of those classes hold for theirs in some dumps, and in
 * others for that of the instances as well; no one rule says which.
 */
export function listsOfClasses({ heap }: NumberedHeap): Set<number> {
  const { graph, loaderNodes, columns } = heap;
  const nodes = new Set<number>();
  const targets = (node: number): number[] => [
    ...graph.edgeTo.subarray(graph.firstEdge[node], graph.firstEdge[node + 1]),
  ];
  const isList = (node: number): boolean =>
    /^(java\.lang\.Object\[\]|java\.util\.(Vector|ArrayList))$/.test(graph.nodeName(node));
  for (const loader of loaderNodes.values())
    for (const list of targets(loader).filter((node) => node < NOT_RETAINING && isList(node)))
      for (const array of targets(list).filter((node) => node < NOT_RETAINING && isList(node)))
        if (targets(array).some((node) => node < columns.numbers.firstObject))
          for (const node of [loader, list, array]) nodes.add(node);
  return nodes;
}
