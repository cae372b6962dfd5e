/**
 * Keys of cgroup files. https://docs.kernel.org/admin-guide/cgroup-v2.html#memory-interface-files and
 * https://docs.kernel.org/admin-guide/cgroup-v1/memory.html#stat-file
 */
export const V1_KEYS: ReadonlySet<string> = new Set([
  'cache', 'rss', 'rss_huge', 'shmem', 'mapped_file', 'dirty', 'writeback', 'swap', 'pgpgin', 'pgpgout', 'pgfault',
  'pgmajfault', 'inactive_anon', 'active_anon', 'inactive_file', 'active_file', 'unevictable',
  'hierarchical_memory_limit', 'hierarchical_memsw_limit', 'workingset_refault', 'workingset_activate',
]); // prettier-ignore

export const V2_KEYS: ReadonlySet<string> = new Set([
  'anon', 'file', 'kernel', 'kernel_stack', 'pagetables', 'sec_pagetables', 'percpu', 'sock', 'vmalloc', 'shmem', 'zswap',
  'zswapped', 'file_mapped', 'file_dirty', 'file_writeback', 'swapcached', 'anon_thp', 'file_thp', 'shmem_thp',
  'inactive_anon', 'active_anon', 'inactive_file', 'active_file', 'unevictable', 'slab_reclaimable',
  'slab_unreclaimable', 'slab', 'workingset_refault_anon', 'workingset_refault_file', 'workingset_activate_anon',
  'workingset_activate_file', 'workingset_restore_anon', 'workingset_restore_file', 'workingset_nodereclaim',
  'pgscan', 'pgsteal', 'pgfault', 'pgmajfault', 'pgrefill', 'pgactivate', 'pgdeactivate', 'pglazyfree', 'pglazyfreed',
  'thp_fault_alloc', 'thp_collapse_alloc',
]); // prettier-ignore

/** `memory.oom_control` of v1 and `memory.events` of v2. */
export const EVENT_KEYS: ReadonlySet<string> = new Set([
  'oom_kill_disable', 'under_oom', 'oom_kill', 'low', 'high', 'max', 'oom', 'oom_group_kill',
]); // prettier-ignore

/** A file whose content is read, by its name as it may stand before that content: `memory.current: 123`, `memory.stat:anon 123`. */
export const READ_FILE =
  /^(?:\S*\/)?((?:memory|memsw)(?:\.(?:memsw|swap|zswap|kmem|kmem\.tcp))?\.(?:current|peak|max|high|low|min|usage_in_bytes|limit_in_bytes|max_usage_in_bytes|soft_limit_in_bytes|failcnt|stat|oom_control)|memory\.events)$/;

/** Any other file of a cgroup: switches, lists, other controllers, and counts of other scope under the keys of `memory.events`. */
export const OTHER_FILE =
  /^(?:\S*\/)?((?:memory|memsw|cgroup|cpu|cpuacct|cpuset|io|blkio|pids|hugetlb|rdma|misc|devices|freezer|irq|net_cls|net_prio|perf_event)\.[\w.]{1,60}|tasks|notify_on_release|release_agent)$/;

/** Counts of events, not bytes. */
export function isCount(key: string): boolean {
  return (
    /^(?:total_)?(?:pg|workingset|thp|swpin|swpout|zswpin|zswpout|numa)/.test(key) ||
    EVENT_KEYS.has(key) ||
    key.endsWith('.failcnt')
  );
}
