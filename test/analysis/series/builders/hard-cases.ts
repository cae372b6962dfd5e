import type { SampleSet } from '../../../../functions/analysis/series/sample-set.ts';
import { type Course, daily, Dice, type PodPlan, simulate } from './simulate.ts';

/** What is true of a built case. */
export interface HardCase {
  readonly name: string;
  readonly verdict: 'leak' | 'no-leak' | 'undecided';
  /** Other answers that are right too. */
  readonly accept?: readonly string[];
  readonly layer?: string;
  readonly pod?: string;
  readonly bytesPerHour?: number;
  readonly state?: 'leaking' | 'fixed';
  readonly samples: SampleSet;
}

type Build = (seed: number) => Omit<HardCase, 'name'>;

const MB = 1e6;
const even =
  (bytes: number): Course =>
  () =>
    bytes;
/** Integral of a course over a life, units of the course times hours. */
const integral = (course: Course, from: number, scale: number): Course => {
  const sums: number[] = [0];
  return (_, hour) => {
    const index = Math.max(0, Math.round((hour - from) * 10));
    while (sums.length <= index) sums.push(sums.at(-1)! + course(0, from + sums.length / 10) / 10);
    return scale * sums[index]!;
  };
};

/** Cases harder than the open corpus; every parameter is drawn from the seed. */
export const HARD_CASES: Readonly<Record<string, Build>> = {
  'slow leak under a daily wave': (seed) => {
    const dice = new Dice(seed);
    const load = daily(20, dice);
    const hours = 24 * Math.round(dice.between(6, 14));
    const bytesPerHour = (dice.between(0.1, 0.2) * 150 * MB) / hours;
    const native: Course = (age, hour) => 150 * MB + 0.8 * MB * load(0, hour) + bytesPerHour * age;
    return {
      verdict: 'leak',
      layer: 'native',
      bytesPerHour,
      samples: simulate({ hours, stepMinutes: 5, seed, pods: [{ pod: 'a-0', native, load, limit: 600 * MB }] }),
    };
  },
  'one of thirty pods leaks': (seed) => {
    const dice = new Dice(seed);
    const load = daily(15, dice);
    const leaky = Math.floor(dice.between(0, 30));
    const bytesPerHour = dice.between(0.25, 0.6) * MB;
    const pods = Array.from({ length: 30 }, (_, i): PodPlan => ({
      pod: `web-7d9f8b6c5d-${String.fromCharCode(97 + (i % 26))}x${i}kq`.slice(0, 20),
      runtime: 'node',
      heap: (age, hour) => 70 * MB + 0.3 * MB * load(0, hour) + (i === leaky ? bytesPerHour * age : 0),
      garbage: { bytes: 20 * MB, hours: 0.21 },
      native: even(45 * MB),
      load,
      limit: 500 * MB,
    }));
    return {
      verdict: 'leak',
      layer: 'js-heap',
      bytesPerHour,
      pod: pods[leaky]!.pod,
      samples: simulate({ hours: 72, stepMinutes: 10, seed, pods }),
    };
  },
  'thirty pods, none leaks': (seed) => {
    const dice = new Dice(seed);
    const load = daily(15, dice);
    const pods = Array.from({ length: 30 }, (_, i): PodPlan => ({
      pod: `web-${i}`,
      runtime: 'node',
      heap: (_age, hour) => dice.between(69.5, 70.5) * MB + 0.3 * MB * load(0, hour),
      garbage: { bytes: 20 * MB, hours: 0.21 },
      native: even(45 * MB),
      load,
      limit: 500 * MB,
    }));
    return { verdict: 'no-leak', samples: simulate({ hours: 72, stepMinutes: 10, seed, pods }) };
  },
  'leak that pauses at night, load known': (seed) => {
    const dice = new Dice(seed);
    const load = daily(20, dice);
    const busy: Course = (age, hour) => Math.max(0, load(age, hour) - 15);
    const leak = integral(busy, 0, 0.06 * MB);
    const hours = 24 * 6;
    return {
      verdict: 'leak',
      layer: 'js-heap',
      bytesPerHour: leak(0, hours) / hours,
      samples: simulate({
        hours,
        stepMinutes: 5,
        seed,
        pods: [
          {
            pod: 'a-0',
            runtime: 'node',
            heap: (age, hour) => 80 * MB + leak(age, hour),
            garbage: { bytes: 15 * MB, hours: 0.3 },
            native: even(50 * MB),
            load,
            limit: 600 * MB,
          },
        ],
      }),
    };
  },
  'leak that pauses at night, load unknown': (seed) => {
    const dice = new Dice(seed);
    const load = daily(20, dice, { weekend: 1 });
    const busy: Course = (age, hour) => Math.max(0, load(age, hour) - 15);
    const leak = integral(busy, 0, 0.06 * MB);
    const hours = 24 * 6 + 8;
    return {
      verdict: 'leak',
      layer: 'native',
      samples: simulate({
        hours,
        stepMinutes: 5,
        seed,
        pods: [{ pod: 'a-0', native: (age, hour) => 120 * MB + leak(age, hour), limit: 600 * MB }],
        without: /cpu/,
      }),
    };
  },
  'restarts before a visible rise': (seed) => {
    const dice = new Dice(seed);
    const every = dice.between(7, 11);
    const hours = 96;
    const bytesPerHour = dice.between(1, 2) * MB;
    const restarts = Array.from({ length: Math.floor(hours / every) }, (_, i) => (i + 1) * every);
    return {
      verdict: 'leak',
      layer: 'native',
      bytesPerHour,
      samples: simulate({
        hours,
        stepMinutes: 2,
        seed,
        pods: [
          {
            pod: 'a-0',
            native: (age) => 110 * MB + bytesPerHour * age,
            restarts,
            load: daily(10, dice),
            limit: 500 * MB,
          },
        ],
      }),
    };
  },
  'restarts, warm-up in each life': (seed) => {
    const dice = new Dice(seed);
    const every = dice.between(12, 16);
    const hours = 96;
    const tau = dice.between(1.5, 3);
    const restarts = Array.from({ length: Math.floor(hours / every) }, (_, i) => (i + 1) * every);
    return {
      verdict: 'no-leak',
      samples: simulate({
        hours,
        stepMinutes: 2,
        seed,
        pods: [
          {
            pod: 'a-0',
            native: (age) => 150 * MB - 50 * MB * Math.exp(-age / tau),
            restarts,
            load: daily(10, dice),
            limit: 500 * MB,
          },
        ],
      }),
    };
  },
  'cache that fills for most of the window': (seed) => {
    const dice = new Dice(seed);
    const hours = dice.between(20, 60);
    const full = dice.between(0.55, 0.8) * hours;
    return {
      verdict: 'no-leak',
      accept: full > 0.75 * hours ? ['no-leak', 'undecided'] : ['no-leak'],
      samples: simulate({
        hours,
        stepMinutes: 2,
        seed,
        pods: [
          {
            pod: 'a-0',
            native: (age) => 90 * MB + (80 * MB * Math.min(age, full)) / full,
            load: even(20),
            limit: 500 * MB,
          },
        ],
      }),
    };
  },
  'traffic that grows with daily waves': (seed) => {
    const dice = new Dice(seed);
    const hours = 24 * 8;
    const load = daily(20, dice, { growth: 0.004 });
    return {
      verdict: 'no-leak',
      samples: simulate({
        hours,
        stepMinutes: 5,
        seed,
        pods: [{ pod: 'a-0', native: (_, hour) => 100 * MB + 2 * MB * load(0, hour), load, limit: 500 * MB }],
      }),
    };
  },
  'a morning in which load and memory rise': (seed) => {
    const dice = new Dice(seed);
    const hours = dice.between(6, 10);
    const load: Course = (_, hour) => 10 + (20 * hour) / hours;
    return {
      verdict: 'undecided',
      samples: simulate({
        hours,
        stepMinutes: 2,
        seed,
        pods: [
          { pod: 'a-0', start: -50, native: (_, hour) => 150 * MB + 1.5 * MB * load(0, hour), load, limit: 500 * MB },
        ],
      }),
    };
  },
  'memory that follows load hours later': (seed) => {
    const dice = new Dice(seed);
    const load = daily(20, dice);
    const lag = dice.between(2, 5);
    const held: Course = (_, hour) => {
      let sum = 0;
      let weight = 0;
      for (let back = 0; back < 4 * lag; back += 0.5) {
        const share = Math.exp(-back / lag);
        sum += share * load(0, Math.max(0, hour - back));
        weight += share;
      }
      return sum / weight;
    };
    return {
      verdict: 'no-leak',
      samples: simulate({
        hours: 24 * 5,
        stepMinutes: 5,
        seed,
        pods: [{ pod: 'a-0', native: (_, hour) => 100 * MB + 3 * MB * held(0, hour), load, limit: 600 * MB }],
      }),
    };
  },
  'page cache, mostly active, grows': (seed) => {
    const dice = new Dice(seed);
    return {
      verdict: 'no-leak',
      layer: 'page-cache',
      samples: simulate({
        hours: 48,
        stepMinutes: 5,
        seed,
        pods: [
          {
            pod: 'a-0',
            native: even(120 * MB),
            activeFile: (age) => (20 + dice.between(1.98, 2.02) * age) * MB,
            load: daily(10, dice),
            limit: 600 * MB,
          },
        ],
      }),
    };
  },
  'a leaking version is replaced by a fixed one': (seed) => {
    const dice = new Dice(seed);
    const hours = 96;
    const deploy = dice.between(36, 55);
    const load = daily(15, dice);
    const bytesPerHour = dice.between(0.6, 1.2) * MB;
    const pod = (name: string, version: string, leak: number, start: number, end: number): PodPlan => ({
      pod: name,
      version,
      start,
      end,
      runtime: 'node',
      heap: (age, hour) => 80 * MB + 0.2 * MB * load(0, hour) + leak * age,
      garbage: { bytes: 20 * MB, hours: 0.25 },
      native: even(50 * MB),
      load,
      limit: 500 * MB,
    });
    return {
      verdict: 'leak',
      layer: 'js-heap',
      bytesPerHour,
      state: 'fixed',
      samples: simulate({
        hours,
        stepMinutes: 5,
        seed,
        pods: [
          pod('web-5c9d8b7f6-abcde', '1.0.0', bytesPerHour, 0, deploy),
          pod('web-84b7d9c5f-fghij', '1.0.1', 0, deploy, hours),
        ],
      }),
    };
  },
  'tmpfs grows': (seed) => {
    const dice = new Dice(seed);
    const bytesPerHour = dice.between(0.4, 1.5) * MB;
    return {
      verdict: 'leak',
      layer: 'shmem',
      bytesPerHour,
      samples: simulate({
        hours: 60,
        stepMinutes: 5,
        seed,
        pods: [
          {
            pod: 'a-0',
            native: (age) => 150 * MB - 40 * MB * Math.exp(-age / 8),
            shmem: (age) => 10 * MB + bytesPerHour * age,
            inactiveFile: (age) => 20 * MB + 3 * MB * age,
            load: daily(10, dice),
            limit: 800 * MB,
          },
        ],
      }),
    };
  },
  'fragmentation in steps': (seed) => {
    const dice = new Dice(seed);
    const hours = dice.between(60, 110);
    const steps = [dice.between(0.1, 0.25), dice.between(0.3, 0.45), dice.between(0.5, 0.65)].map(
      (share) => share * hours,
    );
    const sizes = steps.map(() => dice.between(8, 20) * MB);
    return {
      verdict: 'no-leak',
      samples: simulate({
        hours,
        stepMinutes: 5,
        seed,
        pods: [
          {
            pod: 'a-0',
            native: (age) => 120 * MB + steps.reduce((sum, at, i) => sum + (age >= at ? sizes[i]! : 0), 0),
            load: daily(10, dice),
            limit: 500 * MB,
          },
        ],
      }),
    };
  },
  'floor rises under long collections': (seed) => {
    const dice = new Dice(seed);
    const bytesPerHour = dice.between(1, 1.6) * MB;
    return {
      verdict: 'leak',
      layer: 'jvm-heap',
      bytesPerHour,
      samples: simulate({
        hours: 72,
        stepMinutes: 5,
        seed,
        pods: [
          {
            pod: 'a-0',
            runtime: 'jvm',
            heap: (age) => 90 * MB + bytesPerHour * age,
            garbage: { bytes: 150 * MB, hours: dice.between(3, 6) },
            native: even(120 * MB),
            load: daily(10, dice),
            limit: 900 * MB,
          },
        ],
      }),
    };
  },
  'long collections over an even floor': (seed) => {
    const dice = new Dice(seed);
    return {
      verdict: 'no-leak',
      samples: simulate({
        hours: 72,
        stepMinutes: 5,
        seed,
        pods: [
          {
            pod: 'a-0',
            runtime: 'jvm',
            heap: even(110 * MB),
            garbage: { bytes: 150 * MB, hours: dice.between(3, 7) },
            native: even(120 * MB),
            load: daily(10, dice),
            limit: 900 * MB,
          },
        ],
      }),
    };
  },
  'nightly batch over a leak': (seed) => {
    const dice = new Dice(seed);
    const bytesPerHour = dice.between(0.2, 0.5) * MB;
    const batch = dice.between(40, 100) * MB;
    return {
      verdict: 'leak',
      layer: 'native',
      bytesPerHour,
      samples: simulate({
        hours: 24 * 6,
        stepMinutes: 5,
        seed,
        pods: [
          {
            pod: 'a-0',
            native: (age, hour) => 110 * MB + bytesPerHour * age + (hour % 24 > 2 && hour % 24 < 4.5 ? batch : 0),
            load: daily(10, dice),
            limit: 700 * MB,
          },
        ],
      }),
    };
  },
  'ETS table grows under a daily wave': (seed) => {
    const dice = new Dice(seed);
    const load = daily(10, dice);
    const bytesPerHour = dice.between(0.2, 0.5) * MB;
    return {
      verdict: 'leak',
      layer: 'beam',
      samples: simulate({
        hours: 24 * 5,
        stepMinutes: 5,
        seed,
        pods: [
          {
            pod: 'a-0',
            runtime: 'beam',
            heap: (age, hour) => 100 * MB + 1.2 * MB * load(0, hour) + bytesPerHour * age,
            native: even(50 * MB),
            load,
            limit: 700 * MB,
          },
        ],
      }),
    };
  },
  'buffers leak beside an even heap': (seed) => {
    const dice = new Dice(seed);
    const bytesPerHour = dice.between(0.5, 1.5) * MB;
    return {
      verdict: 'leak',
      layer: 'native',
      bytesPerHour,
      samples: simulate({
        hours: 48,
        stepMinutes: 2,
        seed,
        pods: [
          {
            pod: 'a-0',
            runtime: 'node',
            heap: even(80 * MB),
            garbage: { bytes: 20 * MB, hours: 0.2 },
            external: (age) => 5 * MB + bytesPerHour * age,
            native: even(40 * MB),
            load: daily(10, dice),
            limit: 500 * MB,
          },
        ],
      }),
    };
  },
  'sockets are never closed': (seed) => {
    const dice = new Dice(seed);
    const bytesPerHour = dice.between(0.6, 1.5) * MB;
    return {
      verdict: 'leak',
      layer: 'kernel',
      bytesPerHour,
      samples: simulate({
        hours: 40,
        stepMinutes: 5,
        seed,
        pods: [
          {
            pod: 'a-0',
            native: even(100 * MB),
            kernel: (age) => 4 * MB + bytesPerHour * age,
            descriptors: (age) => 40 + 150 * age,
            load: daily(10, dice),
            limit: 500 * MB,
          },
        ],
      }),
    };
  },
  'dentries pile up': (seed) => {
    const dice = new Dice(seed);
    const bytesPerHour = dice.between(0.6, 1.5) * MB;
    return {
      verdict: 'no-leak',
      layer: 'kernel',
      samples: simulate({
        hours: 40,
        stepMinutes: 5,
        seed,
        pods: [
          {
            pod: 'a-0',
            native: even(100 * MB),
            kernel: (age) => 4 * MB + bytesPerHour * age,
            load: daily(10, dice),
            limit: 500 * MB,
          },
        ],
      }),
    };
  },
  'gaps, and a leak behind them': (seed) => {
    const dice = new Dice(seed);
    const load = daily(12, dice);
    const bytesPerHour = dice.between(0.3, 0.6) * MB;
    const gaps = Array.from({ length: 6 }, (): [number, number] => {
      const from = dice.between(0, 90);
      return [from, from + dice.between(2, 7)];
    });
    return {
      verdict: 'leak',
      layer: 'native',
      bytesPerHour,
      samples: simulate({
        hours: 96,
        stepMinutes: 5,
        seed,
        gaps,
        pods: [
          {
            pod: 'a-0',
            native: (age, hour) => 130 * MB + 0.8 * MB * load(0, hour) + bytesPerHour * age,
            load,
            limit: 500 * MB,
          },
        ],
      }),
    };
  },
  'it starts to leak in the middle': (seed) => {
    const dice = new Dice(seed);
    const from = dice.between(30, 50);
    const bytesPerHour = dice.between(0.6, 1.2) * MB;
    return {
      verdict: 'leak',
      layer: 'native',
      bytesPerHour,
      samples: simulate({
        hours: 96,
        stepMinutes: 5,
        seed,
        pods: [
          {
            pod: 'a-0',
            native: (age) => 130 * MB + bytesPerHour * Math.max(0, age - from),
            load: daily(12, dice),
            limit: 500 * MB,
          },
        ],
      }),
    };
  },
  'a leak is switched off and lets go': (seed) => {
    const dice = new Dice(seed);
    const off = dice.between(25, 60);
    const bytesPerHour = dice.between(0.8, 1.5) * MB;
    return {
      verdict: 'leak',
      layer: 'js-heap',
      state: 'fixed',
      bytesPerHour,
      samples: simulate({
        hours: 80,
        stepMinutes: 5,
        seed,
        pods: [
          {
            pod: 'a-0',
            runtime: 'node',
            heap: (age) => 60 * MB + (age < off ? bytesPerHour * age : 0),
            garbage: { bytes: 8 * MB, hours: 0.2 },
            native: even(50 * MB),
            load: daily(12, dice),
            limit: 500 * MB,
          },
        ],
      }),
    };
  },
  'two long batches': (seed) => {
    const dice = new Dice(seed);
    const first = dice.between(8, 14);
    return {
      verdict: 'no-leak',
      samples: simulate({
        hours: 80,
        stepMinutes: 5,
        seed,
        pods: [
          {
            pod: 'a-0',
            native: (_, hour) =>
              110 * MB + ((hour > first && hour < first + 6) || (hour > first + 30 && hour < first + 36) ? 60 * MB : 0),
            load: daily(12, dice),
            limit: 500 * MB,
          },
        ],
      }),
    };
  },
  'growth that accelerates': (seed) => {
    const dice = new Dice(seed);
    return {
      verdict: 'leak',
      layer: 'native',
      samples: simulate({
        hours: 72,
        stepMinutes: 5,
        seed,
        pods: [
          {
            pod: 'a-0',
            native: (age) => 130 * MB + dice.between(0.0098, 0.0102) * MB * age * age,
            load: daily(12, dice),
            limit: 500 * MB,
          },
        ],
      }),
    };
  },
  'half an hour after the start': (seed) => {
    const dice = new Dice(seed);
    return {
      verdict: 'undecided',
      samples: simulate({
        hours: dice.between(0.4, 1.8),
        stepMinutes: 0.5,
        seed,
        pods: [{ pod: 'a-0', native: (age) => 100 * MB + 5 * MB * age, load: even(10), limit: 500 * MB }],
      }),
    };
  },
  'daily wave, flat, load known': (seed) => {
    const dice = new Dice(seed);
    const load = daily(20, dice);
    return {
      verdict: 'no-leak',
      samples: simulate({
        hours: 24 * Math.round(dice.between(3, 9)),
        stepMinutes: 5,
        seed,
        pods: [
          { pod: 'a-0', native: (_, hour) => 150 * MB + 2 * MB * load(0, hour), load, limit: 600 * MB, noise: 0.01 },
        ],
      }),
    };
  },
  'settles over a day': (seed) => {
    const dice = new Dice(seed);
    const tau = dice.between(4, 12);
    return {
      verdict: 'no-leak',
      samples: simulate({
        hours: 72,
        stepMinutes: 5,
        seed,
        pods: [
          {
            pod: 'a-0',
            native: (age) => 250 * MB - 90 * MB * Math.exp(-age / tau),
            load: daily(10, dice),
            limit: 600 * MB,
          },
        ],
      }),
    };
  },
  'leak whose traffic falls': (seed) => {
    const dice = new Dice(seed);
    const load = daily(25, dice, { growth: -0.004 });
    const bytesPerHour = dice.between(0.2, 0.35) * MB;
    return {
      verdict: 'leak',
      layer: 'js-heap',
      bytesPerHour,
      samples: simulate({
        hours: 24 * 6,
        stepMinutes: 5,
        seed,
        pods: [
          {
            pod: 'a-0',
            runtime: 'node',
            heap: (age) => 90 * MB + bytesPerHour * age,
            garbage: { bytes: 18 * MB, hours: 0.3 },
            native: (_, hour) => 50 * MB + 2 * MB * load(0, hour),
            load,
            limit: 600 * MB,
          },
        ],
      }),
    };
  },
};

export function hardCase(name: string, seed: number): HardCase {
  return { name, ...HARD_CASES[name]!(seed) };
}
