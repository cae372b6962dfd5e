import type { Finding } from '../../model/analysis.ts';
import type { TableView } from '../../model/view.ts';
import { type ClassGrowth, type ClassTotals, type Measure, growsSteadily } from '../graph/diff.ts';
import { bytesInWords } from '../series/verdict/words.ts';
import { countInWords, objectsInWords, pluralOf } from './holder-words.ts';
import type { PathStep } from './path-step.ts';

/** One thing that grew from dump to dump, in the words of its format. */
export interface Growth {
  readonly className: string;
  /** One entry a dump. */
  readonly totals: readonly ClassTotals[];
  /** Named by the program: ranked before the containers of the language. */
  readonly named: boolean;
  readonly path: readonly PathStep[];
  /** The way to the holder in one line, and where they lie as one would tell a colleague; undefined where nobody knows it. */
  readonly holder?: string;
  readonly heldBy?: string;
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
/**
 * What is both less than a fiftieth of what the heap grew by and less than a two-hundredth of the heap is noise: were it mended, the memory would last
 * some 2 % longer, which nobody could tell from a change of the load.
 */
const NOISE_OF_GROWTH = 0.02;
const NOISE_OF_HEAP = 0.005;
/** Nobody reads on; the table has them all. */
const MAX_FINDINGS = 10;
const MIN_SHARE = 0.05;
const CRITICAL_BYTES = 16 * 2 ** 20;

/**
 * Rule heap/growth: findings for what became more, or became larger, enough to matter: user-named classes first, largest growth first. `heapBytes`: one
 * entry a dump.
 */
export function growthFindings(growths: readonly Growth[], heapBytes: readonly number[]): Finding[] {
  const heapDelta = (heapBytes.at(-1) ?? 0) - (heapBytes[0] ?? 0);
  const matters = Math.max(
    MIN_BYTES,
    Math.min(NOISE_OF_HEAP * (heapBytes.at(-1) ?? 0), heapDelta > 0 ? NOISE_OF_GROWTH * heapDelta : Infinity),
  );
  return growths
    .flatMap((growth) => {
      const delta = deltaOf(growth.totals);
      return delta !== undefined && delta.retainedBytesDelta >= matters ? [{ growth, delta }] : [];
    })
    .sort(
      (a, b) =>
        Number(b.growth.named) - Number(a.growth.named) || b.delta.retainedBytesDelta - a.delta.retainedBytesDelta,
    )
    .slice(0, MAX_FINDINGS)
    .map(({ growth, delta }) => {
      const { className, totals, holder, heldBy, bornBetween, view } = growth;
      const { instancesDelta, retainedBytesDelta } = delta;
      const steps = totals.length - 1;
      const steady = growsSteadily(totals, delta.by);
      const share = heapDelta > 0 ? Math.min(1, retainedBytesDelta / heapDelta) : 0;
      const bytes = `+${bytesInWords(retainedBytesDelta)} kept alive over ${totals.length} snapshots`;
      return {
        rule: 'heap/growth',
        severity: !steady || share < MIN_SHARE ? 'note' : retainedBytesDelta >= CRITICAL_BYTES ? 'critical' : 'warning',
        confidence:
          Math.round(100 * Math.min(0.95, (steady ? 0.5 : 0.2) + 0.1 * Math.min(2, steps - 1) + 0.25 * share)) / 100,
        title: `${whatGrew(growth, delta, steady)} (${bytes})${heldBy === undefined ? '' : `, ${heldBy}`}`,
        evidence: {
          class: className,
          instancesDelta,
          retainedBytesDelta,
          path: growth.path,
          kind: growth.kind,
          ...(holder === undefined ? {} : { holder }),
          instances: totals.map(({ instances }) => instances),
          retainedBytes: totals.map((total) => total.retainedBytes),
          instancesPerDump: Math.round(instancesDelta / steps),
          measure: delta.by,
          steady,
          shareOfGrowth: Math.round(share * 10_000) / 10_000,
          ...(bornBetween === undefined ? {} : { bornBetweenFirstTwoAndAlive: bornBetween }),
        },
        ...(view === undefined ? {} : { view }),
        advice: growth.advice,
        limits:
          steps < 2
            ? 'Two dumps cannot tell warming up from a leak: a third one, later under the same load, can.'
            : 'Holds while the load was the same for all dumps; a cache that fills once grows steadily too, until it is full.',
        fingerprint: growth.fingerprint,
      };
    });
}

interface Delta {
  readonly instancesDelta: number;
  readonly retainedBytesDelta: number;
  /** In what it grew: there are more of them, or as many that became larger. */
  readonly by: Measure;
}

/** Undefined for what did not grow. */
function deltaOf(totals: readonly ClassTotals[]): Delta | undefined {
  const [first, last] = [totals[0]!, totals.at(-1)!];
  const grew = (measure: Measure, least: number): boolean =>
    last[measure] - first[measure] >= least && last[measure] >= MIN_RATIO * first[measure];
  const more = grew('instances', MIN_INSTANCES);
  if (!more && !grew('retainedBytes', MIN_BYTES)) return undefined;
  return {
    instancesDelta: last.instances - first.instances,
    retainedBytesDelta: last.retainedBytes - first.retainedBytes,
    by: more ? 'instances' : 'retainedBytes',
  };
}

/** `The number of Session objects grows by 1,000 a snapshot`, `1 Ring object grew by 3.0 MB, not steadily`. */
function whatGrew({ className, totals }: Growth, { by, ...delta }: Delta, steady: boolean): string {
  const steps = totals.length - 1;
  const [what, inWords] =
    by === 'instances'
      ? [`The number of ${pluralOf(className)}`, (value: number) => countInWords(Math.round(value))]
      : [objectsInWords(totals.at(-1)!.instances, className), bytesInWords];
  const all = by === 'instances' ? delta.instancesDelta : delta.retainedBytesDelta;
  if (!steady) return `${what} grew by ${inWords(all)}, not steadily`;
  const plural = by !== 'instances' && totals.at(-1)!.instances !== 1;
  return `${what} ${plural ? 'grow' : 'grows'} by ${inWords(all / steps)} a snapshot`;
}

/**
 * Classes that changed: those that the program names and that became more first (else `Array`, or the one cache that has them all, outranks the culprit), then
 * the others that it names; of each by growth of retained bytes.
 */
export function growthView(
  growth: readonly ClassGrowth[],
  isNamed: (className: string) => boolean,
  limit: number,
): TableView {
  const rank = ({ name, instancesDelta }: ClassGrowth): number => (!isNamed(name) ? 2 : instancesDelta > 0 ? 0 : 1);
  const ranks = new Map(growth.map((one) => [one, rank(one)]));
  const ranked = [...growth].sort((a, b) => ranks.get(a)! - ranks.get(b)!);
  return {
    kind: 'table',
    name: 'growth',
    title: 'Growth by class',
    note: 'Classes that the program names and that became more first, then by growth of retained bytes.',
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
