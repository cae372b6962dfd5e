import type { Finding } from '../../../model/analysis.ts';
import { AppError } from '../../../model/error.ts';
import type { SampleSeries, SampleSet } from '../sample-set.ts';
import { normalCdf } from '../stats/normal.ts';
import { LAYER_TITLES } from '../verdict/layer.ts';
import { wouldDecide } from '../verdict/reasons.ts';
import { hoursInWords, rateInWords } from '../verdict/words.ts';
import { leakingSide, type Side, sideInLayer } from './side.ts';
import { sampleWindow } from './window.ts';

export interface FixQuestion {
  readonly deployedAtMs: number;
  /** Pods of the old version; empty: everything before the deploy. */
  readonly before: readonly string[];
  /** Pods of the new version; empty: everything after the deploy. */
  readonly after: readonly string[];
  /** Pods that did not get the fix, running through both times: they show what the environment did. */
  readonly control: readonly string[];
}

export type FixResult = 'fixed' | 'partial' | 'not-fixed' | 'undecided';

/** Remaining growth of at most this share of what it was counts as none; of at least the other share, as all of it. */
const GONE = 0.12;
const ALL_LEFT = 0.75;
/** The bound of what may remain unseen in a flat series, as a share of the old growth. */
const UNSEEN = 0.35;

/**
 * Did a fix hold: growth of the leaking layer before and after a deploy. A finding of rule `metrics/fix` with evidence
 * `{result, remainingBytesPerHour, remainingLow, remainingHigh}`, the growth before, and the probability of each result.
 * Throws AppError `bad-input` where a named pod is not in the samples.
 */
export function verifyFix(samples: SampleSet, question: FixQuestion): Finding {
  checkPods(samples, question);
  const { deployedAtMs } = question;
  const of = (pods: readonly string[]) => (series: SampleSeries) => pods.length === 0 || pods.includes(podOf(series));
  const noControl = (pods: readonly string[]) => (series: SampleSeries) =>
    of(pods)(series) && (pods.length > 0 || !question.control.includes(podOf(series)));
  const before = leakingSide(sampleWindow(samples, -Infinity, deployedAtMs, noControl(question.before)));
  const layer = before?.layer ?? 'none';
  const control = question.control.length === 0 || !before ? undefined : controlOf(samples, question, before);
  const soak = sampleWindow(samples, deployedAtMs, Infinity, noControl(question.after));
  const remains = (of: number): Side | undefined => (before ? sideInLayer(soak, layer, GONE * of) : undefined);
  let after = remains(before?.bytesPerHour ?? Number.NaN);
  const expected = before && after ? expectedAfter(before, after, control) : Number.NaN;
  // With less to do, less of the old growth is left to look for.
  if (before && expected < before.bytesPerHour) after = remains(expected);
  return findingOf(before, after, control, expected);
}

interface Control {
  readonly before: Side | undefined;
  readonly after: Side | undefined;
}

/** Before the deploy only the later half counts: a control that was started with the rest warmed up in the first. */
function controlOf(samples: SampleSet, { deployedAtMs, control }: FixQuestion, { layer, bytesPerHour }: Side): Control {
  const matters = GONE * bytesPerHour;
  const keep = (series: SampleSeries): boolean => control.includes(podOf(series));
  return {
    before: sideInLayer(
      sampleWindow(samples, (samples.startMs + deployedAtMs) / 2, deployedAtMs, keep),
      layer,
      matters,
    ),
    after: sideInLayer(sampleWindow(samples, deployedAtMs, Infinity, keep), layer, matters),
  };
}

interface Answer {
  readonly result: FixResult;
  readonly remaining: number;
  readonly sentence: string;
}

function findingOf(
  before: Side | undefined,
  after: Side | undefined,
  control: Control | undefined,
  expected: number,
): Finding {
  const answer = answerOf(before, after, control, expected);
  const odds = before && after && answer.result !== 'undecided' ? oddsOf(before, after, expected) : undefined;
  const confidence = odds && answer.result !== 'undecided' ? odds[answer.result] : 0.5;
  return {
    rule: 'metrics/fix',
    severity: answer.result === 'not-fixed' || answer.result === 'partial' ? 'warning' : 'note',
    confidence,
    title: answer.sentence,
    evidence: {
      result: answer.result,
      remainingBytesPerHour: finite(answer.remaining),
      remainingLow: finite(after?.low),
      remainingHigh: finite(after?.high),
      // What an allocator adds to each byte asked for is in both sides, and not in their ratio.
      remainingShare: expected > 0 && Number.isFinite(answer.remaining) ? answer.remaining / expected : null,
      layer: before?.layer ?? 'none',
      beforeBytesPerHour: finite(before?.bytesPerHour),
      beforeLow: finite(before?.low),
      beforeHigh: finite(before?.high),
      expectedBytesPerHour: finite(expected),
      beforeHours: finite(before?.hours),
      afterHours: finite(after?.hours),
      controlBeforeBytesPerHour: finite(control?.before?.bytesPerHour),
      controlAfterBytesPerHour: finite(control?.after?.bytesPerHour),
      probability: odds ?? null,
    },
    advice: adviceFor(answer.result, before, after),
    limits: control
      ? undefined
      : 'Without a control, a change of load or environment at the time of the deploy would look like a fix.',
    fingerprint: `metrics/fix:${answer.result}:${before?.layer ?? 'none'}`,
  };
}

function answerOf(
  before: Side | undefined,
  after: Side | undefined,
  control: Control | undefined,
  expected: number,
): Answer {
  const undecided = (sentence: string, remaining = Number.NaN): Answer => ({
    result: 'undecided',
    remaining,
    sentence,
  });
  if (!before || before.verdict !== 'leak') return undecided('Cannot tell: no leak was seen before the deploy');
  if (!after) return undecided('Cannot tell: there are no samples of memory after the deploy');
  const what = LAYER_TITLES[before.layer];
  const was = rateInWords(before.bytesPerHour);
  if (after.verdict === 'undecided') {
    return undecided(
      `Cannot tell yet: after the deploy, ${what} was seen for ${hoursInWords(after.hours)} only or did not settle`,
      after.bytesPerHour,
    );
  }
  if (
    control?.before?.verdict === 'leak' &&
    control.after?.verdict === 'no-leak' &&
    control.after.high < UNSEEN * control.before.bytesPerHour
  ) {
    return undecided(`Cannot tell: ${what} of the control stopped growing too, without the fix`, after.bytesPerHour);
  }
  if (after.verdict === 'no-leak') {
    if (after.high > UNSEEN * expected)
      return undecided(`Cannot tell yet: up to ${rateInWords(after.high)} of ${was} could remain unseen`, 0);
    return {
      result: 'fixed',
      remaining: 0,
      sentence: `Fixed: ${what} grew ${was} before the deploy, and does not grow after it`,
    };
  }
  const share = after.bytesPerHour / expected;
  const now = rateInWords(after.bytesPerHour);
  if (share <= GONE)
    return {
      result: 'fixed',
      remaining: after.bytesPerHour,
      sentence: `Fixed: ${what} grew ${was} before the deploy, ${now} after it`,
    };
  const changed = Math.abs(expected / before.bytesPerHour - 1) > 0.1;
  const would = changed ? `; without the fix it would be ${rateInWords(expected)} now` : '';
  if (share >= ALL_LEFT)
    return {
      result: 'not-fixed',
      remaining: after.bytesPerHour,
      sentence: `Not fixed: ${what} grows ${now} after the deploy, ${was} before it${would}`,
    };
  return {
    result: 'partial',
    remaining: after.bytesPerHour,
    sentence: `Partly fixed: ${what} still grows ${now} of the ${was} before the deploy${would}`,
  };
}

/**
 * What the old growth would be in the circumstances that came after. A control that leaks through both times shows it; else
 * a leak that follows work is slower with less of it.
 */
function expectedAfter(before: Side, after: Side, control: Control | undefined): number {
  const bounded = (ratio: number): number => before.bytesPerHour * Math.min(2, Math.max(0.5, ratio));
  if (control?.before?.verdict === 'leak' && control.after?.verdict === 'leak') {
    const { before: was, after: is } = control;
    const differs = is.low > was.high || is.high < was.low;
    return differs ? bounded(is.bytesPerHour / was.bytesPerHour) : before.bytesPerHour;
  }
  if (!before.followsWork || !before.workPerHour || !after.workPerHour) return before.bytesPerHour;
  return bounded(after.workPerHour / before.workPerHour);
}

/** Probabilities by the normal approximation of what remains, with the intervals of both sides. */
function oddsOf(before: Side, after: Side, expected: number): { fixed: number; partial: number; 'not-fixed': number } {
  const deviation = Math.hypot((after.high - after.low) / 3.92, (before.high - before.low) / 3.92) || 0.02 * expected;
  const below = (bytesPerHour: number): number => normalCdf((bytesPerHour - after.bytesPerHour) / deviation);
  const fixed = below(GONE * expected);
  const notFixed = 1 - below(ALL_LEFT * expected);
  return { fixed, partial: Math.max(0, 1 - fixed - notFixed), 'not-fixed': notFixed };
}

function adviceFor(result: FixResult, before: Side | undefined, after: Side | undefined): string {
  if (result === 'fixed') return 'Let it run over a full week of load before the investigation is closed.';
  if (result === 'not-fixed') return 'Keep the hypothesis as refuted, and look at what the fix did not touch.';
  if (result === 'partial') {
    return before?.layer.endsWith('-heap')
      ? 'Take heap snapshots of the new version: what remains may be a second leak.'
      : 'Look for what still grows in the new version as for a second leak: it may have another holder.';
  }
  const open = (before?.verdict === 'leak' ? after : before)?.containers.find(
    (one) => one.missing === 'no-full-collection',
  );
  if (open) return wouldDecide(open);
  if (before?.verdict !== 'leak')
    return 'Send a window before the deploy that shows the leak: at least as long as the one that raised the suspicion.';
  const more = Math.max(3, before.hours) - (after?.hours ?? 0);
  return `Soak ${hoursInWords(Math.max(2, more))} more under the same load, without a restart.`;
}

function checkPods(samples: SampleSet, { before, after, control }: FixQuestion): void {
  const known = new Set(samples.series.map(podOf));
  for (const pod of [...before, ...after, ...control]) {
    if (!known.has(pod)) {
      const some = [...known]
        .filter((name) => name !== '')
        .slice(0, 10)
        .join(', ');
      throw new AppError('bad-input', `There is no pod "${pod.slice(0, 100)}" in the samples; there are: ${some}`);
    }
  }
}

function podOf({ labels }: SampleSeries): string {
  return (
    labels['exported_pod'] ?? labels['pod'] ?? labels['pod_name'] ?? labels['k8s.pod.name'] ?? labels['instance'] ?? ''
  );
}

function finite(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : Math.round(value);
}
