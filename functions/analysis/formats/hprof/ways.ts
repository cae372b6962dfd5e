import type { Run } from '../../analyser.ts';
import { drive, type Pause } from '../../graph/drive.ts';
import { type HolderPath, seekHolderPaths } from '../../graph/holder-paths.ts';
import { NONE, NOT_RETAINING, type ObjectGraph } from '../../graph/object-graph.ts';
import { pathsBy, searchPaths } from '../../graph/paths.ts';
import type { Crowd } from '../../graph/suspects.ts';
import { perform } from '../../parallel.ts';
import type { Heap } from './heap.ts';
import type { LoadedAgain } from './rules/class-loaders.ts';

type Parts = Pick<Heap, 'graph' | 'tree' | 'roots' | 'columns' | 'pool' | 'loadedAgain'>;

/**
 * The shortest ways to crowds. Locals come last: a ThreadLocal's value that a method is just using is held by the ThreadLocal, and one step further away. So what
 * threads hold on their stacks is shut while ways are looked for, and opened for those that have no other. The search begins at once where there is another thread; edges
 * of threads are then marked as not retaining until `find` has ended.
 */
export class Ways {
  readonly #heap: Parts;
  readonly #starts: readonly number[];
  readonly #locals: readonly number[];
  readonly #run: Run;
  readonly #pause: Pause;
  #areShut = false;
  #searched: Promise<Uint32Array> | undefined;

  constructor(heap: Parts, run: Run, pause: Pause) {
    this.#heap = heap;
    this.#starts = startsOf(heap);
    this.#locals = localsOf(heap);
    this.#run = run;
    this.#pause = pause;
    if (!run.parallel) return;
    this.#searched = this.#searchShut();
    // Whoever asks meets its failure; until then it is nobody's.
    this.#searched.catch(() => undefined);
  }

  async find(crowds: readonly Crowd[]): Promise<Map<Crowd, HolderPath>> {
    const { graph, tree, pool } = this.#heap;
    const seek = (some: readonly Crowd[], metBy: Uint32Array): Promise<Map<Crowd, HolderPath>> => {
      const slices = seekHolderPaths(graph, tree, some, (goals) => pathsBy(graph, metBy, goals), pool);
      return drive(slices, this.#run, this.#pause, 'paths', 0.95, 0.95);
    };
    const metBy = await (this.#searched ??= this.#searchShut());
    this.#turn(true);
    const paths = await seek(crowds, metBy);
    this.#turn(false);
    const rest = crowds.filter((crowd) => !paths.has(crowd));
    if (rest.length === 0) return paths;
    const open = await this.#search();
    for (const [crowd, path] of await seek(rest, open)) paths.set(crowd, path);
    pool.give(open);
    return paths;
  }

  #searchShut(): Promise<Uint32Array> {
    this.#turn(true);
    return this.#search();
  }

  async #search(): Promise<Uint32Array> {
    const { graph, pool } = this.#heap;
    const { nodeCount, firstEdge, edgeTo } = graph;
    const [metBy, queue] = [pool.take(nodeCount), pool.take(nodeCount)];
    const input = { nodeCount, firstEdge, edgeTo, starts: this.#starts, metBy, queue };
    await perform(searchPaths, input, this.#run, this.#pause);
    pool.give(queue);
    return metBy;
  }

  #turn(shut: boolean): void {
    if (this.#areShut === shut) return;
    this.#areShut = shut;
    const { edgeTo } = this.#heap.graph;
    for (const edge of this.#locals) edgeTo[edge] = (edgeTo[edge]! ^ NOT_RETAINING) >>> 0;
  }
}

/**
 * Where ways begin: threads, then classes, whose static fields are what a person looks for; then the other GC roots. A class that was
 * loaded many times is part of the leak and no beginning.
 */
function startsOf({ roots, columns, tree, loadedAgain }: Parts): number[] {
  const again = new Set(loadedAgain.flatMap(({ classNodes }: LoadedAgain) => classNodes));
  const starts: number[] = roots.threads.map(({ node }) => node);
  for (let node = 1; node < columns.numbers.firstObject; node++)
    if (tree.position[node] !== NONE && !again.has(node)) starts.push(node);
  for (const node of roots.tags.keys()) if (!again.has(node)) starts.push(node);
  return starts;
}

/** Edges from threads to what is on their stacks, which come last in their rows. */
function localsOf({ roots, graph: { firstEdge, edgeTo } }: { roots: Heap['roots']; graph: ObjectGraph }): number[] {
  const edges: number[] = [];
  for (const { node, locals } of roots.threads) {
    const end = firstEdge[node + 1]!;
    for (let edge = Math.max(firstEdge[node]!, end - locals.length); edge < end; edge++)
      if (edgeTo[edge]! < NOT_RETAINING) edges.push(edge);
  }
  return edges;
}
