import type { Course } from '../simulate.ts';
import { type Draw, type Scene } from './fresh-case.ts';

/** A program whose memory takes `course` from its start on, seen from the start or joined later. */
function joined(scene: Scene, hours: number, course: (hour: number) => number, latest: number): ReturnType<Draw> {
  const before = scene.dice.chance(0.5) ? 0 : scene.dice.between(0, latest) * hours;
  const { pod } = scene.inRuntime((age) => course(age));
  return {
    verdict: 'undecided',
    accept: ['undecided', 'no-leak'],
    samples: scene.simulate(hours, [{ ...pod, pod: 'a-0', start: -before, load: scene.load() }]),
  };
}

/** Growth that bends while it is watched, and whose end the window does not show: one draw a seed. */
export const BENDING: Readonly<Record<string, Draw>> = {
  'settles, and is not there yet': (scene) => {
    const hours = scene.hours(8, 300);
    const tau = scene.dice.scaled(0.25, 0.8) * hours;
    const more = scene.dice.between(0.3, 1.2) * scene.base;
    return joined(scene, hours, (age) => scene.base + more * (1 - Math.exp(-age / tau)), 0.3);
  },
  'cache with many keys, not full yet': (scene) => {
    const hours = scene.hours(8, 300);
    const half = scene.dice.scaled(0.08, 0.5) * hours;
    const more = scene.dice.between(0.4, 1.5) * scene.base;
    return joined(scene, hours, (age) => scene.base + (more * age) / (age + half), 0.2);
  },
  'two caches, the larger one slow': (scene) => {
    const hours = scene.hours(8, 300);
    const quick = scene.dice.scaled(0.02, 0.1) * hours;
    const slow = scene.dice.scaled(0.3, 0.7) * hours;
    const more = scene.dice.between(0.3, 1) * scene.base;
    const share = scene.dice.between(0.2, 0.5);
    const course = (age: number): number =>
      scene.base + more * (1 - share * Math.exp(-age / quick) - (1 - share) * Math.exp(-age / slow));
    return joined(scene, hours, course, 0);
  },
  'ever fewer new names (a dictionary that is never full)': (scene) => {
    const hours = scene.hours(12, 300);
    const power = scene.dice.between(0.15, 0.35);
    const more = scene.dice.between(0.3, 1.2) * scene.base;
    return joined(scene, hours, (age) => scene.base + more * (age / hours) ** power, 0.1);
  },
  'cache fills under a load that comes and goes by the day': (scene) => {
    const hours = 24 * scene.hours(2.5, 10);
    const load = scene.load(20);
    const tau = scene.dice.between(0.3, 0.6) * hours;
    const more = scene.dice.between(0.4, 1.2) * scene.base;
    // Keys come with requests: work, not hours, fills it.
    const sums: number[] = [0];
    const work: Course = (_, hour) => {
      const place = Math.max(0, hour * 4);
      while (sums.length <= place + 1) sums.push(sums.at(-1)! + load(0, sums.length / 4) / 80);
      const whole = Math.floor(place);
      return sums[whole]! + (place - whole) * (sums[whole + 1]! - sums[whole]!);
    };
    const { pod } = scene.inRuntime((_, hour) => scene.base + more * (1 - Math.exp(-work(0, hour) / tau)));
    return {
      verdict: 'undecided',
      accept: ['undecided', 'no-leak'],
      samples: scene.simulate(hours, [{ ...pod, pod: 'a-0', load }]),
    };
  },
  'leak behind a long warm-up': (scene) => {
    const hours = scene.hours(20, 300);
    const tau = scene.dice.between(0.03, 0.1) * hours;
    const more = scene.dice.between(0.2, 0.8) * scene.base;
    const bytesPerHour = (scene.dice.between(0.25, 1) * scene.base) / hours;
    const { pod, layer } = scene.inRuntime(
      (age) => scene.base + more * (1 - Math.exp(-age / tau)) + bytesPerHour * age,
    );
    return {
      verdict: 'leak',
      layer,
      bytesPerHour,
      samples: scene.simulate(hours, [{ ...pod, pod: 'a-0', load: scene.load() }]),
    };
  },
  'leak by the request, more requests at first': (scene) => {
    const hours = scene.hours(20, 200);
    const bytesPerHour = (scene.dice.between(0.4, 1) * scene.base) / hours;
    const falls = scene.dice.between(0.3, 0.6);
    const load: Course = (_, hour) => 30 * (1 - (falls * hour) / hours);
    const grown: Course = (_, hour) =>
      scene.base + (bytesPerHour * (hour - (falls * hour * hour) / (2 * hours))) / (1 - falls / 2);
    const { pod, layer } = scene.inRuntime(grown);
    return {
      verdict: 'leak',
      layer,
      bytesPerHour,
      samples: scene.simulate(hours, [{ ...pod, pod: 'a-0', start: -50, load }]),
    };
  },
  'leak now faster, now slower': (scene) => {
    const hours = scene.hours(24, 200);
    const bytesPerHour = (scene.dice.between(0.4, 1) * scene.base) / hours;
    const swing = scene.dice.between(0.2, 0.6);
    const long = scene.dice.between(0.1, 0.3) * hours;
    const phase = scene.dice.between(0, 6.28);
    // Wanders around its line: faster and slower for hours at a time, with no end in sight.
    const course: Course = (age) =>
      scene.base +
      bytesPerHour * (age - (swing * long * (Math.cos((6.28 * age) / long + phase) - Math.cos(phase))) / 6.28);
    const { pod, layer } = scene.inRuntime(course);
    return {
      verdict: 'leak',
      layer,
      bytesPerHour,
      samples: scene.simulate(hours, [{ ...pod, pod: 'a-0', start: -30, load: scene.load() }]),
    };
  },
};
