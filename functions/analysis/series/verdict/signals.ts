import type { Role } from '../recognise/role.ts';
import type { Subject } from '../recognise/subjects.ts';
import { follows } from './follows.ts';
import { shareOf } from './shares.ts';
import { type FullCollections, fullCollections } from './full-collections.ts';
import { type Binned, binGauges, binRates, type Grid } from './grid.ts';
import type { Layer } from './layer.ts';
import type { Floor, Work } from './points.ts';

/** Memory of one layer over the bins of a grid: what a trend is looked for in. */
export interface Signal {
  readonly layer: Layer;
  /** What a person calls it, with the metrics that it was made from. */
  readonly title: string;
  readonly values: Float64Array;
  readonly floor: Floor;
  /**
   * - `whole`: all of the layer.   - `part`: a named part of a layer that `whole` shows too (external buffers, ETS).
   * - `rest`: what remains after taking away everything explained.   - `unsure`: the evidence does not say which memory.
   */
  readonly scope: 'whole' | 'part' | 'rest' | 'unsure';
  /** The number of things that this memory belongs to (threads), where it was seen to follow one. */
  readonly counted?: Float64Array;
  /** The full collections of this heap, where anything tells of them. */
  readonly collections?: FullCollections;
  /** A rest whose heap was not measured as committed, only as used: growth of the heap leaks into it. */
  readonly rough?: boolean;
}

/** Everything of one container on one grid. */
export interface ContainerBins {
  readonly signals: readonly Signal[];
  readonly work: Work | undefined;
  readonly workingSet: Float64Array | undefined;
  readonly resident: Float64Array | undefined;
  readonly pageCache: Float64Array | undefined;
  readonly threads: Float64Array | undefined;
  readonly descriptors: Float64Array | undefined;
  readonly heapUsed: Float64Array | undefined;
  readonly heapCommitted: Float64Array | undefined;
  readonly limitBytes: number | undefined;
  /** True where only shares of a limit were measured that nobody gave: bytes stand for percent points of `WHOLE`. */
  readonly inShares: boolean;
  readonly heapMaxBytes: number | undefined;
}

/**
 * Takes memory apart by identities, not by guesses: working set = usage - inactive file; rss = anonymous memory; cache =
 * file + shmem; kernel = usage - rss - cache; native = rss - what the runtime committed to its heap.
 */
export function separateLayers(subject: Subject, grid: Grid): ContainerBins {
  const bin = (role: Role): Binned | undefined => binGauges(grid, subject.series.get(role));
  const { anonymous: rss, swapped } = withSwap(bin('rss')?.middle, bin('swap')?.middle);
  const cache = bin('cache')?.middle;
  const usage = bin('usage')?.middle;
  const workingSet = bin('working-set')?.middle;
  const active = bin('active-file')?.middle;
  const inactive = bin('inactive-file')?.middle;
  const heap = bin('heap-used');
  const committed = bin('heap-committed')?.middle;
  const signals: Signal[] = [];
  const add = (
    layer: Layer,
    title: string,
    values: Float64Array | undefined,
    floor: Floor,
    scope: Signal['scope'],
    collections?: FullCollections,
  ): void => {
    if (values?.some((value) => value > 0)) signals.push({ layer, title, values, floor, scope, collections });
  };

  const heapLayer = subject.runtime === 'node' ? 'js-heap' : subject.runtime === 'jvm' ? 'jvm-heap' : 'native';
  const live = bin('heap-live')?.middle;
  if (live) add(heapLayer, 'heap after the last full collection', live, 'none', 'whole');
  else {
    const collections = fullCollections(subject, grid, heap?.low, committed);
    add(heapLayer, 'heap used', heap?.low, 'collected', 'whole', collections);
  }
  const beam = beamTotal(bin);
  add('beam', 'BEAM total', beam, 'none', 'whole');
  for (const part of ['processes', 'binary', 'ets', 'atom', 'code'] as const) {
    add('beam', `BEAM ${part}`, bin(`beam-${part}`)?.middle, 'none', 'part');
  }
  add(
    'native',
    'buffers outside the heap',
    (bin('external') ?? bin('direct') ?? bin('array-buffers'))?.middle,
    'none',
    'part',
  );

  const anonymous = rss ?? combine([usage, cache], (all, files) => all - files);
  const managed = beam ?? committed ?? highestSoFar(grid, heap?.middle);
  const rest = managed && anonymous ? combine([anonymous, managed], (all, own) => all - own) : undefined;
  if (rest && mostlyPositive(rest))
    signals.push({
      layer: 'native',
      title: 'resident memory outside the heap',
      values: rest,
      floor: 'teeth',
      scope: 'rest',
      rough: !beam && !committed,
    });
  else if (anonymous && !managed)
    add(
      'native',
      !rss ? 'usage without cache' : swapped ? 'resident memory and swap' : 'resident memory',
      anonymous,
      'teeth',
      'whole',
    );
  else if (!anonymous && !managed)
    add('native', 'memory', workingSet ?? usage ?? bin('memory')?.middle, 'teeth', 'unsure');
  const limitBytes = lastOf(subject, 'limit');
  const heapMaxBytes = lastOf(subject, 'heap-max');
  const ofHeap = subject.series.has('heap-share');
  const share = signals.length > 0 ? undefined : shareOf(subject, grid, ofHeap ? heapMaxBytes : limitBytes);
  if (share?.of === 'heap-share') add(heapLayer, 'heap used', share.binned.low, 'collected', 'whole');
  else if (share?.of === 'rss-share') add('native', 'resident memory', share.binned.middle, 'teeth', 'whole');
  else add('native', 'memory', share?.binned.middle, 'teeth', 'unsure');

  const files = combine([active, inactive], (a, b) => a + b);
  const shmem = bin('shmem')?.middle ?? combine([cache, files], (all, own) => all - own);
  add('shmem', 'shared memory (tmpfs)', shmem, 'none', 'whole');
  const pageCache = files ?? (shmem ? undefined : cache);
  add('page-cache', 'file pages', pageCache, 'none', 'whole');
  const threads = bin('threads')?.middle;
  const descriptors = bin('descriptors')?.middle;
  const kernel = bin('kernel')?.middle;
  const stacks = kernel && threads && follows(kernel, threads) && !(descriptors && follows(kernel, descriptors));
  if (stacks) addStacks(signals, kernel, threads);
  else addKernel(bin, add);
  return {
    signals,
    work: workOf(subject, grid),
    workingSet: workingSet ?? anonymous,
    resident: anonymous,
    pageCache: pageCache ?? cache,
    threads,
    descriptors,
    heapUsed: heap?.middle ?? (ofHeap ? share?.binned.middle : undefined),
    heapCommitted: committed,
    limitBytes: limitBytes ?? share?.wholeBytes,
    heapMaxBytes: heapMaxBytes ?? (ofHeap ? share?.wholeBytes : undefined),
    inShares: share?.known === false,
  };
}

/**
 * Pages that were swapped out are no longer resident, and no less held: under pressure resident memory stands still while
 * swap grows. (The OOM killer counts both.)
 */
function withSwap(
  rss: Float64Array | undefined,
  swap: Float64Array | undefined,
): { anonymous: Float64Array | undefined; swapped: boolean } {
  if (!rss || !swap?.some((value) => value > 0)) return { anonymous: rss, swapped: false };
  return { anonymous: rss.map((value, place) => value + (swap[place]! > 0 ? swap[place]! : 0)), swapped: true };
}

/** Each thread has a stack in user memory and one in the kernel: where threads pile up, both belong to one growth. */
function addStacks(signals: Signal[], kernel: Float64Array, threads: Float64Array): void {
  const at = signals.findIndex(({ layer, scope }) => layer === 'native' && scope !== 'part');
  const native = signals[at];
  if (!native) return;
  const values = native.values.map((value, place) => value + kernel[place]!);
  signals[at] = {
    ...native,
    title: `${native.title}, with the kernel stacks of its threads`,
    values,
    counted: threads,
  };
}

/** What the program was asked to do; where nobody counted that, the processor time it took. */
function workOf(subject: Subject, grid: Grid): Work | undefined {
  const load = binRates(grid, subject.series.get('load'));
  if (load) return { rates: load, byCpu: false };
  const cpu = binRates(grid, subject.series.get('cpu'));
  return cpu && { rates: cpu, byCpu: true };
}

function addKernel(
  bin: (role: Role) => Binned | undefined,
  add: (layer: Layer, title: string, values: Float64Array | undefined, floor: Floor, scope: Signal['scope']) => void,
): void {
  const kernel = bin('kernel')?.middle;
  const reclaimable = bin('slab-reclaimable')?.middle;
  const unreclaimable = combine([kernel, reclaimable], (all, own) => all - own) ?? bin('slab-unreclaimable')?.middle;
  if (unreclaimable) add('kernel', 'kernel memory that cannot be reclaimed', unreclaimable, 'teeth', 'whole');
  else add('kernel', 'kernel memory', kernel, 'teeth', 'unsure');
  add('kernel', 'socket buffers', bin('sock')?.middle, 'none', 'part');
}

function beamTotal(bin: (role: Role) => Binned | undefined): Float64Array | undefined {
  return (
    bin('beam-total')?.middle ?? combine([bin('beam-processes')?.middle, bin('beam-system')?.middle], (a, b) => a + b)
  );
}

function combine(
  parts: readonly (Float64Array | undefined)[],
  how: (first: number, second: number) => number,
): Float64Array | undefined {
  const [first, second] = parts;
  if (!first || !second) return undefined;
  const result = new Float64Array(first.length);
  for (let place = 0; place < result.length; place++) result[place] = how(first[place]!, second[place]!);
  return result;
}

/** A heap that nobody measured has been touched up to its highest use so far in this life. */
function highestSoFar(grid: Grid, used: Float64Array | undefined): Float64Array | undefined {
  if (!used) return undefined;
  const result = new Float64Array(used.length);
  let highest = 0;
  for (let place = 0; place < used.length; place++) {
    if (place > 0 && grid.life[place] !== grid.life[place - 1]) highest = 0;
    if (!Number.isNaN(used[place]!)) highest = Math.max(highest, used[place]!);
    result[place] = Number.isNaN(used[place]!) ? Number.NaN : highest;
  }
  return result;
}

/** Committed heap that was never touched is not resident: then the difference says nothing. */
function mostlyPositive(values: Float64Array): boolean {
  let positive = 0;
  let counted = 0;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    counted++;
    if (value > 0) positive++;
  }
  return positive > 0.9 * counted;
}

function lastOf(subject: Subject, role: Role): number | undefined {
  const values = (subject.series.get(role) ?? [])
    .map((part) => part.series.values.at(-1)!)
    .filter((value) => value > 0 && value < 2 ** 50);
  return values.length > 0 ? Math.max(...values) : undefined;
}
