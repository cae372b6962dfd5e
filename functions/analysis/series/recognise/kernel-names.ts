import { type Labels, labelled, PASSED_OVER, type Rule } from './rule.ts';
import type { Recognised, Role } from './role.ts';

const isMemory =
  (role: Role) =>
  (labels: Labels): Recognised =>
    labelled(labels, ['resource'], /^memory$/) ? { role } : PASSED_OVER;

/** process-exporter puts the kind of memory into a label. */
function memtype(labels: Labels): Recognised {
  if (labelled(labels, ['memtype', 'type'], /^(?:resident|rss)$/)) return { role: 'rss' };
  return labelled(labels, ['memtype', 'type'], /^swapped$/) ? { role: 'swap' } : PASSED_OVER;
}

/** Google's split of the memory of a container: what can be dropped at once, and what cannot. */
function reclaimable(labels: Labels): Recognised {
  return labelled(labels, ['memory_type'], /^evictable$/) ? { role: 'cache' } : { role: 'working-set' };
}
const ofState = (labels: Labels): Recognised =>
  labelled(labels, ['state', 'system_memory_state', 'system.memory.state'], /^used$/)
    ? { role: 'memory' }
    : PASSED_OVER;

/** What stands before the measured thing: exporters, agents and clouds name the same file of the kernel. */
const OF =
  '(?:kubernetes_(?:io_)?|docker_)?(?:(?:k8s_)?(?:container|pod|node)_|docker_|pod_container_)?(?:memory|mem)_';
const rule = (name: string, role: Role): Rule => [
  new RegExp(`^${OF}(?:stat_)?(?:total_)?(?:${name})(?:_bytes)?$`),
  { role },
];

/**
 * Container and process memory as cAdvisor, the kubelet, kube-state-metrics, node_exporter, process-exporter, client libraries, OpenTelemetry,
 * CloudWatch Container Insights, Datadog, cgroup v1 and v2 files and /proc name it.
 */
export const KERNEL_NAMES: readonly Rule[] = [
  [
    /^kubernetes_io_(?:anthos_)?(?:container|node)_memory_used(?:_bytes)?$/,
    (labels) => (Object.hasOwn(labels, 'memory_type') ? reclaimable(labels) : { role: 'usage' }),
  ],
  rule('working_?set', 'working-set'),
  [/^(?:working_?set|wss)(?:_bytes)?$|^kubernetes_pod_container_memory_working_set_bytes$/, { role: 'working-set' }],
  [/^(?:avg_of_|max_of_)?container_?working_?set(?:_bytes)?$/, { role: 'working-set' }],
  rule('usage|used|current|usage_in_bytes|utilized|usage_total', 'usage'),
  [/^system_memory_usage$/, ofState],
  rule('rss|anon', 'rss'),
  [
    /^(?:process_resident_memory|process_working_set|process_memory_(?:usage|rss)|dotnet_process_memory_working_set)(?:_bytes)?$/,
    { role: 'rss' },
  ],
  [
    /^(?:rss(?:_bytes)?|total_rss|vm_rss|anon|resident_set_size|memory_resident|resident_memory|procstat_memory_rss|system_processes_mem_rss)$/,
    { role: 'rss' },
  ],
  [/^runtime_(?:node|python|go)_mem_rss$|^(?:node_memory_)?anon_pages(?:_bytes)?$/, { role: 'rss' }],
  [/^namedprocess_namegroup_memory_bytes$|^process_runtime_(?:cpython_)?memory(?:_bytes)?$/, memtype],
  rule('cache|file', 'cache'),
  [/^(?:total_)?(?:cache|file)$|^(?:node_memory_)?cached(?:_bytes)?$/, { role: 'cache' }],
  rule('active_file', 'active-file'),
  [/^(?:total_|node_memory_)?active_file(?:_bytes)?$/, { role: 'active-file' }],
  rule('inactive_file', 'inactive-file'),
  [/^(?:total_|node_memory_)?inactive_file(?:_bytes)?$/, { role: 'inactive-file' }],
  rule('mapped_file|file_mapped', 'mapped-file'),
  [/^(?:total_)?mapped_file$|^file_mapped$/, { role: 'mapped-file' }],
  rule('shmem', 'shmem'),
  [/^(?:total_|node_memory_)?shmem(?:_bytes)?$|^rss_shmem$/, { role: 'shmem' }],
  rule('kernel(?:_usage)?|kmem_usage_in_bytes', 'kernel'),
  [/^kernel$/, { role: 'kernel' }],
  rule('slab_reclaimable', 'slab-reclaimable'),
  [/^slab_reclaimable$|^(?:node_memory_)?s_?reclaimable(?:_bytes)?$/, { role: 'slab-reclaimable' }],
  rule('slab_unreclaimable', 'slab-unreclaimable'),
  [/^slab_unreclaimable$|^(?:node_memory_)?s_?unreclaim(?:_bytes)?$/, { role: 'slab-unreclaimable' }],
  rule('sock', 'sock'),
  [/^sock$/, { role: 'sock' }],
  rule('kernel_stack', 'kernel-stack'),
  [/^(?:node_memory_)?kernel_stack(?:_bytes)?$/, { role: 'kernel-stack' }],
  rule('swap|swap_current|swap_usage', 'swap'),
  [/^(?:total_)?swap$|^vm_swap$|^(?:container|pod)_swap_usage_bytes$/, { role: 'swap' }],
  rule('max|limits?|limit_in_bytes|usage_limit|hierarchical_memory_limit', 'limit'),
  [/^kubernetes_state_container_memory_limit(?:_total)?$/, { role: 'limit' }],
  [/^kubernetes_state_container_memory_requested(?:_total)?$/, { role: 'request' }],
  [
    /^container_spec_memory_limit_bytes$|^hierarchical_memory_limit$|^(?:node_memory_)?mem_total(?:_bytes)?$/,
    { role: 'limit' },
  ],
  [/^kube_pod_container_resource_limits_memory_bytes$|^kubernetes_io_container_memory_limit_bytes$/, { role: 'limit' }],
  [/^kube_pod_container_resource_limits$/, isMemory('limit')],
  rule('requests?', 'request'),
  [/^kube_pod_container_resource_requests_memory_bytes$/, { role: 'request' }],
  [/^kube_pod_container_resource_requests$/, isMemory('request')],
  [
    /^kube_pod_container_status_restarts_total$|^k8s_container_restarts?(?:_count)?$|^restarts?(?:_count|_total)?$|^kubernetes_(?:containers|state_container)_restarts$|^(?:pod_)?number_of_container_restarts$|^(?:kubernetes_io_)?container_restart_count$/,
    { role: 'restarts' },
  ],
  [
    /^container_oom_events(?:_total)?$|^oom_kills?(?:_total)?$|^(?:container_)?memory_(?:events_oom_kill|oom_events)$/,
    { role: 'oom-kills' },
  ],
  [
    /^kube_pod_container_status_(?:last_)?terminated_reason$/,
    (labels) => (labelled(labels, ['reason'], /^OOMKilled$/) ? { role: 'oom-kills' } : PASSED_OVER),
  ],
  [/^container_start_time_seconds$|^process_start_time_seconds$/, { role: 'start-time' }],
  [
    /^(?:container_cpu_usage_seconds|process_cpu_seconds|process_cpu_user_seconds)_total$|^pod_cpu_usage_seconds_total$|^(?:k8s_)?(?:container|pod)_cpu_time$|^process_cpu_time$/,
    { role: 'cpu', additive: true },
  ],
  [
    /^container_threads$|^jvm_threads_(?:live_threads|current|live)$|^(?:process|num)_threads$|^threads$|^namedprocess_namegroup_num_threads$|^(?:jvm|process)_thread_count$|^process_num_threads$|^java_lang_threading_thread_?count$/,
    { role: 'threads' },
  ],
  [
    /^container_file_descriptors$|^process_open_(?:fds|handles)$|^process_files_open(?:_files)?$|^nodejs_active_handles_total$|^namedprocess_namegroup_open_filedesc$|^process_(?:open|unix)_file_descriptors?_count$|^handles$/,
    { role: 'descriptors' },
  ],
  [
    /^container_network_(?:receive|transmit)_bytes_total$|^(?:k8s_pod|container)_network_io(?:_bytes)?$/,
    { role: 'network', additive: true },
  ],
  [/^container_fs_(?:reads|writes)_bytes_total$/, { role: 'disk', additive: true }],
];

/**
 * Bytes of memory whose growth says nothing, or nothing that another series of the same source does not say better: peaks, address space, free
 * memory, parts. Without these names they would count as memory of an unknown kind.
 */
export const KERNEL_PASSED_OVER: readonly Rule[] = [
  [/^vm_?(?:peak|size|hwm|data|stk|exe|lib|pte|pmd|lck|pin)$|^rss_(?:anon|file)$/, PASSED_OVER],
  [
    /^(?:pss|swap_?pss|private|shared|referenced|anonymous|lazy_?free|locked|size)(?:_(?:anon|file|shmem|dirty|clean|hugetlb))?$/,
    PASSED_OVER,
  ],
  [
    /(?:^|_)(?:peak|max_usage|max_usage_in_bytes|failcnt|failures_total|virtual|high|low|min)(?:_memory)?(?:_max)?(?:_bytes)?$|^process_virtual_memory/,
    PASSED_OVER,
  ],
  [
    /(?:^|_)mem(?:ory)?_(?:swap_max|memsw_|soft_limit|available|free|utilization|percent|page_?faults|major_page_faults)/,
    PASSED_OVER,
  ],
  [
    /^node_memory_|^mem_(?:free|available)$|^(?:buffers|swap_cached|swap_total|swap_free|dirty|writeback|mapped|slab|page_tables|hugetlb|direct_map)/,
    PASSED_OVER,
  ],
  [
    /^(?:total_)?(?:rss_huge|dirty|writeback|percpu|vmalloc|zswap|zswapped|page_?tables|unevictable|swapcached|(?:in)?active_anon|\w+_thp)$/,
    PASSED_OVER,
  ],
  [/(?:^|_)(?:mem(?:ory)?_)?(?:free|available)(?:_bytes)?$/, PASSED_OVER],
  [
    /^(?:mlocked|kreclaimable|sec_?page_?tables|bounce|commit_?limit|vmalloc_?\w+|hardware_?corrupted|\w+_?huge_?pages|\w+_?pmd_?mapped|cma_?\w+|unaccepted|hugepagesize|balloon|ksm|(?:kernel|mmu)_?page_?size)$/,
    PASSED_OVER,
  ],
  [
    /^hierarchical_memsw_limit$|^memory_(?:kmem_(?:limit|tcp|max)\w*|swappiness|zswap_\w+)$|^(?:docker|container)_mem(?:ory)?_(?:in_use|percent)$|^container_memory_(?:migrate|numa_pages|bandwidth\w*|failures\w*)$/,
    PASSED_OVER,
  ],
  [/^container_spec_memory_|^process_heap_bytes$|^process_private_memory_bytes$/, PASSED_OVER],
  [/(?:^|_)(?:active|inactive)(?:_bytes)?$/, PASSED_OVER],
];
