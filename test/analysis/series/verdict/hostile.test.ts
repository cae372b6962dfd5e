import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SampleSeries, SampleSet } from '../../../../functions/analysis/series/sample-set.ts';
import { verdictReport } from '../../../../functions/analysis/series/verdict/verdict.ts';
import { Finding } from '../../../../functions/model/analysis.ts';
import { View } from '../../../../functions/model/view.ts';

const METRICS = [
  'container_memory_rss',
  'container_memory_working_set_bytes',
  'container_memory_cache',
  'container_memory_kernel_usage',
  'container_memory_total_active_file_bytes',
  'container_memory_total_inactive_file_bytes',
  'container_spec_memory_limit_bytes',
  'container_threads',
  'container_file_descriptors',
  'container_cpu_usage_seconds_total',
  'kube_pod_container_status_restarts_total',
  'container_oom_events_total',
  'http_requests_total',
  'nodejs_heap_size_used_bytes',
  'nodejs_heap_size_total_bytes',
  'jvm_memory_used_bytes',
  'erlang_vm_memory_bytes_total',
  'process_resident_memory_bytes',
  'memory',
];
const value = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer({ min: 0, max: 2 ** 40 }),
  fc.constantFrom(0, -1, 1e300, 5e-324, 2 ** 63),
);
const label = fc.constantFrom('', 'a', 'b', 'POD', '__proto__', 'constructor', 'heap', 'ets', 'x'.repeat(300));
const labels = fc.oneof(
  fc.constant({ pod: 'a', container: 'b', area: 'heap', kind: 'ets' }),
  fc.dictionary(
    fc.constantFrom('namespace', 'pod', 'container', 'instance', 'area', 'kind', 'image', 'version'),
    label,
  ),
);

const series = fc
  .tuple(
    fc.constantFrom(...METRICS),
    labels,
    fc.array(fc.tuple(fc.integer({ min: 1, max: 7_200_000 }), value), { minLength: 1, maxLength: 90 }),
  )
  .map(([metric, own, steps]): SampleSeries => {
    let time = 1_700_000_000_000;
    const timesMs = Float64Array.from(steps, ([step]) => (time += step));
    return {
      metric,
      labels: own,
      unit: '',
      kind: 'unknown',
      timesMs,
      values: Float64Array.from(steps, ([, v]) => v),
      staleMs: new Float64Array(0),
      thinned: false,
    };
  });

function setOf(all: SampleSeries[]): SampleSet {
  const startMs = all.reduce((least, { timesMs }) => Math.min(least, timesMs[0]!), Infinity);
  const endMs = all.reduce((most, { timesMs }) => Math.max(most, timesMs.at(-1)!), -Infinity);
  return {
    series: all,
    clock: 'utc',
    sampleCount: 1,
    startMs,
    endMs,
    warnings: [],
  };
}

describe('hostile samples', () => {
  it('end in findings and views that are valid and can be written as JSON', () => {
    fc.assert(
      fc.property(fc.array(series, { minLength: 1, maxLength: 12 }), (all) => {
        const { findings, views } = verdictReport(setOf(all));
        for (const finding of findings) {
          Finding.parse(JSON.parse(JSON.stringify(finding)));
          expect(finding.title).not.toMatch(/NaN|undefined|Infinity/);
        }
        for (const view of views) View.parse(view);
      }),
      { numRuns: 150 },
    );
  });

  it('with a hundred thousand routes of one service are judged all the same', () => {
    const timesMs = Float64Array.from({ length: 40 }, (_, i) => 1_700_000_000_000 + i * 600_000);
    const one = (metric: string, own: Record<string, string>, values: Float64Array): SampleSeries => ({
      metric,
      labels: own,
      unit: '',
      kind: 'unknown',
      timesMs,
      values,
      staleMs: new Float64Array(0),
      thinned: false,
    });
    const counts = timesMs.map((_, i) => i);
    const routes = Array.from({ length: 100_000 }, (_, i) => one('http_requests_total', { route: `/${i}` }, counts));
    const memory = one(
      'container_memory_rss',
      { pod: 'a', container: 'b' },
      timesMs.map((_, i) => 1e8 + i * 1e6),
    );
    expect(verdictReport(setOf([memory, ...routes])).findings).toHaveLength(2);
  });
});
