import type { MappedRole } from './mapping.ts';

/** What a series can be said to be, in the words that a person chooses from: a name that no exporter's list has. */
export const MAPPED_ROLES = [
  'working-set',
  'rss',
  'usage',
  'page-cache',
  'shmem',
  'kernel',
  'swap',
  'limit',
  'memory',
  'js-heap',
  'js-heap-total',
  'js-external',
  'jvm-heap',
  'jvm-heap-max',
  'jvm-non-heap',
  'jvm-direct',
  'beam-total',
  'beam-processes',
  'beam-binary',
  'beam-ets',
  'go-heap',
  'python-heap',
  'work',
  'errors',
  'restarts',
  'oom-kills',
  'threads',
  'descriptors',
  'ignore',
] as const;

/** Roles that count things; all others but `ignore` are bytes. */
const COUNTED: ReadonlySet<string> = new Set(['work', 'errors', 'restarts', 'oom-kills', 'threads', 'descriptors']);
export const isCounted = (role: MappedRole): boolean => COUNTED.has(role);

/** What one of a unit is, in bytes; a count is what it is. */
export const UNIT_SCALES = {
  bytes: 1,
  kB: 1e3,
  KiB: 2 ** 10,
  MB: 1e6,
  MiB: 2 ** 20,
  GB: 1e9,
  GiB: 2 ** 30,
  count: 1,
} as const;
export const MAPPED_UNITS = Object.keys(UNIT_SCALES) as (keyof typeof UNIT_SCALES)[];
