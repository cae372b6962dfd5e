import type { Analysis } from '../../functions/model/analysis.ts';
import { nounKey, investigationKey, type Noun } from '../../functions/hub/keys.ts';
import { newId } from '../../functions/model/id.ts';
import type { MemoryHub } from './memory-hub.ts';
import {
  allocationFlame,
  classHistogram,
  dominatorTree,
  growthTable,
  LIMIT_BYTES,
  sizeHistogram,
  statesPath,
  workerChart,
} from './example-views.ts';

/** A worked example modelled on a public investigation of a Node worker on Kubernetes; its numbers are made up, and its summary says so. */
export const SLUG = 'openfn-worker-example';
const START = Date.UTC(2026, 10, 17, 0);
const HOUR = 3_600_000;
let serial = 0;
const idAt = (ms: number): string =>
  newId(
    ms,
    Uint8Array.from({ length: 10 }, (_, i) => (i === 9 ? serial++ : 7)),
  );

const EMPTY: Analysis = {
  format: 'text',
  analyserVersion: 1,
  facts: [],
  findings: [],
  views: [],
  series: [],
  events: [],
  signatures: [],
  warnings: [],
  context: {},
};

export function metricsAnalysis(version: string, slopeMb: number, cluster: string): Analysis {
  const chart = workerChart({ startMs: START, hours: 120, slopeMbPerHour: slopeMb });
  const leak = slopeMb > 1;
  const slope = slopeMb * 1e6;
  const evidence = {
    verdict: leak ? 'leak' : 'no-leak',
    layer: leak ? 'js-heap' : 'none',
    namespace: 'openfn',
    pod: 'worker-6f9c',
    container: 'worker',
    slopeBytesPerHour: slope,
    slopeLow: slope * 0.88,
    slopeHigh: slope * 1.12,
    onset: START + 6 * HOUR,
    timeToLimitHours: leak ? 41 : null,
    confidence: leak ? 0.94 : 0.9,
  };
  return {
    ...EMPTY,
    format: 'prometheus-json',
    facts: [
      { name: 'containers', value: 3, unit: 'count' },
      { name: 'samples', value: 2160, unit: 'count' },
      { name: 'windowHours', value: 120, unit: 'h' },
      { name: 'memoryLimitBytes', value: LIMIT_BYTES, unit: 'bytes' },
      { name: 'slope', value: slope, unit: 'bytes/h' },
    ],
    findings: [
      {
        rule: 'metrics/verdict',
        severity: leak ? 'critical' : 'note',
        confidence: leak ? 0.94 : 0.9,
        title: leak
          ? `JS heap of \`worker\` grows ${slopeMb} MB an hour since 1.13.3; the 2 GiB limit is reached in 41 h.`
          : '`worker` stays flat for 120 h under the same load.',
        evidence: { ...evidence, scope: 'case' },
        view: 'memory',
        advice: leak
          ? 'Take two heap snapshots some runs apart and compare them.'
          : 'Keep watching for a week of real load.',
        limits: 'A cache that is still filling looks the same; 24 h more would tell them apart.',
        fingerprint: `metrics:openfn/worker:${leak ? 'js-heap' : 'none'}`,
      },
    ],
    views: [
      chart,
      {
        kind: 'table',
        name: 'containers',
        title: 'Containers',
        columns: [
          { name: 'container' },
          { name: 'verdict' },
          { name: 'first', unit: 'bytes' },
          { name: 'last', unit: 'bytes' },
          { name: 'slope', unit: 'bytes/h' },
        ],
        rows: [
          ['worker', leak ? 'leak' : 'no leak', 531e6, 1.6e9, slope],
          ['web', 'no leak', 612e6, 640e6, 12_000],
          ['postgres', 'no leak', 220e6, 221e6, 900],
        ],
      },
    ],
    context: {
      product: 'openfn',
      version,
      cluster,
      namespace: 'openfn',
      pod: 'worker-6f9c',
      container: 'worker',
      memoryLimitBytes: LIMIT_BYTES,
    },
  };
}

export function heapAnalysis(): Analysis {
  const path = statesPath();
  return {
    ...EMPTY,
    format: 'v8-heap-snapshot',
    facts: [
      { name: 'objects', value: 4_812_330, unit: 'count' },
      { name: 'edges', value: 21_009_127, unit: 'count' },
      { name: 'shallowBytes', value: 931_204_112, unit: 'bytes' },
      { name: 'reachableBytes', value: 912_004_000, unit: 'bytes' },
      { name: 'node', value: 'v22.11.0' },
    ],
    findings: [
      {
        rule: 'heap/suspect',
        severity: 'critical',
        confidence: 0.91,
        title: '12,345 `Plan` are held by `states` in `createEngine`: 98.5 % of the heap.',
        evidence: {
          class: 'Plan',
          instances: 12_345,
          retainedBytes: 898e6,
          kind: 'map',
          path: path.steps.map(({ name, via }) => ({ name, via })),
        },
        view: 'path',
        advice: 'Delete the entry of `states` when its run completes.',
        fingerprint: 'heap:Plan<states<createEngine',
      },
      {
        rule: 'heap/duplicate-strings',
        severity: 'warning',
        confidence: 0.7,
        title: '41,000 equal strings of 1.2 kB each.',
        evidence: { retainedBytes: 49.2e6, instances: 41_000 },
        advice: 'Intern the adaptor names.',
        fingerprint: 'heap:strings',
      },
      {
        rule: 'heap/detached',
        severity: 'note',
        confidence: 0.4,
        title: 'A few closures outlive their promise.',
        evidence: { retainedBytes: 1.2e6, instances: 412 },
        advice: 'Probably harmless.',
        fingerprint: 'heap:closures',
      },
    ],
    views: [
      path,
      classHistogram(),
      dominatorTree(),
      allocationFlame(),
      growthTable(),
      sizeHistogram(),
      { kind: 'text', name: 'summary', title: 'Summary as text', text: 'objects 4812330\nedges   21009127\n' },
    ],
    warnings: ['truncated at 99 %: the last 1 % of strings is missing'],
    context: {
      runtime: 'node',
      runtimeVersion: '22.11.0',
      product: 'openfn',
      version: '2.13.3',
      cluster: 'c1',
      pod: 'worker-6f9c',
      capturedAtMs: START + 100 * HOUR,
    },
  };
}

interface Person {
  readonly noun: Noun;
  readonly atMs: number;
  readonly by: string;
  readonly body: Record<string, unknown>;
}

/** Fills a hub; answers the ids of its evidence by name. */
export async function openExample(
  hub: MemoryHub,
  visibility: 'visible' | 'hidden' | 'pending' = 'visible',
): Promise<Map<string, string>> {
  const openedAtMs = START - 48 * HOUR;
  const put = async (noun: Noun, id: string, body: Record<string, unknown>): Promise<void> => {
    await hub.records.put({ ...nounKey(SLUG, noun, id), body });
  };
  await hub.records.put({
    ...investigationKey(SLUG),
    body: {
      slug: SLUG,
      title: 'Worker memory rises until the pod is killed',
      summary:
        '**A worked example**: modelled on the public threads about OpenFn v2.13.3 on Kubernetes; its numbers are made up by arithmetic, not measured.\n\nMemory of the worker pods rises slowly and without end; pods with a 2 GiB limit are OOM killed about every two days.',
      product: 'openfn',
      versions: ['2.13.3', '2.14.0'],
      environment: { platform: 'Kubernetes', kubernetesVersion: '1.31', limits: '2 GiB' },
      components: ['worker'],
      labels: [],
      status: 'cause-known',
      openedAtMs,
      updatedAtMs: openedAtMs,
      openedBy: 'Ada',
      publicToken: 'cb_pub_example',
    },
  });
  const ids = new Map<string, string>();
  const evidence = async (
    name: string,
    atMs: number,
    more: Record<string, unknown>,
    analysis?: Analysis,
  ): Promise<void> => {
    const id = idAt(atMs);
    ids.set(name, id);
    const key = `analysis/${SLUG}/${id}/e.v1.json`;
    if (analysis) await hub.evidence.put(key, JSON.stringify(analysis));
    await put('evidence', id, {
      id,
      slug: SLUG,
      kind: 'file',
      name,
      sizeBytes: 184_000_000,
      comment: '',
      context: analysis?.context ?? {},
      visibility: 'visible',
      submittedBy: 'stranger',
      submittedAtMs: atMs,
      receiptHash: 'a'.repeat(64),
      ...(analysis
        ? {
            state: 'analysed',
            format: analysis.format,
            analysisKey: key,
            analysedAtMs: atMs + 9000,
            findingCount: analysis.findings.length,
          }
        : {}),
      ...more,
    });
    await put('event', idAt(atMs + 1), {
      id: idAt(atMs + 1),
      slug: SLUG,
      by: 'stranger',
      atMs,
      kind: 'evidence/received',
      subjectId: id,
      text: 'Evidence received',
    });
  };
  const at = (hours: number): number => START + hours * HOUR;
  const slope = { name: 'slope', value: 22e6, unit: 'bytes/h' };
  await evidence(
    'memory-week.json',
    at(121),
    { sizeBytes: 4_100_000, submittedBy: 'cluster c1', mainFact: slope },
    metricsAnalysis('2.13.3', 22, 'c1'),
  );
  await evidence(
    'memory-after-fix.json',
    at(122),
    { sizeBytes: 3_900_000, submittedBy: 'cluster c2', mainFact: { name: 'slope', value: 2e5, unit: 'bytes/h' } },
    metricsAnalysis('2.14.0', 0.2, 'c2'),
  );
  await evidence(
    'worker-6f9c.heapsnapshot',
    at(123),
    {
      sizeBytes: 1_310_000_000,
      comment: 'Taken after **12,345** runs. Settings:\n\n- `WORKER_CAPACITY=5`\n- child processes off',
      mainFact: { name: 'reachableBytes', value: 912e6, unit: 'bytes' },
    },
    heapAnalysis(),
  );
  await evidence(
    'report-from-laptop.json',
    at(124),
    { kind: 'report', sizeBytes: 88_000, mainFact: slope },
    metricsAnalysis('2.13.3', 21, 'c3'),
  );
  await evidence('core.dump', at(125), {
    state: 'refused',
    sizeBytes: 52_000_000,
    refusal: {
      code: 'unrecognised',
      message: 'These bytes are in no format that Casebook reads: an ELF core file.',
      looksLike:
        '7f 45 4c 46 02 01 01 00  00 00 00 00 00 00 00 00  |.ELF............|\n04 00 3e 00 01 00 00 00  00 00 00 00 00 00 00 00  |..>.............|',
    },
  });
  await evidence('worker-b.heapsnapshot', at(126), {
    state: 'analysing',
    sizeBytes: 640_000_000,
    attempts: 1,
    progress: { step: 'Reading edges', done: 0.42, atMs: at(126) },
  });
  await evidence(
    'secret-hidden-dump.hprof',
    at(127),
    { state: 'analysed', visibility, submittedBy: 'hidden-person' },
    { ...heapAnalysis(), signatures: ['hidden-signature'] },
  );
  const known = ids.get('memory-week.json') ?? '';
  const heap = ids.get('worker-6f9c.heapsnapshot') ?? '';
  const hypothesis = idAt(at(10));
  const people: Person[] = [
    {
      noun: 'hypothesis',
      atMs: at(10),
      by: 'Ada',
      body: {
        id: hypothesis,
        title: 'The engine keeps every plan and its input',
        state: 'confirmed',
        body: 'Seen in the heap: `states` only grows.',
        evidenceIds: [heap],
      },
    },
    {
      noun: 'hypothesis',
      atMs: at(9),
      by: 'Ben',
      body: {
        title: 'It is page cache counted in the working set',
        state: 'refuted',
        body: 'The anonymous part grows alone; cache stays at 60 to 100 MB.',
        evidenceIds: [known],
      },
    },
    {
      noun: 'hypothesis',
      atMs: at(8),
      by: 'Ada',
      body: { title: 'Child processes do not give memory back', state: 'refuted', body: '', evidenceIds: [] },
    },
    {
      noun: 'experiment',
      atMs: at(30),
      by: 'Ada',
      body: {
        title: 'Child processes off',
        variable: 'run in the main process',
        hypothesisId: hypothesis,
        state: 'done',
        result: 'Still grows at 21 MB an hour: so it is the engine.',
        evidenceIds: [known],
        startedAtMs: at(30),
      },
    },
    {
      noun: 'experiment',
      atMs: at(110),
      by: 'Ben',
      body: {
        title: 'Delete the state when a run completes',
        variable: 'the patch',
        state: 'running',
        body: 'Cluster c2, with c1 as the control.',
        evidenceIds: [],
        startedAtMs: at(110),
      },
    },
    {
      noun: 'step',
      atMs: at(100),
      by: 'Ada',
      body: {
        title: 'Soak 2.14.0 on c2 for seven days under full load',
        owner: 'Ben',
        state: 'doing',
        dueAtMs: at(290),
      },
    },
    {
      noun: 'step',
      atMs: at(101),
      by: 'Ada',
      body: { title: 'Ask users of 1.13.2 for a day of metrics', state: 'open' },
    },
    { noun: 'step', atMs: at(40), by: 'Ada', body: { title: 'Reproduce locally', owner: 'Ada', state: 'done' } },
    {
      noun: 'update',
      atMs: at(124),
      by: 'Ada',
      body: {
        title: 'Cause found, fix in test',
        body: 'Each run leaves its plan in `states`. 2.14.0 deletes it; **not** declared fixed before seven days of soak.',
      },
    },
    {
      noun: 'update',
      atMs: at(41),
      by: 'Ada',
      body: { title: 'Reproduced locally', body: 'One variable at a time now.' },
    },
    {
      noun: 'finding',
      atMs: at(112),
      by: 'Ada',
      body: {
        title: 'Growth is per run, not per hour',
        body: '0.88 MB a run at any load; nights with few runs are flat.',
        severity: 'warning',
        evidenceIds: [known],
      },
    },
    {
      noun: 'judgement',
      atMs: at(124),
      by: 'Ada',
      body: {
        fingerprint: 'heap:Plan<states<createEngine',
        judgement: 'confirmed',
        reason: 'Read in the source and seen in two dumps.',
      },
    },
    {
      noun: 'judgement',
      atMs: at(124),
      by: 'Ben',
      body: { fingerprint: 'heap:strings', judgement: 'refuted', reason: 'They are the module cache: bounded.' },
    },
    {
      noun: 'note',
      atMs: at(60),
      by: 'stranger',
      body: {
        body: 'Same here on 1.13.3, **0.9 MB a run**.\n\n<script>alert(1)</script>',
        author: 'kim',
        evidenceId: known,
      },
    },
    { noun: 'note', atMs: at(61), by: 'stranger', body: { body: 'hidden-note-text', author: 'spam', visibility } },
    { noun: 'step', atMs: at(62), by: 'Ada', body: { title: 'hidden-step-text', state: 'open', visibility } },
  ];
  for (const { noun, atMs, by, body } of people) {
    const id = typeof body['id'] === 'string' ? body['id'] : idAt(atMs);
    await put(noun, id, { id, slug: SLUG, by, atMs, visibility: 'visible', ...body });
  }
  const audit = idAt(at(125));
  await put('event', audit, {
    id: audit,
    slug: SLUG,
    by: 'Ada',
    atMs: at(125),
    kind: 'raw/opened',
    subjectId: heap,
    text: 'hidden-audit-text',
    audience: 'maintainers',
  });
  return ids;
}
