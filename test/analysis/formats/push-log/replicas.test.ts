import { describe, expect, it } from 'vitest';
import { mergeReplicas } from '../../../../functions/analysis/formats/push-log/replicas.ts';
import { SampleSetBuilder } from '../../../../functions/analysis/series/sample-set-builder.ts';

const T0 = Date.UTC(2026, 0, 1);
type Points = readonly (readonly [seconds: number, value: number])[];

/** Series of one container by their other labels; NaN is a stale marker. */
function setOf(...series: (readonly [labels: Record<string, string>, points: Points])[]) {
  const builder = new SampleSetBuilder();
  for (const [labels, points] of series) {
    const columns = builder.series('container_cpu_usage_seconds_total', { pod: 'app-1', ...labels });
    for (const [seconds, value] of points) builder.push(columns, T0 + seconds * 1000, value);
  }
  return mergeReplicas(builder.finish());
}
const pointsOf = ({ samples }: ReturnType<typeof setOf>) =>
  samples.series.map(({ labels, timesMs, values, staleMs }) => ({
    labels,
    points: [...timesMs].map((at, i) => [(at - T0) / 1000, values[i]]),
    stale: [...staleMs].map((at) => (at - T0) / 1000),
  }));
/** Scrapes every 15 s from `start` to `end`, of a counter that says how late it is. */
const scrapes = (start: number, end: number, skew = 0): Points =>
  Array.from(
    { length: Math.floor((end - start) / 15) + 1 },
    (_, i) => [start + i * 15, start + i * 15 - skew] as const,
  );

describe('two Prometheus that scrape the same', () => {
  it('are one series: of one replica where it has no gap, so that a counter never falls', () => {
    const b = scrapes(4, 300, 6);
    const merged = setOf([{ prometheus_replica: 'a' }, scrapes(0, 300)], [{ prometheus_replica: 'b' }, b]);
    expect(merged.replicas).toBe(2);
    expect(pointsOf(merged)).toEqual([{ labels: { pod: 'app-1' }, points: scrapes(0, 300), stale: [] }]);
    expect(merged.samples.sampleCount).toBe(21);
  });

  it('stand in for each other in gaps, before the start and after the end', () => {
    const a = [...scrapes(60, 240), ...scrapes(360, 480)];
    const merged = setOf(
      [{ __replica__: 'a', cluster: 'c' }, a],
      [{ __replica__: 'b', cluster: 'c' }, scrapes(7, 547)],
    );
    const [one, ...others] = pointsOf(setOf([{ __replica__: 'b', cluster: 'c' }, scrapes(7, 547)]));
    expect(others).toEqual([]);
    expect(one?.labels).toEqual({ pod: 'app-1', cluster: 'c' });
    // The longer one stands: it has no gap.
    expect(pointsOf(merged)).toEqual([one]);
    const late = [...scrapes(7, 112), ...scrapes(397, 487)];
    const [joined] = pointsOf(setOf([{ __replica__: 'a' }, a], [{ __replica__: 'b' }, late]));
    const times = joined?.points.map(([at]) => at ?? 0) ?? [];
    expect(times.slice(0, 5)).toEqual([7, 22, 37, 52, 60].filter((at) => at < 60 - 7.5 || at >= 60));
    expect(times.filter((at) => at > 240 && at < 360)).toEqual([]);
    expect(times.at(-1)).toBe(480);
    expect([...times].sort((x, y) => x - y)).toEqual(times);
  });

  it('end a series only together', () => {
    const one = setOf(
      [{ prometheus_replica: 'a' }, [...scrapes(0, 60), [75, NaN], ...scrapes(150, 300)]],
      [{ prometheus_replica: 'b' }, scrapes(5, 300)],
    );
    expect(pointsOf(one).map(({ stale }) => stale)).toEqual([[]]);
    const both = setOf(
      [{ prometheus_replica: 'a' }, [...scrapes(0, 60), [75, NaN], ...scrapes(90, 300)]],
      [{ prometheus_replica: 'b' }, [...scrapes(5, 65), [80, NaN], ...scrapes(95, 290)]],
    );
    expect(pointsOf(both).map(({ stale }) => stale)).toEqual([[75, 80]]);
  });

  it('leaves alone what has no such label, and one replica is one series', () => {
    const alone = setOf([{ replica: 'x' }, scrapes(0, 60)], [{ replica: 'y' }, scrapes(0, 60)]);
    expect(alone.replicas).toBe(0);
    expect(alone.samples.series).toHaveLength(2);
    const single = setOf([{ prometheus_replica: 'a' }, [[0, 1]]], [{ prometheus_replica: 'b' }, [[0, 1]]]);
    expect(pointsOf(single)).toEqual([{ labels: { pod: 'app-1' }, points: [[0, 1]], stale: [] }]);
  });
});
