import { describe, expect, it } from 'vitest';
import { recogniseName } from '../../../../functions/analysis/series/recognise/names.ts';
import { recognise } from '../../../../functions/analysis/series/recognise/recognise.ts';
import { findSubjects, workloadOf } from '../../../../functions/analysis/series/recognise/subjects.ts';
import type { SampleSeries, SampleSet } from '../../../../functions/analysis/series/sample-set.ts';

function series(metric: string, labels: Record<string, string> = {}, values = [1e8, 1.1e8], unit = ''): SampleSeries {
  return {
    metric,
    labels,
    unit,
    kind: 'unknown',
    timesMs: Float64Array.from(values, (_, i) => i * 60_000),
    values: Float64Array.from(values),
    staleMs: new Float64Array(0),
    thinned: false,
  };
}

function set(...all: SampleSeries[]): SampleSet {
  return { series: all, clock: 'utc', sampleCount: 2 * all.length, startMs: 0, endMs: 60_000, warnings: [] };
}

describe('recogniseName', () => {
  it.each([
    ['container_memory_working_set_bytes', {}, 'working-set', undefined],
    ['k8s.pod.memory.working_set', {}, 'working-set', undefined],
    ['container_memory_rss', {}, 'rss', undefined],
    ['VmRSS', {}, 'rss', undefined],
    ['anon', {}, 'rss', undefined],
    ['memory.current', {}, 'usage', undefined],
    ['slab_reclaimable', {}, 'slab-reclaimable', undefined],
    ['sock', {}, 'sock', undefined],
    ['kube_pod_container_resource_limits', { resource: 'memory' }, 'limit', undefined],
    ['kube_pod_container_resource_limits', { resource: 'cpu' }, 'unknown', undefined],
    ['kube_pod_container_status_last_terminated_reason', { reason: 'OOMKilled' }, 'oom-kills', undefined],
    ['kube_pod_container_status_last_terminated_reason', { reason: 'Error' }, 'unknown', undefined],
    ['nodejs_heap_size_used_bytes', {}, 'heap-used', 'node'],
    ['heapUsed', {}, 'heap-used', 'node'],
    ['heapTotal', {}, 'heap-committed', 'node'],
    ['jvm_memory_used_bytes', { area: 'heap', id: 'G1 Old Gen' }, 'heap-used', 'jvm'],
    ['jvm.memory.used', { 'jvm.memory.type': 'non_heap' }, 'non-heap', 'jvm'],
    ['jvm_gc_live_data_size_bytes', {}, 'heap-live', 'jvm'],
    ['erlang_vm_memory_bytes_total', { kind: 'ets' }, 'beam-ets', 'beam'],
    ['vm_memory_total', {}, 'beam-total', 'beam'],
    ['lightning_prom_ex_beam_memory_ets_total_bytes', {}, 'beam-ets', 'beam'],
    ['go_memstats_heap_inuse_bytes', {}, 'heap-used', 'go'],
    ['openfn_runs_total', {}, 'load', undefined],
    ['http_requests_total', { code: '200' }, 'load', undefined],
    ['http_server_requests_seconds_count', {}, 'load', undefined],
    ['http_errors_total', {}, 'errors', undefined],
    ['something_else', {}, 'unknown', undefined],
  ])('%s %o is %s', (metric, labels, role, runtime) => {
    const found = recogniseName(metric, labels);
    expect(found.role).toBe(role);
    expect(found.runtime).toBe(runtime);
  });

  it('answers long and odd names', () => {
    for (const name of ['a_'.repeat(50_000), 'requests_'.repeat(20_000), '_'.repeat(100_000)])
      expect(recogniseName(name, {}).role).toBe('unknown');
  });
});

describe('recognise by shape', () => {
  it('takes an unnamed column of bytes for memory, and small counts or times for nothing', () => {
    expect(recognise(series('lightning-7d4b9c6f5-x2x7k')).role).toBe('memory');
    expect(recognise(series('lightning', {}, [1, 2])).role).toBe('unknown');
    expect(recognise(series('cpu_seconds', {}, [1e8, 2e8])).role).toBe('unknown');
  });
});

describe('findSubjects', () => {
  it('gives application metrics to the container of their pod, and leaves out the sum and the pause container', () => {
    const subjects = findSubjects(
      set(
        series('container_memory_rss', { namespace: 'n', pod: 'p', container: 'app' }),
        series('container_memory_rss', { namespace: 'n', pod: 'p', container: '' }),
        series('container_memory_rss', { namespace: 'n', pod: 'p', container: 'POD' }),
        series('nodejs_heap_size_used_bytes', { namespace: 'n', pod: 'p' }),
        series('http_requests_total', {}),
      ),
    );
    expect(subjects).toHaveLength(1);
    expect([...subjects[0]!.series.keys()].sort()).toEqual(['heap-used', 'load', 'rss']);
    expect(subjects[0]!.runtime).toBe('node');
  });

  it('tells processes apart where there are no pods', () => {
    const subjects = findSubjects(
      set(
        series('process_resident_memory_bytes', { instance: 'a:1' }),
        series('process_resident_memory_bytes', { instance: 'b:1' }),
      ),
    );
    expect(subjects.map(({ pod }) => pod)).toEqual(['a:1', 'b:1']);
  });

  it('knows the workload behind the names of pods', () => {
    expect(workloadOf('web-7d4b9c6f5-x2x7k', 'app')).toBe('web/app');
    expect(workloadOf('db-0', 'pg')).toBe('db/pg');
    expect(workloadOf('lonely', 'app')).toBe('lonely/app');
  });
});
