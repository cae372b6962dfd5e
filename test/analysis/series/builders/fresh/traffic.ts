import type { Course, PodPlan } from '../simulate.ts';
import { type Draw, even, type FreshCase, integralOf, type Scene } from './fresh-case.ts';

/** A managed heap of which most is garbage that comes with requests: more teeth by day than by night. */
function busyHeap(scene: Scene, live: Course, load: Course, hours: number): Omit<PodPlan, 'pod'> {
  const { dice, base } = scene;
  return {
    runtime: dice.pick(['jvm', 'node']),
    heap: live,
    garbage: { bytes: base * dice.scaled(0.5, 5), hours: hours * dice.scaled(0.0005, 0.008), byRequest: true },
    native: even(base * dice.between(0.5, 2)),
    load,
    ...(dice.chance(0.5) ? { heapMax: 12 * base } : {}),
  };
}

const layerOf = ({ runtime }: Omit<PodPlan, 'pod'>): string => (runtime === 'jvm' ? 'jvm-heap' : 'js-heap');

/** Programs whose garbage comes with their traffic: one draw a seed. */
export const TRAFFIC: Readonly<Record<string, Draw>> = {
  'garbage by the request: leak': (scene) => {
    const hours = scene.hours(40, 300);
    const load = scene.load(20);
    const bytesPerHour = (scene.dice.scaled(0.25, 1.5) * scene.base) / hours;
    const pod = busyHeap(scene, (age) => scene.base + bytesPerHour * age, load, hours);
    return {
      verdict: 'leak',
      layer: layerOf(pod),
      bytesPerHour,
      samples: scene.simulate(hours, [{ ...pod, pod: 'a-0', start: scene.start() }]),
    };
  },
  'garbage by the request: leak by the request under daily load': (scene) => {
    const hours = scene.hours(72, 300);
    const load = scene.load(20);
    const done = integralOf(load, 0, 1);
    const scale = (scene.dice.scaled(0.25, 1.5) * scene.base) / done(0, hours);
    const held = scene.dice.between(0.002, 0.012) * scene.base;
    const live: Course = (age, hour) => scene.base + held * load(0, hour) + scale * done(age, hour);
    const pod = busyHeap(scene, live, load, hours);
    return {
      verdict: 'leak',
      layer: layerOf(pod),
      bytesPerHour: (scale * done(0, hours)) / hours,
      samples: scene.simulate(hours, [{ ...pod, pod: 'a-0' }]),
    };
  },
  'garbage by the request: leak while traffic falls': (scene) => {
    const hours = 24 * scene.hours(4, 14);
    const bytesPerHour = (scene.dice.scaled(0.25, 1) * scene.base) / hours;
    const load = scene.load(25, { growth: -0.5 / hours });
    const held = scene.dice.between(0.002, 0.012) * scene.base;
    const live: Course = (age, hour) => scene.base + held * load(0, hour) + bytesPerHour * age;
    const pod = busyHeap(scene, live, load, hours);
    return {
      verdict: 'leak',
      layer: layerOf(pod),
      bytesPerHour,
      samples: scene.simulate(hours, [{ ...pod, pod: 'a-0' }]),
    };
  },
  'garbage by the request: even floor': (scene) => {
    const hours = scene.hours(40, 300);
    const load = scene.load(20);
    const pod = busyHeap(scene, even(scene.base), load, hours);
    return { verdict: 'no-leak', samples: scene.simulate(hours, [{ ...pod, pod: 'a-0', start: scene.start() }]) };
  },
  'garbage by the request: follows load': (scene) => {
    const hours = scene.hours(72, 300);
    const load = scene.load(20);
    const held = scene.dice.between(0.003, 0.03) * scene.base;
    const pod = busyHeap(scene, (_, hour) => scene.base + held * load(0, hour), load, hours);
    return { verdict: 'no-leak', samples: scene.simulate(hours, [{ ...pod, pod: 'a-0', start: scene.start() }]) };
  },
  'garbage by the request: traffic grows': (scene) => {
    const hours = 24 * scene.hours(6, 20);
    const load = scene.load(20, { growth: scene.dice.between(0.3, 1) / hours });
    const held = scene.dice.between(0.005, 0.03) * scene.base;
    const pod = busyHeap(scene, (_, hour) => scene.base + held * load(0, hour), load, hours);
    return { verdict: 'no-leak', samples: scene.simulate(hours, [{ ...pod, pod: 'a-0', start: -50 }]) };
  },
  'garbage by the request: cache fills': (scene) => {
    const hours = scene.hours(40, 300);
    const load = scene.load(20);
    const full = scene.dice.scaled(0.05, 0.5) * hours;
    const more = scene.dice.between(0.3, 1.5) * scene.base;
    const pod = busyHeap(scene, (age) => scene.base + more * Math.min(1, age / full), load, hours);
    return { verdict: 'no-leak', samples: scene.simulate(hours, [{ ...pod, pod: 'a-0' }]) };
  },
  'a month: growth no larger than the daily wave': (scene) => {
    const hours = 24 * scene.hours(18, 40);
    const load = scene.load(20);
    const bytesPerHour = (scene.dice.between(0.12, 0.3) * scene.base) / hours;
    const held = (scene.dice.between(0.5, 1.3) * (bytesPerHour * hours)) / 20;
    const { pod, layer } = scene.inRuntime((age, hour) => scene.base + held * load(0, hour) + bytesPerHour * age);
    const wander = { share: scene.dice.between(0.01, 0.03), hours: scene.dice.scaled(0.5, 6) };
    return {
      verdict: 'leak',
      layer,
      bytesPerHour,
      samples: scene.simulate(hours, [{ ...pod, pod: 'a-0', wander, load }]),
    };
  },
  'two days: leak under a load that nobody counted': (scene) => twoDays(scene, scene.dice.between(0.2, 0.6)),
  'two days: follows a load that nobody counted': (scene) => twoDays(scene, 0),
};

/** A day and a half to two and a half, on any days of the week, of which memory alone is known. */
function twoDays(scene: Scene, growth: number): FreshCase {
  const hours = scene.dice.between(37, 59);
  const begins = 24 * scene.dice.pick([0, 1, 2, 3, 4, 5, 6]);
  const load = scene.load(20, { weekend: scene.dice.pick([0.6, 0.8, 1]) });
  const held = scene.dice.between(0.003, 0.015) * scene.base;
  const bytesPerHour = (growth * scene.base) / hours;
  const { pod, layer } = scene.inRuntime((_, hour) => scene.base + bytesPerHour * hour + held * load(0, hour + begins));
  const samples = scene.simulate(hours, [{ ...pod, pod: 'a-0', start: -50 }], { without: /cpu/ });
  return growth > 0 ? { verdict: 'leak', layer, bytesPerHour, samples } : { verdict: 'no-leak', samples };
}
