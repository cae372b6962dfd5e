import type { ChartView, Mark } from '../../../model/view.ts';
import type { ContainerVerdict } from './container-verdict.ts';
import { interpolate } from './counter-rate.ts';
import { HOUR_MS } from './grid.ts';
import { growingStory } from './judge-signal.ts';
import { LAYER_TITLES } from './layer.ts';
import { fineData } from '../fine-data.ts';
import { chartTimes, type SampledChart, valuesAt } from '../memory-chart.ts';
import type { Role } from '../recognise/role.ts';
import type { SampleSeries } from '../sample-set.ts';
import { mergeLine } from './merge-line.ts';
import { capital } from './reasons.ts';
import { WHOLE } from './shares.ts';
import { containerTitle } from './titles.ts';

type Line = ChartView['lines'][number];

/**
 * The memory of a leaking container: the growing layer at the bottom, the rest above it, its trend and what happened. The
 * layers are medians of stretches of time, so its total is drawn over them at every sample: a peak of one sample is seen.
 */
export function leakChart(container: ContainerVerdict, name: string, fineBudget: number): SampledChart {
  const { grid, bins, main } = container;
  const lines: Line[] = [];
  const layer = (label: string, values: Float64Array | undefined): void => {
    if (values?.some((value) => value > 0)) lines.push({ label, role: 'layer', values: drawable(values) });
  };
  const growing = main?.signal.values;
  const inside = growing && bins.resident && container.layer !== 'shmem' && container.layer !== 'kernel';
  if (main) layer(capital(main.signal.title), growing);
  if (bins.resident)
    layer(inside ? 'Other resident memory' : 'Resident memory', inside ? minus(bins.resident, growing) : bins.resident);
  for (const { signal } of container.readings) {
    if (signal !== main?.signal && signal.scope !== 'part' && ['kernel', 'shmem', 'page-cache'].includes(signal.layer))
      layer(capital(signal.title), signal.values);
  }
  const limit = (label: string, bytes: number | undefined): void => {
    if (bytes !== undefined) lines.push({ label, role: 'limit', values: Array.from(grid.hours, () => bytes) });
  };
  limit('Limit of the container', bins.limitBytes);
  if (container.layer === 'jvm-heap') limit('Limit of the heap', bins.heapMaxBytes);
  lines.push(...trendLines(container));
  const shown = (value: number | null | undefined): number | null =>
    value == null ? null : bins.inShares ? (100 * value) / WHOLE : value;
  const kept = keptBins(lines.filter(({ role }) => role === 'layer'));
  const chart: ChartView = {
    kind: 'chart',
    name,
    title: containerTitle(container).replaceAll('`', '').slice(0, 2000),
    unit: bins.inShares ? '%' : 'bytes',
    timesMs: kept.map((bin) => Math.round(grid.startMs + grid.hours[bin]! * HOUR_MS)),
    lines: lines.map((line) => ({ ...line, values: kept.map((bin) => shown(line.values[bin])) })),
    marks: marksOf(container),
    note: `The trend is of the ${LAYER_TITLES[container.layer]} alone, without what follows load; low and high bound it with 95 % confidence.`,
  };
  const total = measuredTotal(container);
  if (total === undefined) return { chart, samples: 0 };
  const timesMs = chartTimes([total], MOST_OF_TOTAL);
  const merged = mergeLine(chart, { label: 'Total, every sample', timesMs, values: valuesAt(total, timesMs) });
  const at = merged.lines.length - 1;
  const fine = fineData([...new Array<undefined>(at).fill(undefined), total], timesMs.length, fineBudget);
  return { chart: { ...merged, ...(fine && { fine: fine.fine }) }, samples: fine?.samples ?? 0 };
}

const MOST_OF_TOTAL = 800;
/** What a container holds in all, as the kernel or the runtime says it; the first that is known. */
const TOTALS: readonly Role[] = ['working-set', 'rss', 'usage', 'memory', 'beam-total', 'heap-used'];

/** Undefined where the total is made of several series. */
function measuredTotal({ subject }: ContainerVerdict): SampleSeries | undefined {
  for (const role of TOTALS) {
    const parts = subject.series.get(role) ?? [];
    if (parts.length > 1) return undefined;
    if (parts[0]) return parts[0].series;
  }
  return undefined;
}

/** A bin that no sample fell into is left out; as a gap only what is longer than samples that came a little late. */
function keptBins(layers: readonly Line[]): number[] {
  const bins = layers[0]?.values.length ?? 0;
  const isEmpty = (bin: number): boolean => layers.every(({ values }) => values[bin] === null);
  const kept: number[] = [];
  for (let bin = 0, run = 0; bin < bins; bin++) {
    run = isEmpty(bin) ? run + 1 : 0;
    if (run === 0 || run === LATE_BINS + 1) kept.push(bin);
  }
  return kept;
}

/** So many empty bins in a row are late samples, not a gap. */
const LATE_BINS = 2;

function trendLines({ grid, main, slope, fixedAtMs }: ContainerVerdict): Line[] {
  if (!main?.reading || !slope) return [];
  const story = (fixedAtMs === undefined ? growingStory(main.reading) : undefined) ?? main.reading.explanations[0]!;
  const { points } = main;
  const middle = (points.hours[0]! + points.hours.at(-1)!) / 2;
  // Inside of one life: nothing tells how memory went from the end of one process to the start of the next.
  const spans = new Map<number, { from: number; to: number }>();
  points.life.forEach((life, i) => spans.set(life, { from: spans.get(life)?.from ?? i, to: i + 1 }));
  const at = (bin: number, steeper: number): number | null => {
    const span = spans.get(grid.life[bin] ?? -1);
    if (!span) return null;
    const hours = grid.hours[bin] ?? 0;
    const cut = (column: Float64Array): Float64Array => column.subarray(span.from, span.to);
    const own = cut(points.hours);
    // Starting up is no part of the trend.
    if (hours < own[0]! || hours > own.at(-1)!) return null;
    return Math.max(0, interpolate(own, cut(story.trend), hours) + steeper * (hours - middle));
  };
  const draw = (label: string, role: Line['role'], steeper: number): Line => ({
    label,
    role,
    values: Array.from(grid.hours, (_, bin) => at(bin, steeper)),
  });
  return [
    draw('Trend', 'trend', 0),
    draw('Trend, low', 'low', slope.low - slope.bytesPerHour),
    draw('Trend, high', 'high', slope.high - slope.bytesPerHour),
  ];
}

function marksOf(container: ContainerVerdict): Mark[] {
  const marks: Mark[] = [];
  for (const life of container.grid.lives) {
    if (life.end === 'restart') marks.push({ timeMs: life.endMs, kind: 'restart', label: 'Restarted' });
    if (life.end === 'oom-kill')
      marks.push({ timeMs: life.endMs, kind: 'oom-kill', label: 'Killed at the memory limit' });
  }
  const first = container.grid.lives[0];
  if (first?.startSeen === true) {
    const version = container.version === undefined ? '' : ` with ${container.version}`;
    marks.push({ timeMs: first.startMs, kind: 'deploy', label: `Started${version}` });
  }
  if (container.onsetMs !== undefined)
    marks.push({ timeMs: container.onsetMs, kind: 'onset', label: 'Growth is seen from here on' });
  if (container.fixedAtMs !== undefined)
    marks.push({ timeMs: container.fixedAtMs, kind: 'fixed', label: 'Growth stops here' });
  return marks;
}

function minus(all: Float64Array, part: Float64Array): Float64Array {
  return all.map((value, place) => Math.max(0, value - part[place]!));
}

function drawable(values: Float64Array): (number | null)[] {
  return Array.from(values, (value) => (Number.isNaN(value) ? null : Math.max(0, value)));
}
