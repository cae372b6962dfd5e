import { effectiveCount } from '../stats/autocorrelation.ts';
import { rankCorrelation } from '../stats/ranks.ts';

export interface Lagged {
  /** Rank correlation at the lag where it is strongest, -1..1. */
  readonly strength: number;
  /** Places by which `cause` runs ahead. */
  readonly lag: number;
  /** Pairs, reduced for autocorrelation of both sides. */
  readonly effectivePairs: number;
}

/** Fewer pairs than this correlate by chance. */
const FEWEST_PAIRS = 12;

/**
 * Rank correlation of `effect` with `cause` shifted by 0 to `mostLag` places, the strongest. Places where either is NaN
 * are left out. Ranks make it robust against peaks; it says nothing of what causes what.
 */
export function laggedCorrelation(cause: Float64Array, effect: Float64Array, mostLag: number): Lagged | undefined {
  let best: Lagged | undefined;
  for (let lag = 0; lag <= mostLag; lag++) {
    const a: number[] = [];
    const b: number[] = [];
    for (let place = lag; place < effect.length; place++) {
      if (Number.isNaN(cause[place - lag]!) || Number.isNaN(effect[place]!)) continue;
      a.push(cause[place - lag]!);
      b.push(effect[place]!);
    }
    if (a.length < FEWEST_PAIRS) break;
    const strength = rankCorrelation(a, b);
    if (best && Math.abs(strength) <= Math.abs(best.strength)) continue;
    best = { strength, lag, effectivePairs: Math.sqrt(effectiveCount(a) * effectiveCount(b)) };
  }
  return best;
}
