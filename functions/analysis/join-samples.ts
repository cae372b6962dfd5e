import type { Analysis } from '../model/analysis.ts';
import type { Run } from './analyser.ts';
import { analysisFromSamples } from './series/samples-to-analysis.ts';
import { samplesOfAnalyses } from './series/samples-of-analyses.ts';

export interface Part {
  readonly name: string;
  readonly analysis: Analysis;
}

/** What every analysis of samples has, and what is of all of them together once they are joined. */
const OF_SAMPLES = /^(?:memory(?:-\d+|-of-all)?|leak(?:-\d+)?|verdicts|containers|series|mapped-by-hand)$/;
const FACTS = /^(?:series|samples|containers|window(?:Start|End|Hours)|namesMappedByHand)$/;

/**
 * Files of metrics in one archive speak of the same containers: working set in one, limits in the next, restarts in a third. They are
 * judged together, as if they stood in one file; the parts keep what only they have. Undefined where fewer than two have samples with times.
 */
export function joinSamples(parts: readonly Part[], run: Run): { joined: Analysis; rest: Part[] } | undefined {
  const sampled = parts.filter(({ analysis }) => ofSamples(analysis) && isDated(analysis));
  const [first] = sampled;
  if (first === undefined || sampled.length < 2) return undefined;
  const samples = samplesOfAnalyses(sampled.map(({ analysis }) => analysis));
  const version = Math.max(...sampled.map(({ analysis }) => analysis.analyserVersion));
  const joined = analysisFromSamples(samples, { format: first.analysis.format, version }, run);
  const rest = parts.map((part) =>
    sampled.includes(part) ? { ...part, analysis: withoutSamples(part.analysis) } : part,
  );
  return { joined, rest };
}

function ofSamples({ views }: Analysis): boolean {
  return views.some(({ kind, name }) => kind === 'table' && name === 'series');
}

/** Times that count from the start of a recording are not of the same clock as dates. */
function isDated({ series }: Analysis): boolean {
  return series.length > 0 && series.every(({ timesMs }) => (timesMs[0] ?? Infinity) > EARLIEST_MS);
}
const EARLIEST_MS = Date.UTC(1990);

function withoutSamples(analysis: Analysis): Analysis {
  return {
    ...analysis,
    series: [],
    events: [],
    findings: analysis.findings.filter(({ rule }) => !rule.startsWith('metrics/')),
    views: analysis.views.filter(({ name }) => !OF_SAMPLES.test(name)),
    facts: analysis.facts.filter(({ name }) => !FACTS.test(name)),
    warnings: analysis.warnings.filter((warning) => !warning.startsWith('one sample cannot show a trend')),
  };
}
