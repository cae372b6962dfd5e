import type { SampleSeries } from './sample-set.ts';

/** What a series says of a container's or a process' memory: only what tables and charts need. Judging is in `verdict/`. */
export type MemoryRole =
  | 'working-set'
  | 'anon'
  | 'cache'
  | 'kernel'
  | 'shmem'
  | 'swap'
  | 'usage'
  | 'limit'
  | 'process-rss'
  | 'heap-used'
  | 'heap-total'
  | 'runtime-total';

/** Names as cAdvisor, kube-state-metrics, client libraries, cgroup files, /proc and `process.memoryUsage()` give them. */
const ROLES: Readonly<Record<string, MemoryRole>> = {
  container_memory_working_set_bytes: 'working-set',
  node_memory_working_set_bytes: 'working-set',
  container_memory_rss: 'anon',
  container_memory_rss_bytes: 'anon',
  container_memory_cache: 'cache',
  container_memory_kernel_usage: 'kernel',
  container_memory_kernel_usage_bytes: 'kernel',
  container_memory_swap: 'swap',
  container_memory_usage_bytes: 'usage',
  container_spec_memory_limit_bytes: 'limit',
  kube_pod_container_resource_limits_memory_bytes: 'limit',
  'k8s.container.memory_limit': 'limit',
  'container.memory.working_set': 'working-set',
  'container.memory.rss': 'anon',
  'container.memory.usage': 'usage',
  'k8s.pod.memory.working_set': 'working-set',
  'k8s.pod.memory.rss': 'anon',
  'memory.current': 'usage',
  'memory.usage_in_bytes': 'usage',
  'memory.max': 'limit',
  'memory.limit_in_bytes': 'limit',
  anon: 'anon',
  file: 'cache',
  kernel: 'kernel',
  slab: 'kernel',
  shmem: 'shmem',
  rss: 'anon',
  cache: 'cache',
  swap: 'swap',
  process_resident_memory_bytes: 'process-rss',
  'process.memory.usage': 'process-rss',
  VmRSS: 'process-rss',
  VmSwap: 'swap',
  Rss: 'process-rss',
  heapUsed: 'heap-used',
  heapTotal: 'heap-total',
  nodejs_heap_size_used_bytes: 'heap-used',
  nodejs_heap_size_total_bytes: 'heap-total',
  go_memstats_heap_inuse_bytes: 'heap-used',
};

/** The role that a series plays, or undefined where nothing is known of it. */
export function memoryRole(series: SampleSeries): MemoryRole | undefined {
  const { metric, labels } = series;
  if (Object.hasOwn(ROLES, metric)) return ROLES[metric];
  if (metric === 'kube_pod_container_resource_limits') return labels['resource'] === 'memory' ? 'limit' : undefined;
  if (metric === 'jvm_memory_used_bytes' || metric === 'jvm_memory_bytes_used') {
    return labels['area'] === 'heap' && labels['id'] === undefined ? 'heap-used' : undefined;
  }
  if (metric === 'erlang_vm_memory_bytes_total' && labels['kind'] === 'total') return 'runtime-total';
  return undefined;
}

/** True where a name suggests memory, a restart or an OOM kill: kept first where not everything can be kept. */
export function isMemoryName(metric: string): boolean {
  return /mem|heap|rss|oom|restart|swap|cache|anon|vm[A-Z]|buffer|external|limit|working_set|bytes_total$/i.test(
    metric,
  );
}
