import type { Alert, Firing } from '../../model/alert.ts';
import type { Analysis, Series } from '../../model/analysis.ts';
import { saidOf, type Mapping } from '../series/recognise/mapping.ts';
import { rateInWords } from '../series/verdict/words.ts';
import { recogniseName } from '../series/recognise/names.ts';
import { UNIT_SCALES } from '../../model/mapped-roles.ts';
import { metricsVerdictOf } from './metrics-verdict.ts';

/** What fires recovers only beyond a margin: 5 points of percent, a fifth of the slope, a quarter of the time. */
const RECOVER_POINTS = 5;
const RECOVER_SLOPE = 0.8;
const RECOVER_TIME = 1.25;
/** So long after the last OOM kill or restart its alert is over. */
const QUIET_MS = 3_600_000;
/** Of samples a minute or two apart: a longer hole says nothing of what was in between. */
const GAP_MS = 15 * 60_000;
const MOST_FIRING = 50;
const MOST_HEARD = 500;

export type AlertState = Pick<Alert, 'state' | 'firing' | 'heard'>;

/** One word on one container: it fires, it has recovered, or it is in between and stays what it was. */
interface Word {
  readonly subject: string;
  readonly says: 'fires' | 'recovers' | 'stays';
  readonly endMs: number;
  readonly detail: string;
}

/**
 * The state of an alert after this analysis; pure. A threshold has two edges, so that what hovers at it does not flap; each
 * container's newest evidence counts, and evidence that ends before what was heard of it already changes nothing.
 */
export function evaluateAlert(alert: Alert, analysis: Analysis, mapping: Mapping = []): AlertState {
  const firing = new Map(alert.firing.map((one) => [one.subject, one]));
  const heard = new Map(Object.entries(alert.heard));
  for (const { subject, says, endMs, detail } of wordsOf(alert, analysis, mapping)) {
    if (!isTime(endMs) || endMs < (heard.get(subject) ?? 0)) continue;
    heard.delete(subject);
    heard.set(subject, endMs);
    const known = firing.get(subject);
    if (says === 'recovers') firing.delete(subject);
    else if (says === 'fires' && (known !== undefined || firing.size < MOST_FIRING)) {
      const next: Firing = { subject, sinceMs: known?.sinceMs ?? endMs, seenMs: endMs, detail: detail.slice(0, 500) };
      firing.set(subject, next);
    }
  }
  // A pod that was replaced ends without a word: its successor, an hour on, speaks for it.
  const newest = new Map<string, number>();
  for (const [subject, endMs] of heard)
    newest.set(workloadOf(subject), Math.max(newest.get(workloadOf(subject)) ?? 0, endMs));
  for (const [subject, { seenMs }] of firing) {
    if ((newest.get(workloadOf(subject)) ?? 0) - seenMs > QUIET_MS) firing.delete(subject);
  }
  const still = [...firing.values()];
  return {
    state: still.length > 0 ? 'firing' : 'ok',
    firing: still,
    heard: Object.fromEntries([...heard].slice(-MOST_HEARD)),
  };
}

/** Namespace and container, whatever the pod. */
function workloadOf(subject: string): string {
  const parts = subject.split('/');
  return `${parts[0] ?? ''}/${parts.at(-1) ?? ''}`;
}

function wordsOf(alert: Alert, analysis: Analysis, mapping: Mapping): Word[] {
  const { rule } = alert;
  if (rule.kind === 'working-set') {
    return workingSetWords(alert, analysis, roleOf(mapping), rule);
  }
  if (rule.kind === 'oom-kill' || rule.kind === 'restart') return eventWords(alert, analysis, rule.kind);
  const endMs = endOf(analysis);
  return analysis.findings.flatMap((finding): Word[] => {
    const verdict = metricsVerdictOf(finding);
    if (verdict === undefined || verdict.scope === 'case') return [];
    const { namespace, pod, container } = verdict;
    const subject = subjectOf(alert, { namespace: namespace ?? '', pod: pod ?? '', container: container ?? '' });
    if (subject === undefined) return [];
    const leaks = verdict.verdict === 'leak' && finding.evidence['stateAtEnd'] !== 'fixed';
    const word = (fires: boolean, recovers: boolean, detail: string): Word[] => [
      { subject, endMs, detail, says: fires ? 'fires' : recovers ? 'recovers' : 'stays' },
    ];
    if (rule.kind === 'slope') {
      const slope = verdict.slopeBytesPerHour ?? 0;
      const said = `grows ${rateInWords(slope)}, above ${rateInWords(rule.bytesPerHour)}`;
      return word(leaks && slope > rule.bytesPerHour, !leaks || slope < rule.bytesPerHour * RECOVER_SLOPE, said);
    }
    const hours = leaks ? (verdict.timeToLimitHours ?? Infinity) : Infinity;
    const said = `reaches its limit in ${hours.toFixed(1)} h, less than ${rule.hours} h`;
    return word(hours < rule.hours, hours > rule.hours * RECOVER_TIME, said);
  });
}

/** Above the threshold at every sample of the last minutes, of which there must be at least so many. */
function workingSetWords(
  alert: Alert,
  analysis: Analysis,
  role: ReturnType<typeof roleOf>,
  { percentOfLimit: percent, forMinutes }: { percentOfLimit: number; forMinutes: number },
): Word[] {
  const limits = new Map<string, number>();
  for (const series of analysis.series) {
    const { is, scale } = role(series);
    if (is !== 'limit') continue;
    const limit = (series.values.at(-1) ?? 0) * scale;
    const subject = subjectOf(alert, namesOf(series));
    if (subject !== undefined && limit > 0) limits.set(subject, limit);
  }
  return analysis.series.flatMap((series): Word[] => {
    const { is, scale } = role(series);
    const subject = is === 'working-set' ? subjectOf(alert, namesOf(series)) : undefined;
    const limit = subject === undefined ? undefined : (limits.get(subject) ?? analysis.context.memoryLimitBytes);
    const endMs = series.timesMs.at(-1);
    if (subject === undefined || limit === undefined || endMs === undefined) return [];
    const shareOf = (at: number): number => (((series.values[at] ?? 0) * scale) / limit) * 100;
    let held = 0;
    let low = Infinity;
    let high = 0;
    for (let at = series.timesMs.length - 1; at >= 0; at--) {
      const gap = (series.timesMs[at + 1] ?? endMs) - (series.timesMs[at] ?? endMs);
      if (gap > GAP_MS) break;
      held = endMs - (series.timesMs[at] ?? endMs);
      low = Math.min(low, shareOf(at));
      high = Math.max(high, shareOf(at));
      if (held >= forMinutes * 60_000) break;
    }
    const isLong = held >= forMinutes * 60_000;
    const fires = isLong && low >= percent;
    const says = fires ? 'fires' : isLong && high < percent - RECOVER_POINTS ? 'recovers' : 'stays';
    const now = shareOf(series.values.length - 1).toFixed(0);
    return [{ subject, endMs, says, detail: `working set at ${now} % of its limit for ${forMinutes} min` }];
  });
}

/** What a series is, by what people said or by its name, and what one of its unit is in bytes. */
function roleOf(mapping: Mapping): (series: Series) => { is: string; scale: number } {
  const byName = Map.groupBy(mapping, ({ metric }) => metric);
  return ({ metric, labels }) => {
    const said = saidOf(byName.get(metric), labels);
    return said
      ? { is: said.role, scale: UNIT_SCALES[said.unit] }
      : { is: recogniseName(metric, labels).role, scale: 1 };
  };
}

function eventWords(alert: Alert, analysis: Analysis, kind: 'oom-kill' | 'restart'): Word[] {
  const endMs = endOf(analysis);
  const last = new Map<string, number>();
  const hear = (subject: string, timeMs: number): void => {
    if (isWanted(alert, subject)) last.set(subject, Math.max(last.get(subject) ?? 0, timeMs));
  };
  for (const event of analysis.events) if (event.kind === kind) hear(event.subject, event.timeMs);
  if (kind === 'oom-kill') for (const { subject, timeMs } of killsInCharts(analysis)) hear(subject, timeMs);
  // One that fires and is no longer among the events is over once evidence of its workload is an hour on.
  for (const { subject, seenMs } of alert.firing) {
    if (!last.has(subject) && tellsOf(analysis, subject)) last.set(subject, Math.min(seenMs, endMs));
  }
  return [...last].map(([subject, timeMs]) => ({
    subject,
    endMs,
    says: endMs - timeMs < QUIET_MS ? 'fires' : 'recovers',
    detail: `${kind === 'oom-kill' ? 'killed for want of memory' : 'restarted'} at ${minuteOf(timeMs)}`,
  }));
}

/** Restarts that happened at the limit: a verdict knows them as kills, also where nobody counted OOM events. */
function killsInCharts({ findings, views }: Analysis): { subject: string; timeMs: number }[] {
  const marksOf = new Map(views.flatMap((view) => (view.kind === 'chart' ? [[view.name, view.marks]] : [])));
  return findings.flatMap((finding) => {
    const verdict = metricsVerdictOf(finding);
    if (verdict === undefined || verdict.scope === 'case' || finding.view === undefined) return [];
    const subject = [verdict.namespace, verdict.pod, verdict.container].map((part) => part ?? '').join('/');
    const marks = marksOf.get(finding.view) ?? [];
    return marks.flatMap(({ kind, timeMs }) => (kind === 'oom-kill' ? [{ subject, timeMs: Math.round(timeMs) }] : []));
  });
}

/** Whether this evidence has series of the workload: of anything else it says nothing. */
function tellsOf({ series }: Analysis, subject: string): boolean {
  const parts = subject.split(/[/ ]/);
  const isOf = (name: string): boolean => name === '' || parts.includes(name);
  return series.some((one) => {
    const { namespace, pod, container } = namesOf(one);
    return container === '' ? pod !== '' && isOf(pod) : isOf(container) && isOf(namespace);
  });
}

const minuteOf = (ms: number): string => `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** Events name their subject `namespace/pod/container` or a part of it. */
function isWanted({ namespace, container }: Alert, subject: string): boolean {
  const parts = subject.split(/[/ ]/);
  return (namespace === '' || parts.includes(namespace)) && (container === '' || parts.includes(container));
}

interface Names {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

function namesOf({ labels }: Series): Names {
  const first = (...names: string[]): string =>
    names.map((name) => labels[name]).find((one) => one !== undefined) ?? '';
  return {
    namespace: first('namespace', 'k8s.namespace.name'),
    pod: first('pod', 'k8s.pod.name'),
    container: first('container', 'k8s.container.name'),
  };
}

function subjectOf(alert: Alert, { namespace, pod, container }: Names): string | undefined {
  if (alert.namespace !== '' && alert.namespace !== namespace) return undefined;
  if (alert.container !== '' && alert.container !== container) return undefined;
  // The sum of a pod has no container's name: not a subject of its own beside its containers.
  return pod === '' && container === '' ? undefined : [namespace, pod, container].join('/').slice(0, 900);
}

function endOf(analysis: Analysis): number {
  let endMs = analysis.context.capturedAtMs ?? 0;
  for (const { timesMs } of analysis.series) endMs = Math.max(endMs, timesMs.at(-1) ?? 0);
  return endMs;
}

/** Times without a date count from zero: such evidence says nothing of now. */
function isTime(ms: number): boolean {
  return ms > Date.UTC(2000, 0, 1) && ms <= 253_402_300_799_999 && Number.isInteger(ms);
}
