import { type Course, type PodPlan } from '../simulate.ts';
import { type Draw, even, integralOf, MB, podName } from './fresh-case.ts';

/** Families that leak: one draw a seed. */
export const LEAKS: Readonly<Record<string, Draw>> = {
  'steady leak': (scene) => {
    const hours = scene.hours(6, 300);
    const bytesPerHour = scene.leakOver(hours, 3);
    const { pod, layer } = scene.inRuntime((age) => scene.base + bytesPerHour * age);
    const limit = scene.limit(3 * scene.base + bytesPerHour * hours);
    return {
      verdict: 'leak',
      layer,
      bytesPerHour,
      samples: scene.simulate(hours, [{ ...pod, pod: 'a-0', limit, load: scene.load() }]),
    };
  },
  'leak under waves of load': (scene) => {
    const hours = 24 * scene.hours(4, 40);
    const bytesPerHour = scene.leakOver(hours);
    const load = scene.load(20);
    const held = scene.dice.between(0.002, 0.012) * scene.base;
    const { pod, layer } = scene.inRuntime((age, hour) => scene.base + held * load(0, hour) + bytesPerHour * age);
    return {
      verdict: 'leak',
      layer,
      bytesPerHour,
      samples: scene.simulate(hours, [{ ...pod, pod: 'a-0', load }]),
    };
  },
  'slow leak in slow noise': (scene) => {
    const hours = 24 * scene.hours(10, 60);
    const bytesPerHour = (scene.dice.between(0.25, 0.6) * scene.base) / hours;
    const { pod, layer } = scene.inRuntime((age) => scene.base + bytesPerHour * age);
    const wander = { share: scene.dice.between(0.005, 0.03), hours: scene.dice.scaled(1, 12) };
    return {
      verdict: 'leak',
      layer,
      bytesPerHour,
      samples: scene.simulate(hours, [{ ...pod, pod: 'a-0', wander, load: scene.load() }]),
    };
  },
  'leak that pauses at night': (scene) => {
    const hours = 24 * scene.hours(3.4, 21);
    const load = scene.load(20, { weekend: scene.dice.pick([0.6, 1]) });
    const busy: Course = (age, hour) => Math.max(0, load(age, hour) - 15);
    const once = integralOf(busy, 0, 1);
    const scale = (scene.dice.between(0.3, 1) * scene.base) / Math.max(1, once(0, hours));
    const { pod, layer } = scene.inRuntime((age, hour) => scene.base + scale * once(age, hour));
    const known = scene.dice.chance(0.5);
    return {
      verdict: 'leak',
      layer,
      bytesPerHour: (scale * once(0, hours)) / hours,
      samples: scene.simulate(
        hours,
        [{ ...pod, pod: 'a-0', ...(known ? { load } : {}) }],
        known ? {} : { without: /cpu/ },
      ),
    };
  },
  'leak a request, load in bursts': (scene) => {
    const hours = scene.hours(10, 100);
    const period = scene.dice.scaled(2, 12);
    const load: Course = (_, hour) => ((hour / period) % 1 < 0.5 ? 30 : 2);
    const done = integralOf(load, 0, 1);
    const scale = (scene.dice.between(0.3, 1.5) * scene.base) / done(0, hours);
    const { pod, layer } = scene.inRuntime((age, hour) => scene.base + scale * done(age, hour));
    return {
      verdict: 'leak',
      layer,
      bytesPerHour: (scale * done(0, hours)) / hours,
      samples: scene.simulate(hours, [{ ...pod, pod: 'a-0', load }]),
    };
  },
  'leak across restarts': (scene) => {
    const every = scene.hours(5, 40);
    const hours = every * scene.dice.between(3.2, 7);
    const bytesPerHour = scene.leakOver(every, 1.5);
    const restarts = Array.from(
      { length: Math.floor(hours / every) },
      (_, i) => (i + scene.dice.between(0.8, 1.2)) * every,
    );
    const { pod, layer } = scene.inRuntime((age) => scene.base + bytesPerHour * age);
    return {
      verdict: 'leak',
      layer,
      bytesPerHour,
      samples: scene.simulate(hours, [{ ...pod, pod: 'a-0', restarts, load: scene.load() }]),
    };
  },
  'killed at the limit again and again': (scene) => {
    const every = scene.hours(3, 30);
    const hours = every * scene.dice.between(3.3, 8);
    const growth = scene.dice.between(0.8, 2.5) * scene.base;
    const restarts = Array.from({ length: Math.floor(hours / every) }, (_, i) => (i + 1) * every);
    return {
      verdict: 'leak',
      layer: 'native',
      bytesPerHour: growth / every,
      samples: scene.simulate(hours, [
        {
          pod: 'a-0',
          native: (age) => scene.base + (growth * age) / every,
          restarts,
          limit: (scene.base + growth) * 1.01 + 14 * MB,
          load: scene.load(),
        },
      ]),
    };
  },
  'one of several replicas leaks': (scene) => {
    const hours = scene.hours(12, 120);
    const count = Math.floor(scene.dice.between(3, 9));
    const leaky = Math.floor(scene.dice.between(0, count));
    const bytesPerHour = scene.leakOver(hours, 1);
    const load = scene.load(20);
    const drawn = scene.inRuntime(even(0));
    const pods = Array.from({ length: count }, (_, i): PodPlan => {
      const bytes: Course = (age, hour) =>
        scene.base * (1 + 0.003 * load(0, hour)) + (i === leaky ? bytesPerHour * age : 0);
      const grows = drawn.layer === 'native' ? { native: bytes } : { heap: bytes };
      return { ...drawn.pod, ...grows, pod: podName(scene.dice, 'web', '7d9f8b6c5d'), load };
    });
    return {
      verdict: 'leak',
      layer: drawn.layer,
      pod: pods[leaky]!.pod,
      bytesPerHour,
      samples: scene.simulate(hours, pods, { stepMinutes: 5 }),
    };
  },
  'a side-car leaks': (scene) => {
    const hours = scene.hours(12, 120);
    const bytesPerHour = scene.leakOver(hours, 1);
    const load = scene.load(20);
    const main: PodPlan = {
      pod: 'web-0',
      container: 'web',
      native: (_, hour) => scene.base * (4 + 0.01 * load(0, hour)),
      activeFile: (age) => 10 * MB + 0.02 * scene.base * age,
      load,
    };
    const side: PodPlan = { pod: 'web-0', container: 'proxy', native: (age) => scene.base + bytesPerHour * age };
    return {
      verdict: 'leak',
      layer: 'native',
      pod: 'web-0',
      container: 'proxy',
      bytesPerHour,
      samples: scene.simulate(hours, [main, side], { stepMinutes: 5 }),
    };
  },
  'tmpfs grows beside page cache': (scene) => {
    const hours = scene.hours(8, 150);
    const bytesPerHour = scene.leakOver(hours, 1);
    return {
      verdict: 'leak',
      layer: 'shmem',
      bytesPerHour,
      samples: scene.simulate(hours, [
        {
          pod: 'a-0',
          native: (age) => scene.base * (1 - 0.2 * Math.exp((-8 * age) / hours)),
          shmem: (age) => 4 * MB + bytesPerHour * age,
          inactiveFile: (age) => 20 * MB + 2 * bytesPerHour * age,
          load: scene.load(),
        },
      ]),
    };
  },
  'sockets are never closed': (scene) => {
    const hours = scene.hours(8, 150);
    const growth = scene.dice.between(0.15, 0.8) * scene.base;
    const bytesPerHour = growth / hours;
    return {
      verdict: 'leak',
      layer: 'kernel',
      bytesPerHour,
      samples: scene.simulate(hours, [
        {
          pod: 'a-0',
          native: even(scene.base),
          kernel: (age) => 4 * MB + bytesPerHour * age,
          descriptors: (age) => Math.round(40 + (bytesPerHour * age) / 4000),
          load: scene.load(),
        },
      ]),
    };
  },
  'threads pile up': (scene) => {
    const hours = scene.hours(8, 150);
    const growth = scene.dice.between(0.2, 1) * scene.base;
    const one = 0.1 * MB;
    const count: Course = (age) => Math.floor((growth * age) / hours / one);
    return {
      verdict: 'leak',
      layer: 'native',
      bytesPerHour: growth / hours,
      samples: scene.simulate(hours, [
        {
          pod: 'a-0',
          native: (age, hour) => scene.base + 0.85 * one * count(age, hour),
          kernel: (age, hour) => 4 * MB + 0.15 * one * count(age, hour),
          threads: (age, hour) => 12 + count(age, hour),
          load: scene.load(),
        },
      ]),
    };
  },
  'buffers leak beside an even heap': (scene) => {
    const hours = scene.hours(8, 150);
    const bytesPerHour = scene.leakOver(hours, 1);
    return {
      verdict: 'leak',
      layer: 'native',
      bytesPerHour,
      samples: scene.simulate(hours, [
        {
          pod: 'a-0',
          runtime: 'node',
          heap: even(scene.base),
          garbage: { bytes: 0.25 * scene.base, hours: scene.dice.scaled(0.05, 0.5) },
          external: (age) => 5 * MB + bytesPerHour * age,
          native: even(0.4 * scene.base),
          load: scene.load(),
        },
      ]),
    };
  },
  'JVM floor rises under long collections': (scene) => {
    const cycle = scene.hours(1.5, 8);
    const hours = cycle * scene.dice.between(9, 30);
    const bytesPerHour = scene.leakOver(hours, 1.5) + (0.15 * scene.base) / hours;
    return {
      verdict: 'leak',
      layer: 'jvm-heap',
      bytesPerHour,
      samples: scene.simulate(hours, [
        {
          pod: 'a-0',
          runtime: 'jvm',
          heap: (age) => scene.base + bytesPerHour * age,
          garbage: { bytes: scene.base * scene.dice.between(0.8, 2), hours: cycle },
          native: even(scene.base),
          heapMax: 5 * scene.base,
          load: scene.load(),
        },
      ]),
    };
  },
  'starts to leak in the middle': (scene) => {
    const hours = scene.hours(12, 200);
    const from = scene.dice.between(0.2, 0.6) * hours;
    const bytesPerHour = (scene.dice.between(0.3, 1.2) * scene.base) / (hours - from);
    const { pod, layer } = scene.inRuntime((age) => scene.base + bytesPerHour * Math.max(0, age - from));
    return {
      verdict: 'leak',
      layer,
      bytesPerHour,
      samples: scene.simulate(hours, [{ ...pod, pod: 'a-0', load: scene.load() }]),
    };
  },
  'a new version leaks': (scene) => {
    const hours = scene.hours(30, 300);
    const deploy = scene.dice.between(0.3, 0.6) * hours;
    const bytesPerHour = (scene.dice.between(0.2, 1) * scene.base) / (hours - deploy);
    const load = scene.load(20);
    const one =
      (bytes: number): Course =>
      (age, hour) =>
        scene.base + 0.002 * scene.base * load(0, hour) + bytes * age;
    const old = scene.inRuntime(one(0));
    const grown = old.layer === 'native' ? { native: one(bytesPerHour) } : { heap: one(bytesPerHour) };
    const culprit = podName(scene.dice, 'web', '84b7d9c5ff');
    return {
      verdict: 'leak',
      layer: old.layer,
      pod: culprit,
      bytesPerHour,
      samples: scene.simulate(hours, [
        { ...old.pod, pod: podName(scene.dice, 'web', '5c9d8b7f6b'), version: '1.4.0', end: deploy, load },
        { ...old.pod, ...grown, pod: culprit, version: '1.5.0', start: deploy, load },
      ]),
    };
  },
  'a leaking version is replaced': (scene) => {
    const hours = scene.hours(30, 300);
    const deploy = scene.dice.between(0.35, 0.65) * hours;
    const bytesPerHour = (scene.dice.between(0.2, 1) * scene.base) / deploy;
    const load = scene.load(20);
    const one =
      (bytes: number): Course =>
      (age, hour) =>
        scene.base + 0.002 * scene.base * load(0, hour) + bytes * age;
    const fixed = scene.inRuntime(one(0));
    const grown = fixed.layer === 'native' ? { native: one(bytesPerHour) } : { heap: one(bytesPerHour) };
    const culprit = podName(scene.dice, 'web', '5c9d8b7f6b');
    return {
      verdict: 'leak',
      layer: fixed.layer,
      pod: culprit,
      bytesPerHour,
      samples: scene.simulate(hours, [
        { ...fixed.pod, ...grown, pod: culprit, version: '1.4.0', end: deploy, load },
        { ...fixed.pod, pod: podName(scene.dice, 'web', '84b7d9c5ff'), version: '1.4.1', start: deploy, load },
      ]),
    };
  },
  'daily deploys hide the rise': (scene) => {
    const days = Math.floor(scene.dice.between(4, 9));
    const bytesPerHour = (scene.dice.between(0.25, 1) * scene.base) / 24;
    const load = scene.load(20);
    const drawn = scene.inRuntime((age) => scene.base + bytesPerHour * age);
    const pods = Array.from({ length: days }, (_, day): PodPlan => ({
      ...drawn.pod,
      pod: podName(scene.dice, 'web', 'bcdfghjkl'[day]!.repeat(9)),
      start: day * 24,
      end: (day + 1) * 24,
      version: `2.${day}.0`,
      load,
    }));
    return {
      verdict: 'leak',
      layer: drawn.layer,
      bytesPerHour,
      samples: scene.simulate(days * 24, pods, { stepMinutes: 5 }),
    };
  },
  'leak behind a warm-up and a full cache': (scene) => {
    const hours = scene.hours(12, 200);
    const bytesPerHour = (scene.dice.between(0.25, 1) * scene.base) / hours;
    const full = scene.dice.between(0.05, 0.3) * hours;
    const { pod, layer } = scene.inRuntime(
      (age) => scene.base * (1 + (0.4 * Math.min(age, full)) / full) + bytesPerHour * age,
    );
    return {
      verdict: 'leak',
      layer,
      bytesPerHour,
      samples: scene.simulate(hours, [{ ...pod, pod: 'a-0', load: scene.load() }]),
    };
  },
  'leak while traffic falls': (scene) => {
    const hours = 24 * scene.hours(4, 14);
    const bytesPerHour = scene.leakOver(hours, 0.8) + (0.1 * scene.base) / hours;
    const load = scene.load(25, { growth: -0.6 / hours });
    return {
      verdict: 'leak',
      layer: 'js-heap',
      bytesPerHour,
      samples: scene.simulate(hours, [
        {
          pod: 'a-0',
          runtime: 'node',
          heap: (age) => scene.base + bytesPerHour * age,
          garbage: { bytes: 0.2 * scene.base, hours: scene.dice.scaled(0.05, 0.5) },
          native: (_, hour) => scene.base * (0.5 + 0.01 * load(0, hour)),
          load,
        },
      ]),
    };
  },
  'nightly batch over a leak': (scene) => {
    const hours = 24 * scene.hours(4, 14);
    const bytesPerHour = scene.leakOver(hours, 0.8) + (0.1 * scene.base) / hours;
    const batch = scene.dice.between(0.3, 1) * scene.base;
    const long = scene.dice.between(1, 3);
    return {
      verdict: 'leak',
      layer: 'native',
      bytesPerHour,
      samples: scene.simulate(hours, [
        {
          pod: 'a-0',
          native: (age, hour) => scene.base + bytesPerHour * age + (hour % 24 > 2 && hour % 24 < 2 + long ? batch : 0),
          load: scene.load(),
        },
      ]),
    };
  },
  'growth that speeds up': (scene) => {
    const hours = scene.hours(12, 200);
    const growth = scene.dice.between(0.4, 1.5) * scene.base;
    const { pod, layer } = scene.inRuntime((age) => scene.base + growth * (age / hours) ** 2);
    return { verdict: 'leak', layer, samples: scene.simulate(hours, [{ ...pod, pod: 'a-0', load: scene.load() }]) };
  },
  'leak in large lumps': (scene) => {
    const hours = scene.hours(24, 200);
    const lumps = Math.floor(scene.dice.between(14, 40));
    const growth = scene.dice.between(0.4, 1.5) * scene.base;
    const { pod, layer } = scene.inRuntime((age) => scene.base + (growth * Math.floor((age * lumps) / hours)) / lumps);
    return {
      verdict: 'leak',
      layer,
      bytesPerHour: growth / hours,
      samples: scene.simulate(hours, [{ ...pod, pod: 'a-0', load: scene.load() }]),
    };
  },
};
