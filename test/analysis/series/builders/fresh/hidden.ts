import type { SampleSet } from '../../../../../functions/analysis/series/sample-set.ts';
import { type Course } from '../simulate.ts';
import { type Draw, even, podName, type Scene } from './fresh-case.ts';

/** The old generation: garbage that outlives young collections, taken away by a full one every so many hours. */
function withOldGarbage(scene: Scene, live: Course, everyHours: number): Course {
  const most = scene.base * scene.dice.between(0.3, 1);
  return (age, hour) => live(age, hour) + (most * (age % everyHours)) / everyHours;
}

/** Young collections, some hundred of them between two full ones. */
const young = (scene: Scene): { bytes: number; hours: number } => ({
  bytes: scene.base * scene.dice.between(0.1, 0.3),
  hours: scene.dice.scaled(0.05, 0.2),
});

/** What the kernel does with anonymous memory above `mostBytes`, where it may swap. */
function swapped(samples: SampleSet, mostBytes: number): SampleSet {
  const rss = samples.series.find(({ metric }) => metric === 'container_memory_rss')!;
  const cut = samples.series.map((one) => {
    if (one === rss) return { ...one, values: one.values.map((value) => Math.min(value, mostBytes)) };
    if (one.metric !== 'container_memory_working_set_bytes' && one.metric !== 'container_memory_usage_bytes')
      return one;
    return { ...one, values: one.values.map((value, at) => value - Math.max(0, rss.values[at]! - mostBytes)) };
  });
  const swap = {
    ...rss,
    metric: 'container_memory_swap',
    values: rss.values.map((value) => Math.max(0, value - mostBytes)),
  };
  return { ...samples, series: [...cut, swap] };
}

/** Leaks and calm programs in which something else moves more than what matters: one draw a seed. */
export const HIDDEN: Readonly<Record<string, Draw>> = {
  'leak that is swapped out': (scene) => {
    const hours = scene.hours(20, 300);
    const bytesPerHour = (scene.dice.between(0.4, 1.2) * scene.base) / hours;
    const samples = scene.simulate(hours, [
      { pod: 'a-0', native: (age) => scene.base + bytesPerHour * age, load: scene.load(20) },
    ]);
    return { verdict: 'leak', layer: 'native', bytesPerHour, samples: swapped(samples, 1.15 * scene.base) };
  },
  'JVM floor rises under old garbage': (scene) => {
    const hours = scene.hours(40, 300);
    const bytesPerHour = (scene.dice.between(0.4, 1) * scene.base) / hours;
    const live: Course = (age) => scene.base + bytesPerHour * age;
    const heap = withOldGarbage(scene, live, hours / scene.dice.between(3.3, 7.7));
    return {
      verdict: 'leak',
      layer: 'jvm-heap',
      bytesPerHour,
      samples: scene.simulate(hours, [
        { pod: 'a-0', runtime: 'jvm', heap, garbage: young(scene), native: even(scene.base), load: scene.load(20) },
      ]),
    };
  },
  'old garbage over an even floor': (scene) => {
    const hours = scene.hours(40, 300);
    const heap = withOldGarbage(scene, even(scene.base), hours / scene.dice.between(3.3, 7.7));
    return {
      verdict: 'no-leak',
      samples: scene.simulate(hours, [
        { pod: 'a-0', runtime: 'jvm', heap, garbage: young(scene), native: even(scene.base), load: scene.load(20) },
      ]),
    };
  },
  'one full collection in all the time': (scene) => {
    const hours = scene.hours(30, 100);
    const heap = withOldGarbage(scene, even(scene.base), hours * scene.dice.between(0.55, 0.9));
    return {
      verdict: 'no-leak',
      accept: ['no-leak', 'undecided'],
      samples: scene.simulate(hours, [
        { pod: 'a-0', runtime: 'jvm', heap, garbage: young(scene), native: even(scene.base), load: scene.load(20) },
      ]),
    };
  },
  'load rises in stairs': (scene) => {
    const hours = scene.hours(30, 120);
    const stairs = scene.dice.pick([2, 3, 4]);
    const load: Course = (_, hour) => 10 * (1 + Math.floor((stairs * Math.min(hour, 0.999 * hours)) / hours));
    const held = scene.dice.between(0.01, 0.03) * scene.base;
    return {
      verdict: 'no-leak',
      samples: scene.simulate(hours, [
        { pod: 'a-0', start: -50, native: (_, hour) => scene.base + held * load(0, hour), load },
      ]),
    };
  },
  'leak too slow for the life of a pod': (scene) => {
    const long = scene.dice.between(60, 90);
    const bytesPerHour = (scene.dice.between(0.2, 0.5) * scene.base) / long;
    const heap: Course = (age) => 0.6 * scene.base + bytesPerHour * age;
    const pod = { runtime: 'node' as const, heap, native: even(0.4 * scene.base), load: scene.load(20) };
    const ends = [24, 24 + long, 36 + long, 46 + long];
    return {
      verdict: 'leak',
      layer: 'js-heap',
      bytesPerHour,
      state: 'leaking',
      samples: scene.simulate(
        ends.at(-1)!,
        ends.map((end, at) => ({
          ...pod,
          pod: podName(scene.dice, 'web'),
          version: `1.${at}.0`,
          start: ends[at - 1] ?? 0,
          end,
        })),
      ),
    };
  },
  'state of one BEAM process, in ever larger blocks': (scene) => {
    const hours = scene.hours(12, 200);
    const bytesPerHour = (scene.dice.between(0.6, 2) * scene.base) / hours;
    const held: Course = (age) => 0.5 * scene.base + bytesPerHour * age;
    const larger = scene.dice.between(1.2, 1.6);
    // What the runtime tells is the block; what is resident is what was touched of it.
    const block: Course = (age, hour) =>
      0.5 * scene.base * larger ** Math.ceil(Math.log(held(age, hour) / (0.5 * scene.base)) / Math.log(larger));
    const native: Course = (age, hour) => scene.base + 1.03 * (held(age, hour) - block(age, hour));
    return {
      verdict: 'leak',
      layer: 'beam',
      bytesPerHour,
      samples: scene.simulate(hours, [
        { pod: 'a-0', runtime: 'beam', heap: block, native, start: -50, load: scene.load(20) },
      ]),
    };
  },
};
