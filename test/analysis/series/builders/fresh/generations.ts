import type { SampleSeries, SampleSet } from '../../../../../functions/analysis/series/sample-set.ts';
import type { Course, PodPlan } from '../simulate.ts';
import { type Draw, even, type FreshCase, type Scene } from './fresh-case.ts';

/** An old generation over time: what is held, with what piled up since the last full collection, and how large the heap was made. */
interface OldGeneration {
  readonly used: Course;
  readonly committed: Course;
  readonly collections: Course;
}

const STEP_HOURS = 0.02;
/** The serial collector keeps two fifths of the old generation free after a full collection, and the young one half as large. */
const FREE = 0.4;
const WHOLE_HEAP = 1.45;

/** `live(age)` bytes with garbage of `promoted(age)` bytes an hour, collected when `first` bytes (then what each collection makes of it) are full. */
function oldGeneration(hours: number, first: number, live: Course, promoted: Course): OldGeneration {
  const used: number[] = [];
  const committed: number[] = [];
  const collections: number[] = [];
  let capacity = first;
  let garbage = 0;
  let count = 0;
  for (let hour = 0; hour <= hours + STEP_HOURS; hour += STEP_HOURS) {
    garbage += promoted(hour, hour) * STEP_HOURS;
    if (live(hour, hour) + garbage > capacity) {
      garbage = 0;
      count++;
      capacity = Math.max(capacity, live(hour, hour) / (1 - FREE));
    }
    used.push(live(hour, hour) + garbage);
    committed.push(WHOLE_HEAP * capacity);
    collections.push(count);
  }
  const at =
    (values: readonly number[]): Course =>
    (_, hour) =>
      values[Math.min(values.length - 1, Math.max(0, Math.floor(hour / STEP_HOURS)))]!;
  return { used: at(used), committed: at(committed), collections: at(collections) };
}

/** What exporters tell of a heap besides its use: how much is committed, its pools, its collections. */
type Told = 'committed' | 'pools' | 'counters';

function told(samples: SampleSet, old: OldGeneration, what: Told): SampleSet {
  const heap = samples.series.find(
    ({ metric, labels }) => metric === 'jvm_memory_used_bytes' && labels['area'] === 'heap',
  )!;
  const from = (metric: string, labels: Record<string, string>, course: Course): SampleSeries => ({
    ...heap,
    metric,
    labels: { ...heap.labels, ...labels },
    kind: metric.endsWith('_count') ? 'counter' : 'gauge',
    values: heap.timesMs.map((time) => course(0, (time - samples.startMs) / 3_600_000)),
  });
  if (what === 'committed')
    return { ...samples, series: [...samples.series, from('jvm_memory_committed_bytes', {}, old.committed)] };
  if (what === 'counters') {
    const full = from('jvm_gc_collection_seconds_count', { gc: 'MarkSweepCompact' }, old.collections);
    return { ...samples, series: [...samples.series, full] };
  }
  const tenured = from('jvm_memory_used_bytes', { id: 'Tenured Gen' }, old.used);
  const eden = {
    ...heap,
    labels: { ...heap.labels, id: 'Eden Space' },
    values: heap.values.map((value, at) => Math.max(0, value - tenured.values[at]!)),
  };
  return { ...samples, series: [...samples.series.filter((one) => one !== heap), tenured, eden] };
}

/** A JVM with such an old generation under young collections too quick to be seen one by one. */
function jvm(scene: Scene, hours: number, old: OldGeneration, what: Told): SampleSet {
  const pod: PodPlan = {
    pod: 'a-0',
    runtime: 'jvm',
    heap: old.used,
    garbage: { bytes: scene.base * scene.dice.between(0.1, 0.4), hours: scene.dice.scaled(0.002, 0.01) * hours },
    native: even(scene.base),
    load: scene.load(20),
  };
  return told(scene.simulate(hours, [pod]), old, what);
}

function neverCollected(scene: Scene, what: Told): FreshCase {
  const hours = scene.hours(10, 100);
  const promoted = (scene.dice.between(0.3, 1) * scene.base) / hours;
  // Room for more than twice what is promoted: nothing makes the JVM collect.
  const old = oldGeneration(hours, 4 * scene.base, even(scene.base), even(promoted));
  return { verdict: 'undecided', samples: jvm(scene, hours, old, what) };
}

function collectedNowAndThen(scene: Scene, grown: number, what: Told): FreshCase {
  const hours = scene.hours(12, 100);
  const bytesPerHour = (grown * scene.base) / hours;
  const live: Course = (age) => 0.2 * scene.base + bytesPerHour * age;
  const promoted = (scene.dice.between(0.1, 0.4) * scene.base) / hours;
  const first = (0.2 + scene.dice.between(0.12, 0.2)) * scene.base;
  return {
    verdict: 'leak',
    layer: 'jvm-heap',
    bytesPerHour,
    samples: jvm(scene, hours, oldGeneration(hours, first, live, even(promoted)), what),
  };
}

/** JVMs whose old generation is collected seldom or never: one draw a seed. */
export const GENERATIONS: Readonly<Record<string, Draw>> = {
  'JVM: old garbage, a heap with much room': (scene) => neverCollected(scene, 'committed'),
  'JVM: old garbage, a pool that never falls': (scene) => neverCollected(scene, 'pools'),
  'JVM: old garbage, no full collection counted': (scene) => neverCollected(scene, 'counters'),
  'JVM: leak, the heap grows at full collections': (scene) =>
    collectedNowAndThen(scene, scene.dice.between(1, 2), 'committed'),
  'JVM: leak, full collections counted': (scene) => collectedNowAndThen(scene, scene.dice.between(1, 2), 'counters'),
  'JVM: leak, the old pool falls now and then': (scene) =>
    collectedNowAndThen(scene, scene.dice.between(1, 2), 'pools'),
  'JVM: cache is full, old entries pile up': (scene) => {
    const hours = scene.hours(12, 100);
    const full = scene.dice.between(0.4, 0.55) * hours;
    const filled = scene.dice.between(1, 2) * scene.base;
    const live: Course = (age) => 0.2 * scene.base + (filled * Math.min(age, full)) / full;
    const evicted: Course = (age) => (age > full ? filled / full : (0.1 * filled) / full);
    const old = oldGeneration(hours, (0.2 + scene.dice.between(0.15, 0.3)) * scene.base, live, evicted);
    return {
      verdict: 'undecided',
      accept: ['undecided', 'no-leak'],
      samples: jvm(scene, hours, old, scene.dice.pick(['committed', 'pools', 'counters'] as const)),
    };
  },
};
