import { type Course } from '../simulate.ts';
import { type Draw, even, MB } from './fresh-case.ts';

/** Windows of one to two and a half hours: what a person looks at who was just paged. */
export const SHORT: Readonly<Record<string, Draw>> = {
  'short: violent leak of a process that runs for long': (scene) => {
    const hours = scene.dice.between(1, 1.6);
    const grown = scene.dice.between(1.5, 6) * scene.base;
    const { pod, layer } = scene.inRuntime((age) => scene.base + (grown * (age - 40)) / hours);
    return {
      verdict: 'leak',
      accept: ['leak', 'undecided'],
      layer,
      bytesPerHour: grown / hours,
      samples: scene.simulate(
        hours,
        [
          {
            ...pod,
            ...(pod.garbage ? { garbage: { bytes: 0.2 * scene.base, hours: scene.dice.scaled(0.01, 0.05) } } : {}),
            pod: 'a-0',
            start: -40,
            limit: (scene.base * 2.6 + grown) * 1.1,
            load: even(scene.dice.scaled(5, 200)),
          },
        ],
        { stepMinutes: 0.25 },
      ),
    };
  },
  'short: killed at the limit again and again': (scene) => {
    const every = scene.dice.between(0.15, 0.4);
    const hours = scene.dice.between(3.4, 5.5) * every;
    const growth = scene.dice.between(1, 4) * scene.base;
    return {
      verdict: 'leak',
      accept: ['leak', 'undecided'],
      layer: 'native',
      samples: scene.simulate(
        hours,
        [
          {
            pod: 'a-0',
            native: (age) => scene.base + (growth * age) / every,
            restarts: [1, 2, 3, 4, 5].map((kill) => kill * every),
            // The simulated start-up is not over by then: what the process reaches when it is killed.
            limit: (scene.base + growth) * (1 - 0.3 * Math.exp(-2 * every)) * 1.01 + 14 * MB,
            load: even(scene.dice.scaled(5, 200)),
          },
        ],
        { stepMinutes: 0.25 },
      ),
    };
  },
  'short: warm-up of a fresh process to twice its size': (scene) => {
    const hours = scene.dice.between(1, 2);
    const full = scene.dice.between(1, 3) * hours;
    const more = scene.dice.between(1, 4) * scene.base;
    const { pod } = scene.inRuntime((age) => scene.base + (more * Math.min(age, full)) / full);
    return {
      verdict: 'undecided',
      samples: scene.simulate(hours, [{ ...pod, pod: 'a-0', load: even(20) }], { stepMinutes: 0.25 }),
    };
  },
  'short: cache of an old process fills after a deploy of data': (scene) => {
    const hours = scene.dice.between(1, 2.2);
    const tau = scene.dice.between(0.25, 1) * hours;
    const more = scene.dice.between(0.3, 1.2) * scene.base;
    const { pod } = scene.inRuntime((age) => scene.base + more * (1 - Math.exp(-(age - 40) / tau)));
    return {
      verdict: 'undecided',
      accept: ['undecided', 'no-leak'],
      samples: scene.simulate(hours, [{ ...pod, pod: 'a-0', start: -40, load: even(20) }], { stepMinutes: 0.25 }),
    };
  },
  'short: load and memory double in an hour': (scene) => {
    const hours = scene.dice.between(1, 2.2);
    const load: Course = (_, hour) => 10 + (20 * hour) / hours;
    const held = scene.dice.between(0.03, 0.1) * scene.base;
    return {
      verdict: 'undecided',
      accept: ['undecided', 'no-leak'],
      samples: scene.simulate(
        hours,
        [
          {
            pod: 'a-0',
            start: -50,
            native: (_, hour) => scene.base + held * load(0, hour),
            load,
            limit: 5 * scene.base,
          },
        ],
        { stepMinutes: 0.25 },
      ),
    };
  },
  'short: a long collection ramp': (scene) => {
    const hours = scene.dice.between(1, 2);
    return {
      verdict: 'undecided',
      accept: ['undecided', 'no-leak'],
      samples: scene.simulate(
        hours,
        [
          {
            pod: 'a-0',
            start: -30.1,
            runtime: 'jvm',
            heap: even(scene.base),
            garbage: { bytes: scene.base * 3, hours: hours * scene.dice.between(1.05, 3) },
            native: even(scene.base),
            heapMax: 5 * scene.base,
            load: even(20),
            limit: 8 * scene.base,
          },
        ],
        { stepMinutes: 0.25 },
      ),
    };
  },
  'short: a batch of an hour in an old process': (scene) => {
    const hours = scene.dice.between(1, 2.2);
    const from = scene.dice.between(0.05, 0.3) * hours;
    const more = scene.dice.between(0.3, 1.5) * scene.base;
    return {
      verdict: 'undecided',
      accept: ['undecided', 'no-leak'],
      samples: scene.simulate(
        hours,
        [
          {
            pod: 'a-0',
            start: -70,
            native: (_, hour) => scene.base + (more * Math.max(0, hour - from)) / (hours - from),
            load: (_, hour) => (hour > from ? 40 : 20),
            limit: 5 * scene.base,
          },
        ],
        { stepMinutes: 0.25 },
      ),
    };
  },
  'short: cache of a fresh process near its limit': (scene) => {
    const hours = scene.dice.between(1, 2.2);
    const tau = scene.dice.between(0.2, 0.6) * hours;
    const more = scene.dice.between(2, 6) * scene.base;
    return {
      verdict: 'undecided',
      accept: ['undecided', 'no-leak'],
      samples: scene.simulate(
        hours,
        [
          {
            pod: 'a-0',
            native: (age) => scene.base + more * (1 - Math.exp(-age / tau)),
            load: even(20),
            limit: (scene.base + more) * 1.1,
          },
        ],
        { stepMinutes: 0.25 },
      ),
    };
  },
};
