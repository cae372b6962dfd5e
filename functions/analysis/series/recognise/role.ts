/** What a series measures, whatever its exporter calls it. Bytes unless said. */
export type Role =
  // memory as the kernel accounts it to a container or process
  | 'working-set'
  | 'usage'
  | 'rss'
  | 'cache'
  | 'active-file'
  | 'inactive-file'
  | 'mapped-file'
  | 'shmem'
  | 'kernel'
  | 'slab-reclaimable'
  | 'slab-unreclaimable'
  | 'sock'
  | 'kernel-stack'
  | 'swap'
  | 'limit'
  | 'request'
  /** Bytes of memory, but of which kind the evidence does not say. */
  | 'memory'
  /** Percent or ratio of a limit: of all memory, of resident memory, of the heap. */
  | 'memory-share'
  | 'rss-share'
  | 'heap-share'
  // memory as a runtime accounts it
  | 'heap-used'
  | 'heap-live'
  | 'heap-committed'
  | 'heap-max'
  | 'external'
  | 'array-buffers'
  | 'direct'
  | 'non-heap'
  | 'beam-total'
  | 'beam-processes'
  | 'beam-binary'
  | 'beam-ets'
  | 'beam-atom'
  | 'beam-code'
  | 'beam-system'
  // counts
  | 'threads'
  | 'descriptors'
  | 'processes'
  // counters
  | 'restarts'
  | 'oom-kills'
  | 'cpu'
  | 'load'
  | 'errors'
  | 'network'
  | 'disk'
  | 'gc'
  // seconds since the epoch
  | 'start-time'
  | 'unknown';

export type Runtime = 'node' | 'jvm' | 'beam' | 'go' | 'python' | 'dotnet';

export interface Recognised {
  readonly role: Role;
  readonly runtime?: Runtime;
  /** Several such series of one container are parts of one number (heap pools, request routes): add them. */
  readonly additive?: boolean;
}

/** Roles whose values are no bytes of memory. */
export const NOT_MEMORY: ReadonlySet<Role> = new Set([
  'threads', 'descriptors', 'processes', 'restarts', 'oom-kills', 'cpu', 'load', 'errors', 'network', 'disk', 'gc', 'start-time', 'unknown',
]); // prettier-ignore
