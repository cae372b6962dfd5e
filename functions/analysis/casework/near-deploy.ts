import type { Deploy } from '../../model/casework.ts';
import { timeInWords } from '../series/verdict/words.ts';
import type { MetricsVerdict } from './metrics-verdict.ts';

/**
 * How far a deploy may be from where growth is seen to begin, as a share of the window. In 36 simulated settings (windows of 1 to 14 days, 1 to 16 MB/h, six
 * draws each) most onsets that were found lay within 1 % of the window, and on the spot where the pod was replaced; slow leaks in windows of a day were up to 30 % off.
 */
const NEAR_SHARE = 0.02;
/** A rollout takes its time after it was announced. */
const NEAREST_MS = 15 * 60_000;

/** The window of what a verdict was read from. */
export interface Window {
  readonly startMs: number;
  readonly endMs: number;
}

/**
 * “Since the deploy of 2.13.3 at 2026-03-04 12:00 UTC.” Empty where no deploy lies near the onset, or where it grew from the
 * first sample on: then nobody saw it begin. It says when, not why.
 */
export function deploySentence(verdict: MetricsVerdict, window: Window, deploys: readonly Deploy[]): string {
  const heard = deploys.filter(
    ({ namespace, container }) =>
      (namespace === '' || !verdict.namespace || namespace === verdict.namespace) &&
      (container === '' || !verdict.container || container === verdict.container),
  );
  const near = (time: string | null | undefined): Deploy[] => {
    const atMs = Date.parse(time ?? '');
    const reachMs = Math.max(NEAREST_MS, (window.endMs - window.startMs) * NEAR_SHARE);
    const distance = ({ timeMs }: Deploy): number => Math.abs(timeMs - atMs);
    // NaN is not within reach of anything.
    const isSeen = atMs > window.startMs + reachMs;
    return isSeen ? heard.filter((one) => distance(one) <= reachMs).sort((a, b) => distance(a) - distance(b)) : [];
  };
  const since = near(verdict.onset);
  const until = near(verdict.fixedAt);
  return [
    since.length > 0 ? `Growth is seen since ${named(since)}.` : '',
    until.length > 0 ? `It ended with ${named(until)}.` : '',
  ]
    .filter(Boolean)
    .join(' ');
}

/** Several that are too close to be told apart are all named. */
function named(deploys: readonly Deploy[]): string {
  const [one, other] = deploys.map(({ release, timeMs }) => `\`${plain(release)}\` at ${timeInWords(timeMs)}`);
  return other === undefined ? `the deploy of ${one ?? ''}` : `one of the deploys of ${one ?? ''} and ${other}`;
}

const plain = (text: string): string => text.replaceAll('`', '').slice(0, 80);
