import type { Finding, Severity } from '../../../../model/analysis.ts';
import type { PathView } from '../../../../model/view.ts';
import { findHolderPaths, type HolderPath } from '../../../graph/holder-paths.ts';
import { findCrowds, type Crowd } from '../../../graph/suspects.ts';
import { roleOfClass } from '../class-roles.ts';
import { programBytes } from '../program-bytes.ts';
import type { Heap } from '../heap.ts';
import { judgeKind, type KindVerdict } from '../leak-kind.ts';
import { nodeKind } from '../node-kinds.ts';
import { describePath, writePath, type PathStep } from '../path-steps.ts';

/** Below this, a crowd is worth a look and no more. */
const WARNING_SHARE = 0.1;
const CRITICAL_SHARE = 0.4;
const WARNING_BYTES = 128 * 1024;
const CRITICAL_BYTES = 16 * 2 ** 20;

/** A crowd with the way to it, in words. */
export interface Suspect {
  readonly crowd: Crowd;
  readonly path: HolderPath;
  readonly className: string;
  readonly steps: readonly PathStep[];
  readonly verdict: KindVerdict;
  readonly holder: string;
  readonly fingerprint: string;
}

/** Rule heap/suspect: what piles up, who holds it, and of which kind it probably is. */
export function judgeSuspects(heap: Heap, suspects: readonly Suspect[]): { findings: Finding[]; views: PathView[] } {
  return {
    findings: suspects.map((suspect, i) => toFinding(suspect, `suspect-${i + 1}`)),
    views: suspects.map((suspect, i) => toView(heap, suspect, `suspect-${i + 1}`)),
  };
}

/** What piles up; `alsoClasses` (ids) are looked at however small they are. The last that needs `heap.dominated`. */
export function findHeapCrowds(heap: Heap, alsoClasses?: ReadonlySet<number>): Crowd[] {
  const { graph, tree, snapshot } = heap;
  const native = nodeKind(snapshot.header, 'native');
  const synthetic = nodeKind(snapshot.header, 'synthetic');
  const nativeClasses = new Set<number>();
  for (let n = 0; n < graph.nodeCount; n++) if (snapshot.nodes.type[n] === native) nativeClasses.add(graph.classOf[n]!);
  const roots = new Set([graph.root, ...heap.userRoots]);
  const baseBytes = programBytes(heap);
  return findCrowds(heap, {
    baseBytes,
    ...(alsoClasses ? { alsoClasses } : {}),
    roleOf: (id) => roleOfClass(graph.className(id), nativeClasses.has(id)),
    isHolder: (position) => {
      const node = tree.order[position]!;
      return !roots.has(node) && snapshot.nodes.type[node] !== synthetic;
    },
    // Node makes a constructor for each of its error codes: some 200 functions of one name in one object.
    isRuntimeTable: (samples) => samples.every((p) => graph.nodeName(tree.order[p]!) === 'function NodeError'),
  });
}

/** The way to each crowd, in words, and what it probably is. */
export function describeCrowds(heap: Heap, crowds: readonly Crowd[]): Suspect[] {
  const { graph, tree } = heap;
  const paths = findHolderPaths(graph, tree, crowds, heap.userRoots, undefined, heap.pool);
  return crowds.flatMap((crowd) => {
    const path = paths.get(crowd);
    if (path === undefined) return [];
    const steps = describePath(heap, path.nodes, path.edges);
    const className = graph.className(crowd.classId);
    const verdict = judgeKind(className, crowd.role, steps, path.accumulation);
    const holder = writePath(steps, holderStep(steps, path.accumulation));
    const vias = steps.slice(0, path.accumulation + 1).map(({ via }) => via);
    const fingerprint = ['heap', verdict.kind, className, ...vias].join('|').slice(0, 300);
    return [{ crowd, path, className, steps, verdict, holder, fingerprint }];
  });
}

function severityOf({ share, retainedBytes }: Crowd): Severity {
  if (share >= CRITICAL_SHARE && retainedBytes >= CRITICAL_BYTES) return 'critical';
  return share >= WARNING_SHARE && retainedBytes >= WARNING_BYTES ? 'warning' : 'note';
}

function toFinding({ crowd, path, className, steps, verdict, holder, fingerprint }: Suspect, view: string): Finding {
  const { accumulation } = path;
  const { kind, reason, advice, refutedBy } = verdict;
  const percent = Math.min(100, Math.round(crowd.share * 1000) / 10);
  return {
    rule: 'heap/suspect',
    severity: severityOf(crowd),
    confidence:
      Math.round(100 * Math.min(0.9, 0.3 + 0.6 * Math.min(1, crowd.share / 0.5) + (crowd.role === 'user' ? 0.05 : 0))) /
      100,
    title: `${crowd.instances.toLocaleString('en-US')} × ${className} retain ${bytesText(crowd.retainedBytes)} (${percent} % of the program's data), held by ${holder}`,
    evidence: {
      class: className,
      instances: crowd.instances,
      retainedBytes: crowd.retainedBytes,
      path: steps,
      kind,
      holder,
      accumulationPoint: accumulation,
      share: Math.round(crowd.share * 10_000) / 10_000,
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

/** The collection that people know is the Map, not the table inside it. */
function holderStep(steps: readonly PathStep[], accumulation: number): number {
  let step = accumulation;
  while (step > 0 && /^\((table|closure context|system)\)$/.test(steps[step]!.name)) step--;
  return step;
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
      role:
        i === 0
          ? 'root'
          : i === steps.length - 1
            ? 'leaf'
            : i === accumulation
              ? 'accumulation'
              : i === accumulation - 1
                ? 'holder'
                : 'step',
    })),
    note: verdict.reason,
  };
}

function bytesText(bytes: number): string {
  if (bytes >= 2 ** 30) return `${(bytes / 2 ** 30).toFixed(2)} GiB`;
  if (bytes >= 2 ** 20) return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
  return `${Math.ceil(bytes / 1024)} KiB`;
}
