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

export interface Suspects {
  readonly findings: Finding[];
  readonly views: PathView[];
}

/** Rule heap/suspect: what piles up, who holds it, and of which kind it probably is. */
export function findSuspects(heap: Heap): Suspects {
  const { graph, tree, snapshot } = heap;
  const native = nodeKind(snapshot.header, 'native');
  const synthetic = nodeKind(snapshot.header, 'synthetic');
  const nativeClasses = new Set<number>();
  for (let n = 0; n < graph.nodeCount; n++) if (snapshot.nodes.type[n] === native) nativeClasses.add(graph.classOf[n]!);
  const roots = new Set([graph.root, ...heap.userRoots]);
  const baseBytes = programBytes(heap);
  const crowds = findCrowds(heap, {
    baseBytes,
    roleOf: (id) => roleOfClass(graph.className(id), nativeClasses.has(id)),
    isHolder: (position) => {
      const node = tree.order[position]!;
      return !roots.has(node) && snapshot.nodes.type[node] !== synthetic;
    },
    // Node makes a constructor for each of its error codes: some 200 functions of one name in one object.
    isRuntimeTable: (samples) => samples.every((p) => graph.nodeName(tree.order[p]!) === 'function NodeError'),
  });
  const paths = findHolderPaths(graph, tree, crowds, heap.userRoots);
  const findings: Finding[] = [];
  const views: PathView[] = [];
  for (const crowd of crowds) {
    const path = paths.get(crowd);
    if (path === undefined) continue;
    const name = `suspect-${findings.length + 1}`;
    const steps = describePath(heap, path.nodes, path.edges);
    const className = graph.className(crowd.classId);
    const verdict = judgeKind(className, crowd.role, steps, path.accumulation);
    findings.push(toFinding(heap, crowd, path, steps, verdict, name));
    views.push(toView(heap, crowd, path, steps, verdict, name));
  }
  return { findings, views };
}

function severityOf({ share, retainedBytes }: Crowd): Severity {
  if (share >= CRITICAL_SHARE && retainedBytes >= CRITICAL_BYTES) return 'critical';
  return share >= WARNING_SHARE && retainedBytes >= WARNING_BYTES ? 'warning' : 'note';
}

function toFinding(
  { graph }: Heap,
  crowd: Crowd,
  { accumulation }: HolderPath,
  steps: readonly PathStep[],
  { kind, reason, advice, refutedBy }: KindVerdict,
  view: string,
): Finding {
  const className = graph.className(crowd.classId);
  const holder = writePath(steps, holderStep(steps, accumulation));
  const percent = Math.round(crowd.share * 1000) / 10;
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
    fingerprint: ['heap/suspect', kind, className, ...steps.slice(0, accumulation + 1).map(({ via }) => via)]
      .join('|')
      .slice(0, 300),
  };
}

/** The collection that people know is the Map, not the table inside it. */
function holderStep(steps: readonly PathStep[], accumulation: number): number {
  let step = accumulation;
  while (step > 0 && /^\((table|closure context|system)\)$/.test(steps[step]!.name)) step--;
  return step;
}

function toView(
  { graph, tree, retained }: Heap,
  crowd: Crowd,
  { nodes, accumulation }: HolderPath,
  steps: readonly PathStep[],
  verdict: KindVerdict,
  name: string,
): PathView {
  return {
    kind: 'path',
    name,
    title: `${graph.className(crowd.classId)}: ${verdict.kind}`,
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
