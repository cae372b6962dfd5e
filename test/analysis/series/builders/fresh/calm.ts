import { type Course, type PodPlan } from '../simulate.ts';
import { type Draw, even, MB, podName } from './fresh-case.ts';

/** Families that do not leak: one draw a seed. */
export const CALM: Readonly<Record<string, Draw>> = {
  flat: (scene) => {
    const hours = scene.hours(6, 1000);
    const { pod } = scene.inRuntime(even(scene.base));
    return {
      verdict: 'no-leak',
      samples: scene.simulate(hours, [{ ...pod, pod: 'a-0', start: scene.start(), load: scene.load() }]),
    };
  },
  'flat with slow noise': (scene) => {
    const hours = scene.hours(24, 1000);
    const wander = { share: scene.dice.scaled(0.005, 0.03), hours: scene.dice.scaled(0.3, hours / 30) };
    const { pod } = scene.inRuntime(even(scene.base));
    return {
      verdict: 'no-leak',
      samples: scene.simulate(hours, [{ ...pod, pod: 'a-0', start: scene.start(), wander, load: scene.load() }]),
    };
  },
  'follows load': (scene) => {
    const hours = 24 * scene.hours(3, 40);
    const load = scene.load(20);
    const held = scene.dice.between(0.003, 0.03) * scene.base;
    const { pod } = scene.inRuntime((_, hour) => scene.base + held * load(0, hour));
    return { verdict: 'no-leak', samples: scene.simulate(hours, [{ ...pod, pod: 'a-0', start: scene.start(), load }]) };
  },
  'follows a load that nobody counted': (scene) => {
    const hours = 24 * scene.hours(4, 30);
    const load = scene.load(20, { weekend: 0.8 });
    const held = scene.dice.between(0.003, 0.015) * scene.base;
    const { pod } = scene.inRuntime((_, hour) => scene.base + held * load(0, hour));
    return {
      verdict: 'no-leak',
      samples: scene.simulate(hours, [{ ...pod, pod: 'a-0', start: -50 }], {
        without: scene.dice.chance(0.5) ? /cpu/ : undefined,
      }),
    };
  },
  'follows load hours later': (scene) => {
    const load = scene.load(20);
    const lag = scene.dice.between(1, 6);
    const sums = new Map<number, number>();
    const held: Course = (_, hour) => {
      const key = Math.round(hour * 4);
      let value = sums.get(key);
      if (value === undefined) {
        let sum = 0;
        let weight = 0;
        for (let back = 0; back < 4 * lag; back += 0.5) {
          const share = Math.exp(-back / lag);
          sum += share * load(0, Math.max(0, key / 4 - back));
          weight += share;
        }
        sums.set(key, (value = sum / weight));
      }
      return value;
    };
    return {
      verdict: 'no-leak',
      samples: scene.simulate(24 * scene.hours(4, 14), [
        { pod: 'a-0', start: -50, native: (_, hour) => scene.base * (1 + 0.03 * held(0, hour)), load },
      ]),
    };
  },
  'traffic grows': (scene) => {
    const hours = 24 * scene.hours(6, 30);
    const load = scene.load(20, { growth: scene.dice.between(0.3, 1) / hours });
    const held = scene.dice.between(0.01, 0.04) * scene.base;
    const { pod } = scene.inRuntime((_, hour) => scene.base + held * load(0, hour));
    return { verdict: 'no-leak', samples: scene.simulate(hours, [{ ...pod, pod: 'a-0', start: -50, load }]) };
  },
  'replicas are taken away': (scene) => {
    const hours = scene.hours(36, 96);
    const load = scene.load(60);
    const ends = [1, 0.8, 0.6, 0.35].map((share) => share * hours);
    const drawn = scene.inRuntime(even(0));
    const names = ends.map(() => podName(scene.dice, 'web', '7d9f8b6c5d'));
    const share: Course = (_, hour) => load(0, hour) / ends.filter((end) => end > hour).length;
    const held = scene.dice.between(0.005, 0.02) * scene.base;
    const bytes: Course = (_, hour) => scene.base + held * share(0, hour);
    const pods = ends.map((end, i): PodPlan => ({
      ...drawn.pod,
      ...(drawn.layer === 'native' ? { native: bytes } : { heap: bytes }),
      pod: names[i]!,
      end,
      start: i === 0 ? -50 : -40,
      load: share,
    }));
    return { verdict: 'no-leak', samples: scene.simulate(hours, pods, { stepMinutes: 5 }) };
  },
  'bounded cache fills, then level': (scene) => {
    const hours = scene.hours(5, 300);
    const share = scene.dice.scaled(0.03, 0.6);
    const full = share * hours;
    const more = scene.dice.between(0.2, 1.5) * scene.base;
    const { pod } = scene.inRuntime((age) => scene.base + (more * Math.min(age, full)) / full);
    return { verdict: 'no-leak', samples: scene.simulate(hours, [{ ...pod, pod: 'a-0', load: scene.load() }]) };
  },
  'settles ever more slowly': (scene) => {
    const hours = scene.hours(8, 300);
    const tau = scene.dice.scaled(0.015, 0.17) * hours;
    const more = scene.dice.between(0.2, 1.2) * scene.base;
    const { pod } = scene.inRuntime((age) => scene.base + more * (1 - Math.exp(-age / tau)));
    return { verdict: 'no-leak', samples: scene.simulate(hours, [{ ...pod, pod: 'a-0', load: scene.load() }]) };
  },
  'cache with many keys (concave, then full)': (scene) => {
    const hours = scene.hours(10, 300);
    const half = scene.dice.between(0.02, 0.08) * hours;
    const more = scene.dice.between(0.3, 1.2) * scene.base;
    const bound = scene.dice.between(0.85, 0.93);
    const { pod } = scene.inRuntime((age) => scene.base + more * Math.min(bound, age / (age + half)));
    return { verdict: 'no-leak', samples: scene.simulate(hours, [{ ...pod, pod: 'a-0', load: scene.load() }]) };
  },
  'JVM heap and resident memory expand': (scene) => {
    const hours = scene.hours(24, 200);
    const tau = scene.dice.between(0.05, 0.16) * hours;
    return {
      verdict: 'no-leak',
      samples: scene.simulate(hours, [
        {
          pod: 'a-0',
          runtime: 'jvm',
          heap: even(scene.base),
          garbage: { bytes: scene.base, hours: scene.dice.scaled(0.2, hours / 12) },
          native: (age) => scene.base * (1 - 0.5 * Math.exp(-age / tau)),
          heapMax: 4 * scene.base,
          load: scene.load(),
        },
      ]),
    };
  },
  'long collections over an even floor': (scene) => {
    const cycle = scene.hours(1.5, 9);
    const hours = cycle * scene.dice.between(6, 25);
    return {
      verdict: 'no-leak',
      samples: scene.simulate(hours, [
        {
          pod: 'a-0',
          runtime: scene.dice.pick(['jvm', 'node']),
          heap: even(scene.base),
          garbage: { bytes: scene.base * scene.dice.between(0.5, 2), hours: cycle },
          native: even(scene.base),
          load: scene.load(),
        },
      ]),
    };
  },
  'one step up': (scene) => {
    const hours = scene.hours(10, 200);
    const at = scene.dice.between(0.15, 0.85) * hours;
    const more = scene.dice.between(0.1, 0.8) * scene.base;
    const { pod } = scene.inRuntime((age) => scene.base + (age > at ? more : 0));
    return { verdict: 'no-leak', samples: scene.simulate(hours, [{ ...pod, pod: 'a-0', load: scene.load() }]) };
  },
  'two or three steps': (scene) => {
    const hours = scene.hours(24, 200);
    const shares = scene.dice.chance(0.5) ? [0.2, 0.5] : [0.12, 0.37, 0.62];
    const steps = shares.map((share) => (share + scene.dice.between(-0.05, 0.08)) * hours);
    const sizes = steps.map(() => scene.dice.between(0.07, 0.25) * scene.base);
    return {
      verdict: 'no-leak',
      samples: scene.simulate(hours, [
        {
          pod: 'a-0',
          native: (age) => scene.base + steps.reduce((sum, at, i) => sum + (age >= at ? sizes[i]! : 0), 0),
          load: scene.load(),
        },
      ]),
    };
  },
  'a new version needs more': (scene) => {
    const hours = scene.hours(24, 200);
    const deploy = scene.dice.between(0.3, 0.7) * hours;
    const load = scene.load(20);
    const one =
      (factor: number): Course =>
      (_, hour) =>
        factor * scene.base * (1 + 0.002 * load(0, hour));
    const drawn = scene.inRuntime(one(1));
    const more = one(scene.dice.between(1.1, 1.6));
    return {
      verdict: 'no-leak',
      samples: scene.simulate(hours, [
        { ...drawn.pod, pod: podName(scene.dice, 'web', '5c9d8b7f6b'), version: '1.4.0', end: deploy, load },
        {
          ...drawn.pod,
          ...(drawn.layer === 'native' ? { native: more } : { heap: more }),
          pod: podName(scene.dice, 'web', '84b7d9c5ff'),
          version: '1.5.0',
          start: deploy,
          load,
        },
      ]),
    };
  },
  'restarts with a warm-up in each life': (scene) => {
    const every = scene.hours(8, 50);
    const hours = every * scene.dice.between(3.5, 7);
    const tau = scene.dice.between(0.03, 0.15) * every;
    const restarts = Array.from(
      { length: Math.floor(hours / every) },
      (_, i) => (i + scene.dice.between(0.85, 1.1)) * every,
    );
    const { pod } = scene.inRuntime((age) => scene.base * (1.4 - 0.4 * Math.exp(-age / tau)));
    return {
      verdict: 'no-leak',
      samples: scene.simulate(hours, [{ ...pod, pod: 'a-0', restarts, load: scene.load() }]),
    };
  },
  'page cache grows': (scene) => {
    const hours = scene.hours(8, 200);
    const grown = scene.dice.between(0.3, 2) * scene.base;
    const active = scene.dice.chance(0.5);
    const file: Course = (age) => 10 * MB + (grown * age) / hours;
    return {
      verdict: 'no-leak',
      layer: 'page-cache',
      samples: scene.simulate(hours, [
        { pod: 'a-0', native: even(scene.base), [active ? 'activeFile' : 'inactiveFile']: file, load: scene.load() },
      ]),
    };
  },
  'page cache is taken back at the limit': (scene) => {
    const hours = scene.hours(12, 200);
    const cycle = hours / scene.dice.between(1.3, 6);
    const room = scene.dice.between(0.5, 2) * scene.base;
    return {
      verdict: 'no-leak',
      samples: scene.simulate(hours, [
        {
          pod: 'a-0',
          native: even(scene.base),
          inactiveFile: (age) => 10 * MB + room * ((age / cycle) % 1),
          limit: scene.base + room + 30 * MB,
          load: scene.load(),
        },
      ]),
    };
  },
  'dentries pile up and are reclaimed': (scene) => {
    const hours = scene.hours(24, 200);
    const cycle = hours / scene.dice.between(1.5, 6);
    const grown = scene.dice.between(0.15, 0.6) * scene.base;
    return {
      verdict: 'no-leak',
      layer: 'kernel',
      samples: scene.simulate(hours, [
        {
          pod: 'a-0',
          native: even(scene.base),
          kernel: (age) => 4 * MB + grown * ((age / cycle) % 1),
          load: scene.load(),
        },
      ]),
    };
  },
  'nightly batch': (scene) => {
    const days = scene.hours(2.2, 20);
    const batch = scene.dice.between(0.3, 2) * scene.base;
    const at = scene.dice.between(0, 20);
    const long = scene.dice.between(0.7, 3.5);
    return {
      verdict: 'no-leak',
      samples: scene.simulate(24 * days, [
        {
          pod: 'a-0',
          start: scene.start(),
          native: (_, hour) => scene.base + (hour % 24 > at && hour % 24 < at + long ? batch : 0),
          load: scene.load(),
        },
      ]),
    };
  },
  'drained, loaded again, two percent more': (scene) => {
    const hours = scene.hours(16, 72);
    const at = scene.dice.between(0.3, 0.7) * hours;
    const level = (hour: number): number => (hour < at ? 1 : hour < at + 0.04 * hours ? 0.88 : 1.02);
    const { pod } = scene.inRuntime((_, hour) => scene.base * level(hour));
    return {
      verdict: 'no-leak',
      samples: scene.simulate(hours, [{ ...pod, pod: 'a-0', start: -30, load: scene.load() }]),
    };
  },
  'from the weekend into the week': (scene) => {
    const hours = scene.dice.between(60, 110);
    const inner = scene.load(20);
    const load: Course = (age, hour) => inner(age, hour + 24 * 5);
    const held = scene.dice.between(0.005, 0.02) * scene.base;
    const { pod } = scene.inRuntime((_, hour) => scene.base + held * load(0, hour));
    return { verdict: 'no-leak', samples: scene.simulate(hours, [{ ...pod, pod: 'a-0', start: -50, load }]) };
  },
  'load doubles and stays': (scene) => {
    const hours = scene.hours(30, 150);
    const at = scene.dice.between(0.3, 0.7) * hours;
    const inner = scene.load(20);
    const load: Course = (age, hour) => inner(age, hour) * (hour > at ? 2 : 1);
    const held = scene.dice.between(0.005, 0.02) * scene.base;
    const { pod } = scene.inRuntime((_, hour) => scene.base + held * load(0, hour));
    return { verdict: 'no-leak', samples: scene.simulate(hours, [{ ...pod, pod: 'a-0', start: -50, load }]) };
  },
  'many replicas, none leaks': (scene) => {
    const hours = scene.hours(24, 120);
    const load = scene.load(20);
    const drawn = scene.inRuntime((_, hour) => scene.base * (1 + 0.004 * load(0, hour)));
    const pods = Array.from({ length: 20 }, (): PodPlan => ({
      ...drawn.pod,
      pod: podName(scene.dice, 'web', '7d9f8b6c5d'),
      start: -60,
      load,
    }));
    return { verdict: 'no-leak', samples: scene.simulate(hours, pods, { stepMinutes: 5 }) };
  },
};
