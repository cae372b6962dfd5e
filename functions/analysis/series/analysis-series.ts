import type { Series } from '../../model/analysis.ts';
import { recognise } from './recognise/recognise.ts';
import { NOT_MEMORY } from './recognise/role.ts';
import type { SampleSeries, SampleSet } from './sample-set.ts';
import { thinColumns } from './thin-columns.ts';

const MAX_SERIES = 20_000;
/** About 8 MB of JSON: an Analysis is stored, sent and drawn as one document. */
const MAX_SAMPLES = 300_000;
const FEWEST = 64;
/** Kept before the rest although nothing is known of it. */
const MEMORY_NAME = /mem|heap|rss|oom|restart|swap|cache|anon|vm[A-Z]|buffer|external|limit|working_set|bytes_total$/i;

/**
 * The series of a set as the Analysis carries them: memory first, then the rest while the budget of samples lasts,
 * each thinned to a fair share so that its peaks and floors stay. None where the samples have no times.
 */
export function analysisSeries(
  samples: SampleSet,
  limits: { maxSamples?: number } = {},
): { series: Series[]; left: number } {
  if (samples.clock === 'order' || samples.clock === 'none') return { series: [], left: samples.series.length };
  const ranked = samples.series
    .map((series, index) => ({ series, index, rank: rankOf(series) }))
    .sort((a, b) => a.rank - b.rank || a.index - b.index);
  const telling = ranked.filter(({ rank }) => rank < 3).length;
  let budget = limits.maxSamples ?? MAX_SAMPLES;
  const share = Math.max(FEWEST, Math.floor(budget / Math.max(1, telling)));
  const chosen: { series: Series; index: number }[] = [];
  for (const { series, index } of ranked) {
    if (chosen.length >= MAX_SERIES || budget <= 0) break;
    const kept = toAnalysisSeries(series, Math.min(share, Math.max(FEWEST, budget)));
    budget -= kept.timesMs.length;
    chosen.push({ series: kept, index });
  }
  chosen.sort((a, b) => a.index - b.index);
  return { series: chosen.map(({ series }) => series), left: samples.series.length - chosen.length };
}

/** 0: memory; 1: what else tells of it; 2: anything; 3: pieces of histograms. */
export function rankOf(series: SampleSeries): number {
  const { role } = recognise(series);
  if (!NOT_MEMORY.has(role)) return 0;
  if (role !== 'unknown' || (series.kind !== 'part' && MEMORY_NAME.test(series.metric))) return 1;
  return series.kind === 'part' ? 3 : 2;
}

function toAnalysisSeries(series: SampleSeries, budget: number): Series {
  const { metric, labels, unit } = series;
  const columns = { times: series.timesMs, values: series.values };
  let length = columns.times.length;
  let kept = columns;
  if (length > budget) {
    const stretch = Math.ceil((2 * length) / Math.max(2, budget - 4));
    kept = { times: new Float64Array(budget), values: new Float64Array(budget) };
    length = thinColumns(columns, length, stretch, kept);
  }
  return {
    metric: metric.slice(0, 300),
    unit: unit.slice(0, 24),
    labels,
    timesMs: firstOf(kept.times, length),
    values: firstOf(kept.values, length),
  };
}

/** `Array.from` boxes every number of a typed array on the way: for 300,000 samples that is 10 MB of garbage. */
function firstOf(column: Float64Array, length: number): number[] {
  const list: number[] = [];
  for (let i = 0; i < length; i++) list.push(column[i]!);
  return list;
}
