import type { Subject } from '../recognise/subjects.ts';

const SINGULAR: readonly (readonly [RegExp, string])[] = [
  [/runs?(_|$)/, 'run'],
  [/jobs?(_|$)/, 'job'],
  [/messages?(_|$)/, 'message'],
  [/tasks?(_|$)/, 'task'],
  [/workorders?(_|$)/, 'work order'],
];

/** What one unit of a container's work is called: `run` for `openfn_runs_total`, else `request`. */
export function unitOfWork(subject: Subject): string {
  const metric = subject.series.get('load')?.[0]?.series.metric.toLowerCase() ?? '';
  return SINGULAR.find(([pattern]) => pattern.test(metric))?.[1] ?? 'request';
}
