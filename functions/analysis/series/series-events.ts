import type { TimelineEvent } from '../../model/analysis.ts';
import type { Mark } from '../../model/view.ts';
import { mapper, NO_MAPPING } from './recognise/mapping.ts';
import type { SampleSeries, SampleSet } from './sample-set.ts';

const MAX_EVENTS = 2000;
/** Counters that rise by one with each event; cAdvisor and kube-state-metrics. */
const COUNTERS: Readonly<Record<string, 'restart' | 'oom-kill'>> = {
  kube_pod_container_status_restarts_total: 'restart',
  container_oom_events_total: 'oom-kill',
  oom_kill: 'oom-kill',
  'k8s.container.restarts': 'restart',
};
/** Gauges that hold the time of the last start, in seconds. */
const STARTS = new Set(['process_start_time_seconds', 'container_start_time_seconds']);
const WORDS = { restart: 'restarted', 'oom-kill': 'was killed for lack of memory (OOM)' };

/** Restarts and OOM kills that counters and start times show; times are those of the first sample that shows them. */
export function eventsOf(samples: SampleSet, mapping = NO_MAPPING): TimelineEvent[] {
  const mapped = mapper(mapping);
  const events: TimelineEvent[] = [];
  if (samples.clock !== 'utc') return events;
  for (const series of samples.series) {
    const role = mapped(series)?.said.role;
    const known = Object.hasOwn(COUNTERS, series.metric) ? COUNTERS[series.metric] : undefined;
    const kind =
      role === undefined ? known : role === 'restarts' ? 'restart' : role === 'oom-kills' ? 'oom-kill' : undefined;
    if (kind !== undefined) addRises(series, kind, events);
    else if (role === undefined && STARTS.has(series.metric)) addStarts(series, events);
  }
  events.sort((a, b) => a.timeMs - b.timeMs || (a.subject < b.subject ? -1 : 1));
  return events.slice(0, MAX_EVENTS);
}

export function marksOf(events: readonly TimelineEvent[], subject: string): Mark[] {
  const marks: Mark[] = [];
  for (const event of events) {
    if (event.subject !== subject || (event.kind !== 'restart' && event.kind !== 'oom-kill')) continue;
    marks.push({ timeMs: event.timeMs, kind: event.kind, label: event.text.slice(0, 2000) });
  }
  return marks;
}

/** `namespace/pod/container` of a series, or what else its labels tell. */
export function subjectOf(labels: Readonly<Record<string, string>>): string {
  const of = (name: string): string => (Object.hasOwn(labels, name) ? (labels[name] ?? '') : '');
  const parts = [of('namespace'), of('pod'), of('container')].filter((part) => part !== '');
  return (parts.join('/') || of('instance') || of('name') || of('job')).slice(0, 300);
}

function addRises(series: SampleSeries, kind: 'restart' | 'oom-kill', events: TimelineEvent[]): void {
  const { timesMs, values, labels } = series;
  for (let i = 1; i < values.length && events.length < 10 * MAX_EVENTS; i++) {
    const rise = (values[i] ?? 0) - (values[i - 1] ?? 0);
    if (rise < 1) continue;
    const subject = subjectOf(labels);
    const times = rise > 1 ? ` ${Math.round(rise)} times` : '';
    push(events, timesMs[i] ?? 0, kind, subject, `${subject || 'a container'} ${WORDS[kind]}${times}`);
  }
}

function addStarts(series: SampleSeries, events: TimelineEvent[]): void {
  const { timesMs, values, labels } = series;
  for (let i = 1; i < values.length && events.length < 10 * MAX_EVENTS; i++) {
    // Start times are computed from uptime by some exporters and waver by less than a second.
    if ((values[i] ?? 0) - (values[i - 1] ?? 0) < 2) continue;
    const subject = subjectOf(labels);
    push(events, timesMs[i] ?? 0, 'restart', subject, `${subject || 'a process'} started anew`);
  }
}

function push(
  events: TimelineEvent[],
  timeMs: number,
  kind: 'restart' | 'oom-kill',
  subject: string,
  text: string,
): void {
  if (timeMs < 0 || timeMs > 253_402_300_799_999) return;
  events.push({ timeMs: Math.round(timeMs), kind, subject, text: text.slice(0, 4000) });
}
