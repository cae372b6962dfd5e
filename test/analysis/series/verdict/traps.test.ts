import { describe, expect, it } from 'vitest';
import { judge } from '../../../../functions/analysis/series/verdict/judge.ts';
import { verdictReport } from '../../../../functions/analysis/series/verdict/verdict.ts';
import { daily, Dice, type PodPlan, simulate } from '../builders/simulate.ts';

const MB = 1e6;
const load = daily(10, new Dice(4));
const whole = (hours: number, pod: Partial<PodPlan>, stepMinutes = 5) =>
  judge(simulate({ hours, stepMinutes, seed: 11, pods: [{ pod: 'app-0', load, limit: 800 * MB, ...pod }] }));

/** The traps that NEEDS.md lists: each has fooled a method in use. */
describe('traps', () => {
  it('a leak of 11.77 MB in a day (45 %) is a leak, though less than 20 MB', () => {
    const { whole: verdict } = whole(24, {
      native: (age) => 13 * MB + (11.77 * MB * age) / 24,
      activeFile: () => 1e5,
      inactiveFile: () => 1e5,
      kernel: () => 1 * MB,
    });
    expect(verdict).toMatchObject({ verdict: 'leak', layer: 'native' });
    expect(verdict.slope!.bytesPerHour).toBeCloseTo((11.77 * MB) / 24, -5);
  });

  it('a bounded cache that fills for an hour to 2.15 times, then flat, is none', () => {
    expect(whole(6, { native: (age) => 78 * MB * (1 + 1.15 * Math.min(1, age)) }, 1).whole.verdict).toBe('no-leak');
  });

  it('page cache that grows beside flat anonymous memory is none', () => {
    const { whole: verdict } = whole(48, { native: () => 110 * MB, activeFile: (age) => (30 + 3 * age) * MB });
    expect(verdict).toMatchObject({ verdict: 'no-leak', layer: 'page-cache' });
  });

  it('resident memory of 3.5 times a flat heap is none, as long as both are flat', () => {
    const heap = { runtime: 'node', heap: () => 60 * MB, garbage: { bytes: 10 * MB, hours: 0.2 } } as const;
    const { whole: verdict } = whole(48, { ...heap, native: (age) => 175 * MB - 60 * MB * Math.exp(-age / 3) });
    expect(verdict).toMatchObject({ verdict: 'no-leak', layer: 'none' });
  });

  it('restarts do not hide a rising floor', () => {
    const restarts = [11, 22, 33, 44, 55, 66];
    const { whole: verdict } = whole(72, { native: (age) => (90 + 1.5 * age) * MB, restarts });
    expect(verdict).toMatchObject({ verdict: 'leak', layer: 'native' });
    expect(verdict.slope!.bytesPerHour / MB).toBeCloseTo(1.5, 0);
  });

  it('daily deploys do not hide a rising floor', () => {
    const pods = Array.from({ length: 6 }, (_, day): PodPlan => ({
      pod: `web-${'bcdfgh'[day]!.repeat(9)}-x2c4v`,
      start: 20 * day,
      end: 20 * (day + 1),
      runtime: 'node',
      heap: (age) => (70 + 1.2 * age) * MB,
      garbage: { bytes: 15 * MB, hours: 0.2 },
      native: () => 40 * MB,
      load,
    }));
    const { whole: verdict } = judge(simulate({ hours: 120, stepMinutes: 5, seed: 3, pods }));
    expect(verdict).toMatchObject({ verdict: 'leak', layer: 'js-heap', stateAtEnd: 'leaking' });
    expect(verdict.culprits.length).toBeGreaterThanOrEqual(5);
  });

  it('a second full load after a drain that costs 2 % is none', () => {
    const level = (hour: number): number => (hour > 11 && hour < 12 ? 165 : hour >= 12 ? 183.6 : 180);
    expect(whole(24, { native: (_, hour) => level(hour) * MB }).whole.verdict).toBe('no-leak');
  });

  it('memory that follows load is none', () => {
    expect(whole(96, { native: (_, hour) => (90 + 6 * load(0, hour)) * MB }).whole.verdict).toBe('no-leak');
  });

  it('autocorrelated noise, which Mann-Kendall calls a trend, is none', () => {
    for (let seed = 1; seed <= 8; seed++) {
      const samples = simulate({
        hours: 72,
        stepMinutes: 5,
        seed,
        pods: [{ pod: 'app-0', native: () => 120 * MB, load, noise: 0.015 }],
      });
      expect(judge(samples).whole.verdict).not.toBe('leak');
    }
  });

  it('half an hour after the start is undecided, and says what is missing', () => {
    const { findings } = verdictReport(
      simulate({
        hours: 0.5,
        stepMinutes: 0.5,
        seed: 1,
        pods: [{ pod: 'app-0', native: (age) => (80 + 20 * age) * MB, load }],
      }),
    );
    expect(findings[0]!.evidence).toMatchObject({ verdict: 'undecided', missing: 'too-short' });
    expect(findings[0]!.title).toMatch(/longer by/);
  });

  it('a working set alone does not say which memory it is', () => {
    const samples = simulate({
      hours: 48,
      stepMinutes: 5,
      seed: 1,
      pods: [{ pod: 'app-0', native: () => 100 * MB, activeFile: (age) => 3 * MB * age }],
      without: /rss|cache|file|usage|kernel/,
    });
    const { findings } = verdictReport(samples);
    expect(findings[0]!.evidence).toMatchObject({ verdict: 'undecided', missing: 'unknown-memory' });
    expect(findings[0]!.advice).toMatch(/container_memory_rss/);
  });

  it('lives that end at the limit give the time to it from start to kill', () => {
    const restarts = [20, 40, 60, 80];
    const samples = simulate({
      hours: 96,
      stepMinutes: 5,
      seed: 1,
      pods: [{ pod: 'app-0', native: (age) => (100 + 9 * age) * MB, restarts, limit: 300 * MB }],
    });
    const { whole: verdict } = judge(samples);
    expect(verdict).toMatchObject({ verdict: 'leak', layer: 'native' });
    expect(verdict.main!.timeToLimitHours!.hours).toBeCloseTo(20, 0);
  });
});
