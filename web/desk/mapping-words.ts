import { isCounted, UNIT_SCALES } from '../../functions/model/mapped-roles.ts';
import type { MappedRole, MappedUnit } from '../../functions/model/mapping.ts';
import type { UnknownSeries } from '../../functions/model/case.ts';

/** What a series can be said to be, in the words of the list that one chooses from. */
export const ROLE_WORDS: Readonly<Record<MappedRole, string>> = {
  'working-set': 'Working set',
  rss: 'RSS: resident, anonymous memory',
  usage: 'Usage: all memory, page cache included',
  'page-cache': 'Page cache',
  shmem: 'Shared memory, tmpfs',
  kernel: 'Kernel memory',
  swap: 'Swap',
  limit: 'Memory limit',
  memory: 'Memory, of a kind that is not known',
  'js-heap': 'JS heap, used',
  'js-heap-total': 'JS heap, total',
  'js-external': 'Buffers outside of the JS heap',
  'jvm-heap': 'JVM heap, used',
  'jvm-heap-max': 'JVM heap, maximum',
  'jvm-non-heap': 'JVM memory outside of the heap',
  'jvm-direct': 'JVM direct buffers',
  'beam-total': 'BEAM total',
  'beam-processes': 'BEAM processes',
  'beam-binary': 'BEAM binaries',
  'beam-ets': 'BEAM ETS tables',
  'go-heap': 'Go heap in use',
  'python-heap': 'Python heap',
  work: 'Work done: requests, jobs, runs (counter)',
  errors: 'Errors (counter)',
  restarts: 'Restarts (counter)',
  'oom-kills': 'OOM kills (counter)',
  threads: 'Threads',
  descriptors: 'Open files, handles',
  ignore: 'Nothing of interest: ignore it',
};

export const hasUnit = (role: MappedRole): boolean => role !== 'ignore' && !isCounted(role);

export const UNIT_CHOICES = (Object.keys(UNIT_SCALES) as MappedUnit[])
  .filter((unit) => unit !== 'count')
  .map((unit) => [unit, unit] as const);

const NAMED: readonly (readonly [RegExp, MappedUnit])[] = [
  [/(^|[_.\s])(gib|gibibytes)$/i, 'GiB'],
  [/(^|[_.\s])(gb|gigabytes)$/i, 'GB'],
  [/(^|[_.\s])(mib|mebibytes)$/i, 'MiB'],
  [/(^|[_.\s])(mb|megabytes)$/i, 'MB'],
  [/(^|[_.\s])(kib|kibibytes)$/i, 'KiB'],
  [/(^|[_.\s])(kb|kilobytes)$/i, 'kB'],
];

/** The unit that a person will most likely choose: what the evidence or the name says, else what makes it memory of a process. */
export function likelyUnit({ metric, unit, last }: Pick<UnknownSeries, 'metric' | 'unit' | 'last'>): MappedUnit {
  if (unit === 'bytes') return 'bytes';
  const named = NAMED.find(([pattern]) => pattern.test(unit) || pattern.test(metric));
  if (named) return named[1];
  const size = Math.abs(last);
  return size >= 2e6 ? 'bytes' : size >= 2e4 ? 'KiB' : 'MB';
}
