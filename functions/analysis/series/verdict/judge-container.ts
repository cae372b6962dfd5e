import type { Subject } from '../recognise/subjects.ts';
import { conclude } from './conclude.ts';
import type { ContainerVerdict, Missing } from './container-verdict.ts';
import { crossCheck } from './cross-check.ts';
import { type Grid, HOUR_MS, makeGrid } from './grid.ts';
import { judgeSignal } from './judge-signal.ts';
import { findLives, typicalInterval } from './lives.ts';
import { LEAST_HOURS } from './short-window.ts';
import { type ContainerBins, separateLayers } from './signals.ts';

/** Fewer places with a value than this tell no story of a whole container. */
const FEWEST_PLACES = 20;

/** Is it a leak, in which memory: one container. Undefined where it has no memory series with two samples. */
export function judgeContainer(subject: Subject, windowStartMs: number, timed = true): ContainerVerdict | undefined {
  const lives = findLives(subject, windowStartMs);
  if (lives.length === 0) return undefined;
  let interval = Number.POSITIVE_INFINITY;
  for (const { series } of [...subject.series.values()].flat())
    interval = Math.min(interval, typicalInterval(series.timesMs) || Infinity);
  const grid = makeGrid(lives, Number.isFinite(interval) ? interval : 0);
  const bins = separateLayers(subject, grid);
  const levelBytes = recentLevel(bins);
  const alone = bins.signals.map((signal) => judgeSignal(grid, bins, signal, levelBytes));
  const readings = crossCheck(alone, grid, bins, levelBytes);
  const seenHours = Math.max(...lives.map((life) => (life.endMs - life.startMs) / HOUR_MS));
  const allHours = lives.reduce((sum, life) => sum + (life.endMs - life.startMs) / HOUR_MS, 0);
  const missing = timed
    ? enoughData(grid, bins, lives.length >= 3 ? Math.max(seenHours, allHours / 2) : seenHours)
    : 'no-clock';
  const shared = {
    subject,
    version: versionOf(subject),
    grid,
    bins,
    readings,
    levelBytes,
    seenHours,
    startMs: lives[0]!.startMs,
    endMs: lives.at(-1)!.endMs,
  };
  return { ...shared, ...conclude(readings, subject, grid, bins, levelBytes, missing) };
}

function enoughData(grid: Grid, bins: ContainerBins, seenHours: number): Missing | undefined {
  const memory = bins.resident ?? bins.workingSet ?? bins.signals[0]?.values;
  const places = memory ? memory.reduce((sum, value) => sum + (Number.isNaN(value) ? 0 : 1), 0) : 0;
  if (places < FEWEST_PLACES || places < 0.25 * grid.hours.length)
    return seenHours < LEAST_HOURS && places >= 0.25 * grid.hours.length ? 'too-short' : 'too-few-samples';
  if (seenHours < LEAST_HOURS) return 'too-short';
  return undefined;
}

function recentLevel(bins: ContainerBins): number {
  const memory = bins.workingSet ?? bins.resident ?? bins.signals[0]?.values ?? new Float64Array(0);
  const known = memory.filter((value) => !Number.isNaN(value));
  const last = known
    .subarray(Math.floor(known.length * 0.9))
    .slice()
    .sort();
  return last[last.length >> 1] ?? 0;
}

/** The tag of the image, or a version label. */
function versionOf(subject: Subject): string | undefined {
  for (const { series } of [...subject.series.values()].flat()) {
    const named = series.labels['version'] ?? series.labels['app_kubernetes_io_version'];
    if (named !== undefined && named !== '') return named.slice(0, 100);
    const tag = /:([\w][\w.-]{0,100})$/.exec(series.labels['image'] ?? '')?.[1];
    if (tag !== undefined) return tag;
  }
  return undefined;
}
