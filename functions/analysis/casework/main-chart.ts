import type { ChartView } from '../../model/view.ts';
import type { AnalysedEvidence } from './fold-case.ts';
import { metricsVerdictOf } from './metrics-verdict.ts';

/** The one chart of the investigation: of the evidence that the verdict stands on, the surest leak, the longest stretch. */
export function mainChart(
  evidence: readonly AnalysedEvidence[],
  judged: ReadonlyMap<string, string>,
  leadingId?: string,
): ChartView | undefined {
  const candidates = evidence.flatMap(({ record, analysis }) => {
    const charts = (analysis?.views ?? []).filter((view) => view.kind === 'chart');
    return charts.map((chart) => {
      const verdicts = (analysis?.findings ?? [])
        .filter((finding) => finding.view === chart.name && judged.get(finding.fingerprint) !== 'refuted')
        .flatMap((finding) => {
          const verdict = metricsVerdictOf(finding);
          return verdict ? [{ leak: verdict.verdict === 'leak', confidence: finding.confidence }] : [];
        });
      const best = verdicts.sort((a, b) => Number(b.leak) - Number(a.leak) || b.confidence - a.confidence)[0];
      return {
        chart,
        leads: Number(record.id === leadingId),
        leak: Number(best?.leak ?? false),
        confidence: best?.leak ? best.confidence : 0,
        spanMs: (chart.timesMs.at(-1) ?? 0) - (chart.timesMs[0] ?? 0),
        atMs: record.submittedAtMs,
      };
    });
  });
  return candidates.sort(
    (a, b) =>
      b.leads - a.leads || b.leak - a.leak || b.confidence - a.confidence || b.spanMs - a.spanMs || b.atMs - a.atMs,
  )[0]?.chart;
}
