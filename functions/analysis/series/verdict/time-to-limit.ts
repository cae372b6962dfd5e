import { median } from '../stats/quantiles.ts';
import type { SignalReading, Slope } from './container-verdict.ts';
import { type Grid, HOUR_MS } from './grid.ts';
import type { Layer } from './layer.ts';
import type { ContainerBins } from './signals.ts';

export interface Duration {
  readonly hours: number;
  readonly low: number;
  readonly high: number;
}

/**
 * When memory meets its limit at this slope. A JVM heap meets -Xmx first; all else the limit of the container, counted from
 * the working set, from the end of what was seen. Where lives ended in OOM kills, what they lasted is the better answer:
 * from start to kill.
 */
export function timeToLimit(
  layer: Layer,
  slope: Slope,
  grid: Grid,
  bins: ContainerBins,
  levelBytes: number,
  main: SignalReading,
): Duration | undefined {
  const killed = grid.lives
    .filter((life) => life.end === 'oom-kill')
    .map((life) => (life.endMs - life.startMs) / HOUR_MS);
  if (killed.length > 0) return { hours: median(killed), low: Math.min(...killed), high: Math.max(...killed) };
  const heap = layer === 'jvm-heap' && bins.heapMaxBytes !== undefined;
  const roomBytes = heap ? bins.heapMaxBytes - main.reading!.levelBytes : (bins.limitBytes ?? Number.NaN) - levelBytes;
  if (!(slope.bytesPerHour > 0) || Number.isNaN(roomBytes)) return undefined;
  const lag = heap ? lagOf(main.points.hours, main.points.life, grid) : lagOf(grid.hours, grid.life, grid);
  const hours = (bytesPerHour: number): number =>
    bytesPerHour > 0 ? Math.max(0, roomBytes / bytesPerHour - lag) : Number.POSITIVE_INFINITY;
  return { hours: hours(slope.bytesPerHour), low: hours(slope.high), high: hours(slope.low) };
}

/** A level is the middle of the last tenth: so many hours before the end. */
function lagOf(hours: Float64Array, life: Int32Array, { startMs, lives }: Grid): number {
  const at = Math.floor(0.95 * hours.length);
  if (life[at] !== life.at(-1)) return 0;
  return Math.max(0, (lives.at(-1)!.endMs - startMs) / HOUR_MS - hours[at]!);
}
