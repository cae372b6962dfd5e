import type { Analysis } from '../model/analysis.ts';

/**
 * The files of one archive as one Analysis. One part is itself; several keep their findings and series, and their views
 * and facts say which file they are of.
 */
export function mergeAnalyses(parts: readonly { name: string; analysis: Analysis }[]): Analysis {
  const first = parts[0];
  if (!first) throw new RangeError('nothing to merge');
  if (parts.length === 1) return first.analysis;
  const formats = new Set(parts.map((part) => part.analysis.format));
  const numbered = parts.map((part, i) => ({ ...part, prefix: `m${i + 1}-` }));
  return {
    format: formats.size === 1 ? first.analysis.format : 'archive',
    analyserVersion: Math.max(...parts.map((part) => part.analysis.analyserVersion)),
    facts: [
      { name: 'files', value: parts.length, unit: 'count' },
      ...numbered.flatMap(({ name, analysis }) =>
        analysis.facts.map((fact) => ({ ...fact, name: `${fact.name} (${shorten(name)})`.slice(0, 100) })),
      ),
    ].slice(0, 2000),
    findings: numbered
      .flatMap(({ analysis, prefix }) =>
        analysis.findings.map((finding) => (finding.view ? { ...finding, view: prefix + finding.view } : finding)),
      )
      .slice(0, 2000),
    views: numbered
      .flatMap(({ name, analysis, prefix }) =>
        analysis.views.map((view) => ({
          ...view,
          name: (prefix + view.name).slice(0, 64),
          title: `${view.title ?? view.name}, ${shorten(name)}`,
        })),
      )
      .slice(0, 200),
    series: parts.flatMap((part) => part.analysis.series).slice(0, 20_000),
    events: parts
      .flatMap((part) => part.analysis.events)
      .sort((a, b) => a.timeMs - b.timeMs)
      .slice(0, 20_000),
    signatures: [...new Set(parts.flatMap((part) => part.analysis.signatures))].slice(0, 2000),
    warnings: parts
      .flatMap(({ name, analysis }) => analysis.warnings.map((warning) => `${name}: ${warning}`.slice(0, 4000)))
      .slice(0, 500),
    context: Object.assign({}, ...parts.map((part) => part.analysis.context).reverse()) as Analysis['context'],
  };
}

function shorten(name: string): string {
  return name.length > 60 ? `…${name.slice(-59)}` : name;
}
