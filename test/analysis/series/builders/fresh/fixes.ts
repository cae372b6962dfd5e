import type { FixQuestion } from '../../../../../functions/analysis/series/fix/verify-fix.ts';
import type { SampleSet } from '../../../../../functions/analysis/series/sample-set.ts';
import type { Course, PodPlan } from '../simulate.ts';
import { podName, Scene } from './fresh-case.ts';

export interface FixCase {
  readonly outcome: 'fixed' | 'partial' | 'not-fixed';
  readonly remaining: number;
  readonly samples: SampleSet;
  readonly question: FixQuestion;
}

/** A leak, a deploy, and what is left of the leak; with a control that kept the old version, or without. */
export function drawFix(seed: number): FixCase {
  const scene = new Scene(seed);
  const { dice, base } = scene;
  const hours = scene.hours(36, 300);
  const deploy = dice.between(0.4, 0.6) * hours;
  const bytesPerHour = (dice.between(0.25, 1) * base) / (hours - deploy);
  const outcome = dice.pick(['fixed', 'partial', 'not-fixed'] as const);
  const share = outcome === 'fixed' ? 0 : outcome === 'partial' ? dice.between(0.25, 0.55) : dice.between(0.92, 1.08);
  const load = scene.load(20, { weekend: 0.8 });
  const held = dice.between(0.001, 0.006) * base;
  const one =
    (growth: number): Course =>
    (age, hour) =>
      base + held * load(0, hour) + growth * age;
  const drawn = scene.inRuntime(one(0));
  const grows = (growth: number): Partial<PodPlan> =>
    drawn.layer === 'native' ? { native: one(growth) } : { heap: one(growth) };
  const [before, after, control] = [
    podName(dice, 'api', '5c9d8b7f6b'),
    podName(dice, 'api', '84b7d9c5ff'),
    'api-control-0',
  ];
  const pods: PodPlan[] = [
    { ...drawn.pod, ...grows(bytesPerHour), pod: before, version: '5.0.0', end: deploy, load },
    { ...drawn.pod, ...grows(share * bytesPerHour), pod: after, version: '5.0.1', start: deploy, load },
  ];
  const controlled = dice.chance(0.5);
  if (controlled) pods.push({ ...drawn.pod, ...grows(bytesPerHour), pod: control, version: '5.0.0', load });
  const samples = scene.simulate(hours, pods);
  return {
    outcome,
    remaining: share * bytesPerHour,
    samples,
    question: {
      deployedAtMs: samples.startMs + deploy * 3_600_000,
      before: [before],
      after: [after],
      control: controlled ? [control] : [],
    },
  };
}

/** The same where each request leaks and the load changes with the deploy: what is left is measured at the new load. */
export function drawBusyFix(seed: number): FixCase {
  const scene = new Scene(seed * 31 + 7);
  const { dice, base } = scene;
  const hours = scene.hours(40, 200);
  const deploy = 0.5 * hours;
  const was = (dice.between(0.3, 1) * base) / deploy;
  const outcome = dice.pick(['fixed', 'partial', 'not-fixed'] as const);
  const share = outcome === 'fixed' ? 0 : outcome === 'partial' ? dice.between(0.2, 0.55) : 1;
  const busier = dice.pick([0.6, 0.75, 1, 1.35, 1.6]);
  const load: Course = (_, hour) => 20 * (hour < deploy ? 1 : busier);
  const grown =
    (of: number, start: number): Course =>
    (_, hour) =>
      base + of * was * (Math.min(hour, deploy) - Math.min(start, deploy) + busier * Math.max(0, hour - deploy));
  const drawn = scene.inRuntime(grown(1, 0));
  const grows = (course: Course): Partial<PodPlan> =>
    drawn.layer === 'native' ? { native: course } : { heap: course };
  const [before, after] = [podName(dice, 'api', '5c9d8b7f6b'), podName(dice, 'api', '84b7d9c5ff')];
  const pods: PodPlan[] = [
    { ...drawn.pod, pod: before, version: '5.0.0', end: deploy, load },
    { ...drawn.pod, ...grows(grown(share, deploy)), pod: after, version: '5.0.1', start: deploy, load },
  ];
  const control = dice.chance(0.5) ? ['api-control-0'] : [];
  for (const pod of control) pods.push({ ...drawn.pod, pod, version: '5.0.0', load });
  const samples = scene.simulate(hours, pods);
  const deployedAtMs = samples.startMs + deploy * 3_600_000;
  return {
    outcome,
    remaining: share * was * busier,
    samples,
    question: { deployedAtMs, before: [before], after: [after], control },
  };
}
