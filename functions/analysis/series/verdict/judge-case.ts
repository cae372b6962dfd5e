import { median } from '../stats/quantiles.ts';
import type { CaseVerdict } from './case-verdict.ts';
import type { ContainerVerdict } from './container-verdict.ts';
import { MATERIAL_SHARE } from './judge-signal.ts';

/** Containers that appear this long before the others count as there from the start. */
const TOGETHER_MS = 600_000;

/** Growth of so many times what matters would not be overlooked. */
const SEEN_FOR_SURE = 2;
/** What ended within this share of the time before the end may have missed some samples; what ended sooner is gone. */
const STILL_THERE = 0.05;

/** Folds the containers of one piece of evidence into one verdict: a leak anywhere is a leak. */
export function judgeCase(containers: readonly ContainerVerdict[]): CaseVerdict {
  const none = {
    onsetMs: undefined,
    onsetVersion: undefined,
    fixedAtMs: undefined,
    fixedVersion: undefined,
    slope: undefined,
    timeToLimitHours: undefined,
  };
  const culprits = containers.filter(({ verdict }) => verdict === 'leak').sort((a, b) => growthOf(b) - growthOf(a));
  const main = culprits[0];
  if (main) return { ...leakOf(main, culprits, containers), culprits, main };
  const open = containers.filter((one) => one.verdict === 'undecided' && !decidedElsewhere(one, containers));
  const flat = containers.filter(({ verdict }) => verdict === 'no-leak');
  if (open.length > 0 || flat.length === 0) {
    return {
      ...none,
      verdict: 'undecided',
      layer: 'none',
      confidence: 0.5,
      culprits,
      main: open[0] ?? containers[0],
      stateAtEnd: 'unknown',
    };
  }
  const grown = flat.find(({ layer }) => layer !== 'none') ?? flat[0]!;
  const confidence = Math.min(...flat.map((one) => one.confidence));
  return { ...none, verdict: 'no-leak', layer: grown.layer, confidence, culprits, main: grown, stateAtEnd: 'flat' };
}

/** Bytes that a leak has added in the time that was seen. */
export function growthOf({ slope, seenHours }: ContainerVerdict): number {
  return (slope?.bytesPerHour ?? 0) * seenHours;
}

/** Too little was seen of this container, but enough of another of the same workload and version. */
function decidedElsewhere(one: ContainerVerdict, all: readonly ContainerVerdict[]): boolean {
  if (one.missing !== 'too-short' && one.missing !== 'too-few-samples') return false;
  return all.some(
    (other) =>
      other.verdict !== 'undecided' && other.subject.workload === one.subject.workload && other.version === one.version,
  );
}

function leakOf(
  main: ContainerVerdict,
  culprits: readonly ContainerVerdict[],
  all: readonly ContainerVerdict[],
): Omit<CaseVerdict, 'culprits' | 'main'> {
  const alike = culprits.filter(
    (one) => one.subject.workload === main.subject.workload && one.version === main.version && one.layer === main.layer,
  );
  const middle = (pick: (one: ContainerVerdict) => number): number => median(alike.map(pick));
  const slope = {
    bytesPerHour: middle((one) => one.slope!.bytesPerHour),
    low: middle((one) => one.slope!.low),
    high: middle((one) => one.slope!.high),
    bytesPerUnit: main.slope!.bytesPerUnit,
  };
  const onsetMs = Math.min(...culprits.map((one) => one.onsetMs ?? one.startMs));
  const firstLeak = culprits.reduce((first, one) => (one.startMs < first.startMs ? one : first));
  const isOther = (one: ContainerVerdict): boolean =>
    one.subject.container === firstLeak.subject.container &&
    one.version !== firstLeak.version &&
    wouldShow(firstLeak, one);
  const cleanBefore = all.some(
    (one) => isOther(one) && one.verdict === 'no-leak' && one.startMs < firstLeak.startMs - TOGETHER_MS,
  );
  const cleanBeside = all.some((one) => isOther(one) && one.verdict === 'no-leak');
  const fix = fixOf(culprits, all);
  return {
    verdict: 'leak',
    layer: main.layer,
    confidence: Math.max(...culprits.map((one) => one.confidence)),
    slope,
    onsetMs,
    onsetVersion:
      cleanBefore || (cleanBeside && culprits.every((one) => one.version === firstLeak.version))
        ? firstLeak.version
        : undefined,
    ...fix,
    timeToLimitHours: fix.fixedAtMs === undefined ? firstAtLimit(culprits, all) : undefined,
    stateAtEnd: fix.fixedAtMs === undefined ? 'leaking' : 'fixed',
  };
}

/** A leak as fast as that of `culprit` would have been seen in `other`, in the time that it ran. */
function wouldShow({ slope }: ContainerVerdict, other: ContainerVerdict): boolean {
  return (
    slope !== undefined && slope.bytesPerHour * other.seenHours > SEEN_FOR_SURE * MATERIAL_SHARE * other.levelBytes
  );
}

/** A pod that a deploy took away meets no limit any more. */
function firstAtLimit(
  culprits: readonly ContainerVerdict[],
  all: readonly ContainerVerdict[],
): ContainerVerdict['timeToLimitHours'] {
  const endMs = Math.max(...all.map((one) => one.endMs));
  const startMs = Math.min(...all.map((one) => one.startMs));
  const running = culprits.filter(
    (one) => one.fixedAtMs === undefined && endMs - one.endMs <= STILL_THERE * (endMs - startMs),
  );
  const known = running.map((one) => one.timeToLimitHours).filter((time) => time !== undefined);
  return known.reduce<(typeof known)[0] | undefined>(
    (first, time) => (first && first.hours <= time.hours ? first : time),
    undefined,
  );
}

/** A leak has ended when every leaking container stopped growing, or a later version of its workload runs without it. */
function fixOf(
  culprits: readonly ContainerVerdict[],
  all: readonly ContainerVerdict[],
): Pick<CaseVerdict, 'fixedAtMs' | 'fixedVersion'> {
  const stopped = culprits.map((one) => one.fixedAtMs);
  if (stopped.every((time) => time !== undefined)) return { fixedAtMs: Math.max(...stopped), fixedVersion: undefined };
  const later = all.filter((one) => {
    const older = culprits.filter(({ subject }) => subject.workload === one.subject.workload);
    const replaces = older.every(
      (culprit) => one.startMs > culprit.startMs + TOGETHER_MS && culprit.version !== one.version,
    );
    return one.verdict !== 'leak' && older.length > 0 && replaces;
  });
  const first = later.toSorted((a, b) => a.startMs - b.startMs)[0];
  if (first?.verdict !== 'no-leak' || !culprits.every((culprit) => wouldShow(culprit, first)))
    return { fixedAtMs: undefined, fixedVersion: undefined };
  return { fixedAtMs: first.startMs, fixedVersion: first.version };
}
