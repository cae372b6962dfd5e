import type { WorkName } from '../../hub/people-work.ts';

export const SLUG = 'example-worker';
const DAY_MS = 86_400_000;

/** Modelled on how such hunts went in public: several problems that looked like one, and a reproduction with one variable changed. */
export const STORY = {
  investigation: {
    title: 'Worker memory rises until the pod is OOM-killed',
    summary: [
      '*A worked example: the program is part of Casebook, ran on this machine and really leaks; its clock is stretched.*',
      '',
      'Since 1.13.3 the memory of the `worker` container rises with every run and never falls. With a limit of 512 MiB the pod is killed after some days.',
      '',
      'What we need: container memory by layer over a day or more, and two heap snapshots of one process.',
    ].join('\n'),
    product: 'Example job worker',
    versions: ['1.13.3', '1.13.4'],
    environment: { platform: 'Kubernetes', kubernetesVersion: '1.31', limits: '512 MiB' },
    components: ['worker', 'engine'],
    labels: ['memory', 'example'],
  },
  firstNote: {
    author: 'a community member',
    body: 'Ours dies about every second night. `kubectl describe pod` says `OOMKilled`; the web pods are fine.',
  },
  /** [days ago, what, as written]; `evidence` are the ids of: metrics before, snapshot 1, snapshot 2, metrics after. */
  work(evidence: readonly string[], nowMs: number): readonly (readonly [number, WorkName, Record<string, unknown>])[] {
    const [metrics = '', first = '', second = '', after = ''] = evidence;
    return [
      [
        10.5,
        'hypotheses',
        {
          title: 'It is page cache, not a leak',
          state: 'refuted',
          body: 'The heap itself grows; cache does not explain it.',
          evidenceIds: [metrics],
        },
      ],
      [
        10,
        'hypotheses',
        {
          title: 'Child processes are not cleaned up',
          state: 'refuted',
          body: 'With child processes off it still leaks: it is the engine.',
          evidenceIds: [],
        },
      ],
      [
        7.5,
        'hypotheses',
        {
          title: 'The engine keeps the state of every run',
          state: 'confirmed',
          body: 'Both snapshots show `RunState` held by a `Map` called `states`.',
          evidenceIds: [first, second],
        },
      ],
      [
        9.5,
        'experiments',
        {
          title: 'Child processes off',
          variable: 'child processes',
          state: 'done',
          body: 'Same version, same load, one variable changed.',
          result: 'Memory still rises at the same rate: the leak is in the engine.',
          evidenceIds: [metrics],
        },
      ],
      [
        1,
        'experiments',
        {
          title: 'Soak 1.13.5 under the same load',
          variable: 'version',
          state: 'running',
          body: 'The fix deletes a state when its run is done.',
          evidenceIds: [after],
        },
      ],
      [
        7,
        'findings',
        {
          title: 'createEngine never deletes from `states`',
          body: 'Each run is put into the registry when it starts; nothing takes it out.',
          severity: 'critical',
          evidenceIds: [first, second],
        },
      ],
      [
        6,
        'updates',
        {
          title: 'Cause found',
          body: 'The engine keeps the plan and the input of every run. A fix is on its way; **until then, restart the worker daily** or raise its limit.',
        },
      ],
      [
        0.5,
        'updates',
        {
          title: '1.13.5 is out; soaking',
          body: 'First metrics are flat. We call it fixed after three days under load, not before.',
        },
      ],
      [5, 'steps', { title: 'Delete the state when a run is done', owner: 'Ada', state: 'done' }],
      [1, 'steps', { title: 'Soak 1.13.5 for three days', owner: 'Ada', state: 'doing', dueAtMs: nowMs + 2 * DAY_MS }],
      [1, 'steps', { title: 'Ask cluster B for the same export after the upgrade', owner: '', state: 'open' }],
    ];
  },
};
