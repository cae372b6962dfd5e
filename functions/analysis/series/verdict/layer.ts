/** The kinds of memory that a verdict tells apart; the words of the contract for scripts. */
export type Layer = 'js-heap' | 'jvm-heap' | 'beam' | 'native' | 'page-cache' | 'shmem' | 'kernel' | 'none';

export const LAYER_TITLES: Record<Layer, string> = {
  'js-heap': 'JS heap',
  'jvm-heap': 'JVM heap',
  beam: 'BEAM memory',
  native: 'native memory',
  'page-cache': 'page cache',
  shmem: 'shared memory (tmpfs)',
  kernel: 'kernel memory',
  none: 'memory',
};
