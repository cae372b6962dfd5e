import type { Analysis, Context, Fact } from '../../model/analysis.ts';
import type { View } from '../../model/view.ts';
import type { Run } from '../analyser.ts';
import { analysisSeries } from './analysis-series.ts';
import { type ContainerMemory, containersOf, containerTitle, limitOf, mainSeries } from './containers.ts';
import { FINE_SAMPLES } from './fine-data.ts';
import { containersChart, memoryChart, type SampledChart } from './memory-chart.ts';
import { findSubjects } from './recognise/subjects.ts';
import type { SampleSet } from './sample-set.ts';
import { eventsOf, marksOf } from './series-events.ts';
import { NO_MAPPING } from './recognise/mapping.ts';
import { containersTable, mappedTable, seriesTable } from './series-tables.ts';
import { verdictReport } from './verdict/verdict.ts';

const MAX_CHARTS = 24;
const MAX_WARNINGS = 500;

export interface SamplesOrigin {
  readonly format: string;
  readonly version: number;
  readonly warnings?: readonly string[];
  /** Facts of the format itself, shown after those of the series. */
  readonly facts?: readonly Fact[];
  /** What the evidence says of itself beyond its labels; wins over them. */
  readonly context?: Context;
  /** Views of the format itself, shown after the charts. */
  readonly views?: readonly View[];
}

/**
 * The Analysis of any set of samples: the verdict (`metrics/verdict`, one of the whole and one a container), facts (series, samples, windowStart, windowEnd, windowHours), charts of memory for
 * each container, the tables `containers` and `series`, events that counters show, the bounded series themselves, and
 * context where the labels agree on it. What `run.mapping` says of series is in all of these but the series themselves,
 * which stay as they were read, and in the table `mapped-by-hand`.
 */
export function analysisFromSamples(samples: SampleSet, origin: SamplesOrigin, run: Run): Analysis {
  const mapping = run.mapping ?? NO_MAPPING;
  const subjects = findSubjects(samples, mapping);
  const containers = containersOf(subjects).filter((each) => mainSeries(each) !== undefined);
  const events = eventsOf(samples, mapping);
  const mapped = mappedTable(samples, mapping);
  const { series, left } = analysisSeries(samples);
  const warnings = [...(origin.warnings ?? []), ...samples.warnings];
  if (samples.clock === 'utc' || samples.clock === 'relative') {
    if (left > 0)
      warnings.push(`${left} series are counted and listed, but their samples are not kept in the analysis`);
    if (samples.series.length > 0 && samples.series.every((each) => each.timesMs.length < 2)) warnings.push(ONE_SAMPLE);
  }
  if (samples.clock === 'none') warnings.push(ONE_SAMPLE);
  if (samples.clock === 'relative') {
    warnings.push(
      'the times count from the start of the recording: slopes hold, but the dates are not known; say when it was captured',
    );
  }
  run.signal.throwIfAborted();
  run.progress('judging', 0.92);
  const verdict = verdictReport(samples, subjects);
  const table = containersTable(containers, run.limits.tableRows);
  return {
    format: origin.format,
    analyserVersion: origin.version,
    facts: [
      ...factsOf(samples, containers),
      ...(mapped ? [{ name: 'namesMappedByHand', value: mapped.rows.length, unit: 'count' }] : []),
      ...(origin.facts ?? []),
    ],
    findings: verdict.findings,
    views: [
      ...verdict.views,
      ...charts(samples, containers, events),
      ...(table === undefined ? [] : [table]),
      ...(origin.views ?? []),
      ...(mapped ? [mapped] : []),
      seriesTable(samples, Math.min(run.limits.tableRows, 5000)),
    ],
    series,
    events,
    signatures: [],
    warnings: warnings.slice(0, MAX_WARNINGS).map((text) => text.slice(0, 4000)),
    context: contextOf(samples, containers, origin.context ?? {}),
  };
}

const ONE_SAMPLE =
  'one sample cannot show a trend: send a range instead (a Prometheus query_range answer over hours or days), or repeat the sample every minute with its time';

function factsOf(samples: SampleSet, containers: readonly ContainerMemory[]): Fact[] {
  const facts: Fact[] = [
    { name: 'series', value: samples.series.length, unit: 'count' },
    { name: 'samples', value: samples.sampleCount, unit: 'count' },
    { name: 'containers', value: containers.length, unit: 'count' },
  ];
  if (samples.clock === 'utc' && samples.series.length > 0) {
    facts.push(
      { name: 'windowStart', value: isoTime(samples.startMs) },
      { name: 'windowEnd', value: isoTime(samples.endMs) },
    );
  }
  if (samples.clock === 'utc' || samples.clock === 'relative') {
    facts.push({ name: 'windowHours', value: (samples.endMs - samples.startMs) / 3_600_000, unit: 'h' });
  }
  return facts;
}

function charts(
  samples: SampleSet,
  containers: readonly ContainerMemory[],
  events: ReturnType<typeof eventsOf>,
): View[] {
  if (samples.clock === 'order' || samples.clock === 'none') return [];
  const growth = (container: ContainerMemory): number => {
    const values = mainSeries(container)?.values;
    return values === undefined ? 0 : (values.at(-1) ?? 0) - (values[0] ?? 0);
  };
  const views: View[] = [];
  let budget = FINE_SAMPLES;
  const add = (made: SampledChart | undefined): void => {
    if (made === undefined) return;
    views.push(made.chart);
    budget -= made.samples;
  };
  const sorted = [...containers].sort((a, b) => growth(b) - growth(a));
  for (const container of sorted.slice(0, MAX_CHARTS)) {
    const name = views.length === 0 ? 'memory' : `memory-${views.length + 1}`;
    add(memoryChart(container, name, marksOf(events, containerTitle(container)), budget));
  }
  if (views.length > 0) add(containersChart(sorted, 'memory-of-all', budget));
  return views;
}

/** What all containers agree on. */
function contextOf(samples: SampleSet, containers: readonly ContainerMemory[], said: Context): Context {
  const context: Context = {};
  const namespace = only(containers.map((container) => container.namespace));
  const pod = only(containers.map((container) => container.pod));
  const container = only(containers.map((each) => each.container));
  const limits = new Set(containers.map((each) => limitOf(each)));
  const [limit] = limits;
  if (namespace !== undefined) context.namespace = namespace;
  if (pod !== undefined) context.pod = pod;
  if (container !== undefined) context.container = container;
  if (limits.size === 1 && limit !== undefined) context.memoryLimitBytes = limit;
  if (samples.clock === 'utc' && samples.series.length > 0 && isTime(samples.endMs)) {
    context.capturedAtMs = Math.round(samples.endMs);
  }
  return { ...context, ...said };
}

function only(values: readonly string[]): string | undefined {
  const [value] = values;
  return value !== undefined && value !== '' && values.every((each) => each === value)
    ? value.slice(0, 300)
    : undefined;
}

function isTime(ms: number): boolean {
  return ms >= 0 && ms <= 253_402_300_799_999;
}

function isoTime(ms: number): string {
  return isTime(ms) ? new Date(ms).toISOString() : `${ms} ms`;
}
