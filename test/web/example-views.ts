import type { ChartView, FlameView, HistogramView, PathView, TableView, TreeView } from '../../functions/model/view.ts';

/** Views of the worked example, made by arithmetic from a fixed seed: nothing in them was measured, and the pages say so. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const MB = 1e6;
const HOUR = 3_600_000;
export const LIMIT_BYTES = 2 * 2 ** 30;

export interface GrowthOptions {
  readonly startMs: number;
  readonly hours: number;
  readonly stepMinutes?: number;
  readonly slopeMbPerHour: number;
  readonly baseMb?: number;
}

/** A worker whose JS heap grows until it is killed and starts again; page cache beside it that does not. */
export function workerChart(options: GrowthOptions): ChartView {
  const { startMs, hours, slopeMbPerHour, stepMinutes = 10, baseMb = 310 } = options;
  const random = seeded(7);
  const count = Math.floor((hours * 60) / stepMinutes);
  const times: number[] = [];
  const heap: number[] = [];
  const native: number[] = [];
  const cache: number[] = [];
  const marks: ChartView['marks'] = [
    { timeMs: startMs + 5 * HOUR, kind: 'deploy', label: 'deploy of ws-worker 1.13.3' },
    { timeMs: startMs + 6 * HOUR, kind: 'onset', label: 'growth begins' },
  ];
  let grown = 0;
  for (let i = 0; i < count; i++) {
    const timeMs = startMs + i * stepMinutes * 60_000;
    const hour = (timeMs / HOUR) % 24;
    const load = 0.5 + 0.5 * Math.sin(((hour - 9) / 24) * 2 * Math.PI);
    if (timeMs > startMs + 6 * HOUR) grown += (slopeMbPerHour * stepMinutes) / 60;
    const saw = (i % 9) * 6 * load;
    const total = baseMb + grown + saw + random() * 10 + 160 + 40 * load;
    if (total * MB > LIMIT_BYTES * 0.97) {
      marks.push({ timeMs, kind: 'oom-kill', label: 'worker-6f9c OOM killed at 2 GiB' });
      marks.push({ timeMs: timeMs + 60_000, kind: 'restart', label: 'worker-6f9c restarted' });
      grown = 0;
    }
    times.push(timeMs);
    heap.push(Math.round((baseMb + grown + saw + random() * 10) * MB));
    native.push(Math.round((160 + random() * 8) * MB));
    cache.push(Math.round((60 + 40 * load + random() * 5) * MB));
  }
  const trend = times.map((timeMs) => {
    const since = (timeMs - startMs - 6 * HOUR) / HOUR;
    return since < 0 || since > 40 ? null : (baseMb + 190 + 60 + since * slopeMbPerHour) * MB;
  });
  const around = (share: number): (number | null)[] =>
    trend.map((value, i) => (value === null ? null : value + (share * slopeMbPerHour * MB * i * stepMinutes) / 60));
  return {
    kind: 'chart',
    name: 'memory',
    title: 'Memory of worker, by layer',
    unit: 'bytes',
    timesMs: times,
    lines: [
      { label: 'JS heap', role: 'layer', values: heap },
      { label: 'native and stacks', role: 'layer', values: native },
      { label: 'page cache', role: 'layer', values: cache },
      { label: 'limit', role: 'limit', values: times.map(() => LIMIT_BYTES) },
      { label: 'trend', role: 'trend', values: trend },
      { label: 'low', role: 'low', values: around(-0.12) },
      { label: 'high', role: 'high', values: around(0.12) },
    ],
    marks,
    note: 'Page cache is taken back by the kernel under pressure: it is not the leak. The trend is that of the floor under the GC sawtooth.',
  };
}

const CLASSES = ['Plan', 'Job', 'states', 'Map', 'Array', 'Object', 'LeakedSession', 'Buffer', 'Closure', 'Promise'];

export function classHistogram(rows = 3000): TableView {
  const random = seeded(11);
  const body: (string | number)[][] = [];
  for (let i = 0; i < rows; i++) {
    const name = i < CLASSES.length ? (CLASSES[i] ?? '') : `${CLASSES[i % CLASSES.length] ?? ''}$${i.toString(36)}`;
    const instances = Math.round(140_000 / (i + 1) + random() * 40) + 1;
    const shallow = instances * (16 + Math.round(random() * 120));
    body.push([name, instances, shallow, Math.round(shallow * (1 + random() * 6))]);
  }
  body.sort((a, b) => Number(b[3]) - Number(a[3]));
  return {
    kind: 'table',
    name: 'histogram',
    title: 'Class histogram',
    columns: [
      { name: 'class' },
      { name: 'instances', unit: 'count' },
      { name: 'shallowBytes', unit: 'bytes' },
      { name: 'retainedBytes', unit: 'bytes' },
    ],
    rows: body,
  };
}

export function growthTable(): TableView {
  return {
    kind: 'table',
    name: 'growth',
    title: 'Growth between two snapshots',
    columns: [
      { name: 'class' },
      { name: 'instancesDelta', unit: 'count' },
      { name: 'retainedBytesDelta', unit: 'bytes' },
    ],
    rows: [
      ['Plan', 12_345, 41_200_000],
      ['(string)', 51_002, 9_100_000],
      ['Map', 12_350, 2_400_000],
      ['Array', 801, 120_000],
      ['Buffer', -22, -4_400_000],
      ['Closure', -410, -98_000],
    ],
  };
}

export function statesPath(): PathView {
  return {
    kind: 'path',
    name: 'path',
    title: 'Who holds them',
    steps: [
      { name: '(GC roots)', via: '', role: 'root' },
      { name: 'global', via: '[global]', role: 'step', retainedBytes: 912 * MB },
      { name: 'system / Context', via: 'worker', role: 'step', retainedBytes: 905 * MB },
      { name: 'createEngine', via: 'engine', role: 'holder', retainedBytes: 902 * MB },
      { name: 'Map', via: 'states', role: 'step', retainedBytes: 901 * MB },
      { name: 'Plan', via: '[table]', role: 'accumulation', count: 12_345, retainedBytes: 898 * MB },
    ],
    note: 'Each run leaves its plan and its input in `states`; nothing deletes them when the run is done.',
  };
}

export function dominatorTree(nodes = 4000): TreeView {
  const random = seeded(3);
  const parents: number[] = [-1];
  const labels = ['(GC roots)'];
  const retained: (number | null)[] = [912 * MB];
  const depth = [0];
  // Preorder: each node's parent is an ancestor of the one before it, or that one itself.
  for (let i = 1; i < nodes; i++) {
    let up = i - 1;
    while (up > 0 && ((depth[up] ?? 0) > 9 || random() < 0.55)) up = parents[up] ?? 0;
    parents.push(up);
    depth.push((depth[up] ?? 0) + 1);
    labels.push(
      i === 1 ? 'createEngine' : i === 2 ? 'states: Map' : `${CLASSES[i % CLASSES.length] ?? ''} @${1000 + i}`,
    );
    retained.push(Math.round((retained[up] ?? 0) * (i < 3 ? 0.97 : 0.05 + random() * 0.3)));
  }
  return {
    kind: 'tree',
    name: 'dominators',
    title: 'Dominator tree',
    columns: [
      { name: 'retainedBytes', unit: 'bytes' },
      { name: 'shallowBytes', unit: 'bytes' },
    ],
    parents,
    labels,
    values: [retained, retained.map((value) => Math.round((value ?? 0) * 0.02))],
  };
}

export function allocationFlame(nodes = 900): FlameView {
  const random = seeded(5);
  const frames = [
    '(root)',
    'runMicrotasks',
    'execute (engine/execute.ts:41)',
    'createEngine (engine/index.ts:12)',
    'compile (compiler/index.ts:88)',
    'transform (compiler/transform.ts:31)',
    'JSON.parse',
    'onMessage (ws/socket.ts:20)',
    'inflate (zlib.ts:9)',
    'saveState (engine/states.ts:7)',
  ];
  const parents = [-1];
  const frameOf = [0];
  const totals = [480 * MB];
  const left = [480 * MB];
  const depth = [0];
  for (let i = 1; i < nodes; i++) {
    let up = i - 1;
    while (up > 0 && ((depth[up] ?? 0) > 16 || (left[up] ?? 0) < MB || random() < 0.3)) up = parents[up] ?? 0;
    const total = Math.round((left[up] ?? 0) * (0.25 + random() * 0.5));
    left[up] = (left[up] ?? 0) - total;
    parents.push(up);
    depth.push((depth[up] ?? 0) + 1);
    frameOf.push(1 + Math.floor(random() * (frames.length - 1)));
    totals.push(total);
    left.push(total);
  }
  return {
    kind: 'flame',
    name: 'allocations',
    title: 'Allocations by stack',
    unit: 'bytes',
    frames,
    parents,
    frameOf,
    totals,
  };
}

export function sizeHistogram(): HistogramView {
  const buckets = Array.from({ length: 20 }, (_, i) => ({
    from: 16 * 2 ** i,
    to: 16 * 2 ** (i + 1),
    count: Math.round(90_000 * Math.exp(-(((i - 4) / 3) ** 2)) + 40 / (i + 1)),
  }));
  return { kind: 'histogram', name: 'sizes', title: 'Objects by size', unit: 'bytes', buckets };
}
