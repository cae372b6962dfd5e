import type { Subject } from '../recognise/subjects.ts';
import { quantile } from '../stats/quantiles.ts';
import type { SignalReading } from './container-verdict.ts';
import { type Grid, HOUR_MS } from './grid.ts';
import { growingStory } from './judge-signal.ts';
import { processAgeHours } from './process-age.ts';
import type { ContainerBins } from './signals.ts';

/** A process younger than this is warming up, whatever it looks like; and a shorter window shows no more than an episode. */
export const LEAST_HOURS = 3;
/** Below this nothing is decided: deploys, batches and caches of an hour are everyday things. */
const SHORTEST_HOURS = 0.9;
/** The container of an old process must double in the window: caches and batches of a running service seldom hold as much as all the rest. */
const VIOLENT = 1;
/** One that may be warming up must grow fivefold, and be about to meet its limit. */
const BEYOND_WARM_UP = 4;
/** Odds of growth (19 to 1), and how straight it must be. */
const SURE_IN_SHORT = 0.95;
/** What is said of a short window is never surer than this. */
export const SHORT_CONFIDENCE = 0.8;
/** Work that rose by more than its noise and this share of what memory rose by may explain it. */
const LEAST_WORK = 0.15;
const WORK_SHARE = 0.3;
/** Lives that ended in kills: at least so many, none shorter than this (a process that does not fit dies in its first minutes). */
const KILLED_LIVES = 2;
const LEAST_LIFE_HOURS = 1 / 12;

/**
 * Is this growth in a window of less than three hours so violent that it needs no longer one? It is, where an old process
 * doubled in a straight line while its work did not; where a young one grew fivefold and meets its limit within as long
 * again; and where lives were killed at the limit again and again, each growing at the same pace. A heap counts as grown only
 * where full collections were seen: between two of them everything piles up.
 */
export function isViolent(
  main: SignalReading,
  subject: Subject,
  grid: Grid,
  bins: ContainerBins,
  levelBytes: number,
): boolean {
  const { signal, reading, points } = main;
  if (signal.scope === 'part' || signal.scope === 'unsure') return false;
  const growth = reading && growingStory(reading);
  if (!reading || !growth || reading.odds.growing < SURE_IN_SHORT || growth.story === 'starts-growing') return false;
  if (signal.layer === 'jvm-heap' && !subject.series.has('heap-live')) return false;
  const hours = grid.lives.map((life) => (life.endMs - life.startMs) / HOUR_MS);
  if (
    hours.reduce((sum, one) => sum + one, 0) < SHORTEST_HOURS ||
    workRose(points.rates, growth.growthBytes / levelBytes)
  )
    return false;
  const killed = grid.lives.filter(({ end }, at) => end === 'oom-kill' && hours[at]! >= LEAST_LIFE_HOURS);
  if (killed.length >= KILLED_LIVES) return true;
  if (Math.max(...hours) < SHORTEST_HOURS) return false;
  const times = growth.growthBytes / Math.max(1, levelBytes - growth.growthBytes);
  const room = (bins.limitBytes ?? Number.POSITIVE_INFINITY) - levelBytes;
  const soon = room < growth.slope * Math.max(...hours);
  return times >= BEYOND_WARM_UP
    ? soon
    : times >= VIOLENT && (processAgeHours(subject, grid.lives) ?? 0) >= LEAST_HOURS;
}

function workRose(rates: Float64Array | undefined, memoryRise: number): boolean {
  if (!rates) return false;
  const before = quantile(rates, 0.04);
  const after = quantile(rates.subarray(-Math.ceil(rates.length / 3)), 0.5);
  return after / Math.max(before, 1e-9) - 1 > LEAST_WORK + WORK_SHARE * memoryRise;
}
