import { seekHolderPaths, type HolderPath } from '../../graph/holder-paths.ts';
import { NOT_RETAINING } from '../../graph/object-graph.ts';
import { findLargeObjects, type LargeObjectOptions } from '../../graph/large-objects.ts';
import { pathsBy } from '../../graph/paths.ts';
import { type Crowd, seekCrowds, type SuspectOptions } from '../../graph/suspects.ts';
import { describeCrowds, type HeapLanguage, type Suspect } from '../../heap/suspect.ts';
import { isDetachedDom, roleOfClass } from './class-roles.ts';
import { findLimit } from './field-names.ts';
import type { Heap } from './heap.ts';
import { findMadeInAdvance } from './made-in-advance.ts';
import { judgeKind } from './leak-kind.ts';
import { nodeKind } from './node-kinds.ts';
import { describePath } from './path-steps.ts';

const MAX_EDGES = 200;
export const BASE = "the program's data";

/** What piles up and who holds it; in a comparison also classes that `grew` (ids), however small they are, and single large objects. */
export async function findSuspects(heap: Heap, grew?: ReadonlySet<number>): Promise<Suspect[]> {
  const { graph, tree, pool } = heap;
  const crowds = await findHeapCrowds(heap, grew);
  const metBy = await heap.searchPaths();
  const paths = await heap.inTurns(seekHolderPaths(graph, tree, crowds, (goals) => pathsBy(graph, metBy, goals), pool));
  const language: HeapLanguage = {
    describePath: ({ nodes, edges }: HolderPath) => describePath(heap, nodes, edges),
    judgeKind: ({ classId, samples }, steps, accumulation, pile) =>
      judgeKind(graph.className(classId), steps, accumulation, pile, detachedOf(heap, samples)),
    // The collection that people know is the Map, not the table inside it, and the EventTarget, not the first link of its listeners.
    isInner: (name) =>
      /^(\((table|closure context|system)\)|(system|Node) \/ .*|Listener|\(exported variable\)|Window( .*)?|(blink|cppgc)::.*|InternalNode)$/.test(
        name,
      ),
    findLimit: (path, crowd) => findLimit(heap, path) ?? findMadeInAdvance(heap, path, crowd),
    findLoad: (crowd, { kind }) => (kind === 'timers-promises' ? findLoad(heap, crowd) : undefined),
  };
  return describeCrowds(heap, paths, language);
}

async function findHeapCrowds(heap: Heap, grew?: ReadonlySet<number>): Promise<Crowd[]> {
  const { graph, tree, snapshot, starts } = heap;
  const { isNative, programBytes } = heap.census;
  const synthetic = nodeKind(snapshot.header, 'synthetic');
  const roots = new Set([graph.root, ...starts]);
  const options: SuspectOptions & LargeObjectOptions = {
    baseBytes: programBytes,
    ...(grew ? { alsoClasses: grew } : {}),
    roleOf: (id) => roleOfClass(graph.className(id), isNative[id] === 1),
    isHolder: (position) => {
      const node = tree.order[position]!;
      return !roots.has(node) && snapshot.nodes.type[node] !== synthetic;
    },
    isRuntimeTable: (samples) => isTable(heap, samples),
    isCaptured: (id) => graph.className(id) === 'system / Context',
    isText: (id) => graph.className(id).endsWith('string)'),
  };
  const crowds = await heap.inTurns(seekCrowds(heap, options));
  crowds.push(...findLargeObjects(heap, options, crowds, grew === undefined ? 'outstanding' : 'all'));
  // A script has its source, which is no data of the program.
  const isSource = ({ isFew, samples }: Crowd): boolean =>
    isFew === true && snapshot.nodes.type[tree.order[tree.idom[samples[0]!]!]!] === nodeKind(snapshot.header, 'code');
  return crowds.filter((crowd) => !isSource(crowd)).map((crowd) => withoutHandles(heap, crowd));
}

/** The object that programs see keeps another of the same name, which is Node's: what is open is one. */
const HAS_HANDLE = /^(FileHandle|Worker|Hash|Hmac|Sign|Verify|Cipheriv|Decipheriv)$/;

function withoutHandles({ graph, tree: { order, idom, reached } }: Heap, crowd: Crowd): Crowd {
  const { classOf } = graph;
  if (!HAS_HANDLE.test(graph.className(crowd.classId))) return crowd;
  let instances = 0;
  for (let p = 1; p < reached; p++)
    if (classOf[order[p]!] === crowd.classId && classOf[order[idom[p]!]!] !== crowd.classId) instances++;
  return { ...crowd, instances };
}

/** Timers and promises that leak are hundreds; so few, with much in each, are requests that a busy server works on. */
const FEW_CARRIERS = 50;

function findLoad({ tree: { idom } }: Heap, { samples, holder }: Crowd): string | undefined {
  // Only the root, which is its own dominator, is above all of them.
  if (holder < 0) return undefined;
  const carriers = new Set<number>();
  for (const sample of samples) {
    let position = sample;
    while (position > holder && idom[position] !== holder) position = idom[position]!;
    carriers.add(position);
  }
  return carriers.size > 1 && carriers.size < FEW_CARRIERS && 2 * carriers.size < samples.length
    ? `no more than about ${carriers.size} timers or promises hold them, as requests do that are being served`
    : undefined;
}

/** `Detached <div>`: what most of a crowd refer to directly that is out of its document; undefined where they do not. */
function detachedOf({ graph, tree, detached }: Heap, samples: readonly number[]): string | undefined {
  if (detached === undefined) return undefined;
  let found = '';
  let count = 0;
  for (const position of samples) {
    const node = tree.order[position]!;
    const end = Math.min(graph.firstEdge[node + 1]!, graph.firstEdge[node]! + MAX_EDGES);
    for (let edge = graph.firstEdge[node]!; edge < end; edge++) {
      const to = graph.edgeTo[edge]!;
      if (to >= NOT_RETAINING || detached[to] !== 1) continue;
      const name = graph.className(graph.classOf[to]!);
      if (!isDetachedDom(name)) continue;
      found = name;
      count++;
      break;
    }
  }
  return 2 * count > samples.length ? found : undefined;
}

/**
 * What the text of a program made and no request adds to: the variables of a function (a bundle has thousands in one), and the constructors that Node makes
 * for its error codes, some 200 functions of one name in one object.
 */
function isTable({ graph, tree, snapshot: { nodes, edges, strings } }: Heap, samples: readonly number[]): boolean {
  const holder = tree.order[tree.idom[samples[0]!]!]!;
  const some = new Set(samples.map((position) => tree.order[position]!));
  if ([...some].every((node) => graph.nodeName(node) === 'function NodeError')) return true;
  if (!strings.equals(nodes.name[holder]!, 'system / Context')) return false;
  let variables = 0;
  for (let edge = nodes.firstEdge[holder]!, end = nodes.firstEdge[holder + 1]!; edge < end; edge++)
    if (edges.to[edge]! < NOT_RETAINING && some.delete(edges.to[edge]!)) variables++;
  return 2 * variables > samples.length;
}
