import { type Labels, labelled, NO_RULE, PASSED_OVER, type Rule } from './rule.ts';
import type { Recognised, Role } from './role.ts';

const AREAS = ['area', 'jvm_memory_type', 'jvm.memory.type', 'type'];

function jvmPart(heap: Role, other: Role) {
  const nonHeap: Recognised = other === 'unknown' ? PASSED_OVER : { role: other, runtime: 'jvm', additive: true };
  return (labels: Labels): Recognised => {
    if (labelled(labels, AREAS, /^heap$/i)) return { role: heap, runtime: 'jvm', additive: true };
    return labelled(labels, AREAS, /^non_?heap$/i) ? nonHeap : NO_RULE;
  };
}

/** Native memory tracking has no resident bytes: what the JVM committed in all is the nearest, and without its heap it is what is native. */
function nativeTracked(labels: Labels): Recognised {
  if (labelled(labels, ['category', 'pool'], /^total$/i)) return { role: 'rss', runtime: 'jvm' };
  return labelled(labels, ['category', 'pool'], /^java heap$/i)
    ? { role: 'heap-committed', runtime: 'jvm' }
    : PASSED_OVER;
}

const BEAM_PARTS = /^(total|processes|binary|ets|atom|code|system)$/;
function beamPart(labels: Labels): Recognised {
  const part = labels['kind'] ?? labels['type'] ?? labels['usage'] ?? '';
  return BEAM_PARTS.test(part) ? { role: `beam-${part}` as Role, runtime: 'beam' } : PASSED_OVER;
}
/** A part of `:erlang.memory/0` as PromEx, telemetry metrics, OpenTelemetry and this project write it. */
const beam = (part: string, role: Role): Rule => [
  new RegExp(`(?:^|_)(?:vm_memory|beam_memory|erlang_memory)_(?:\\w{1,60}_)?${part}(?:_total)?(?:_bytes)?$`),
  { role, runtime: 'beam' },
];

/** Runtimes, as their usual exporters, OpenTelemetry (with and without the old `process.runtime.`), Datadog and their own functions name it. */
export const RUNTIME_NAMES: readonly Rule[] = [
  [
    /^nodejs_heap_size_used_bytes$|^heap_used(?:_bytes)?$|^runtime_node_mem_heap_used$|^(?:runtime_node_heap_)?used_heap_size$|^process_runtime_nodejs_memory_heap_used$/,
    { role: 'heap-used', runtime: 'node' },
  ],
  [/^v8js_memory_heap_used(?:_bytes)?$/, { role: 'heap-used', runtime: 'node', additive: true }],
  [
    /^nodejs_heap_size_total_bytes$|^heap_total(?:_bytes)?$|^runtime_node_mem_heap_total$|^(?:runtime_node_heap_)?total_heap_size$|^process_runtime_nodejs_memory_heap_total$/,
    { role: 'heap-committed', runtime: 'node' },
  ],
  [/^v8js_memory_heap_limit(?:_bytes)?$/, { role: 'heap-committed', runtime: 'node', additive: true }],
  [
    /^nodejs_external_memory_bytes$|^external(?:_bytes)?$|^runtime_node_mem_external$/,
    { role: 'external', runtime: 'node' },
  ],
  [/^nodejs_array_?buffers?(?:_bytes)?$|^array_buffers(?:_bytes)?$/, { role: 'array-buffers', runtime: 'node' }],
  [/^nodejs_heap_space_size_|^nodejs_heap_size_limit|^v8js_(?:memory_)?heap_space_/, PASSED_OVER],
  [/^nodejs_active_(?:requests|resources)/, PASSED_OVER], // what libuv waits for, not what was asked of the program
  [
    /^jvm_memory_used(?:_bytes)?$|^jvm_memory_bytes_used$|^process_runtime_jvm_memory_usage(?:_bytes)?$/,
    jvmPart('heap-used', 'non-heap'),
  ],
  [
    /^jvm_memory_committed(?:_bytes)?$|^jvm_memory_bytes_committed$|^process_runtime_jvm_memory_committed(?:_bytes)?$/,
    jvmPart('heap-committed', 'unknown'),
  ],
  [
    /^jvm_memory_(?:max|limit)(?:_bytes)?$|^jvm_memory_bytes_max$|^process_runtime_jvm_memory_limit(?:_bytes)?$/,
    jvmPart('heap-max', 'unknown'),
  ],
  [/^java_lang_memory_heap_?memory_?usage_used$|^jvm_heap_memory$/, { role: 'heap-used', runtime: 'jvm' }],
  [
    /^java_lang_memory_heap_?memory_?usage_committed$|^jvm_heap_memory_committed$/,
    { role: 'heap-committed', runtime: 'jvm' },
  ],
  [/^java_lang_memory_heap_?memory_?usage_max$|^jvm_heap_memory_max$/, { role: 'heap-max', runtime: 'jvm' }],
  [/^java_lang_memory_non_?heap_?memory_?usage_used$|^jvm_non_heap_memory$/, { role: 'non-heap', runtime: 'jvm' }],
  [
    /^jvm_gc_live_data_size_bytes$|^jvm_memory_used_after_last_gc(?:_bytes)?$|^process_runtime_jvm_memory_usage_after_last_gc(?:_bytes)?$/,
    { role: 'heap-live', runtime: 'jvm', additive: true },
  ],
  [
    /^jvm_buffer_memory_used(?:_bytes)?$|^jvm_buffer_pool_used_bytes$|^jvm_buffer_pool_direct_used$|^process_runtime_jvm_buffer_usage(?:_bytes)?$/,
    { role: 'direct', runtime: 'jvm', additive: true },
  ],
  [
    /^jvm_gc_(?:pause|collection)_seconds_count$|^jvm_gc_duration_count$|^nodejs_gc_duration_seconds_count$|^v8js_gc_duration(?:_seconds)?_count$/,
    { role: 'gc', additive: true },
  ],
  [/^(?:nmt|jvm_native_memory)_committed(?:_bytes)?$/, nativeTracked],
  [/^nmt_reserved_|^jvm_(?:memory_pool|buffer|gc|memory|native_memory)_|^java_lang_/, PASSED_OVER],
  [/^erlang_vm_memory_bytes_total$|^erlang_vm_memory_system_bytes_total$|^beam_memory_bytes$/, beamPart],
  [/^erlang_vm_memory_processes_bytes_total$/, { role: 'beam-processes', runtime: 'beam', additive: true }],
  [
    /^(?:erlang_vm_memory|vm_memory|erlang_memory|beam_memory)_total(?:_bytes)?$|(?:^|_)beam_memory_allocated_bytes$/,
    { role: 'beam-total', runtime: 'beam' },
  ],
  beam('processes', 'beam-processes'),
  beam('binary', 'beam-binary'),
  beam('ets', 'beam-ets'),
  beam('atom', 'beam-atom'),
  beam('code', 'beam-code'),
  beam('system', 'beam-system'),
  [/(?:^|_)(?:vm_memory|beam_memory|erlang_memory)_/, PASSED_OVER],
  [
    /^erlang_vm_process_count$|^beam_process_count$|(?:^|_)beam_stats_process_count$|^vm_system_counts_process_count$/,
    { role: 'processes', runtime: 'beam' },
  ],
  [
    /^go_memstats_heap_(?:inuse|alloc)_bytes$|^go_memory_used$|^go_memory_classes_heap_objects_bytes$|^process_runtime_go_mem_heap_inuse$|^process_runtime_go_mem_heap_alloc$|^runtime_go_mem_stats_heap_(?:alloc|inuse)$/,
    { role: 'heap-used', runtime: 'go' },
  ],
  [/^go_memstats_heap_sys_bytes$|^process_runtime_go_mem_heap_sys$/, { role: 'heap-committed', runtime: 'go' }],
  [
    /^go_goroutines?(?:_count)?$|^process_runtime_go_goroutines$|^runtime_go_num_goroutine$/,
    { role: 'processes', runtime: 'go' },
  ],
  [/^go_(?:memstats|memory|gc)_|^(?:process_)?runtime_go_/, PASSED_OVER],
  [/^python_(?:tracemalloc|heap)_(?:current|used)(?:_bytes)?$/, { role: 'heap-used', runtime: 'python' }],
  [
    /^dotnet_gc_(?:last_collection_)?heap_size(?:_bytes)?$|^process_runtime_dotnet_gc_heap_size(?:_bytes)?$/,
    { role: 'heap-used', runtime: 'dotnet', additive: true },
  ],
  [/^dotnet_total_memory_bytes$|^system_runtime_gc_heap_size$/, { role: 'heap-used', runtime: 'dotnet' }],
  [
    /^dotnet_gc_(?:last_collection_memory_)?committed_(?:size|bytes)$|^process_runtime_dotnet_gc_committed_memory_size(?:_bytes)?$/,
    { role: 'heap-committed', runtime: 'dotnet' },
  ],
  [/^dotnet_gc_|^process_runtime_dotnet_/, PASSED_OVER],
];

/** What a program was asked to do: requests, jobs, runs, messages. Errors are counted apart. */
export const WORK_NAMES: readonly Rule[] = [
  [/run_queue/, PASSED_OVER],
  [/(?:^|_)(?:errors?|failures?|exceptions?)(?:_count)?(?:_total)?$/, { role: 'errors', additive: true }],
  [
    /(?:^|_)(?:requests?|jobs?|runs?|messages?|tasks?|events_processed|transactions|queries|calls|attempts|workorders)(?:_\w{1,40})?_(?:total|count)$|^(?:http|rpc)_server_duration(?:_\w{1,24})?_count$/,
    { role: 'load', additive: true },
  ],
  [/^(?:rps|qps|requests?|requests_per_second|load|throughput)$/, { role: 'load', additive: true }],
];
