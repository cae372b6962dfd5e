import type { Missing, UnknownSeries } from '../../model/case.ts';
import type { Investigation } from '../../model/investigation.ts';
import type { AnalysedEvidence } from './fold-case.ts';
import { metricsVerdictOf } from './metrics-verdict.ts';
import { looksLikeMemory } from './unknown-series.ts';

/** The intake check that asks by itself: what would move this case, and the command that brings it. Most useful first. */
export function whatIsMissing(
  investigation: Pick<Investigation, 'status'>,
  evidence: readonly AnalysedEvidence[],
  unknown: readonly UnknownSeries[] = [],
): Missing[] {
  if (['resolved', 'not-a-leak', 'duplicate'].includes(investigation.status)) return [];
  const analyses = evidence.flatMap(({ analysis }) => (analysis ? [analysis] : []));
  const missing: Missing[] = [];
  const isJudged = analyses.some(({ findings }) =>
    findings.some((finding) => ['leak', 'no-leak'].includes(metricsVerdictOf(finding)?.verdict ?? '')),
  );
  const open = unknown.filter((series) => series.reading !== 'mapped' && looksLikeMemory(series));
  if (!isJudged && open.length > 0) {
    const names = open.slice(0, 3).map(({ metric }) => `“${metric.slice(0, 80)}”`);
    missing.push({
      what: `What ${names.join(', ')}${open.length > 3 ? ` and ${open.length - 3} more` : ''} ${open.length > 1 ? 'are' : 'is'}`,
      why: 'They look like memory, and no list of exporters has these names. Say it in a note; a maintainer maps them at the desk.',
    });
  }
  const metrics = analyses.filter((analysis) => analysis.series.length > 0);
  const heaps = evidence.filter(
    ({ record, analysis }) =>
      record.kind !== 'comparison' && analysis && /heap|hprof|histogram|erl-crash/.test(analysis.format),
  );
  const spanHours = Math.max(
    0,
    ...metrics.map(({ series }) =>
      Math.max(0, ...series.map(({ timesMs }) => ((timesMs.at(-1) ?? 0) - (timesMs[0] ?? 0)) / 3_600_000)),
    ),
  );
  if (metrics.length === 0)
    missing.push({
      what: 'Container memory over time, by layer',
      why: 'It alone tells a leak from page cache, warm-up and load.',
      command: prometheusCommand(),
    });
  else if (spanHours < 24)
    missing.push({
      what: `A longer stretch of metrics (the longest so far is ${spanHours < 1 ? 'under an hour' : `${Math.floor(spanHours)} h`})`,
      why: 'A day and a night separate growth from daily load; three days are better.',
      command: prometheusCommand(),
    });
  const leaking = evidence.some(({ analysis }) =>
    analysis?.findings.some((finding) => finding.rule === 'metrics/verdict' && finding.evidence['verdict'] === 'leak'),
  );
  if (heaps.length === 0 && (leaking || metrics.length === 0))
    missing.push({
      what: 'A heap dump of the growing process',
      why: 'It names what is held and by whom. It can be analysed in your browser, and only the report sent.',
      command:
        'kubectl exec POD -- kill -USR2 1   # Node started with --heapsnapshot-signal=SIGUSR2\nkubectl exec POD -- jcmd 1 GC.heap_dump /tmp/dump.hprof   # JVM',
    });
  else if (heaps.length === 1)
    missing.push({
      what: 'A second heap dump of the same process, an hour or more later',
      why: 'Two dumps show what grows; one shows only what is large.',
    });
  // Metrics say it by the image of a container.
  const saysVersion = ({ record, analysis }: AnalysedEvidence): boolean =>
    Boolean(record.context.version ?? analysis?.context.version) ||
    (analysis?.findings ?? []).some((finding) => metricsVerdictOf(finding)?.version);
  if (evidence.length > 0 && !evidence.some(saysVersion))
    missing.push({
      what: 'The version that runs',
      why: 'Without it nobody can say since when it leaks. Add it to what you send (`version`).',
    });
  if (
    evidence.length > 0 &&
    !evidence.some(({ record, analysis }) => record.context.memoryLimitBytes ?? analysis?.context.memoryLimitBytes)
  )
    missing.push({
      what: 'The memory limit of the container',
      why: 'It gives the time that is left until the OOM kill.',
      command: "kubectl get pod POD -o jsonpath='{.spec.containers[*].resources.limits.memory}'",
    });
  return missing;
}

function prometheusCommand(): string {
  return [
    'curl -fsSG http://PROMETHEUS:9090/api/v1/query_range -o memory.json \\',
    `  --data-urlencode 'query={__name__=~"container_memory_(rss|cache|working_set_bytes|usage_bytes)|container_spec_memory_limit_bytes",pod=~"POD.*",container!=""}' \\`,
    '  -d start=$(date -d -3days +%s) -d end=$(date +%s) -d step=300',
  ].join('\n');
}
