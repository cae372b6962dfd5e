import { mannKendall } from '../stats/mann-kendall.ts';
import { quantile } from '../stats/quantiles.ts';
import { robustFit } from '../stats/robust-regression.ts';
import { runningMedian } from '../stats/smoothing.ts';
import { theilSen } from '../stats/theil-sen.ts';
import { paceAcross, unconfirmed } from './across-collections.ts';
import { stillBends } from './bends.ts';
import type { Missing, SignalReading, Verdict } from './container-verdict.ts';
import type { Explanation, Reading } from './explanation.ts';
import type { Grid } from './grid.ts';
import { pickPoints, type Points } from './points.ts';
import { readPoints } from './read-points.ts';
import type { Signal, ContainerBins } from './signals.ts';

/** Growth over the time seen that is less than this share of the container's memory is drift, not news. */
export const MATERIAL_SHARE = 0.04;
/** What is left of two measurements (resident minus heap) creeps by more: code, arenas, pages given back late. */
const MATERIAL_SHARE_OF_REST = 0.08;
/** Odds that a verdict needs: three to one. */
export const SURE = 0.75;
/**
 * Load was not seen through a whole day: how long memory remembers it is then a guess, and what the guess leaves over looks
 * like growth. Nineteen to one.
 */
const FULL_DAY = 24;
const SURE_OF_PARTIAL = 0.95;
/** Load that fell back by less than this share of its range never fell. */
const NEVER_FELL = 0.25;
const LEAST_RISE = 0.2;
/** Floors this many times the noise below the start of a growth are no noise. */
const FAR_BELOW = 4;
/** A load that strays from a straight rise by this share of it (median) is bent; memory that followed it would stray by this many times its noise. */
const LEAST_BEND = 0.06;
const SEEN_BEND = 3;
/**
 * Where growth without load explains worse by more than this (odds of 150 to 1), memory was seen to follow the turns of load,
 * not only its rise; within less than a day (one morning) it takes more (20,000 to 1).
 */
const EVERY_TURN = 10;
const EVERY_TURN_OF_PARTIAL = 20;
/** Stories within this cost of the best are nearly as good (odds of 20 to 1). */
const CLOSE_COST = 6;
/** Work must explain growth better than time by this much to be named. */
const EVEN_COST = 4;
/** Growth of this share of the memory in the time seen is more than anybody would overlook. */
const HIDDEN_SHARE = 0.2;
/** One-sided 90 %: a bound no surer than the verdict that it guards. */
const HIDDEN_SIGMAS = 1.28;
/** Significance that the second test must reach: it guards the first, and decides nothing alone. */
const SIGNIFICANT = 0.05;

/** Reads one layer of one container whose memory is about `levelBytes`; growth below `materialBytes` does not matter. */
export function judgeSignal(
  grid: Grid,
  bins: ContainerBins,
  signal: Signal,
  levelBytes: number,
  materialBytes?: number,
): SignalReading {
  const points = pickPoints(grid, signal.values, bins.work, signal.floor, signal.collections?.places);
  const material = materialBytes ?? (signal.scope === 'rest' ? MATERIAL_SHARE_OF_REST : MATERIAL_SHARE) * levelBytes;
  if (points.values.length === 0) return { signal, points, reading: undefined, verdict: 'undecided' };
  if (span(points.values) < material) return { signal, points, reading: undefined, verdict: 'no-leak' };
  const reading = readPoints(points, levelBytes, material);
  if (!reading)
    return {
      signal,
      points,
      reading,
      verdict: 'undecided',
      missing: signal.floor === 'none' ? undefined : 'no-full-collection',
    };
  const verdict = decide(reading, points, material, levelBytes);
  const growth = growingStory(reading);
  const doubt = verdict !== 'no-leak' && growth ? doubtOf(signal, points, grid, growth, reading.noiseBytes) : undefined;
  if (doubt) return { signal, points, reading, verdict: 'undecided', missing: doubt };
  const confounded = verdict === 'undecided' && points.rates !== undefined && onlyRises(points.rates);
  return { signal, points, reading, verdict, missing: confounded ? 'load-or-growth' : undefined };
}

/** What speaks against a growth, however well it explains the points. */
function doubtOf(
  signal: Signal,
  points: Points,
  grid: Grid,
  growth: Explanation,
  noiseBytes: number,
): Missing | undefined {
  if (signal.floor === 'collected' && wasCollected(points, growth, noiseBytes)) return 'just-collected';
  return unconfirmed(signal, points, grid) ?? (bends(points, growth) ? 'not-settled' : undefined);
}

/**
 * Things that are counted (threads, descriptors) pile up without end: then the memory that follows them does too, even
 * where it bends. It is enough then that no stable story is likelier than not.
 */
export function pilesUp(grid: Grid, bins: ContainerBins, count: Float64Array): boolean {
  const points = pickPoints(grid, count, bins.work, 'none');
  const level = quantile(points.values.subarray(Math.floor(points.values.length * 0.9)), 0.5);
  const reading = readPoints(points, level, 0.1 * level);
  return reading !== undefined && decide(reading, points, 0.1 * level, level) === 'leak';
}

function decide(reading: Reading, points: Points, materialBytes: number, levelBytes: number): Verdict {
  if (reading.odds.stable >= SURE) {
    const blind = loadNeverFell(reading, points, materialBytes) || mayHideGrowth(reading, levelBytes);
    return blind ? 'undecided' : 'no-leak';
  }
  const growth = growingStory(reading);
  if (!growth || growth.growthBytes < materialBytes) return 'undecided';
  const partial = growth.wave === 'load' && reading.spanHours < FULL_DAY;
  if (reading.odds.growing < (partial ? SURE_OF_PARTIAL : SURE)) return 'undecided';
  const confounded = loadRoseToo(points, growth) && !bendsOtherwise(points, growth, reading.noiseBytes);
  return secondTest(points, growth) && !confounded ? 'leak' : 'undecided';
}

/** The noise is so large that a growth which matters to anybody could still be in it. */
function mayHideGrowth(reading: Reading, levelBytes: number): boolean {
  const best = reading.explanations[0]!;
  if (best.wave !== 'none') return false;
  return reading.explanations.some(
    ({ outcome, cost, slope, slopeError, growthBytes }) =>
      outcome === 'growing' &&
      cost - best.cost < EVEN_COST &&
      growthBytes * (1 + (HIDDEN_SIGMAS * slopeError) / Math.max(slope, 1e-9)) > HIDDEN_SHARE * levelBytes,
  );
}

/**
 * Memory rose with load, and load only rose: it was never seen whether memory comes down again. `load` must be what makes
 * the difference: without it, the stable stories must be worse by more than chance.
 */
export function loadNeverFell(reading: Reading, points: Points, materialBytes: number): boolean {
  const best = reading.explanations[0]!;
  const turns = reading.spanHours < FULL_DAY ? EVERY_TURN_OF_PARTIAL : EVERY_TURN;
  if (best.wave !== 'load' || !points.rates || reading.costWithoutLoad > turns) return false;
  if (span(points.values.map((value, i) => value - best.calm[i]!)) < materialBytes) return false;
  const unneeded = reading.explanations.some(
    (one) => one.outcome === 'stable' && one.wave !== 'load' && one.cost - best.cost < CLOSE_COST,
  );
  return !unneeded && onlyRises(points.rates);
}

/** Growth that load could explain as well: load rose all the time, and in proportion by no less than memory. */
function loadRoseToo(points: Points, growth: Explanation): boolean {
  if (!points.rates || points.worksByCpu || !onlyRises(points.rates)) return false;
  const from = quantile(points.rates, 0.02);
  const start = quantile(points.values, 0.02);
  return from > 0 && start > 0 && span(points.rates) / from >= Math.abs(growth.growthBytes) / start;
}

/**
 * What is alive is never more than a floor: late floors of a heap far below where the growth began show that what had piled
 * up by then was garbage, however straight it rose before. Two of them, so that one bad sample does not decide.
 */
function wasCollected({ ages, life }: Points, growth: Explanation, noiseBytes: number): boolean {
  if (growth.story === 'starts-growing' || life[0] !== life.at(-1)) return false;
  const began = growth.trend[ages.findIndex((age) => age > 0.1 * ages.at(-1)!)]!;
  const late = 0.4 * ages.at(-1)!;
  return growth.calm.filter((value, i) => ages[i]! > late && value < began - FAR_BELOW * noiseBytes).length >= 2;
}

/**
 * Load rose in a curve, and memory in a line: what followed the load would have bent with it, by so much more than the noise
 * that it would be seen. (Costs cannot tell: counts of requests are noisier than memory, so that a line always wins.)
 */
function bendsOtherwise(points: Points, growth: Explanation, noiseBytes: number): boolean {
  if (growth.story.startsWith('grows-with') || !points.rates) return false;
  const smooth = runningMedian(points.rates, Math.ceil(points.rates.length / 20));
  const line = robustFit([new Float64Array(smooth.length).fill(1), points.ages], smooth);
  if (!line) return false;
  const bend = quantile(line.residuals.map(Math.abs), 0.5) / span(smooth);
  return bend > LEAST_BEND && bend * growth.growthBytes > SEEN_BEND * noiseBytes;
}

/** A load that rises through the whole time, by a fifth or more, and never falls back by a quarter of its rise. */
function onlyRises(rates: Float64Array): boolean {
  const smooth = runningMedian(rates, Math.ceil(rates.length / 20));
  const rise = span(smooth);
  let highest = Number.NEGATIVE_INFINITY;
  let fall = 0;
  for (const rate of smooth) {
    highest = Math.max(highest, rate);
    fall = Math.max(fall, highest - rate);
  }
  return rise > LEAST_RISE * quantile(smooth, 0.5) && fall < NEVER_FELL * rise;
}

function span(values: Float64Array): number {
  return quantile(values, 0.98) - quantile(values, 0.02);
}

/** The best story in which memory grows on. */
export function growingStory(reading: Reading): Explanation | undefined {
  const best = reading.explanations.find((one) => one.outcome === 'growing');
  if (best?.story !== 'grows-with-work') return best;
  // Under an even load, work is only another clock; hours are the plainer words.
  return reading.explanations.find((one) => one.story === 'grows' && one.cost - best.cost < EVEN_COST) ?? best;
}

/** Growth per hour of a signal in which memory grows on: across full collections where they are known, else by its stories. */
export function slopeOfGrowth(points: Points, reading: Reading): { slope: number; error: number } {
  const late = growingStory(reading)?.story === 'starts-growing';
  return (late ? undefined : paceAcross(points)) ?? averageSlope(reading);
}

/**
 * Growth per hour over every story in which memory grows on, each weighted by how well it explains: which warm-up or wave
 * one takes out matters less than one story alone would have it.
 */
function averageSlope(reading: Reading): { slope: number; error: number } {
  // Each story counts once: that growth may start at ten places makes none of them likelier.
  const seen = new Set<string>();
  const growing = reading.explanations.filter(({ outcome, story, wave }) => {
    if (outcome !== 'growing' || seen.has(`${story} ${wave}`)) return false;
    seen.add(`${story} ${wave}`);
    return true;
  });
  const best = growing[0]!;
  let weights = 0;
  let mean = 0;
  let square = 0;
  for (const { cost, slope, slopeError } of growing) {
    const weight = Math.exp((best.cost - cost) / 2);
    weights += weight;
    mean += weight * slope;
    square += weight * (slope * slope + slopeError * slopeError);
  }
  mean /= weights;
  return { slope: mean, error: Math.sqrt(Math.max(0, square / weights - mean * mean)) };
}

/** Places of the longest life behind its warm-up. */
function longestLife({ ages, life }: Points, growth: Explanation): number[] {
  const from = growth.story === 'starts-growing' ? growth.atHours! : 0.05 * Math.max(...ages);
  const lives = Map.groupBy(
    [...life.keys()].filter((place) => ages[place]! >= from),
    (place) => life[place]!,
  );
  return [...lives.values()].reduce((best, one) => (one.length > best.length ? one : best), []);
}

/**
 * Growth that slows from part to part: a curve on its way to a plateau, as far as anybody can see. Where work is known it
 * must slow by the work done too: with less to do, every leak is slower.
 */
function bends(points: Points, growth: Explanation): boolean {
  const places = longestLife(points, growth);
  const values = places.map((place) => growth.calm[place]!);
  return [points.ages, points.work].every(
    (clock) =>
      clock === undefined ||
      stillBends(
        places.map((place) => clock[place]!),
        values,
      ),
  );
}

/** Theil-Sen's interval above zero and Mann-Kendall significant, on the longest life without warm-up and waves. */
function secondTest(points: Points, growth: Explanation): boolean {
  const places = longestLife(points, growth);
  const values = places.map((place) => growth.calm[place]!);
  const test = mannKendall(values);
  const line = theilSen(
    places.map((place) => points.ages[place]!),
    values,
    0.95,
    test.inflation,
  );
  return line !== undefined && line.low > 0 && test.p < SIGNIFICANT;
}
