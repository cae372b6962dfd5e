import type { Recognised } from './role.ts';

type Labels = Readonly<Record<string, string>>;
type Rule = readonly [pattern: RegExp, is: Recognised | ((labels: Labels) => Recognised)];

const UNKNOWN: Recognised = { role: 'unknown' };

function labelled(labels: Labels, names: readonly string[], value: RegExp): boolean {
  return names.some((name) => Object.hasOwn(labels, name) && value.test(labels[name]!));
}

const isHeapArea = (labels: Labels): boolean =>
  labelled(labels, ['area', 'jvm_memory_type', 'jvm.memory.type', 'type'], /^heap$/i);
const isNonHeapArea = (labels: Labels): boolean =>
  labelled(labels, ['area', 'jvm_memory_type', 'jvm.memory.type', 'type'], /^non_?heap$/i);
const isMemoryResource = (labels: Labels): boolean => labelled(labels, ['resource'], /^memory$/);

function jvmPart(heap: Recognised['role'], other: Recognised['role']) {
  return (labels: Labels): Recognised =>
    isHeapArea(labels)
      ? { role: heap, runtime: 'jvm', additive: true }
      : isNonHeapArea(labels)
        ? { role: other, runtime: 'jvm', additive: true }
        : UNKNOWN;
}

const BEAM_PARTS = /^(total|processes|binary|ets|atom|code|system)$/;
function beamPart(labels: Labels): Recognised {
  const part = labels['kind'] ?? labels['type'] ?? '';
  return BEAM_PARTS.test(part) ? { role: `beam-${part}` as Recognised['role'], runtime: 'beam' } : UNKNOWN;
}

/** Container and process memory, as cAdvisor, kube-state-metrics, node exporters, OpenTelemetry, cgroups and /proc name it. */
const KERNEL: readonly Rule[] = [
  [
    /^container_memory_working_set(_bytes)?$|^k8s_(pod|container)_memory_working_set$|^working_?set(_bytes)?$/,
    { role: 'working-set' },
  ],
  [
    /^container_memory_usage(_bytes)?$|^k8s_(pod|container)_memory_usage$|^memory_current$|^memory_usage_in_bytes$/,
    { role: 'usage' },
  ],
  [/^container_memory_rss$|^k8s_(pod|container)_memory_rss$|^process_resident_memory_bytes$/, { role: 'rss' }],
  [
    /^process_memory_usage$|^process_memory_rss(_bytes)?$|^rss(_bytes)?$|^vm_rss$|^(memory_stat_)?anon$|^resident_set_size$/,
    { role: 'rss' },
  ],
  [/^container_memory_cache$|^(memory_stat_)?(total_)?file$|^memory_stat_(total_)?cache$/, { role: 'cache' }],
  [/^(container_memory_|memory_stat_)?(total_)?active_file(_bytes)?$/, { role: 'active-file' }],
  [/^(container_memory_|memory_stat_)?(total_)?inactive_file(_bytes)?$/, { role: 'inactive-file' }],
  [/^container_memory_mapped_file$/, { role: 'mapped-file' }],
  [/^(container_memory_|memory_stat_)?(total_)?shmem(_bytes)?$|^rss_shmem$/, { role: 'shmem' }],
  [/^container_memory_kernel_usage$|^(memory_stat_)?kernel$|^memory_kmem_usage_in_bytes$/, { role: 'kernel' }],
  [/^(container_memory_|memory_stat_)?slab_reclaimable(_bytes)?$|^sreclaimable$/, { role: 'slab-reclaimable' }],
  [/^(container_memory_|memory_stat_)?slab_unreclaimable(_bytes)?$|^sunreclaim$/, { role: 'slab-unreclaimable' }],
  [/^(container_memory_|memory_stat_)?sock(_bytes)?$/, { role: 'sock' }],
  [/^(container_memory_|memory_stat_)?kernel_stack(_bytes)?$/, { role: 'kernel-stack' }],
  [/^container_memory_swap$|^(memory_stat_)?swap$|^vm_swap$/, { role: 'swap' }],
  [/^container_spec_memory_limit_bytes$|^memory_(max|limit_in_bytes)$|^k8s_container_memory_limit$/, { role: 'limit' }],
  [/^kube_pod_container_resource_limits_memory_bytes$|^memory_limit(_bytes)?$/, { role: 'limit' }],
  [/^kube_pod_container_resource_limits$/, (labels) => (isMemoryResource(labels) ? { role: 'limit' } : UNKNOWN)],
  [/^kube_pod_container_resource_requests$/, (labels) => (isMemoryResource(labels) ? { role: 'request' } : UNKNOWN)],
  [/^kube_pod_container_status_restarts_total$|^k8s_container_restarts$|^restart_count$/, { role: 'restarts' }],
  [/^container_oom_events_total$|^oom_kills?(_total)?$|^memory_events_oom_kill$/, { role: 'oom-kills' }],
  [
    /^kube_pod_container_status_last_terminated_reason$/,
    (labels) => (labelled(labels, ['reason'], /^OOMKilled$/) ? { role: 'oom-kills' } : UNKNOWN),
  ],
  [/^container_start_time_seconds$|^process_start_time_seconds$/, { role: 'start-time' }],
  [
    /^container_cpu_usage_seconds_total$|^process_cpu_seconds_total$|^container_cpu_time$|^process_cpu_time$/,
    { role: 'cpu', additive: true },
  ],
  [/^container_threads$|^jvm_threads_(live_threads|current|live)$|^process_threads$|^threads$/, { role: 'threads' }],
  [
    /^container_file_descriptors$|^process_open_fds$|^process_files_open(_files)?$|^nodejs_active_handles_total$/,
    { role: 'descriptors' },
  ],
  [/^container_network_(receive|transmit)_bytes_total$/, { role: 'network', additive: true }],
  [/^container_fs_(reads|writes)_bytes_total$/, { role: 'disk', additive: true }],
];

/** Runtimes, as their usual exporters, OpenTelemetry and their own functions name it. */
const RUNTIMES: readonly Rule[] = [
  [
    /^nodejs_heap_size_used_bytes$|^heap_used(_bytes)?$|^v8js_memory_heap_used$/,
    { role: 'heap-used', runtime: 'node' },
  ],
  [
    /^nodejs_heap_size_total_bytes$|^heap_total(_bytes)?$|^v8js_memory_heap_limit$/,
    { role: 'heap-committed', runtime: 'node' },
  ],
  [/^nodejs_external_memory_bytes$|^external(_bytes)?$/, { role: 'external', runtime: 'node' }],
  [/^nodejs_array_?buffers?(_bytes)?$|^array_buffers(_bytes)?$/, { role: 'array-buffers', runtime: 'node' }],
  [/^jvm_memory_used(_bytes)?$|^jvm_memory_bytes_used$/, jvmPart('heap-used', 'non-heap')],
  [/^jvm_memory_committed(_bytes)?$|^jvm_memory_bytes_committed$/, jvmPart('heap-committed', 'unknown')],
  [/^jvm_memory_(max|limit)(_bytes)?$|^jvm_memory_bytes_max$/, jvmPart('heap-max', 'unknown')],
  [
    /^jvm_gc_live_data_size_bytes$|^jvm_memory_used_after_last_gc(_bytes)?$/,
    { role: 'heap-live', runtime: 'jvm', additive: true },
  ],
  [
    /^jvm_buffer_memory_used(_bytes)?$|^jvm_buffer_pool_used_bytes$/,
    { role: 'direct', runtime: 'jvm', additive: true },
  ],
  [
    /^jvm_gc_(pause|collection)_seconds_count$|^jvm_gc_duration_count$|^nodejs_gc_duration_seconds_count$/,
    { role: 'gc', additive: true },
  ],
  [/^erlang_vm_memory_bytes_total$|^erlang_vm_memory_(processes|system)_bytes_total$|^beam_memory_bytes$/, beamPart],
  [/^(erlang_vm_memory|vm_memory|erlang_memory|beam_memory)_total(_bytes)?$/, { role: 'beam-total', runtime: 'beam' }],
  [
    /(^|_)(vm_memory|beam_memory|erlang_memory)_(\w+_)?processes(_total)?(_bytes)?$/,
    { role: 'beam-processes', runtime: 'beam' },
  ],
  [
    /(^|_)(vm_memory|beam_memory|erlang_memory)_(\w+_)?binary(_total)?(_bytes)?$/,
    { role: 'beam-binary', runtime: 'beam' },
  ],
  [/(^|_)(vm_memory|beam_memory|erlang_memory)_(\w+_)?ets(_total)?(_bytes)?$/, { role: 'beam-ets', runtime: 'beam' }],
  [/(^|_)(vm_memory|beam_memory|erlang_memory)_(\w+_)?atom(_total)?(_bytes)?$/, { role: 'beam-atom', runtime: 'beam' }],
  [/(^|_)(vm_memory|beam_memory|erlang_memory)_(\w+_)?code(_total)?(_bytes)?$/, { role: 'beam-code', runtime: 'beam' }],
  [/^erlang_vm_process_count$|^beam_process_count$/, { role: 'processes', runtime: 'beam' }],
  [/^go_memstats_heap_(inuse|alloc)_bytes$|^go_memory_used$/, { role: 'heap-used', runtime: 'go' }],
  [/^go_memstats_heap_sys_bytes$/, { role: 'heap-committed', runtime: 'go' }],
  [/^go_goroutines$/, { role: 'processes', runtime: 'go' }],
  [/^python_(tracemalloc|heap)_(current|used)(_bytes)?$/, { role: 'heap-used', runtime: 'python' }],
];

/** What a program was asked to do: requests, jobs, runs, messages. Errors are counted apart. */
const WORK: readonly Rule[] = [
  [/(^|_)(errors?|failures?|exceptions?)(_count)?(_total)?$/, { role: 'errors', additive: true }],
  [
    /(^|_)(requests?|jobs?|runs?|messages?|tasks?|events_processed|transactions|queries|calls|attempts|workorders)(_\w{1,24})?_(total|count)$/,
    { role: 'load', additive: true },
  ],
  [/^(rps|qps|requests?|requests_per_second|load|throughput)$/, { role: 'load', additive: true }],
];

const RULES: readonly Rule[] = [...KERNEL, ...RUNTIMES, ...WORK];

/** `heapUsed` and `jvm.memory.used` and `VmRSS` as `heap_used`, `jvm_memory_used` and `vm_rss`. */
export function plainName(metric: string): string {
  return metric
    .slice(0, 200)
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^_|_$/g, '')
    .toLowerCase();
}

/** By the name and the labels alone; `unknown` where they do not tell. */
export function recogniseName(metric: string, labels: Labels): Recognised {
  const name = plainName(metric);
  for (const [pattern, is] of RULES) {
    if (pattern.test(name)) return typeof is === 'function' ? is(labels) : is;
  }
  return UNKNOWN;
}
