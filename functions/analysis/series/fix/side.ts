import type { SampleSet } from '../sample-set.ts';
import { mannKendall } from '../stats/mann-kendall.ts';
import { median } from '../stats/quantiles.ts';
import { theilSen } from '../stats/theil-sen.ts';
import {
  type ContainerVerdict,
  INTERVAL_REACH,
  LEAST_SLOPE_ERROR,
  type SignalReading,
  type Verdict,
} from '../verdict/container-verdict.ts';
import { judge, type Judgement } from '../verdict/judge.ts';
import type { Reading } from '../verdict/explanation.ts';
import { growingStory, judgeSignal, MATERIAL_SHARE, slopeOfGrowth } from '../verdict/judge-signal.ts';
import type { Layer } from '../verdict/layer.ts';

/** Costs that differ by less say nothing: a story of work pays for half a parameter more than one of time. */
const EVEN_COST = 3;
/** Odds of growth (nine to one) from which a leak that was seen before the deploy is seen to go on. */
const GOES_ON = 0.9;

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

/** What remains of a leak is said in bytes: shares of a limit that nobody gave cannot be. */
function inBytes(samples: SampleSet): Judgement {
  const { whole, containers } = judge(samples);
  return { whole, containers: containers.filter(({ bins }) => !bins.inShares) };
}

/** The leak of a side as its verdict sees it: the layer in which its containers grow most. */
export function leakingSide(samples: SampleSet): Side | undefined {
  const { whole, containers } = inBytes(samples);
  if (containers.length === 0) return undefined;
  return sideOf(containers, whole.verdict === 'leak' ? whole.layer : 'none', Number.POSITIVE_INFINITY);
}

/**
 * Growth in a given layer, leak or not. What matters is measured by a growth that was there before: `matters`, bytes per
 * hour, is the least that is looked for, however large the container.
 */
export function sideInLayer(samples: SampleSet, layer: Layer, matters: number): Side | undefined {
  const { containers } = inBytes(samples);
  return containers.length === 0 ? undefined : sideOf(containers, layer, matters);
}

function sideOf(containers: readonly ContainerVerdict[], layer: Layer, matters: number): Side {
  const all = containers.map((one) => growthIn(one, layer, matters)).filter((one) => one !== undefined);
  const leaking = all.filter(({ verdict }) => verdict === 'leak');
  const decided = all.filter(({ verdict }) => verdict === 'no-leak');
  // Of replicas one may leak alone: the others say nothing of how fast. And a pod that tells nothing is outvoted by those that do.
  const read = leaking.length > 0 ? leaking : 2 * decided.length > all.length ? decided : all;
  const middle = (pick: (one: Growth) => number): number => (read.length > 0 ? median(read.map(pick)) : Number.NaN);
  const work = containers
    .map(({ bins }) => (bins.work && !bins.work.byCpu ? median(bins.work.rates) : undefined))
    .filter((rate) => rate !== undefined);
  return {
    verdict: read.length === 0 ? 'undecided' : leaking.length > 0 ? 'leak' : read === decided ? 'no-leak' : 'undecided',
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

function growthIn(container: ContainerVerdict, layer: Layer, matters: number): Growth | undefined {
  if (
    container.verdict === 'leak' &&
    container.layer === layer &&
    container.slope &&
    container.fixedAtMs === undefined
  ) {
    const { bytesPerHour, low, high } = container.slope;
    return { verdict: 'leak', bytesPerHour, low, high, followsWork: followsWork(container.main?.reading) };
  }
  const own = container.readings.find(({ signal }) => signal.layer === layer && signal.scope !== 'part');
  if (!own) return undefined;
  const tooLittle = container.missing === 'too-short' || container.missing === 'too-few-samples';
  return slopeOf(tooLittle ? { ...own, verdict: 'undecided' } : goesOn(closely(own, container, matters), matters));
}

/** Where a leak was known before, growth of the same memory needs less to be believed than the first leak did: odds will do. */
function goesOn(own: SignalReading, matters: number): SignalReading {
  const { verdict, missing, reading } = own;
  const known = Number.isFinite(matters) && (missing === undefined || missing === 'load-or-growth');
  return known && verdict === 'undecided' && reading && reading.odds.growing >= GOES_ON
    ? { ...own, verdict: 'leak' }
    : own;
}

/** Work explains the growth at least as well as time: under an even load the two are one, and nearly every leak is of work. */
function followsWork(reading: Reading | undefined): boolean {
  const cost = (ofWork: boolean): number =>
    reading?.explanations.find(({ outcome, perWork }) => outcome === 'growing' && (perWork !== undefined) === ofWork)
      ?.cost ?? Number.POSITIVE_INFINITY;
  return cost(true) < cost(false) + EVEN_COST;
}

/** Looks again at a layer that does not leak by the measure of its container, by the measure of what grew before. */
function closely(
  own: SignalReading,
  { grid, bins, levelBytes, seenHours }: ContainerVerdict,
  matters: number,
): SignalReading {
  const material = matters * seenHours;
  if (own.verdict !== 'no-leak' || !(material > 0) || material >= MATERIAL_SHARE * levelBytes) return own;
  const again = judgeSignal(grid, bins, own.signal, levelBytes, material);
  return again.reading ? again : own;
}

/** Of a layer that is not known to leak: no growth, within the bounds that the values allow. */
function slopeOf({ points, reading, verdict }: SignalReading): Growth {
  if (verdict === 'leak' && reading) {
    const { slope, error } = slopeOfGrowth(points, reading);
    const reach = INTERVAL_REACH * Math.max(error, LEAST_SLOPE_ERROR * slope);
    return { verdict, bytesPerHour: slope, low: slope - reach, high: slope + reach, followsWork: false };
  }
  const best = reading?.explanations[0];
  const values = best && best.calm.length > 0 ? best.calm : points.values;
  const settled = [...points.ages.keys()].filter(
    (place) => points.ages[place]! >= settledFrom(points.ages, best?.atHours),
  );
  const late = settled.map((place) => values[place]!);
  const { inflation } = mannKendall(late);
  const line = theilSen(
    settled.map((place) => points.ages[place]!),
    late,
    0.95,
    inflation,
  );
  const growth = reading && growingStory(reading);
  const bytesPerHour = verdict === 'no-leak' ? 0 : (growth?.slope ?? line?.slope ?? Number.NaN);
  return {
    verdict,
    bytesPerHour,
    low: Math.min(line?.low ?? Number.NaN, bytesPerHour),
    high: Math.max(line?.high ?? Number.NaN, bytesPerHour),
    followsWork: false,
  };
}

/** The last two thirds, or what lies behind a warm-up that ended sooner than the end. */
function settledFrom(ages: Float64Array, atHours: number | undefined): number {
  const last = ages.at(-1)!;
  return Math.max(last / 3, atHours !== undefined && atHours < 0.7 * last ? atHours : 0);
}
