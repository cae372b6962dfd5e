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
    // the kubelet, CloudWatch Container Insights, Datadog, docker, telegraf
    ['pod_memory_working_set_bytes', {}, 'working-set', undefined],
    ['pod_memory_working_set', {}, 'working-set', undefined],
    ['avg(pod_memory_working_set)', {}, 'working-set', undefined],
    ['sum by (pod) (container_memory_rss)', {}, 'rss', undefined],
    ['kubernetes.memory.usage', {}, 'usage', undefined],
    ['kubernetes.memory.limits', {}, 'limit', undefined],
    ['kubernetes.memory.requests', {}, 'request', undefined],
    ['container.memory.rss', {}, 'rss', undefined],
    ['container.memory.cache', {}, 'cache', undefined],
    ['docker.mem.rss', {}, 'rss', undefined],
    ['kubernetes_pod_container_memory_working_set_bytes', {}, 'working-set', undefined],
    ['container_memory_total_inactive_file_bytes', {}, 'inactive-file', undefined],
    ['k8s.container.memory_limit', {}, 'limit', undefined],
    // cgroup files
    ['cache', {}, 'cache', undefined],
    ['rss', {}, 'rss', undefined],
    ['total_rss', {}, 'rss', undefined],
    ['total_cache', {}, 'cache', undefined],
    ['mapped_file', {}, 'mapped-file', undefined],
    ['memory.usage_in_bytes', {}, 'usage', undefined],
    ['memory.limit_in_bytes', {}, 'limit', undefined],
    ['hierarchical_memory_limit', {}, 'limit', undefined],
    ['memory.max', {}, 'limit', undefined],
    ['memory.peak', {}, 'unknown', undefined],
    ['memory.max_usage_in_bytes', {}, 'unknown', undefined],
    ['memory.swap.current', {}, 'swap', undefined],
    ['memory.kmem.usage_in_bytes', {}, 'kernel', undefined],
    // node_exporter, process-exporter, /proc
    ['node_memory_AnonPages_bytes', {}, 'rss', undefined],
    ['node_memory_MemAvailable_bytes', {}, 'unknown', undefined],
    ['node_memory_MemTotal_bytes', {}, 'limit', undefined],
    ['namedprocess_namegroup_memory_bytes', { memtype: 'resident' }, 'rss', undefined],
    ['namedprocess_namegroup_memory_bytes', { memtype: 'virtual' }, 'unknown', undefined],
    ['VmHWM', {}, 'unknown', undefined],
    ['process_virtual_memory_bytes', {}, 'unknown', undefined],
    // runtimes
    ['nodejs_external_memory_bytes', {}, 'external', 'node'],
    ['nodejs_heap_space_size_used_bytes', { space: 'old' }, 'unknown', undefined],
    ['v8js.memory.heap.used', { 'v8js.heap.space.name': 'old_space' }, 'heap-used', 'node'],
    ['runtime.node.mem.heap_used', {}, 'heap-used', 'node'],
    ['jvm_memory_bytes_used', { area: 'heap' }, 'heap-used', 'jvm'],
    ['jvm_memory_pool_bytes_used', { pool: 'Eden' }, 'unknown', undefined],
    ['java_lang_Memory_HeapMemoryUsage_used', {}, 'heap-used', 'jvm'],
    ['java_lang_memory_nonheapmemoryusage_used', {}, 'non-heap', 'jvm'],
    ['process.runtime.jvm.memory.usage', { type: 'heap', pool: 'G1 Old Gen' }, 'heap-used', 'jvm'],
    ['jvm.memory.used_after_last_gc', { 'jvm.memory.type': 'heap' }, 'heap-live', 'jvm'],
    ['jvm.heap_memory', {}, 'heap-used', 'jvm'],
    ['erlang_vm_memory_system_bytes_total', { usage: 'binary' }, 'beam-binary', 'beam'],
    ['erlang_vm_memory_processes_bytes_total', { usage: 'used' }, 'beam-processes', 'beam'],
    ['my_app_prom_ex_beam_memory_allocated_bytes', {}, 'beam-total', 'beam'],
    ['vm_memory_processes_used', {}, 'unknown', undefined],
    ['go_memory_classes_heap_objects_bytes', {}, 'heap-used', 'go'],
    ['go_memstats_next_gc_bytes', {}, 'unknown', undefined],
    ['process_runtime_dotnet_gc_heap_size', { generation: 'gen2' }, 'heap-used', 'dotnet'],
    ['dotnet.gc.last_collection.heap.size', {}, 'heap-used', 'dotnet'],
    ['dotnet_total_memory_bytes', {}, 'heap-used', 'dotnet'],
    ['rss_mb', {}, 'rss', undefined],
    ['heap_used_mib', {}, 'heap-used', 'node'],
    ['openfn_runs_total', {}, 'load', undefined],
    ['http_requests_total', { code: '200' }, 'load', undefined],
    ['http_server_requests_seconds_count', {}, 'load', undefined],
    ['http_errors_total', {}, 'errors', undefined],
    ['something_else', {}, 'unknown', undefined],
    // a prefix before a client library's names, what consoles put around them
    ['my_app_nodejs_heap_size_used_bytes', {}, 'heap-used', 'node'],
    ['billing_process_resident_memory_bytes', {}, 'rss', undefined],
    ['Avg of containerWorkingSet', {}, 'working-set', undefined],
    ['Working set (Avg)', {}, 'working-set', undefined],
    // Google, Azure, CloudWatch, Datadog, OpenTelemetry
    ['kubernetes.io/container/memory/used_bytes', { memory_type: 'non-evictable' }, 'working-set', undefined],
    ['kubernetes.io/container/memory/used_bytes', { memory_type: 'evictable' }, 'cache', undefined],
    ['kubernetes.io/container/memory/limit_bytes', {}, 'limit', undefined],
    ['kubernetes.io/container/restart_count', {}, 'restarts', undefined],
    ['container_restart_count', {}, 'restarts', undefined],
    ['kubernetes_state.container.memory_limit', {}, 'limit', undefined],
    ['container.memory.oom_events', {}, 'oom-kills', undefined],
    ['container.memory.usage.total', {}, 'usage', undefined],
    ['container.memory.usage.limit', {}, 'limit', undefined],
    ['system.memory.usage', { state: 'used' }, 'memory', undefined],
    ['system.memory.usage', { state: 'free' }, 'unknown', undefined],
    ['runtime.node.heap.used_heap_size', {}, 'heap-used', 'node'],
    ['runtime.go.mem_stats.heap_alloc', {}, 'heap-used', 'go'],
    ['jvm.buffer_pool.direct.used', {}, 'direct', 'jvm'],
    ['nmt_committed_bytes', { category: 'Total' }, 'rss', 'jvm'],
    ['nmt_committed_bytes', { category: 'Java Heap' }, 'heap-committed', 'jvm'],
    ['jvm_native_memory_committed_bytes', { pool: 'Thread' }, 'unknown', undefined],
    // gauges whose names sound like work
    ['vm.total_run_queue_lengths.total', {}, 'unknown', undefined],
    ['nodejs_active_requests_total', {}, 'unknown', undefined],
    ['http.server.duration_count', {}, 'load', undefined],
    ['lightning_prom_ex_oban_job_processing_duration_milliseconds_count', {}, 'load', undefined],
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

describe('recognise by unit', () => {
  it.each([
    ['Memory usage', '%', [40, 41], 'memory-share'],
    ['container_memory_limit_utilization', 'ratio', [0.4, 0.41], 'memory-share'],
    ['docker_mem_percent', '', [40, 41], 'memory-share'],
    ['RSS of limit', '%', [40, 41], 'rss-share'],
    ['jvm_heap_used_percent', '%', [40, 41], 'heap-share'],
    ['Memory free', '%', [40, 41], 'unknown'],
    ['node_memory_utilization', '%', [40, 41], 'unknown'],
    ['Memory usage', '%', [4e8, 4e8], 'unknown'],
    ['CPU', '%', [40, 41], 'unknown'],
  ])('%s in "%s" of %o is %s', (metric, unit, values, role) => {
    expect(recognise(series(metric, {}, values, unit)).role).toBe(role);
  });

  it('takes no time for bytes, and nothing of what is known to tell nothing', () => {
    expect(recognise(series('Memory usage', {}, [40, 41], 's')).role).toBe('unknown');
    expect(recognise(series('Memory usage', {}, [4e8, 4e8], 'bytes')).role).toBe('usage');
    for (const metric of [
      'VmPeak',
      'Pss',
      'node_memory_MemFree_bytes',
      'go_memstats_sys_bytes',
      'process_virtual_memory_bytes',
    ])
      expect(recognise(series(metric, {}, [4e8, 4e8], 'bytes')).role).toBe('unknown');
  });
});

describe('findSubjects', () => {
  it('reads a pod that is only known as a whole', () => {
    const subjects = findSubjects(set(series('container_memory_working_set_bytes', { namespace: 'n', pod: 'p' })));
    expect(subjects.map(({ pod, series: roles }) => [pod, [...roles.keys()]])).toEqual([['p', ['working-set']]]);
  });

  it('tells the containers of one docker host apart', () => {
    const subjects = findSubjects(
      set(
        series('container_memory_rss', { instance: 'cadvisor:8080', id: '/docker/aa', name: 'web' }),
        series('container_memory_rss', { instance: 'cadvisor:8080', id: '/docker/bb', name: 'db' }),
      ),
    );
    expect(subjects.map(({ pod, isProcess }) => [pod, isProcess])).toEqual([
      ['web', true],
      ['db', true],
    ]);
  });

  it('tells the workers of a cluster from the restarts of one process', () => {
    const later = (pid: string): SampleSeries => {
      const own = series('rss', { hostname: 'h', pid });
      return { ...own, timesMs: own.timesMs.map((timeMs) => timeMs + 600_000) };
    };
    const workers = findSubjects(
      set(series('rss', { hostname: 'h', pid: '1' }), series('rss', { hostname: 'h', pid: '2' })),
    );
    expect(workers.map(({ pod }) => pod)).toEqual(['h/1', 'h/2']);
    const restarted = findSubjects(set(series('rss', { hostname: 'h', pid: '1' }), later('2')));
    expect(restarted.map(({ pod }) => pod)).toEqual(['h']);
  });

  it('takes memory.stat of version 1 once, with what lies below it', () => {
    const [subject] = findSubjects(
      set(series('rss', {}, [1, 2]), series('total_rss', {}, [3, 4]), series('total_cache', {}, [5, 6])),
    );
    expect(subject?.series.get('rss')?.map((part) => part.series.metric)).toEqual(['total_rss']);
    expect(subject?.series.get('cache')).toHaveLength(1);
  });

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

describe('legends of panels', () => {
  it('draw limits and requests beside the containers', () => {
    const of = (name: string, unit: string) => recognise(series(name, {}, [1e9, 1e9], unit)).role;
    expect(['limits', 'limit', 'quota - limits', 'Memory limit'].map((name) => of(name, 'bytes'))).toEqual([
      'limit',
      'limit',
      'limit',
      'limit',
    ]);
    expect(of('limit_bytes', 'bytes')).toBe('limit');
    expect(of('limits', '')).toBe('limit');
    expect(of('quota - requests', 'bytes')).toBe('request');
    expect(of('requests', '')).toBe('load');
    expect(recognise(series('limit', {}, [5, 5])).role).toBe('unknown');
  });

  it('give every container of the panel its limit', () => {
    const [subject] = findSubjects(
      set(series('app', {}, [1e8, 2e8], 'bytes'), series('limits', {}, [1e9, 1e9], 'bytes')),
    );
    expect([...(subject?.series.keys() ?? [])]).toEqual(['memory', 'limit']);
  });
});

describe('names that are no memory, however large their values', () => {
  it.each([
    ['kube_pod_created', ''],
    ['container_last_seen', ''],
    ['process_max_fds', ''],
    ['node_vmstat_pgfault', ''],
    ['erlang_vm_allocators', 'bytes'],
    ['Hugepagesize', 'bytes'],
    ['VmallocUsed', 'bytes'],
    ['KernelPageSize', 'bytes'],
    ['mem_free', 'bytes'],
    ['hierarchical_memsw_limit', 'bytes'],
  ])('%s', (metric, unit) => {
    expect(recognise(series(metric, {}, [1.7e9, 1.7e9], unit)).role).toBe('unknown');
  });

  it('one number under a name of several words', () => {
    expect(recognise(series('nr_periods', {}, [769_021])).role).toBe('unknown');
    expect(recognise(series('value', {}, [769_021])).role).toBe('memory');
  });

  it('but a table that somebody made by hand keeps its shapes', () => {
    expect(recognise(series('worker_1', {}, [1e8, 2e8])).role).toBe('memory');
    expect(recognise(series('heap_size', {}, [1e8, 2e8])).role).toBe('memory');
  });
});
