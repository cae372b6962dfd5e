import { describe, expect, it } from 'vitest';
import { verifyFix } from '../../../../functions/analysis/series/fix/verify-fix.ts';
import { Finding } from '../../../../functions/model/analysis.ts';
import { daily, Dice, type PodPlan, simulate } from '../builders/simulate.ts';

const MB = 1e6;
const load = daily(15, new Dice(8));
const DEPLOY = 48;

function pod(name: string, bytesPerHour: number, start: number, end: number): PodPlan {
  return {
    pod: name,
    start,
    end,
    runtime: 'node',
    heap: (age, hour) => 80 * MB + 0.2 * MB * load(0, hour) + bytesPerHour * age,
    garbage: { bytes: 20 * MB, hours: 0.25 },
    native: () => 50 * MB,
    load,
    limit: 500 * MB,
  };
}

/** Each request leaks, and the load falls to 0.7 with the deploy. */
function calmer(control: boolean) {
  const busy = (_: number, hour: number): number => (hour < DEPLOY ? 20 : 14);
  const leaks = (name: string, start: number, end: number): PodPlan => ({
    ...pod(name, 0, start, end),
    load: busy,
    heap: (_, hour) =>
      80 * MB + 0.8 * MB * (Math.min(hour, DEPLOY) - Math.min(start, DEPLOY)) + 0.56 * MB * Math.max(0, hour - DEPLOY),
  });
  const pods = [leaks('old', 0, DEPLOY), leaks('new', DEPLOY, 96), ...(control ? [leaks('control', 0, 96)] : [])];
  const samples = simulate({ hours: 96, stepMinutes: 5, seed: 21, pods });
  return verifyFix(samples, {
    deployedAtMs: samples.startMs + DEPLOY * 3_600_000,
    before: ['old'],
    after: ['new'],
    control: control ? ['control'] : [],
  });
}

function ask(before: number, after: number, control?: readonly [number, number], hours = 96) {
  const pods = [pod('old', before, 0, DEPLOY), pod('new', after, DEPLOY, hours)];
  if (control) {
    const [first, second] = control;
    pods.push({
      ...pod('control', 0, 0, hours),
      heap: (_, hour) => 80 * MB + first * Math.min(hour, DEPLOY) + second * Math.max(0, hour - DEPLOY),
    });
  }
  const samples = simulate({ hours, stepMinutes: 5, seed: 21, pods });
  return verifyFix(samples, {
    deployedAtMs: samples.startMs + DEPLOY * 3_600_000,
    before: ['old'],
    after: ['new'],
    control: control ? ['control'] : [],
  });
}

describe('verifyFix', () => {
  it('says fixed where the new version does not grow, and what could remain unseen', () => {
    const finding = Finding.parse(ask(0.8 * MB, 0, [0.8 * MB, 0.8 * MB]));
    expect(finding.rule).toBe('metrics/fix');
    expect(finding.evidence).toMatchObject({ result: 'fixed', remainingBytesPerHour: 0, layer: 'js-heap' });
    expect(Number(finding.evidence['remainingHigh'])).toBeLessThan(0.2 * MB);
  });

  it('says partly, with what remains', () => {
    const { evidence } = ask(1.2 * MB, 0.4 * MB);
    expect(evidence['result']).toBe('partial');
    expect(Number(evidence['remainingBytesPerHour']) / MB).toBeCloseTo(0.4, 1);
    expect(Number(evidence['remainingLow'])).toBeLessThanOrEqual(0.4 * MB);
    expect(Number(evidence['remainingHigh'])).toBeGreaterThanOrEqual(0.38 * MB);
  });

  it('says not fixed where growth goes on', () => {
    expect(ask(1 * MB, 0.97 * MB).evidence['result']).toBe('not-fixed');
  });

  it('measures what is left by what grew before, however large the container', () => {
    const { evidence, title } = ask(1.6 * MB, 0.11 * 1.6 * MB);
    expect(evidence['result'], title).not.toBe('partial');
    const left = ask(0.6 * MB, 0.25 * 0.6 * MB);
    expect(left.evidence['result'], left.title).toBe('partial');
  });

  it.each([true, false])('does not take less load for a fix (control: %s)', (control) => {
    const { evidence, title } = calmer(control);
    expect(evidence['result'], title).toBe('not-fixed');
    expect(Number(evidence['expectedBytesPerHour']) / MB).toBeCloseTo(0.56, 1);
    expect(title).toMatch(/without the fix it would be 0\.5\d MB\/h now/);
  });

  it('reads one replica that leaks beside two that do not', () => {
    const pods = ['a', 'b', 'c'].flatMap((name, at) => [
      pod(`old-${name}`, at === 1 ? MB : 0, 0, DEPLOY),
      pod(`new-${name}`, at === 1 ? MB : 0, DEPLOY, 96),
    ]);
    const samples = simulate({ hours: 96, stepMinutes: 5, seed: 21, pods });
    const names = (prefix: string) => pods.map((one) => one.pod).filter((name) => name.startsWith(prefix));
    const question = { deployedAtMs: samples.startMs + DEPLOY * 3_600_000, control: [] };
    const { evidence } = verifyFix(samples, { ...question, before: names('old'), after: names('new') });
    expect(evidence['result']).toBe('not-fixed');
    expect(Number(evidence['beforeBytesPerHour']) / MB).toBeCloseTo(1, 1);
  });

  it('cannot tell after two hours of soaking, and says for how long to go on', () => {
    const finding = ask(1 * MB, 0, undefined, DEPLOY + 2);
    expect(finding.evidence['result']).toBe('undecided');
    expect(finding.advice).toMatch(/^Soak \d+/);
  });

  it('cannot tell where the control stopped growing too', () => {
    const finding = ask(1 * MB, 0, [1 * MB, 0]);
    expect(finding.evidence['result']).toBe('undecided');
    expect(finding.title).toMatch(/control/);
  });

  it('cannot tell where there was no leak before', () => {
    expect(ask(0, 0).title).toMatch(/no leak was seen before/);
  });

  it('names the pods that there are when asked for one that is not', () => {
    const samples = simulate({ hours: 5, stepMinutes: 5, seed: 1, pods: [pod('old', 0, 0, 5)] });
    expect(() =>
      verifyFix(samples, { deployedAtMs: samples.startMs, before: ['nobody'], after: [], control: [] }),
    ).toThrow(/"nobody".*old/);
  });
});
