import type { Slices } from '../../../graph/drive.ts';
import { NONE } from '../../../graph/object-graph.ts';
import { listPositions } from '../../../graph/positions.ts';
import type { Crowd } from '../../../graph/suspects.ts';
import type { Heap } from '../heap.ts';
import { FIRST_CLASS } from '../index-pass.ts';

/** Classes of one name that several live loaders have loaded. */
export interface LoadedAgain {
  readonly crowd: Crowd;
  readonly loaderClass: string;
  readonly loaders: number;
  /** Nodes of the class objects. */
  readonly classNodes: readonly number[];
}

const MIN_LOADERS = 3;
const SAMPLES = 200;
const MAX_GROUPS = 4;
/** Loaders that the JVM makes for single generated classes. */
const DELEGATING = /(DelegatingClassLoader|MethodUtil|GeneratedClassLoader)$/;

type Parts = Pick<Heap, 'index' | 'classes' | 'columns' | 'tree' | 'graph' | 'retained' | 'loaderNodes'>;

/** Groups of class loaders of one class whose classes have the same names, each with the class that has most instances. */
export function* findLoadedAgain(heap: Parts, baseBytes: number): Slices<LoadedAgain[]> {
  const { index, classes, columns, tree, graph, loaderNodes } = heap;
  const byName = new Map<string, { nodes: number[]; loaders: Set<number>; instances: number; nameId: number }>();
  index.classes.forEach(({ dump }, i) => {
    const number = FIRST_CLASS + i;
    const node = columns.numbers.ofClass[number]!;
    if (dump === undefined || dump.loaderId === 0 || tree.position[node] === NONE) return;
    const loader = loaderNodes.get(dump.loaderId);
    if (loader === undefined || DELEGATING.test(graph.nodeName(loader))) return;
    const name = classes.name(number);
    let group = byName.get(name);
    if (group === undefined)
      byName.set(name, (group = { nodes: [], loaders: new Set(), instances: 0, nameId: classes.nameIds[number]! }));
    group.nodes.push(node);
    group.loaders.add(loader);
    group.instances += columns.instancesOf[number]!;
  });
  // Of the classes that the same loaders loaded again, the one with most instances stands for all.
  const best = new Map<string, { name: string; group: NonNullable<ReturnType<typeof byName.get>> }>();
  for (const [name, group] of byName) {
    if (group.loaders.size < MIN_LOADERS) continue;
    const loaderClass = graph.nodeName([...group.loaders][0]!);
    const known = best.get(loaderClass);
    if (known === undefined || group.instances > known.group.instances) best.set(loaderClass, { name, group });
  }
  const names = new Set([...best.values()].map(({ group }) => graph.className(group.nameId)));
  const positions =
    names.size === 0 ? new Map<number, number[]>() : yield* listPositions(graph, tree, (name) => names.has(name));
  const found = [...best].map(([loaderClass, { group }]): LoadedAgain => {
    const instanceNodes = (positions.get(group.nameId) ?? [])
      .map((p) => tree.order[p]!)
      .filter((node) => node >= columns.numbers.firstObject);
    const counted = instanceNodes.length > 0 ? instanceNodes : group.nodes;
    const retainedBytes = retainedTogether(heap, [...instanceNodes, ...group.nodes, ...group.loaders]);
    const stride = Math.max(1, Math.floor(counted.length / SAMPLES));
    return {
      crowd: {
        classId: group.nameId,
        role: 'user',
        instances: counted.length,
        retainedBytes,
        share: retainedBytes / baseBytes,
        samples: counted.filter((_, i) => i % stride === 0).map((node) => tree.position[node]!),
        holder: -1,
      },
      loaderClass,
      loaders: group.loaders.size,
      classNodes: group.nodes,
    };
  });
  return found.sort((a, b) => b.crowd.retainedBytes - a.crowd.retainedBytes).slice(0, MAX_GROUPS);
}

/** Bytes that a set of nodes retains at least: those of each that no other of them dominates. */
function retainedTogether({ tree, retained }: Parts, nodes: readonly number[]): number {
  const positions = new Set(nodes.map((node) => tree.position[node]!).filter((position) => position !== NONE));
  let bytes = 0;
  for (const position of positions) {
    let above = position;
    while (above > 0) {
      above = tree.idom[above]!;
      if (positions.has(above)) break;
    }
    if (above === 0) bytes += retained[position]!;
  }
  return bytes;
}
