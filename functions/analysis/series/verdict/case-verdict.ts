import type { ContainerVerdict, Slope, Verdict } from './container-verdict.ts';
import type { Layer } from './layer.ts';
import type { Duration } from './time-to-limit.ts';

/** One verdict for everything in one piece of evidence. */
export interface CaseVerdict {
  readonly verdict: Verdict;
  readonly layer: Layer;
  readonly confidence: number;
  /** Every leaking container, the one with the largest share of the growth first. */
  readonly culprits: readonly ContainerVerdict[];
  /** The container that the verdict stands on. */
  readonly main: ContainerVerdict | undefined;
  readonly slope: Slope | undefined;
  readonly onsetMs: number | undefined;
  readonly onsetVersion: string | undefined;
  readonly fixedAtMs: number | undefined;
  readonly fixedVersion: string | undefined;
  /** Until the first of the leaking containers that still run meets its limit. */
  readonly timeToLimitHours: Duration | undefined;
  readonly stateAtEnd: 'leaking' | 'fixed' | 'flat' | 'unknown';
}
