import type { SignalReading, Slope } from './container-verdict.ts';
import type { Explanation } from './explanation.ts';
import { type Grid, HOUR_MS } from './grid.ts';
import type { ContainerBins } from './signals.ts';

/** Growth must have taken at least this share of the time, so that it was no start-up. */
const LEAST_SHARE = 0.2;
const LEAST_HOURS = 3;
/** And must have added this share of the level that it reached. */
const LEAST_GROWTH = 0.25;
/** It must stand out of the noise, and no other stable story may come near. */
const CLEAR = 8;
const FAR_BETTER = 12;
/** A cache that is full goes on taking in what it took in before, and lets go of as much: the heap is still stirred. */
const STILL_STIRRED = 0.35;

/**
 * A heap that grew and then stopped: a full cache, or a leak that was switched off? Both look flat on average. But a full
 * cache replaces its entries, so that garbage goes on arising at the pace at which it had filled, and shows as teeth; where
 * the heap stopped taking anything in, the leak itself ended. And memory that grew for hours and was then let go of without
 * a restart had been held by something that ended. Undefined where neither can be seen.
 */
export function stoppedGrowth(
  { signal, reading }: SignalReading,
  grid: Grid,
  bins: ContainerBins,
): { slope: Slope; fixedAtMs: number; confidence: number } | undefined {
  const best = reading?.explanations[0];
  if (!reading || !best || best.outcome !== 'stable' || grid.lives.length > 1) return undefined;
  if (signal.layer === 'kernel' || signal.layer === 'page-cache' || signal.scope === 'unsure') return undefined;
  const heap = signal.layer === 'js-heap' || signal.layer === 'jvm-heap' ? bins.heapUsed : undefined;
  // The old generation of a JVM piles up for hours and falls at a full collection: what fell there was garbage.
  if (best.story === 'falls-back' && signal.layer === 'jvm-heap') return undefined;
  if (best.story !== 'falls-back' && (best.story !== 'fills' || !heap)) return undefined;
  const next = reading.explanations.find((one) => one.story !== best.story && one.outcome === 'stable');
  if (best.growthBytes < CLEAR * reading.noiseBytes || (next && next.cost - best.cost < FAR_BETTER)) return undefined;
  const full = best.atHours!;
  if (
    full < LEAST_HOURS ||
    full < LEAST_SHARE * reading.spanHours ||
    best.growthBytes < LEAST_GROWTH * reading.levelBytes
  )
    return undefined;
  if (
    best.story === 'falls-back'
      ? !letGo(best, reading.levelBytes)
      : !heap || stillStirred(heap, grid, full, reading.spanHours)
  )
    return undefined;
  const bytesPerHour = best.growthBytes / full;
  const slope = { bytesPerHour, low: 0.9 * bytesPerHour, high: 1.1 * bytesPerHour, bytesPerUnit: undefined };
  return { slope, fixedAtMs: grid.startMs + full * HOUR_MS, confidence: 0.8 };
}

/** At the end there is less than half of what had grown. */
function letGo({ trend, growthBytes }: Explanation, levelBytes: number): boolean {
  return Math.max(...trend) - levelBytes > 0.5 * growthBytes;
}

function stillStirred(heap: Float64Array, grid: Grid, full: number, spanHours: number): boolean {
  const before = takenInPerHour(heap, grid, 0, full);
  const after = takenInPerHour(heap, grid, full + 0.05 * spanHours, Number.POSITIVE_INFINITY);
  return !(after < STILL_STIRRED * before);
}

/** Every rise between neighbouring bins, added up. */
function takenInPerHour(values: Float64Array, grid: Grid, from: number, to: number): number {
  let taken = 0;
  let hours = 0;
  let last: number | undefined;
  for (let bin = 0; bin < values.length; bin++) {
    if (grid.ages[bin]! < from || grid.ages[bin]! > to || Number.isNaN(values[bin]!)) continue;
    if (last !== undefined) {
      taken += Math.max(0, values[bin]! - values[last]!);
      hours += grid.ages[bin]! - grid.ages[last]!;
    }
    last = bin;
  }
  return hours > 0 ? taken / hours : Number.NaN;
}
