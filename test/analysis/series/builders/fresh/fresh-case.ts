import type { SampleSet } from '../../../../../functions/analysis/series/sample-set.ts';
import { type Course, daily, Dice, type Plan, type PodPlan, simulate } from '../simulate.ts';

/** What is true of a drawn case, and the evidence of it. */
export interface FreshCase {
  readonly verdict: 'leak' | 'no-leak' | 'undecided';
  /** Every answer that counts as right. */
  readonly accept?: readonly string[];
  readonly layer?: string;
  readonly pod?: string;
  readonly container?: string;
  readonly bytesPerHour?: number;
  readonly state?: string;
  readonly samples: SampleSet;
}

export type Draw = (scene: Scene) => FreshCase;

export const MB = 1e6;

/** A leak starts to matter where it adds this share of the memory that was there. */
const LEAST_GROWTH = 0.1;

/** What every case draws: how much memory, how long it was seen, how often and how noisily. */
export class Scene {
  readonly seed: number;
  readonly dice: Dice;
  /** Memory to begin with. */
  readonly base: number;
  readonly noise: number;

  constructor(seed: number) {
    this.seed = seed;
    this.dice = new Dice(seed);
    this.base = this.dice.scaled(30, 1500) * MB;
    this.noise = this.dice.scaled(0.001, 0.012);
  }

  /** From 10 s for an hour to 5 min for weeks: what people ask of Prometheus, at most 11,000 points a series. */
  stepMinutes(hours: number): number {
    const least = Math.max(1 / 6, (hours * 60) / 8000);
    return (
      [1 / 6, 1 / 4, 1 / 2, 1, 2, 5].filter((step) => step >= least && (hours * 60) / step >= 60)[
        Math.floor(this.dice.next() * 3)
      ] ?? Math.max(least, hours / 100)
    );
  }

  hours(low: number, high: number): number {
    return this.dice.scaled(low, high);
  }

  load(mean = this.dice.scaled(2, 200), options: { growth?: number; weekend?: number } = {}): Course {
    return daily(mean, this.dice, options);
  }

  /** Bytes per hour of a leak that adds a tenth to ninefold of the base in the window. */
  leakOver(hours: number, most = 1): number {
    return (this.dice.scaled(LEAST_GROWTH, most) * this.base) / hours;
  }

  limit(used: number): number {
    return used * this.dice.between(1.2, 4);
  }

  /** The process may have started with the window, or long before it. */
  start(): number {
    return this.dice.chance(0.5) ? 0 : -this.dice.scaled(10, 500);
  }

  /** Scrapes that failed: none, a few, or some long ones. */
  gaps(hours: number): [number, number][] {
    const count = this.dice.pick([0, 0, 0, 2, 5]);
    return Array.from({ length: count }, () => {
      const from = this.dice.between(0, hours);
      return [from, from + this.dice.between(0.005, 0.03) * hours];
    });
  }

  simulate(hours: number, pods: readonly PodPlan[], options: Partial<Plan> = {}): SampleSet {
    const plan = { hours, stepMinutes: this.stepMinutes(hours), seed: this.seed, gaps: this.gaps(hours), ...options };
    return simulate({ ...plan, pods: pods.map((pod) => ({ noise: this.noise, ...pod })) });
  }

  /** `bytes(age, hour)` as the memory that grows in a program of a runtime drawn by lot, with the layer it grows in. */
  inRuntime(bytes: Course): { pod: Omit<PodPlan, 'pod'>; layer: string } {
    const { base, dice } = this;
    const native: Course = () => base * 0.6;
    switch (dice.pick(['none', 'node', 'jvm', 'beam'])) {
      case 'node':
        return {
          pod: {
            runtime: 'node',
            heap: bytes,
            native,
            garbage: { bytes: base * dice.between(0.1, 0.4), hours: dice.scaled(0.02, 0.5) },
          },
          layer: 'js-heap',
        };
      case 'jvm':
        return {
          pod: {
            runtime: 'jvm',
            heap: bytes,
            native,
            garbage: { bytes: base * dice.between(0.3, 1.2), hours: dice.scaled(0.1, 1.5) },
            ...(dice.chance(0.5) ? { heapMax: base * dice.between(6, 9) } : {}),
          },
          layer: 'jvm-heap',
        };
      case 'beam':
        return { pod: { runtime: 'beam', heap: bytes, native }, layer: 'beam' };
      default:
        return { pod: { native: bytes }, layer: 'native' };
    }
  }
}

/** Integral of a course over the time since `from`, times `scale`. */
export function integralOf(course: Course, from: number, scale: number): Course {
  const sums: number[] = [0];
  return (_, hour) => {
    const place = Math.max(0, (hour - from) * 10);
    const whole = Math.floor(place);
    while (sums.length <= whole + 1) sums.push(sums.at(-1)! + course(0, from + sums.length / 10) / 10);
    return scale * (sums[whole]! + (place - whole) * (sums[whole + 1]! - sums[whole]!));
  };
}

export const even =
  (bytes: number): Course =>
  () =>
    bytes;

/** A name as a ReplicaSet gives it. */
export function podName(
  dice: Dice,
  workload: string,
  replicaSet = dice.pick(['7d9f8b6c5d', '5c9d8b7f6b', '84b7d9c5ff']),
): string {
  const letters = Array.from({ length: 5 }, () => dice.pick('bcdfghjklmnpqrstvwxz2456789'.split(''))).join('');
  return `${workload}-${replicaSet}-${letters}`;
}
