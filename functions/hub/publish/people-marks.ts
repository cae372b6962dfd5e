import type { CaseDocument } from '../../model/case.ts';
import type { ChartView } from '../../model/view.ts';

const MOST_MARKS = 2000;

/** What people did, on the axis of what was measured: experiments begun and ended, deploys, updates. */
export function withPeoplesMarks(
  chart: ChartView,
  data: Pick<CaseDocument, 'experiments' | 'updates' | 'deploys'>,
): ChartView {
  const [from, to] = [chart.timesMs[0], chart.timesMs.at(-1)];
  if (from === undefined || to === undefined) return chart;
  const marks: ChartView['marks'] = [
    ...data.experiments.flatMap(({ title, startedAtMs, endedAtMs }) => [
      ...(startedAtMs === undefined ? [] : [mark('experiment', startedAtMs, `experiment begins: ${title}`)]),
      ...(endedAtMs === undefined ? [] : [mark('experiment', endedAtMs, `experiment ends: ${title}`)]),
    ]),
    ...(data.deploys ?? []).map(({ timeMs, release }) => mark('deploy', timeMs, `deploy of ${release}`)),
    ...data.updates.map(({ title, atMs }) => mark('update', atMs, title)),
  ].filter(({ timeMs }) => timeMs >= from && timeMs <= to);
  return { ...chart, marks: [...chart.marks, ...marks].slice(0, MOST_MARKS) };
}

function mark(kind: 'experiment' | 'update' | 'deploy', timeMs: number, label: string): ChartView['marks'][number] {
  return { kind, timeMs, label };
}
