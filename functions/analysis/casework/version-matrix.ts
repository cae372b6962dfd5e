import type { TableView } from '../../model/view.ts';
import type { AnalysedEvidence } from './fold-case.ts';
import { metricsVerdictOf } from './metrics-verdict.ts';

/** Versions x clusters: where it grows, how fast, over how long. Absent until a submission names its version. */
export function versionMatrix(evidence: readonly AnalysedEvidence[]): TableView | undefined {
  const rows = evidence.flatMap(({ record, analysis }) => {
    const version = record.context.version ?? analysis?.context.version;
    const finding = analysis?.findings.find((candidate) => metricsVerdictOf(candidate)?.scope === 'case');
    const verdict = finding && metricsVerdictOf(finding);
    if (!version || !verdict) return [];
    const times = (analysis?.series ?? [])
      .flatMap((series) => [series.timesMs[0], series.timesMs.at(-1)])
      .filter((time) => time !== undefined);
    const hours =
      times.length > 0
        ? (times.reduce((a, b) => Math.max(a, b)) - times.reduce((a, b) => Math.min(a, b))) / 3_600_000
        : null;
    const cluster = record.context.cluster ?? analysis?.context.cluster ?? record.submittedBy;
    return [
      [
        version,
        cluster,
        verdict.verdict,
        verdict.slopeBytesPerHour ?? null,
        verdict.slopeLow ?? null,
        verdict.slopeHigh ?? null,
        hours,
        record.id,
      ],
    ];
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
