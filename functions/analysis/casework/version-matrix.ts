import type { Series } from '../../model/analysis.ts';
import type { TableView } from '../../model/view.ts';
import { clusterOf } from './cluster-of.ts';
import type { AnalysedEvidence } from './fold-case.ts';
import { type MetricsVerdict, metricsVerdictOf } from './metrics-verdict.ts';

/** A release train deploys several versions a day; a page shows the first of them. */
const MOST_VERSIONS = 50;

/**
 * Versions x clusters: where it grows, how fast, over how long. Containers say by their image which version they run, so that
 * a canary or a deploy inside one submission is a row for each version; else the version that its submitter named.
 */
export function versionMatrix(evidence: readonly AnalysedEvidence[]): TableView | undefined {
  const rows = evidence.flatMap(({ record, analysis }) => {
    const verdicts = (analysis?.findings ?? []).map(metricsVerdictOf).filter((verdict) => verdict !== undefined);
    const whole = verdicts.find(({ scope }) => scope === 'case');
    if (!whole) return [];
    const cluster = clusterOf(record, analysis) ?? null;
    const row = (version: string, verdict: MetricsVerdict, hours: number | null): Row => [
      version,
      cluster,
      verdict.verdict,
      verdict.slopeBytesPerHour ?? null,
      verdict.slopeLow ?? null,
      verdict.slopeHigh ?? null,
      hours,
      record.id,
    ];
    const byVersion = Map.groupBy(
      verdicts.filter(({ scope, version }) => scope === 'container' && version),
      ({ version }) => version!,
    );
    if (byVersion.size >= 2)
      return [...byVersion].slice(0, MOST_VERSIONS).map(([version, own]) => {
        const worst = own.reduce((a, b) => (weightOf(b) > weightOf(a) ? b : a));
        return row(version, worst, worst.seenHours ?? null);
      });
    const version = record.context.version ?? analysis?.context.version ?? [...byVersion.keys()][0];
    return version ? [row(version, whole, hoursOf(analysis?.series ?? []))] : [];
  });
  if (rows.length === 0) return undefined;
  rows.sort(
    (a, b) =>
      String(a[0]).localeCompare(String(b[0]), 'en', { numeric: true }) || String(a[1]).localeCompare(String(b[1])),
  );
  return {
    kind: 'table',
    name: 'version-matrix',
    title: 'Versions and clusters',
    columns: [
      { name: 'version' },
      { name: 'cluster' },
      { name: 'verdict' },
      { name: 'slope', unit: 'bytes/h' },
      { name: 'low', unit: 'bytes/h' },
      { name: 'high', unit: 'bytes/h' },
      { name: 'sample', unit: 'h' },
      { name: 'evidence' },
    ],
    rows,
  };
}

type Row = (string | number | null)[];

/** One version leaks where any of its containers does; the fastest stands for it. */
function weightOf({ verdict, slopeBytesPerHour }: MetricsVerdict): number {
  if (verdict === 'leak') return 1 + Math.max(0, slopeBytesPerHour ?? 0);
  return verdict === 'undecided' ? 0 : -1;
}

function hoursOf(series: readonly Series[]): number | null {
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const { timesMs } of series) {
    first = Math.min(first, timesMs[0] ?? first);
    last = Math.max(last, timesMs.at(-1) ?? last);
  }
  return last >= first ? (last - first) / 3_600_000 : null;
}
