import type { Subject } from '../recognise/subjects.ts';
import type { Reading } from './explanation.ts';
import type { Grid } from './grid.ts';
import type { Layer } from './layer.ts';
import type { Points } from './points.ts';
import type { ContainerBins, Signal } from './signals.ts';
import type { Duration } from './time-to-limit.ts';

export type Verdict = 'leak' | 'no-leak' | 'undecided';

/** What one signal of a container says. */
export interface SignalReading {
  readonly signal: Signal;
  readonly points: Points;
  /** Undefined where the values move too little to matter, or are too few. */
  readonly reading: Reading | undefined;
  readonly verdict: Verdict;
  /** Why it is undecided, where the reading alone knows. */
  readonly missing?: Missing;
}

/** No slope is surer than to 3 % of itself: memory is measured in pages, floors between collections, and no load is even. */
export const LEAST_SLOPE_ERROR = 0.03;
/** Two-sided 95 % of Student's t with the 20 to 40 points that count in most series. */
export const INTERVAL_REACH = 2.1;

/** Growth per hour with the bounds of its 95 % interval. */
export interface Slope {
  readonly bytesPerHour: number;
  readonly low: number;
  readonly high: number;
  /** Where growth follows work: bytes per request or job. */
  readonly bytesPerUnit: number | undefined;
}

/** Why nothing can be said, as a kind that the sentences put in words. */
export type Missing =
  | 'too-short'
  | 'too-few-samples'
  | 'no-clock'
  | 'unknown-memory'
  | 'unknown-kernel'
  | 'no-full-collection'
  | 'just-collected'
  | 'load-or-growth'
  | 'not-settled'
  | 'just-stopped'
  | 'noise';

export interface ContainerVerdict {
  readonly subject: Subject;
  readonly version: string | undefined;
  readonly grid: Grid;
  readonly bins: ContainerBins;
  readonly verdict: Verdict;
  /** What leaks; without a leak what grew harmlessly (page cache, reclaimable slab), or `none`. */
  readonly layer: Layer;
  readonly readings: readonly SignalReading[];
  /** The reading that the verdict stands on. */
  readonly main: SignalReading | undefined;
  readonly slope: Slope | undefined;
  readonly confidence: number;
  readonly missing: Missing | undefined;
  readonly onsetMs: number | undefined;
  /** A leak that stopped while the process went on. */
  readonly fixedAtMs: number | undefined;
  readonly timeToLimitHours: Duration | undefined;
  /** Memory now, bytes. */
  readonly levelBytes: number;
  /** Hours of the longest life that was seen. */
  readonly seenHours: number;
  readonly startMs: number;
  readonly endMs: number;
}
