/**
 * Where memory goes from here. stable: it will not grow on. open: it slows down, or stopped just now, and nobody can say
 * yet. growing: it grows on.
 */
export type Outcome = 'stable' | 'open' | 'growing';

/** The stories that memory over time can tell. */
export type Story =
  | 'flat'
  | 'settles'
  | 'fills'
  | 'steps'
  | 'falls-back'
  | 'slows'
  | 'grows'
  | 'grows-with-work'
  | 'grows-with-busy-work'
  | 'starts-growing';

/** Waves that are no growth: none, memory that follows load (with a lag), a daily rhythm. */
export type Wave = 'none' | 'load' | 'daily';

export interface Explanation {
  readonly story: Story;
  readonly outcome: Outcome;
  readonly wave: Wave;
  /** Smaller is better: 2 n ln(deviation) + parameters ln(n), n the effective number of points. */
  readonly cost: number;
  /** Bytes per hour while it grows; 0 for what does not. */
  readonly slope: number;
  readonly slopeError: number;
  /** Bytes per unit of work, where growth follows work. */
  readonly perWork: number | undefined;
  /** Age, hours, at which growth starts ('starts-growing') or stops ('fills', 'falls-back'); the time constant of 'settles' and 'slows'. */
  readonly atHours: number | undefined;
  /** Bytes that the story adds over the longest life. */
  readonly growthBytes: number;
  /** The fitted values without the wave: the trend to draw. Empty for stable and open stories that are not the best. */
  readonly trend: Float64Array;
  /** The measured values without the wave; empty likewise. */
  readonly calm: Float64Array;
}

export interface Reading {
  /** Best first. */
  readonly explanations: readonly Explanation[];
  /** Probability of each outcome, given that one of the stories is true; growth too small to matter counts as stable. */
  readonly odds: Readonly<Record<Outcome, number>>;
  /** What the best story in which memory grows on without load costs more than the best of all. */
  readonly costWithoutLoad: number;
  readonly effectiveCount: number;
  /** Median absolute deviation around the best story, bytes. */
  readonly noiseBytes: number;
  /** Median value of the last tenth, bytes. */
  readonly levelBytes: number;
  readonly spanHours: number;
}
