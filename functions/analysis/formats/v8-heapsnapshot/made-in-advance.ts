import type { HolderPath } from '../../graph/holder-paths.ts';
import { NOT_RETAINING } from '../../graph/object-graph.ts';
import type { Crowd } from '../../graph/suspects.ts';
import type { Heap } from './heap.ts';

const BYTES_EACH: Partial<Record<string, number>> = { Uint8Array: 1, Uint16Array: 2, Uint32Array: 4 };
/** A list in both directions has two. */
const MIN_ARRAYS = 2;
/** The holder of an array is one object above it, or two where its table counts. */
const ABOVE = 2;
const MAX_EDGES = 200;
/** Instances are counted, and more of them may lie elsewhere. */
const MIN_SHARE = 0.9;

/**
 * Does what holds a crowd link its places by numbers in typed arrays, which cannot grow? So caches of a fixed size are made (lru-cache), whose names say nothing once they
 * are minified. In one clause, or undefined.
 */
export function findMadeInAdvance(
  { graph, tree, retained }: Heap,
  { nodes, pile }: Pick<HolderPath, 'nodes' | 'pile'>,
  { instances }: Crowd,
): string | undefined {
  for (const node of nodes.slice(Math.max(1, pile - ABOVE), pile + 1).reverse()) {
    const arrays = new Map<string, number>();
    const end = Math.min(graph.firstEdge[node + 1]!, graph.firstEdge[node]! + MAX_EDGES);
    for (let edge = graph.firstEdge[node]!; edge < end; edge++) {
      const to = graph.edgeTo[edge]!;
      if (to >= NOT_RETAINING) continue;
      const name = graph.className(graph.classOf[to]!);
      const each = BYTES_EACH[name];
      const bytes = retained[tree.position[to]!] ?? 0;
      // Of equal length: one for what comes next, one for what came before.
      if (each === undefined || bytes < MIN_SHARE * instances * each) continue;
      const key = `${name} ${bytes}`;
      arrays.set(key, (arrays.get(key) ?? 0) + 1);
    }
    if ([...arrays.values()].some((count) => count >= MIN_ARRAYS))
      return `${graph.className(graph.classOf[node]!)} links its places by arrays of numbers that were made for as many`;
  }
  return undefined;
}
