import type { Subject } from '../recognise/subjects.ts';
import {
  type ContainerVerdict,
  INTERVAL_REACH,
  LEAST_SLOPE_ERROR,
  type Missing,
  type SignalReading,
  type Slope,
} from './container-verdict.ts';
import { type Grid, HOUR_MS } from './grid.ts';
import { growingStory, slopeOfGrowth } from './judge-signal.ts';
import type { Layer } from './layer.ts';
import { isViolent, SHORT_CONFIDENCE } from './short-window.ts';
import type { ContainerBins } from './signals.ts';
import { stoppedGrowth } from './stopped-growth.ts';
import { timeToLimit } from './time-to-limit.ts';

/** Harmless growth is named from this share of the container's memory on. */
const HARMLESS_SHARE = 0.08;

/** What follows from the readings of one container. */
export type Conclusion = Pick<
  ContainerVerdict,
  'verdict' | 'layer' | 'main' | 'slope' | 'confidence' | 'missing' | 'onsetMs' | 'fixedAtMs' | 'timeToLimitHours'
>;

const NOTHING = {
  slope: undefined,
  missing: undefined,
  onsetMs: undefined,
  fixedAtMs: undefined,
  timeToLimitHours: undefined,
};

/** From readings that were held against each other to one verdict; `missing` is what makes any verdict impossible. */
export function conclude(
  readings: readonly SignalReading[],
  subject: Subject,
  grid: Grid,
  bins: ContainerBins,
  levelBytes: number,
  missing: Missing | undefined,
): Conclusion {
  const kept = readings.filter(({ signal }) => signal.layer !== 'page-cache');
  if (missing === 'too-short') {
    const leaking = kept.filter(({ verdict }) => verdict === 'leak');
    if (leaking.some((one) => isViolent(one, subject, grid, bins, levelBytes))) {
      const said = leakVerdict(leaking, grid, bins, levelBytes);
      return { ...said, confidence: Math.min(SHORT_CONFIDENCE, said.confidence) };
    }
  }
  if (missing) {
    return { ...NOTHING, verdict: 'undecided', layer: 'none', main: kept[0], confidence: 0.5, missing };
  }
  const killed = grid.lives.filter(({ end }) => end === 'oom-kill').length >= 2;
  const leaking = kept.filter(
    ({ verdict, signal }) => verdict === 'leak' && (signal.scope !== 'unsure' || signal.layer === 'kernel' || killed),
  );
  if (leaking.length > 0) return leakVerdict([...leaking, ...wholesOf(leaking, kept)], grid, bins, levelBytes);
  for (const reading of kept) {
    const stopped = stoppedGrowth(reading, grid, bins);
    if (stopped)
      return {
        ...NOTHING,
        verdict: 'leak',
        layer: reading.signal.layer,
        main: reading,
        onsetMs: grid.startMs,
        ...stopped,
      };
  }
  const unsure = kept.filter(({ verdict, signal }) => verdict !== 'no-leak' && signal.scope !== 'part');
  const open =
    unsure.find(({ reading, missing }) => reading !== undefined || missing !== undefined) ??
    (unsure.length === kept.length ? unsure[0] : undefined);
  if (open) {
    return {
      ...NOTHING,
      verdict: 'undecided',
      layer: 'none',
      main: open,
      confidence: 0.5,
      missing: whatIsMissing(open),
    };
  }
  const sure = Math.min(1, ...kept.map(({ reading }) => reading?.odds.stable ?? 0.97));
  return {
    ...NOTHING,
    verdict: 'no-leak',
    layer: harmlessGrowth(readings, levelBytes),
    main: mostlyMoving(kept),
    confidence: sure,
  };
}

/** Where a part leaks for sure, the whole of its layer that leans to growth gives the slope. */
function wholesOf(leaking: readonly SignalReading[], kept: readonly SignalReading[]): SignalReading[] {
  return kept.filter(
    ({ signal, verdict, reading }) =>
      verdict === 'undecided' &&
      signal.scope === 'whole' &&
      (reading?.odds.growing ?? 0) > 0.5 &&
      leaking.some((one) => one.signal.layer === signal.layer && one.signal.scope === 'part'),
  );
}

/** The layer with the steepest growth; a part (external buffers, ETS) that carries most of its layer gives its slope. */
export function leakVerdict(
  leaking: readonly SignalReading[],
  grid: Grid,
  bins: ContainerBins,
  levelBytes: number,
): Conclusion {
  const steepness = (reading: SignalReading): number => growingStory(reading.reading!)!.slope;
  const steepest = leaking.reduce((best, one) => (steepness(one) > steepness(best) ? one : best));
  const layer = steepest.signal.layer;
  const parts = leaking.filter(({ signal }) => signal.layer === layer && signal.scope === 'part');
  const part = parts.find((one) => steepness(one) > 0.6 * steepness(steepest) && layer === 'native');
  const main = part ?? steepest;
  const story = growingStory(main.reading!)!;
  const average = slopeOfGrowth(main.points, main.reading!);
  const reach = INTERVAL_REACH * Math.max(average.error, LEAST_SLOPE_ERROR * average.slope);
  const slope: Slope = {
    bytesPerHour: average.slope,
    low: average.slope - reach,
    high: average.slope + reach,
    bytesPerUnit: story.perWork,
  };
  const onsetMs = grid.startMs + (story.story === 'starts-growing' ? story.atHours! * HOUR_MS : 0);
  const timeToLimitHours = timeToLimit(layer, slope, grid, bins, levelBytes, main);
  return {
    ...NOTHING,
    verdict: 'leak',
    layer,
    main,
    slope,
    confidence: main.reading!.odds.growing,
    onsetMs,
    timeToLimitHours,
  };
}

function whatIsMissing({ signal, reading, missing }: SignalReading): Missing {
  if (missing) return missing;
  if (signal.scope === 'unsure') return signal.layer === 'kernel' ? 'unknown-kernel' : 'unknown-memory';
  if (!reading) return 'too-few-samples';
  const best = reading.explanations[0]!;
  const growth = growingStory(reading);
  if (best.story === 'fills' && best.outcome === 'open') return 'just-stopped';
  if (growth && (best.wave === 'load') !== (growth.wave === 'load') && reading.odds.open < 0.3) return 'load-or-growth';
  if (best.outcome === 'open' || reading.odds.open > 0.2 || best.story === 'settles') return 'not-settled';
  return 'noise';
}

/** Page cache, or slab that the kernel can take back: it grew, and it does no harm. */
function harmlessGrowth(readings: readonly SignalReading[], levelBytes: number): Layer {
  let best: { layer: Layer; bytes: number } = { layer: 'none', bytes: HARMLESS_SHARE * levelBytes };
  for (const { signal, reading, points } of readings) {
    if (!reading || (signal.layer !== 'page-cache' && signal.layer !== 'kernel')) continue;
    const { story, growthBytes } = reading.explanations[0]!;
    const rises = story !== 'flat' && story !== 'steps' ? growthBytes : 0;
    const bytes = signal.layer === 'kernel' ? Math.max(...points.values) - Math.min(...points.values) : rises;
    if (bytes > best.bytes) best = { layer: signal.layer, bytes };
  }
  return best.layer;
}

function mostlyMoving(kept: readonly SignalReading[]): SignalReading | undefined {
  return kept.find(({ reading }) => reading !== undefined) ?? kept[0];
}
