import type { Analysis, Context } from '../../functions/model/analysis.ts';
import type { View } from '../../functions/model/view.ts';

/**
 * The report that leaves instead of the file: the Analysis as JSON. Too large, it loses its largest views, and says so;
 * facts and findings always stay. The context is the one the person agreed to.
 */
export function makeReport(analysis: Analysis, context: Context, maxBytes: number): { body: Blob; leftOut: string[] } {
  const leftOut: string[] = [];
  let report: Analysis = { ...analysis, context };
  let body = toBlob(report);
  const bySize = [...report.views].sort((a, b) => sizeOf(b) - sizeOf(a));
  for (const view of bySize) {
    if (body.size <= maxBytes) break;
    leftOut.push(view.title ?? view.name);
    report = { ...report, views: report.views.filter((kept) => kept !== view) };
    body = toBlob(withWarning(report, leftOut));
  }
  if (body.size > maxBytes && report.series.length > 0) {
    leftOut.push('series');
    report = { ...report, series: [] };
    body = toBlob(withWarning(report, leftOut));
  }
  return { body, leftOut };
}

function withWarning(report: Analysis, leftOut: readonly string[]): Analysis {
  const warning = `the report was too large to send whole; left out: ${leftOut.join(', ')}`.slice(0, 4000);
  return { ...report, warnings: [...report.warnings.slice(0, 499), warning] };
}

const sizeOf = (view: View): number => JSON.stringify(view).length;
const toBlob = (report: Analysis): Blob => new Blob([JSON.stringify(report)], { type: 'application/json' });
