import type { Run } from '../../../analyser.ts';
import type { Finding, Severity } from '../../../../model/analysis.ts';
import type { PathView } from '../../../../model/view.ts';
import { findHolderPaths, type HolderPath } from '../../../graph/holder-paths.ts';
import { NONE, NOT_RETAINING } from '../../../graph/object-graph.ts';
import { type Crowd, findCrowds } from '../../../graph/suspects.ts';
import { roleOfClass } from '../class-roles.ts';
import type { Heap } from '../heap.ts';
import { CLASS_LOADER, judgeKind, type KindVerdict } from '../leak-kind.ts';
import type { ObjectReader } from '../object-reader.ts';
import { describePath, type PathStep, writePath } from '../path-steps.ts';
import { findThreadLocals } from './thread-locals.ts';
import { findLoadedAgain, type LoadedAgain } from './class-loaders.ts';

/** Below this, a crowd is worth a look and no more. */
const WARNING_SHARE = 0.1;
const CRITICAL_SHARE = 0.4;
const WARNING_BYTES = 128 * 1024;
const CRITICAL_BYTES = 16 * 2 ** 20;
const MANY_LOADERS = 10;

/** A crowd with everything that can be said of it. */
export interface Suspect {
  readonly crowd: Crowd;
  readonly path: HolderPath;
  readonly className: string;
  readonly steps: readonly PathStep[];
  readonly verdict: KindVerdict;
  readonly holder: string;
  readonly fingerprint: string;
  readonly again: LoadedAgain | undefined;
}

/** What piles up, and who holds it; largest first. `alsoClasses` (by name id) are looked at though they are small. */
export async function findSuspects(
  heap: Heap,
  reader: ObjectReader,
  run: Run,
  alsoClasses?: ReadonlySet<number>,
): Promise<Suspect[]> {
  const { graph, tree, dominated, retained, reachable: histogram } = heap;
  const baseBytes = Math.max(1, heap.reachableBytes);
  const loadedAgain = findLoadedAgain(heap, heap.loaderNodes, baseBytes);
  const crowds = findCrowds(
    { graph, tree, dominated, retained, histogram },
    {
      baseBytes,
      roleOf: (id) => roleOfClass(graph.className(id)),
      isHolder: (position) => position > 0,
      ...(alsoClasses ? { alsoClasses } : {}),
    },
  ).filter(({ classId }) => !loadedAgain.some(({ crowd }) => crowd.classId === classId));
  const found = [...crowds, ...loadedAgain.map(({ crowd }) => crowd)];
  const all = [...found, ...findThreadLocals(heap, baseBytes, found)];
  if (all.length === 0) return [];
  run.progress('paths', 0.95);
  const paths = findPaths(heap, all, startsOf(heap, loadedAgain));
  const suspects: Suspect[] = [];
  for (const crowd of all.sort((a, b) => b.retainedBytes - a.retainedBytes)) {
    const path = paths.get(crowd);
    if (path === undefined) continue;
    const steps = await describePath(heap, reader, path.nodes);
    const className = graph.className(crowd.classId);
    const again = loadedAgain.find((one) => one.crowd === crowd);
    const { accumulation } = path;
    const verdict = again ? CLASS_LOADER : judgeKind(className, crowd.role, steps, accumulation);
    suspects.push({
      crowd,
      path,
      className,
      steps,
      verdict,
      again,
      holder: writePath(steps, holderStep(steps, accumulation)),
      fingerprint: ['heap/suspect', verdict.kind, className, ...steps.slice(0, accumulation + 1).map(stableStep)]
        .join('|')
        .slice(0, 300),
    });
  }
  return suspects;
}

/** Rule heap/suspect: a finding and a path for each. */
export function judgeSuspects(heap: Heap, suspects: readonly Suspect[]): { findings: Finding[]; views: PathView[] } {
  const nameOf = (index: number): string => `suspect-${index + 1}`;
  return {
    findings: suspects.map((suspect, i) => toFinding(suspect, nameOf(i))),
    views: suspects.map((suspect, i) => toView(heap, suspect, nameOf(i))),
  };
}

/**
 * Where ways begin: threads, then classes, whose static fields are what a person looks for; then the other GC roots. A class that was
 * loaded many times is part of the leak and no beginning.
 */
function startsOf({ roots, columns, tree }: Heap, loadedAgain: readonly LoadedAgain[]): number[] {
  const again = new Set(loadedAgain.flatMap(({ classNodes }) => classNodes));
  const starts: number[] = roots.threads.map(({ node }) => node);
  for (let node = 1; node < columns.numbers.firstObject; node++)
    if (tree.position[node] !== NONE && !again.has(node)) starts.push(node);
  for (const node of roots.tags.keys()) if (!again.has(node)) starts.push(node);
  return starts;
}

/**
 * Locals come last: a ThreadLocal's value that a method is just using is held by the ThreadLocal, and one step further away. So what
 * threads hold on their stacks is shut while ways are looked for, and opened for those that have no other.
 */
function findPaths(heap: Heap, crowds: readonly Crowd[], starts: readonly number[]): Map<Crowd, HolderPath> {
  const { graph, tree, roots, pool } = heap;
  const shut: number[] = [];
  for (const { node, locals } of roots.threads) {
    const end = graph.firstEdge[node + 1]!;
    for (let edge = Math.max(graph.firstEdge[node]!, end - locals.length); edge < end; edge++)
      if (graph.edgeTo[edge]! < NOT_RETAINING) shut.push(edge);
  }
  const turn = (): void => {
    for (const edge of shut) graph.edgeTo[edge] = (graph.edgeTo[edge]! ^ NOT_RETAINING) >>> 0;
  };
  turn();
  const paths = findHolderPaths(graph, tree, crowds, starts, undefined, pool);
  turn();
  const rest = crowds.filter((crowd) => !paths.has(crowd));
  if (rest.length > 0)
    for (const [crowd, path] of findHolderPaths(graph, tree, rest, starts, undefined, pool)) paths.set(crowd, path);
  return paths;
}

function severityOf({ share, retainedBytes }: Crowd, again: LoadedAgain | undefined): Severity {
  if (share >= CRITICAL_SHARE && retainedBytes >= CRITICAL_BYTES) return 'critical';
  if (again !== undefined && again.loaders >= MANY_LOADERS && retainedBytes >= WARNING_BYTES) return 'warning';
  return share >= WARNING_SHARE && retainedBytes >= WARNING_BYTES ? 'warning' : 'note';
}

function toFinding(
  { crowd, path, className, steps, verdict, holder, fingerprint, again }: Suspect,
  view: string,
): Finding {
  const { accumulation } = path;
  const { kind, reason, advice, refutedBy } = verdict;
  const percent = Math.round(crowd.share * 1000) / 10;
  const loaders = again ? `, loaded by ${again.loaders} class loaders (${again.loaderClass})` : '';
  return {
    rule: 'heap/suspect',
    severity: severityOf(crowd, again),
    confidence:
      Math.round(100 * Math.min(0.9, 0.3 + 0.6 * Math.min(1, crowd.share / 0.5) + (crowd.role === 'user' ? 0.05 : 0))) /
      100,
    title: `${crowd.instances.toLocaleString('en-US')} × ${className}${loaders} retain ${bytesText(crowd.retainedBytes)} (${percent} % of the heap), held by ${holder}`,
    evidence: {
      class: className,
      instances: crowd.instances,
      retainedBytes: crowd.retainedBytes,
      path: steps,
      kind,
      holder,
      accumulationPoint: accumulation,
      share: Math.round(crowd.share * 10_000) / 10_000,
      ...(again ? { loaders: again.loaders, loaderClass: again.loaderClass } : {}),
      reasons: [
        `${crowd.instances} objects of ${className} are alive and retain ${crowd.retainedBytes} bytes together`,
        crowd.holder < 0
          ? 'no single object holds them all: most ways to them come together at the accumulation point'
          : 'at least 80 % of them are kept alive by the accumulation point alone',
        reason,
      ],
    },
    view,
    advice,
    limits: `One dump shows what is alive, not that it grows. Refuted if ${refutedBy}.`,
    fingerprint,
  };
}

/** A step without what differs between runs: numbers of lines and threads. */
function stableStep({ name, via }: PathStep, index: number): string {
  return index === 0 ? name.replace(/ ".*"$/, '') : via.replace(/\(.*\)$/, '');
}

/** The collection that people know, not the array inside it. */
function holderStep(steps: readonly PathStep[], accumulation: number): number {
  let step = accumulation;
  while (step > 0 && /(\[\]|\$(Node|Entry|TreeNode|HashEntry|Segment))$/.test(steps[step]!.name)) step--;
  return step;
}

function bytesText(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB'];
  let unit = 0;
  let value = bytes;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]!}`;
}

function toView({ tree, retained }: Heap, { crowd, path, className, steps, verdict }: Suspect, name: string): PathView {
  const { nodes, accumulation } = path;
  return {
    kind: 'path',
    name,
    title: `${className}: ${verdict.kind}`,
    steps: steps.slice(0, 500).map((step, i) => ({
      ...step,
      retainedBytes: retained[tree.position[nodes[i]!]!] ?? 0,
      ...(i === steps.length - 1 ? { count: crowd.instances } : {}),
      role: roleOfStep(i, steps.length - 1, accumulation),
    })),
  };
}

function roleOfStep(step: number, last: number, accumulation: number): PathView['steps'][number]['role'] {
  if (step === 0) return 'root';
  if (step === last) return 'leaf';
  if (step === accumulation) return 'accumulation';
  return step === accumulation - 1 ? 'holder' : 'step';
}
