import type { SampleSeries } from './sample-set.ts';

/** A hole longer than so many usual steps is a gap: no line is drawn over it. */
const STEPS = 3;
const MOST_GAPS = 5000;

/** The longest time between two samples over which a line is still drawn, in ms. */
export function longestStep(timesMs: Float64Array): number {
  return STEPS * usualStep(timesMs);
}

/**
 * A time inside each gap of a series, ascending: where samples are missing for longer than three usual steps, and where
 * the series was said to have ended. At most 5,000.
 */
export function gapsOf({ timesMs, staleMs }: SampleSeries): number[] {
  const longest = longestStep(timesMs);
  const found: number[] = [];
  for (let i = 1; i < timesMs.length && found.length < MOST_GAPS; i++) {
    const before = timesMs[i - 1] ?? 0;
    if ((timesMs[i] ?? 0) - before > longest) found.push(before + longest + 1);
  }
  // A break at the time of a sample says nothing against the sample.
  const own = new Set(timesMs.length > 0 && staleMs.length > 0 ? timesMs : []);
  for (const ms of staleMs) if (found.length < MOST_GAPS && !own.has(ms)) found.push(ms);
  return [...new Set(found)].sort((a, b) => a - b);
}

/** The median distance of a few hundred neighbours, in ms. */
function usualStep(timesMs: Float64Array): number {
  const steps: number[] = [];
  const stride = Math.max(1, Math.floor(timesMs.length / 300));
  for (let i = 1; i < timesMs.length; i += stride) steps.push((timesMs[i] ?? 0) - (timesMs[i - 1] ?? 0));
  steps.sort((a, b) => a - b);
  return steps[steps.length >> 1] ?? Infinity;
}
