import type { Analysis, Finding } from '../model/analysis.ts';
import type { Run } from './analyser.ts';
import { joinSamples, type Part } from './join-samples.ts';

/**
 * The files of one archive as one Analysis. One part is itself; of several, samples are judged together, and the other findings, views
 * and facts say which file they are of.
 */
export function mergeAnalyses(parts: readonly Part[], run: Run): Analysis {
  const first = parts[0];
  if (!first) throw new RangeError('nothing to merge');
  if (parts.length === 1) return first.analysis;
  const together = joinSamples(parts, run);
  const apart = mergeParts(together?.rest ?? parts);
  if (together === undefined) return apart;
  const { joined } = together;
  return {
    ...apart,
    facts: [...joined.facts, ...apart.facts].slice(0, 2000),
    findings: [...joined.findings, ...apart.findings].slice(0, 2000),
    views: [...joined.views, ...apart.views].slice(0, 200),
    series: joined.series,
    events: [...joined.events, ...apart.events].sort((a, b) => a.timeMs - b.timeMs).slice(0, 20_000),
    warnings: [...joined.warnings, ...apart.warnings].slice(0, 500),
    context: { ...apart.context, ...joined.context },
  };
}

function mergeParts(parts: readonly Part[]): Analysis {
  const formats = new Set(parts.map((part) => part.analysis.format));
  const numbered = parts.map((part, i) => ({ ...part, prefix: `m${i + 1}-` }));
  return {
    format: formats.size === 1 ? parts[0]!.analysis.format : 'archive',
    analyserVersion: Math.max(...parts.map((part) => part.analysis.analyserVersion)),
    facts: [
      { name: 'files', value: parts.length, unit: 'count' },
      ...numbered.flatMap(({ name, analysis }) =>
        analysis.facts.map((fact) => ({ ...fact, name: `${fact.name} (${shorten(name)})`.slice(0, 100) })),
      ),
    ].slice(0, 2000),
    findings: once(
      numbered.flatMap(({ analysis, prefix }) =>
        analysis.findings.map((finding) => (finding.view ? { ...finding, view: prefix + finding.view } : finding)),
      ),
    ).slice(0, 2000),
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
    warnings: warningsOf(parts).slice(0, 500),
    context: Object.assign({}, ...parts.map((part) => part.analysis.context).reverse()) as Analysis['context'],
  };
}

/** What several files say is said once, with their number. */
function warningsOf(parts: readonly Part[]): string[] {
  const said = new Map<string, string[]>();
  for (const { name, analysis } of parts) {
    for (const warning of analysis.warnings) {
      const names = said.get(warning);
      if (names === undefined) said.set(warning, [name]);
      else names.push(name);
    }
  }
  return [...said].map(([warning, [name = '', ...others]]) =>
    `${name}${others.length === 0 ? '' : ` and ${others.length} more`}: ${warning}`.slice(0, 4000),
  );
}

/** Two hundred files with one sample each say the same two hundred times. */
function once(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ rule, title, evidence }) => {
    if (rule !== 'metrics/verdict') return true;
    const { scope, namespace, pod, container } = evidence;
    const key = JSON.stringify([title, scope, namespace, pod, container]);
    return !seen.has(key) && seen.add(key);
  });
}

function shorten(name: string): string {
  return name.length > 60 ? `…${name.slice(-59)}` : name;
}
