import type { Finding } from '../../../model/analysis.ts';
import type { CaseVerdict } from './case-verdict.ts';
import type { ContainerVerdict } from './container-verdict.ts';
import { growthOf } from './judge-case.ts';
import { WHOLE } from './shares.ts';
import { reasonsFor, wouldDecide } from './reasons.ts';
import { caseTitle, containerTitle } from './titles.ts';

const RULE = 'metrics/verdict';
/** Within this time of its limit a leak is a matter of today. */
const SOON_HOURS = 24;

const NOBODY = { namespace: '', pod: '', container: '', timeToLimitHours: null, missing: 'too-short' };

/** Adds what only the caller knows: whether the times of the evidence are dates. */
export interface Wording {
  readonly dated: boolean;
}

/** The finding of one container: the fields of the contract, and reasons. `view` names its chart. */
export function containerFinding(container: ContainerVerdict, wording: Wording, view: string | undefined): Finding {
  const { subject, verdict, layer } = container;
  return {
    rule: RULE,
    severity: severityOf(container),
    confidence: clamp(container.confidence),
    title: containerTitle(container).slice(0, 4000),
    evidence: { scope: 'container', ...numbersOf(container, wording), reasons: reasonsFor(container) },
    view,
    advice: adviceFor(container),
    limits: limitsOf(container),
    fingerprint: `${RULE}:${verdict}:${layer}:${subject.workload}`.slice(0, 300),
  };
}

/** The finding of the whole: evidence `scope: "case"`, the numbers of the container that it stands on, and every culprit. */
export function caseFinding(
  whole: CaseVerdict,
  containers: readonly ContainerVerdict[],
  wording: Wording,
  view: string | undefined,
): Finding {
  const { main } = whole;
  const numbers = main ? numbersOf(main, wording) : NOBODY;
  const total = whole.culprits.reduce((sum, one) => sum + growthOf(one), 0);
  const culprits = whole.culprits.slice(0, 50).map((one) => ({
    namespace: one.subject.namespace,
    pod: one.subject.pod,
    container: one.subject.container,
    version: one.version ?? null,
    layer: one.layer,
    slopeBytesPerHour: one.bins.inShares ? null : round(one.slope?.bytesPerHour),
    share: total > 0 && !one.bins.inShares ? growthOf(one) / total : null,
  }));
  return {
    rule: RULE,
    severity: whole.verdict === 'leak' && whole.stateAtEnd !== 'fixed' && main ? severityOf(main) : 'note',
    confidence: clamp(whole.confidence),
    title: caseTitle(whole, containers).slice(0, 4000),
    evidence: {
      ...numbers,
      scope: 'case',
      verdict: whole.verdict,
      layer: whole.layer,
      ...slopeNumbers(whole.slope, main?.bins.inShares === true),
      ...limitNumbers(whole.timeToLimitHours),
      onset: timeOf(whole.onsetMs, wording),
      onsetVersion: whole.onsetVersion ?? null,
      fixedAt: timeOf(whole.fixedAtMs, wording),
      fixedVersion: whole.fixedVersion ?? null,
      stateAtEnd: whole.stateAtEnd,
      confidence: whole.confidence,
      culprits,
      containersJudged: containers.length,
      reasons: main ? reasonsFor(main) : [],
    },
    view,
    advice: main
      ? adviceFor(main)
      : 'Send container_memory_rss, container_memory_cache, container_memory_working_set_bytes and the limit over a day or more.',
    limits: main ? limitsOf(main) : undefined,
    fingerprint: `${RULE}:case:${whole.verdict}:${whole.layer}:${main?.subject.workload ?? ''}`.slice(0, 300),
  };
}

function numbersOf(container: ContainerVerdict, wording: Wording): Record<string, unknown> {
  const { subject, timeToLimitHours } = container;
  const open = container.verdict === 'leak' && container.fixedAtMs === undefined;
  return {
    verdict: container.verdict,
    layer: container.layer,
    namespace: subject.namespace,
    pod: subject.pod,
    container: subject.container,
    version: container.version ?? null,
    seenHours: finite(container.seenHours),
    ...slopeNumbers(container.slope, container.bins.inShares),
    onset: timeOf(container.onsetMs, wording),
    fixedAt: timeOf(container.fixedAtMs, wording),
    stateAtEnd: open
      ? 'leaking'
      : container.fixedAtMs !== undefined
        ? 'fixed'
        : container.verdict === 'no-leak'
          ? 'flat'
          : 'unknown',
    ...limitNumbers(timeToLimitHours),
    confidence: container.confidence,
    missing: container.missing ?? null,
  };
}

function slopeNumbers(slope: ContainerVerdict['slope'], inShares: boolean): Record<string, number | null> {
  const points = slope && (100 * slope.bytesPerHour) / WHOLE;
  if (inShares)
    return {
      slopeBytesPerHour: slope ? null : 0,
      slopeLow: null,
      slopeHigh: null,
      slopePercentPerHour: finite(points),
    };
  return {
    slopeBytesPerHour: round(slope?.bytesPerHour) ?? 0,
    slopeLow: round(slope?.low),
    slopeHigh: round(slope?.high),
    slopeBytesPerUnit: finite(slope?.bytesPerUnit),
  };
}

function limitNumbers(time: ContainerVerdict['timeToLimitHours']): Record<string, number | null> {
  return {
    timeToLimitHours: finite(time?.hours),
    timeToLimitLow: finite(time?.low),
    timeToLimitHigh: finite(time?.high),
  };
}

function timeOf(ms: number | undefined, { dated }: Wording): string | null {
  return ms === undefined || !dated || !(Math.abs(ms) < 8.64e15) ? null : new Date(ms).toISOString();
}

function severityOf(container: ContainerVerdict): Finding['severity'] {
  if (container.verdict !== 'leak' || container.fixedAtMs !== undefined) return 'note';
  const killed = container.grid.lives.some((life) => life.end === 'oom-kill');
  return killed || (container.timeToLimitHours?.hours ?? Infinity) < SOON_HOURS ? 'critical' : 'warning';
}

function adviceFor(container: ContainerVerdict): string {
  if (container.verdict === 'undecided') return wouldDecide(container);
  if (container.verdict === 'no-leak')
    return 'Nothing to mend here. Raise the limit if the level itself is too close to it.';
  switch (container.layer) {
    case 'js-heap':
      return 'Take two heap snapshots some hours apart from this container and compare them: the class that grew names the holder.';
    case 'jvm-heap':
      return 'Take two class histograms (jcmd PID GC.class_histogram) some hours apart, or one heap dump after a full collection.';
    case 'beam':
      return 'Send :erlang.memory() and the largest processes and ETS tables (recon:proc_count(memory, 10), ets:i()) twice, some hours apart.';
    case 'native':
      return 'No heap snapshot shows this memory. Send smaps_rollup twice, native memory tracking (JVM), or a heap profile of the allocator (jemalloc).';
    case 'shmem':
      return 'Look for files on tmpfs that are never removed: du -a /dev/shm /tmp, and emptyDir volumes with medium Memory.';
    case 'kernel':
      return 'Look for sockets or pipes that are never closed: ls -l /proc/PID/fd, ss -anp.';
    default:
      return 'Send the layers of this memory apart: rss, cache, kernel, and the heap of the runtime.';
  }
}

function limitsOf(container: ContainerVerdict): string | undefined {
  const managed = container.readings.some(
    ({ signal }) => signal.layer === 'js-heap' || signal.layer === 'jvm-heap' || signal.layer === 'beam',
  );
  if (container.bins.inShares)
    return 'Only shares of a limit were sent, so growth is in percent points: send the limit (container_spec_memory_limit_bytes, jvm_memory_max_bytes), or the memory itself, for bytes.';
  if (container.layer === 'native' && !managed)
    return 'No metric of a runtime was there: the growing memory may as well be a heap that a runtime manages.';
  if (container.verdict === 'leak' && youngFloors(container))
    return 'Nothing tells which collections were full ones: part of the growth may be garbage of the old generation. Two forced ones, hours apart (jcmd PID GC.run), would show it.';
  if (container.verdict === 'leak') return 'Metrics show that memory grows and where, not which object holds it.';
  return undefined;
}

/** A JVM heap read from floors of which nothing says that the whole heap was collected. */
function youngFloors({ layer, main }: ContainerVerdict): boolean {
  return layer === 'jvm-heap' && main?.signal.floor === 'collected' && main.points.collected.length === 0;
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}

function finite(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : value;
}

function round(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : Math.round(value);
}
