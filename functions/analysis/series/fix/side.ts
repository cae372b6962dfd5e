import { theilSen } from '../stats/theil-sen.ts';
import { median } from '../stats/quantiles.ts';
import type { SampleSet } from '../sample-set.ts';
import type { ContainerVerdict, SignalReading, Verdict } from '../verdict/container-verdict.ts';
import { judge } from '../verdict/judge.ts';
import { growingStory } from '../verdict/judge-signal.ts';
import type { Layer } from '../verdict/layer.ts';

/** Growth of one layer on one side of a deploy: the middle of its containers. */
export interface Side {
  readonly verdict: Verdict;
  readonly layer: Layer;
  readonly bytesPerHour: number;
  readonly low: number;
  readonly high: number;
  /** Units of work per hour, where known. */
  readonly workPerHour: number | undefined;
  readonly followsWork: boolean;
  readonly hours: number;
  readonly containers: readonly ContainerVerdict[];
}

/** The leak of a side as its verdict sees it: the layer in which its containers grow most. */
export function leakingSide(samples: SampleSet): Side | undefined {
  const { whole, containers } = judge(samples);
  if (containers.length === 0) return undefined;
  return sideOf(containers, whole.verdict === 'leak' ? whole.layer : 'none');
}

/** Growth in a given layer, leak or not. */
export function sideInLayer(samples: SampleSet, layer: Layer): Side | undefined {
  const { containers } = judge(samples);
  return containers.length === 0 ? undefined : sideOf(containers, layer);
}

function sideOf(containers: readonly ContainerVerdict[], layer: Layer): Side {
  const read = containers.map((one) => growthIn(one, layer)).filter((one) => one !== undefined);
  const middle = (pick: (one: Growth) => number): number => (read.length > 0 ? median(read.map(pick)) : Number.NaN);
  const verdicts = read.map((one) => one.verdict);
  const work = containers
    .map(({ bins }) => (bins.work && !bins.work.byCpu ? median(bins.work.rates) : undefined))
    .filter((rate) => rate !== undefined);
  return {
    verdict: verdicts.includes('leak')
      ? 'leak'
      : verdicts.length === 0 || verdicts.includes('undecided')
        ? 'undecided'
        : 'no-leak',
    layer,
    bytesPerHour: middle((one) => one.bytesPerHour),
    low: middle((one) => one.low),
    high: middle((one) => one.high),
    workPerHour: work.length > 0 ? median(work) : undefined,
    followsWork: read.some((one) => one.followsWork),
    hours: Math.max(...containers.map((one) => one.seenHours)),
    containers,
  };
}

interface Growth {
  readonly verdict: Verdict;
  readonly bytesPerHour: number;
  readonly low: number;
  readonly high: number;
  readonly followsWork: boolean;
}

function growthIn(container: ContainerVerdict, layer: Layer): Growth | undefined {
  if (
    container.verdict === 'leak' &&
    container.layer === layer &&
    container.slope &&
    container.fixedAtMs === undefined
  ) {
    const { bytesPerHour, low, high, bytesPerUnit } = container.slope;
    return { verdict: 'leak', bytesPerHour, low, high, followsWork: bytesPerUnit !== undefined };
  }
  const own = container.readings.find(({ signal }) => signal.layer === layer && signal.scope !== 'part');
  return own && slopeOf(own, container.missing === 'too-short' || container.missing === 'too-few-samples');
}

/** Of a layer that is not known to leak: no growth, within the bounds that the values allow. */
function slopeOf({ points, reading, verdict }: SignalReading, tooLittle: boolean): Growth {
  const best = reading?.explanations[0];
  const values = best?.calm ?? points.values;
  const settled = [...points.ages.keys()].filter(
    (place) => points.ages[place]! >= settledFrom(points.ages, best?.atHours),
  );
  const line = theilSen(
    settled.map((place) => points.ages[place]!),
    settled.map((place) => values[place]!),
  );
  const growth = reading && growingStory(reading);
  const decided = tooLittle ? 'undecided' : verdict;
  const bytesPerHour = decided === 'no-leak' ? 0 : (growth?.slope ?? line?.slope ?? Number.NaN);
  return {
    verdict: decided,
    bytesPerHour,
    low: line?.low ?? Number.NaN,
    high: line?.high ?? Number.NaN,
    followsWork: false,
  };
}

/** The last two thirds, or what lies behind a warm-up that ended sooner than the end. */
function settledFrom(ages: Float64Array, atHours: number | undefined): number {
  const last = ages.at(-1)!;
  return Math.max(last / 3, atHours !== undefined && atHours < 0.7 * last ? atHours : 0);
}
