import { type Course } from '../simulate.ts';
import { type Draw, even } from './fresh-case.ts';

/** Families of which nothing honest can be said yet: one draw a seed. */
export const OPEN: Readonly<Record<string, Draw>> = {
  'just started': (scene) => {
    const hours = scene.hours(0.3, 2.4);
    const more = scene.dice.between(0.1, 0.6) * scene.base;
    const { pod } = scene.inRuntime((age) => scene.base + (more * age) / hours);
    return { verdict: 'undecided', samples: scene.simulate(hours, [{ ...pod, pod: 'a-0', load: scene.load(20) }]) };
  },
  'just started, warms up for an hour': (scene) => {
    const hours = scene.hours(0.7, 2);
    const tau = scene.dice.between(0.4, 2);
    const more = scene.dice.between(0.5, 3) * scene.base;
    const { pod } = scene.inRuntime((age) => scene.base + more * (1 - Math.exp(-age / tau)));
    return {
      verdict: 'undecided',
      accept: ['undecided', 'no-leak'],
      samples: scene.simulate(hours, [{ ...pod, pod: 'a-0', load: scene.load(20) }]),
    };
  },
  'JVM before its first full collection': (scene) => {
    const hours = scene.hours(0.8, 2.5);
    return {
      verdict: 'undecided',
      samples: scene.simulate(hours, [
        {
          pod: 'a-0',
          runtime: 'jvm',
          heap: even(scene.base),
          garbage: { bytes: scene.base * scene.dice.between(1, 3), hours: hours * scene.dice.between(1.05, 3) },
          native: even(0.5 * scene.base),
          heapMax: 5 * scene.base,
          load: scene.load(20),
        },
      ]),
    };
  },
  'a morning': (scene) => {
    const hours = scene.dice.between(5, 10);
    const load: Course = (_, hour) => 10 + (20 * hour) / hours;
    const held = scene.dice.between(0.008, 0.02) * scene.base;
    return {
      verdict: 'undecided',
      samples: scene.simulate(hours, [
        { pod: 'a-0', start: -50, native: (_, hour) => scene.base + held * load(0, hour), load },
      ]),
    };
  },
  'stops just before the end': (scene) => {
    const hours = scene.hours(8, 100);
    const full = scene.dice.between(0.87, 0.96) * hours;
    const more = scene.dice.between(0.4, 1.5) * scene.base;
    return {
      verdict: 'undecided',
      accept: ['undecided', 'no-leak'],
      samples: scene.simulate(hours, [
        { pod: 'a-0', native: (age) => scene.base + (more * Math.min(age, full)) / full, load: scene.load() },
      ]),
    };
  },
  'working set alone grows': (scene) => {
    const hours = scene.hours(10, 100);
    const grown = scene.dice.between(0.3, 1) * scene.base;
    return {
      verdict: 'undecided',
      samples: scene.simulate(
        hours,
        [{ pod: 'a-0', native: even(scene.base), activeFile: (age) => (grown * age) / hours, load: scene.load() }],
        {
          without: /rss|cache|file|usage|kernel/,
        },
      ),
    };
  },
  'almost no samples': (scene) => {
    const hours = scene.hours(20, 100);
    const grown = scene.dice.between(0.05, 0.5) * scene.base;
    return {
      verdict: 'undecided',
      samples: scene.simulate(
        hours,
        [{ pod: 'a-0', native: (age) => scene.base + (grown * age) / hours, load: scene.load() }],
        {
          gaps: [
            [0.02 * hours, 0.5 * hours],
            [0.51 * hours, 0.98 * hours],
          ],
        },
      ),
    };
  },
};
