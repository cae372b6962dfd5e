import type { Finding } from '../../model/analysis.ts';
import type { TableView } from '../../model/view.ts';
import type { ClassGrowth, ClassTotals } from './diff.ts';

/** One thing that grew from dump to dump, in the words of its format. */
export interface Growth {
  readonly className: string;
  /** One entry a dump. */
  readonly totals: readonly ClassTotals[];
  readonly steady: boolean;
  /** Named by the program: ranked before the containers of the language. */
  readonly named: boolean;
  readonly path: readonly { readonly name: string; readonly via: string }[];
  /** The holder in one line. */
  readonly holder: string;
  readonly kind: string;
  readonly advice: string;
  /** The suspect's fingerprint, so that growth and suspects of one leak group. */
  readonly fingerprint: string;
  /** Objects of it that were born between the first two dumps and are alive in the last, where ids tell. */
  readonly bornBetween?: number;
  readonly view?: string;
}

const MIN_INSTANCES = 20;
const MIN_BYTES = 8 * 1024;
const MIN_RATIO = 1.05;
const CRITICAL_BYTES = 16 * 2 ** 20;

/** Rule heap/growth: findings for what grew enough to be named, user-named classes first, largest growth first. */
export function growthFindings(growths: readonly Growth[], heapBytes: readonly number[]): Finding[] {
  const heapDelta = (heapBytes.at(-1) ?? 0) - (heapBytes[0] ?? 0);
  return growths
    .map((growth) => ({ growth, ...deltaOf(growth.totals) }))
    .filter(
      ({ growth, instancesDelta, retainedBytesDelta }) =>
        instancesDelta >= MIN_INSTANCES &&
        retainedBytesDelta >= MIN_BYTES &&
        growth.totals.at(-1)!.instances >= MIN_RATIO * growth.totals[0]!.instances,
    )
    .sort((a, b) => Number(b.growth.named) - Number(a.growth.named) || b.retainedBytesDelta - a.retainedBytesDelta)
    .map(({ growth, instancesDelta, retainedBytesDelta }) => {
      const steps = growth.totals.length - 1;
      const share = heapDelta > 0 ? Math.min(1, retainedBytesDelta / heapDelta) : 0;
      const perDump = Math.round(instancesDelta / steps);
      return {
        rule: 'heap/growth',
        severity:
          !growth.steady || share < 0.05 ? 'note' : retainedBytesDelta >= CRITICAL_BYTES ? 'critical' : 'warning',
        confidence:
          Math.round(100 * Math.min(0.95, (growth.steady ? 0.5 : 0.2) + 0.1 * Math.min(2, steps - 1) + 0.25 * share)) /
          100,
        title: `${growth.className} grows by ${perDump.toLocaleString('en-US')} a dump (${instancesDelta} in ${steps + 1} dumps, ${retainedBytesDelta} bytes retained), held by ${growth.holder}`,
        evidence: {
          class: growth.className,
          instancesDelta,
          retainedBytesDelta,
          path: growth.path,
          kind: growth.kind,
          holder: growth.holder,
          instances: growth.totals.map(({ instances }) => instances),
          retainedBytes: growth.totals.map((total) => total.retainedBytes),
          instancesPerDump: perDump,
          steady: growth.steady,
          shareOfGrowth: Math.round(share * 10_000) / 10_000,
          ...(growth.bornBetween === undefined ? {} : { bornBetweenFirstTwoAndAlive: growth.bornBetween }),
        },
        ...(growth.view === undefined ? {} : { view: growth.view }),
        advice: growth.advice,
        limits:
          steps < 2
            ? 'Two dumps cannot tell warming up from a leak: a third one, later under the same load, can.'
            : 'Holds while the load was the same for all dumps; a cache that fills once grows steadily too, until it is full.',
        fingerprint: growth.fingerprint,
      };
    });
}

function deltaOf(totals: readonly ClassTotals[]): { instancesDelta: number; retainedBytesDelta: number } {
  const [first, last] = [totals[0]!, totals.at(-1)!];
  return {
    instancesDelta: last.instances - first.instances,
    retainedBytesDelta: last.retainedBytes - first.retainedBytes,
  };
}

/** Classes that changed: those that the program names first (else `Array` outranks every culprit), then by growth of retained bytes. */
export function growthView(
  growth: readonly ClassGrowth[],
  isNamed: (className: string) => boolean,
  limit: number,
): TableView {
  const ranked = [...growth].sort((a, b) => Number(isNamed(b.name)) - Number(isNamed(a.name)));
  return {
    kind: 'table',
    name: 'growth',
    title: 'Growth by class',
    note: 'Classes that the program names first, then by growth of retained bytes.',
    columns: [
      { name: 'class' },
      { name: 'instancesBefore', unit: 'count' },
      { name: 'instancesAfter', unit: 'count' },
      { name: 'instancesDelta', unit: 'count' },
      { name: 'shallowBytesDelta', unit: 'bytes' },
      { name: 'retainedBytesDelta', unit: 'bytes' },
    ],
    rows: ranked
      .slice(0, limit)
      .map(({ name, totals, instancesDelta, shallowBytesDelta, retainedBytesDelta }) => [
        name,
        totals[0]!.instances,
        totals.at(-1)!.instances,
        instancesDelta,
        shallowBytesDelta,
        retainedBytesDelta,
      ]),
  };
}
