import { effectiveCount } from '../stats/autocorrelation.ts';
import { normalCdf } from '../stats/normal.ts';
import { median, quantileOfSorted } from '../stats/quantiles.ts';
import { robustFit, type RobustFit } from '../stats/robust-regression.ts';
import { type Candidate, explain, type Setting } from './explain.ts';
import type { Explanation, Outcome, Reading } from './explanation.ts';
import type { Points } from './points.ts';
import { fillShape, possibleShapes, settling, startShape, type Shape } from './shapes.ts';
import { possibleWaves, type WaveColumns } from './waves.ts';

/** Fewer points than this tell no story. */
export const FEWEST_POINTS = 6;
/** Real series follow no formula exactly, so that no number of samples makes a story certain beyond this many. */
const MOST_EFFECTIVE = 80;
const LEAST_EFFECTIVE = 8;
/** Deviations beyond this many medians (a nightly batch, a spike) count the same for every story. */
const CAP = 4;
/** How memory ends is the question, so that deviations in this last share of the points are forgiven less. */
const END_SHARE = 0.12;
const END_CAP = 5;
/** Changes below this share of the container's memory are no news to anybody. */
const BLIND_SHARE = 0.002;
const NO_CURVE = new Float64Array(0);
/** Warm-ups beside the one that a story was first tried with, as shares of the longest life. */
const WARMER = [1 / 25, 1 / 12, 1 / 8];
/** So many of the best stories are fitted to the end. */
const FINALISTS = 10;

/**
 * Fits every story to the points and weighs them (Bayesian information criterion on absolute deviations, G. Schwarz 1978,
 * with the number of points reduced for autocorrelation): which of "it settles", "it filled", "it stepped up", "it follows
 * load" and "it grows" explains the data, and how sure. `scaleBytes` is the memory of the container; growth of less than
 * `materialBytes` counts as none. Undefined for fewer than six points.
 */
export function readPoints(points: Points, scaleBytes: number, materialBytes: number): Reading | undefined {
  if (points.values.length < FEWEST_POINTS) return undefined;
  const span = Math.max(...points.ages) - Math.min(...points.ages);
  if (!(span > 0)) return undefined;
  const setting: Setting = { points, base: lifeColumns(points), span, blind: BLIND_SHARE * scaleBytes + 1 };
  const warm = [8, 40].map((pace) => points.ages.map((age) => Math.exp((-pace * age) / span)));
  const candidates: Candidate[] = [];
  for (const wave of possibleWaves(points, setting.base, [points.ages, ...warm])) {
    const plain = robustFit([...setting.base, ...wave.columns], points.values, 2);
    if (!plain) continue;
    const rest = withoutWave(points.values, plain, setting.base.length, wave.columns);
    for (const shape of possibleShapes(points, span, rest)) tryShape(setting, shape, wave, 2, candidates);
  }
  if (candidates.length === 0) return undefined;
  refine(setting, candidates);
  return weigh(setting, candidates, materialBytes);
}

/** One level a life. */
function lifeColumns(points: Points): Float64Array[] {
  return [...new Set(points.life)].map((life) => Float64Array.from(points.life, (own) => (own === life ? 1 : 0)));
}

function tryShape(setting: Setting, shape: Shape, wave: WaveColumns, rounds: number, candidates: Candidate[]): void {
  const { points, base } = setting;
  const columns = [...base, ...shape.columns, ...wave.columns];
  if (columns.length > points.values.length - 2) return;
  const fit = robustFit(columns, points.values, rounds);
  if (fit && isPhysical(setting, shape, wave, fit)) candidates.push({ shape, wave, fit });
}

/** Growth grows; load holds memory rather than freeing it, and not more than there is. */
function isPhysical({ base, points }: Setting, shape: Shape, wave: WaveColumns, fit: RobustFit): boolean {
  for (let index = 0; index < shape.growing; index++) if (!(fit.coefficients[base.length + index]! > 0)) return false;
  if (wave.wave !== 'load') return true;
  const held = fit.coefficients[base.length + shape.columns.length]!;
  return held > 0 && held < 1.2 * Math.abs(median(points.values));
}

function withoutWave(
  values: Float64Array,
  fit: RobustFit,
  first: number,
  columns: readonly Float64Array[],
): Float64Array {
  return values.map((value, i) =>
    columns.reduce((left, column, at) => left - fit.coefficients[first + at]! * column[i]!, value),
  );
}

/** Places where filling ends or growth starts are first tried coarsely, then closely around the best. */
function refine(setting: Setting, candidates: Candidate[]): void {
  const score = scorer(setting, candidates);
  for (const story of ['fills', 'starts-growing'] as const) {
    const best = least(
      candidates.filter((one) => one.shape.story === story),
      score,
    );
    if (!best) continue;
    const attempt = (at: number, warm: Float64Array | undefined): void => {
      if (at <= 0 || at >= setting.span) return;
      const shape =
        story === 'fills' ? fillShape(setting.points, setting.span, at, warm) : startShape(setting.points, at, warm);
      tryShape(setting, shape, best.wave, 2, candidates);
    };
    for (const shift of [-0.045, -0.03, -0.015, 0.015, 0.03, 0.045])
      attempt(best.shape.atHours! + shift * setting.span, best.shape.columns[1]);
    // Grown stories come with every warm-up; these must be as free, or growth wins for its better start.
    for (const share of WARMER) attempt(best.shape.atHours!, settling(setting.points.ages, share * setting.span));
  }
}

function least(candidates: readonly Candidate[], score: (candidate: Candidate) => number): Candidate | undefined {
  let best: { candidate: Candidate; score: number } | undefined;
  for (const candidate of candidates) {
    const own = score(candidate);
    if (!best || own < best.score) best = { candidate, score: own };
  }
  return best?.candidate;
}

interface Scorer {
  (candidate: Candidate): number;
  readonly count: number;
  readonly noise: number;
}

/** Costs of candidates on one scale: one cap for outliers, one number of effective points. */
function scorer({ blind }: Setting, candidates: readonly Candidate[]): Scorer {
  let noise = Number.POSITIVE_INFINITY;
  let tightest = candidates[0]!;
  const sizes = new Float64Array(candidates[0]!.fit.residuals.length);
  for (const candidate of candidates) {
    for (let i = 0; i < sizes.length; i++) sizes[i] = Math.abs(candidate.fit.residuals[i]!);
    const deviation = quantileOfSorted(sizes.sort(), 0.5);
    if (deviation < noise) [noise, tightest] = [deviation, candidate];
  }
  const cap = CAP * (noise + blind);
  const count = Math.min(MOST_EFFECTIVE, Math.max(LEAST_EFFECTIVE, effectiveCount(tightest.fit.residuals)));
  const score = ({ shape, wave, fit }: Candidate): number => {
    let sum = 0;
    const n = fit.residuals.length;
    for (let i = 0; i < n; i++)
      sum += Math.min(Math.abs(fit.residuals[i]!), i < (1 - END_SHARE) * n ? cap : END_CAP * cap);
    const deviation = sum / n + blind;
    return (
      2 * count * Math.log(deviation) + (shape.parameters + wave.parameters) * Math.log(count) + (shape.surprise ?? 0)
    );
  };
  return Object.assign(score, { count, noise });
}

function weigh(setting: Setting, candidates: readonly Candidate[], materialBytes: number): Reading {
  const rough = scorer(setting, candidates);
  const order = candidates.map((candidate) => ({ candidate, cost: rough(candidate) })).sort((a, b) => a.cost - b.cost);
  // Steps that happen to fall where load rose are no growth either: what would threaten is growth that needs no load.
  const idle = order.find(({ candidate }) => candidate.wave.wave !== 'load' && candidate.shape.outcome !== 'stable');
  const outcomes: readonly Outcome[] = ['stable', 'open', 'growing'];
  const chosen = new Set(order.slice(0, FINALISTS).map(({ candidate }) => candidate));
  for (const outcome of outcomes) {
    for (const { candidate } of order.filter((one) => one.candidate.shape.outcome === outcome).slice(0, 2))
      chosen.add(candidate);
  }
  const finalists: Candidate[] = [];
  for (const { shape, wave } of chosen) tryShape(setting, shape, wave, 5, finalists);
  if (finalists.length === 0) finalists.push(...chosen);
  const score = scorer(setting, finalists);
  const explanations = finalists
    .map((candidate) => ({ ...explain(setting, candidate, score.count), cost: score(candidate) }))
    .sort((a, b) => a.cost - b.cost);
  const { values } = setting.points;
  return {
    explanations: explanations.map(slim),
    odds: oddsOf(explanations, materialBytes),
    costWithoutLoad: idle ? idle.cost - order[0]!.cost : Number.POSITIVE_INFINITY,
    effectiveCount: score.count,
    noiseBytes: score.noise,
    levelBytes: median(values.subarray(Math.floor(values.length * 0.9))),
    spanHours: setting.span,
  };
}

/** Curves are drawn and tested of the best story and of the growing ones; a thousand containers need not keep the rest. */
function slim(one: Explanation, at: number): Explanation {
  return at === 0 || one.outcome === 'growing' ? one : { ...one, trend: NO_CURVE, calm: NO_CURVE };
}

/**
 * Each story counts once, with its best variant; stories of one outcome add up. Growth is not counted whole where its own
 * error leaves it open whether it is as much as matters: what of it lies below counts as stable.
 */
function oddsOf(explanations: readonly Explanation[], materialBytes: number): Record<Outcome, number> {
  const sums: Record<Outcome, number> = { stable: 0, open: 0, growing: 0 };
  const lowest = explanations[0]!.cost;
  const seen = new Set<string>();
  for (const { story, outcome, cost, growthBytes, slope, slopeError } of explanations) {
    const counted = Math.abs(growthBytes) < materialBytes ? 'stable' : outcome;
    const kind = `${story.startsWith('grows') ? 'grows' : story} ${counted}`;
    if (seen.has(kind)) continue;
    seen.add(kind);
    const weight = Math.exp((lowest - cost) / 2);
    const error = slope > 0 ? (growthBytes * slopeError) / slope : 0;
    const matters = counted === 'growing' && error > 0 ? normalCdf((growthBytes - materialBytes) / error) : 1;
    sums[counted] += weight * matters;
    sums.stable += weight * (1 - matters);
  }
  const sum = sums.stable + sums.open + sums.growing;
  return { stable: sums.stable / sum, open: sums.open / sum, growing: sums.growing / sum };
}
