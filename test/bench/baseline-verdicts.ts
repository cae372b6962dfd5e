import { findSubjects, type Subject } from '../../functions/analysis/series/recognise/subjects.ts';
import type { SampleSet } from '../../functions/analysis/series/sample-set.ts';
import { mannKendall } from '../../functions/analysis/series/stats/mann-kendall.ts';
import { normalCdf } from '../../functions/analysis/series/stats/normal.ts';
import { theilSen } from '../../functions/analysis/series/stats/theil-sen.ts';
import type { Verdict } from '../../functions/analysis/series/verdict/container-verdict.ts';
import type { Layer } from '../../functions/analysis/series/verdict/layer.ts';

export interface Answer {
  readonly verdict: Verdict;
  readonly layer: Layer;
}

interface Line {
  readonly slope: number;
  readonly intercept: number;
  readonly p: number;
}

type Method = (hours: number[], bytes: number[], limitBytes: number | undefined) => boolean;

const HOUR_MS = 3_600_000;

/** The simple methods that tools and articles use, each on the working set of every container. */
export const BASELINES: Readonly<Record<string, Method>> = {
  'least squares, p < .01': (hours, bytes) => {
    const line = leastSquares(hours, bytes);
    return line.slope > 0 && line.p < 0.01;
  },
  'Mann-Kendall p < .01 + Theil-Sen': (hours, bytes) => {
    const { h, b } = thin(hours, bytes, 400);
    return mannKendallPlain(b) < 0.01 && (theilSen(h, b)?.slope ?? 0) > 0;
  },
  'predict_linear to the limit in 4 days, for 1 h': (hours, bytes, limit) => {
    if (limit === undefined) return false;
    const last = hours.at(-1)!;
    const at = (end: number): boolean => {
      const from = hours.findIndex((hour) => hour >= end - 6);
      const to = hours.findIndex((hour) => hour > end);
      const line = leastSquares(hours.slice(from, to < 0 ? undefined : to), bytes.slice(from, to < 0 ? undefined : to));
      return line.intercept + line.slope * (end + 96) > limit;
    };
    return [0, 0.25, 0.5, 0.75, 1].every((back) => at(last - back));
  },
  'gate: > 10 % and > 20 MB': (_, bytes) => {
    const tenth = Math.max(1, Math.floor(bytes.length / 10));
    const mean = (part: number[]): number => part.reduce((sum, value) => sum + value, 0) / part.length;
    const first = mean(bytes.slice(0, tenth));
    const growth = mean(bytes.slice(-tenth)) - first;
    return growth > 0.1 * first && growth > 20e6;
  },
};

/** A leak where any container meets the method; undecided below two hours or 30 samples, where no container meets it. */
export function baselineAnswer(samples: SampleSet, method: Method): Answer {
  let seen = 0;
  let best: { growth: number; layer: Layer } | undefined;
  for (const subject of findSubjects(samples)) {
    const series = (subject.series.get('working-set') ?? subject.series.get('rss'))?.[0]?.series;
    if (!series) continue;
    const hours = Array.from(series.timesMs, (time) => (time - series.timesMs[0]!) / HOUR_MS);
    if (hours.length < 30 || hours.at(-1)! < 2) continue;
    seen++;
    const bytes = Array.from(series.values);
    if (!method(hours, bytes, subject.series.get('limit')?.[0]?.series.values.at(-1))) continue;
    const growth = leastSquares(hours, bytes).slope * hours.at(-1)!;
    if (!best || growth > best.growth) best = { growth, layer: steepestLayer(subject) };
  }
  if (best) return { verdict: 'leak', layer: best.layer };
  return { verdict: seen === 0 ? 'undecided' : 'no-leak', layer: 'none' };
}

/** The layer whose own series has the steepest line. */
function steepestLayer(subject: Subject): Layer {
  const slope = (role: Parameters<Subject['series']['get']>[0]): number => {
    const series = subject.series.get(role)?.[0]?.series;
    return series
      ? leastSquares(
          Array.from(series.timesMs, (time) => time / HOUR_MS),
          Array.from(series.values),
        ).slope
      : 0;
  };
  const heap = slope('heap-used');
  const heapLayer: Layer = subject.runtime === 'node' ? 'js-heap' : subject.runtime === 'jvm' ? 'jvm-heap' : 'native';
  const beam =
    subject.runtime === 'beam'
      ? Math.max(slope('beam-total'), slope('beam-processes'), slope('beam-ets'), slope('beam-binary'))
      : 0;
  const files = slope('active-file') + slope('inactive-file');
  const candidates: [Layer, number][] = [
    [heapLayer, heap],
    ['beam', beam],
    ['native', slope('rss') - Math.max(0, heap) - Math.max(0, beam)],
    ['page-cache', files],
    ['shmem', slope('cache') - files],
    ['kernel', slope('kernel')],
  ];
  return candidates.reduce((a, b) => (b[1] > a[1] ? b : a))[0];
}

function leastSquares(x: readonly number[], y: readonly number[]): Line {
  const n = x.length;
  const meanX = x.reduce((a, b) => a + b, 0) / n;
  const meanY = y.reduce((a, b) => a + b, 0) / n;
  let xx = 0;
  let xy = 0;
  for (let i = 0; i < n; i++) {
    xx += (x[i]! - meanX) ** 2;
    xy += (x[i]! - meanX) * (y[i]! - meanY);
  }
  const slope = xx > 0 ? xy / xx : 0;
  const intercept = meanY - slope * meanX;
  let rest = 0;
  for (let i = 0; i < n; i++) rest += (y[i]! - intercept - slope * x[i]!) ** 2;
  const error = Math.sqrt(rest / Math.max(1, n - 2) / Math.max(xx, 1e-300));
  return { slope, intercept, p: error > 0 ? 2 * (1 - normalCdf(Math.abs(slope / error))) : 0 };
}

/** As tools run it: without any correction for autocorrelation. */
function mannKendallPlain(values: readonly number[]): number {
  const { s, inflation, p } = mannKendall(values);
  if (p >= 1) return 1;
  const n = values.length;
  const z = (Math.abs(s) - 1) / Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18);
  return inflation > 0 ? 2 * (1 - normalCdf(z)) : p;
}

function thin(hours: number[], bytes: number[], most: number): { h: number[]; b: number[] } {
  const stride = Math.max(1, Math.ceil(hours.length / most));
  const keep = (_: number, index: number): boolean => index % stride === 0;
  return { h: hours.filter(keep), b: bytes.filter(keep) };
}
