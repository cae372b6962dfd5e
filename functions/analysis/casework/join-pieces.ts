import type { Analysis } from '../../model/analysis.ts';
import { DEFAULT_LIMITS } from '../analyser.ts';
import type { Mapping } from '../series/recognise/mapping.ts';
import type { SampleSet } from '../series/sample-set.ts';
import { type CarriedSeries, samplesOfAnalyses } from '../series/samples-of-analyses.ts';
import { analysisFromSamples, type SamplesOrigin } from '../series/samples-to-analysis.ts';
import { thinByTime, type ThinnedByTime } from '../series/thin-by-time.ts';

/** However long a cluster pushes: 16 MB of columns, and a second of one core to judge them. */
const MOST = { samples: 1_000_000, series: 20_000 };

/** What pieces of growing evidence say together, in bounded room. */
export interface JoinedPieces extends Pick<ThinnedByTime, 'stepMs'> {
  readonly samples: { readonly series: readonly CarriedSeries[] };
}
export const NO_PIECES: JoinedPieces = { samples: { series: [] }, stepMs: 0 };

/** Adds what comes after them; in how many steps that is done does not matter. */
export function joinPieces(before: JoinedPieces, pieces: readonly Analysis[]): ThinnedByTime {
  return thinByTime(samplesOfAnalyses([before.samples, ...pieces]), before.stepMs, MOST);
}

/**
 * The Analysis of all of them. Evidence that grows begins anew when it is full or a week old, and where it does so means nothing: all that one
 * cluster pushed is judged as if it were in one piece, and what its pieces say alone is not heard.
 */
export function analysePieces(samples: SampleSet, origin: SamplesOrigin, mapping: Mapping): Analysis {
  const { signal } = new AbortController();
  return analysisFromSamples(samples, origin, { signal, limits: DEFAULT_LIMITS, progress: () => undefined, mapping });
}
