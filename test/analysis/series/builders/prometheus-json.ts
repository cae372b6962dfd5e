import type { SampleSeries, SampleSet } from '../../../../functions/analysis/series/sample-set.ts';

interface Matrix {
  data: { result: { metric: Record<string, string>; values: [number, string][] }[] };
}

/** A `query_range` answer as a SampleSet, for benches and tests of the verdict: the product's own reader is tested elsewhere. */
export function readPrometheusJson(text: string): SampleSet {
  // The bench reads its own corpus, in the shape that Prometheus documents.
  const matrix = JSON.parse(text) as Matrix;
  let startMs = Number.POSITIVE_INFINITY;
  let endMs = Number.NEGATIVE_INFINITY;
  let sampleCount = 0;
  const series: SampleSeries[] = [];
  for (const { metric, values } of matrix.data.result) {
    const byTime = new Map<number, number>();
    for (const [time, value] of values) if (Number.isFinite(Number(value))) byTime.set(time * 1000, Number(value));
    const times = [...byTime.keys()].sort((a, b) => a - b);
    if (times.length === 0) continue;
    startMs = Math.min(startMs, times[0]!);
    endMs = Math.max(endMs, times.at(-1)!);
    sampleCount += times.length;
    const { __name__: name = '', ...labels } = metric;
    series.push({
      metric: name,
      labels,
      unit: name.includes('bytes') ? 'bytes' : '',
      kind: name.endsWith('_total') && !name.startsWith('erlang') ? 'counter' : 'gauge',
      timesMs: Float64Array.from(times),
      values: Float64Array.from(times, (time) => byTime.get(time)!),
      staleMs: new Float64Array(0),
      thinned: false,
    });
  }
  return { series, clock: 'utc', sampleCount, startMs, endMs, warnings: [] };
}
