import type { SampleSeries, SampleSet } from '../../../../functions/analysis/series/sample-set.ts';

/** A repeatable generator (Lehmer 1951, modulus 2^31 - 1). */
export class Dice {
  private state: number;
  constructor(seed: number) {
    this.state = ((seed * 7919 + 104_729) % 2_147_483_646) + 1;
    for (let warm = 0; warm < 5; warm++) this.next();
  }
  next(): number {
    this.state = (this.state * 48_271) % 2_147_483_647;
    return this.state / 2_147_483_647;
  }
  between(low: number, high: number): number {
    return low + (high - low) * this.next();
  }
  /** Evenly in the logarithm: as many draws from 1 to 10 as from 10 to 100. */
  scaled(low: number, high: number): number {
    return low * (high / low) ** this.next();
  }
  pick<T>(choices: readonly T[]): T {
    return choices[Math.floor(this.next() * choices.length)]!;
  }
  chance(share: number): boolean {
    return this.next() < share;
  }
  normal(): number {
    return Math.sqrt(-2 * Math.log(this.next())) * Math.cos(2 * Math.PI * this.next());
  }
}

/** Value at an age (hours since the process started) and a time (hours since the window began). */
export type Course = (age: number, hour: number) => number;

export interface PodPlan {
  readonly pod: string;
  readonly container?: string;
  readonly version?: string;
  /** Hours since the window began; defaults: all of it. Negative: started before. */
  readonly start?: number;
  readonly end?: number;
  /** Hours at which the process starts anew. */
  readonly restarts?: readonly number[];
  readonly runtime?: 'node' | 'jvm' | 'beam';
  /** Bytes of live heap; garbage rides on it. */
  readonly heap?: Course;
  /** Bytes of garbage before each collection, and hours between two: by the clock, or where garbage comes `byRequest`, at the mean load of the first day. */
  readonly garbage?: { readonly bytes: number; readonly hours: number; readonly byRequest?: boolean };
  readonly external?: Course;
  /** Anonymous memory outside the heap. */
  readonly native?: Course;
  readonly activeFile?: Course;
  readonly inactiveFile?: Course;
  readonly shmem?: Course;
  readonly kernel?: Course;
  readonly descriptors?: Course;
  readonly threads?: Course;
  /** Requests per second. */
  readonly load?: Course;
  readonly limit?: number;
  /** Share of the value. */
  readonly noise?: number;
  /** Slow wandering around the course: share of the value, and the hours that it remembers. */
  readonly wander?: { readonly share: number; readonly hours: number };
  /** Where given, the exporter tells the committed and the greatest heap of a JVM too. */
  readonly heapMax?: number;
}

export interface Plan {
  readonly hours: number;
  readonly stepMinutes: number;
  readonly seed: number;
  readonly pods: readonly PodPlan[];
  /** Shares of an hour without samples. */
  readonly gaps?: readonly (readonly [from: number, to: number])[];
  readonly without?: RegExp;
}

const START_MS = Date.UTC(2026, 2, 2);

/** Every series that cAdvisor, kube-state-metrics and the runtime would give of these pods, by the identities of the layers. */
export function simulate(plan: Plan): SampleSet {
  const series = plan.pods.flatMap((pod, index) => podSeries(plan, pod, new Dice(plan.seed * 97 + index)));
  const kept = plan.without ? series.filter(({ metric }) => !plan.without!.test(metric)) : series;
  return {
    series: kept,
    clock: 'utc',
    sampleCount: kept.reduce((sum, one) => sum + one.values.length, 0),
    startMs: START_MS,
    endMs: START_MS + plan.hours * 3_600_000,
    warnings: [],
  };
}

function podSeries(plan: Plan, pod: PodPlan, dice: Dice): SampleSeries[] {
  const columns = new Map<string, { labels: Record<string, string>; times: number[]; values: number[] }>();
  const base = { namespace: 'default', pod: pod.pod, container: pod.container ?? 'app' };
  const image = { ...base, image: `registry.local/app:${pod.version ?? '1.0.0'}` };
  const put = (metric: string, labels: Record<string, string>, hour: number, value: number): void => {
    const key = `${metric} ${labels['area'] ?? labels['kind'] ?? ''}`;
    let column = columns.get(key);
    if (!column) columns.set(key, (column = { labels, times: [], values: [] }));
    column.times.push(START_MS + Math.round(hour * 3_600_000));
    column.values.push(
      metric.endsWith('_total') && !metric.startsWith('erlang') ? value : Math.max(0, Math.round(value)),
    );
  };
  const step = plan.stepMinutes / 60;
  const first = Math.max(0, pod.start ?? 0);
  // A process that runs for long has counted long, at about the pace of the window's start.
  let requests = 3600 * Math.max(0, -(pod.start ?? 0)) * (pod.load?.(0, 0) ?? 0);
  let cpu = requests * 0.004;
  let creep = 0;
  let strayed = 0;
  const memory = pod.wander ? Math.exp(-plan.stepMinutes / 60 / pod.wander.hours) : 0;
  let highest = 0;
  let lastStart = pod.start ?? 0;
  let restarts = 0;
  const meanRate = meanOfDay(pod.load);
  for (let hour = first; hour <= Math.min(plan.hours, pod.end ?? plan.hours); hour += step) {
    while (restarts < (pod.restarts?.length ?? 0) && hour >= pod.restarts![restarts]!) {
      lastStart = pod.restarts![restarts]!;
      restarts++;
      requests = cpu = highest = 0;
    }
    const age = hour - lastStart;
    const at = (course: Course | undefined): number => course?.(age, hour) ?? 0;
    const rate = Math.max(0, at(pod.load) * (1 + 0.04 * dice.normal()));
    requests += rate * step * 3600;
    cpu += rate * step * 3600 * 0.004 * (1 + 0.05 * dice.normal());
    creep = 0.8 * creep + 0.6 * dice.normal();
    if (pod.wander) strayed = memory * strayed + Math.sqrt(1 - memory * memory) * dice.normal();
    const wander = 1 + (pod.wander?.share ?? 0) * strayed;
    if (plan.gaps?.some(([from, to]) => hour >= from && hour < to)) continue;
    const warm = 1 - 0.3 * Math.exp(-age / 0.5);
    const live = at(pod.heap) * warm * wander;
    let garbage = 0;
    if (pod.garbage) {
      const { bytes, hours, byRequest } = pod.garbage;
      const cycles = byRequest ? requests / (3600 * hours * meanRate) : age / hours;
      garbage = bytes * ((cycles + 0.37 * dice.next() * Math.min(1, step / hours)) % 1);
    }
    const used = live + garbage;
    highest = Math.max(highest, live + (pod.garbage?.bytes ?? 0));
    const native = (at(pod.native) * wander + at(pod.external)) * warm;
    const rss = (pod.runtime === 'beam' ? live : highest) * 1.03 + native;
    const noisy = rss * (1 + (pod.noise ?? 0.004) * creep);
    const kernel = at(pod.kernel) || 4e6;
    const active = (at(pod.activeFile) || 8e6) * (1 + 0.01 * dice.normal());
    const inactive = (at(pod.inactiveFile) || 6e6) * (1 + 0.01 * dice.normal());
    put('container_memory_rss', image, hour, noisy);
    put('container_memory_cache', image, hour, active + inactive + at(pod.shmem));
    put('container_memory_total_active_file_bytes', image, hour, active);
    put('container_memory_total_inactive_file_bytes', image, hour, inactive);
    put('container_memory_kernel_usage', image, hour, kernel);
    put('container_memory_usage_bytes', image, hour, noisy + kernel + active + inactive + at(pod.shmem));
    put('container_memory_working_set_bytes', image, hour, noisy + kernel + active + at(pod.shmem));
    if (pod.limit !== undefined) put('container_spec_memory_limit_bytes', image, hour, pod.limit);
    put('kube_pod_container_status_restarts_total', base, hour, restarts);
    put('container_cpu_usage_seconds_total', image, hour, cpu);
    put('container_file_descriptors', image, hour, at(pod.descriptors) || 40);
    put('container_threads', image, hour, at(pod.threads) || 12);
    if (pod.load) put('http_requests_total', base, hour, requests);
    if (pod.runtime === 'node') {
      put('nodejs_heap_size_used_bytes', base, hour, used);
      put('nodejs_heap_size_total_bytes', base, hour, highest * 1.02);
      put('nodejs_external_memory_bytes', base, hour, at(pod.external) || 4e6);
    }
    if (pod.runtime === 'jvm') {
      put('jvm_memory_used_bytes', { ...base, area: 'heap' }, hour, used);
      put('jvm_memory_used_bytes', { ...base, area: 'nonheap' }, hour, 60e6);
      if (pod.heapMax !== undefined) {
        put('jvm_memory_committed_bytes', { ...base, area: 'heap' }, hour, Math.min(pod.heapMax, highest * 1.02));
        put('jvm_memory_max_bytes', { ...base, area: 'heap' }, hour, pod.heapMax);
      }
    }
    if (pod.runtime === 'beam') {
      put('erlang_vm_memory_bytes_total', { ...base, kind: 'ets' }, hour, live * 0.6);
      put(
        'erlang_vm_memory_bytes_total',
        { ...base, kind: 'processes' },
        hour,
        live * 0.4 * (1 + 0.02 * dice.normal()),
      );
      put('erlang_vm_memory_bytes_total', { ...base, kind: 'system' }, hour, live * 0.6 + 20e6);
    }
  }
  return [...columns].map(([key, { labels, times, values }]) => ({
    metric: key.split(' ')[0]!,
    labels,
    unit: key.includes('bytes') ? 'bytes' : '',
    kind: /_total$/.test(key.split(' ')[0]!) && !key.startsWith('erlang') ? 'counter' : 'gauge',
    timesMs: Float64Array.from(times),
    values: Float64Array.from(values),
    staleMs: new Float64Array(0),
    thinned: false,
  }));
}

function meanOfDay(load: Course | undefined): number {
  let sum = 0;
  for (let hour = 0; hour < 24; hour++) sum += load?.(hour, hour) ?? 1;
  return Math.max(sum / 24, 1e-6);
}

/** Requests per second over days: low at night, less at the weekend (days 5 and 6), with some wandering. */
export function daily(mean: number, dice: Dice, options: { growth?: number; weekend?: number } = {}): Course {
  const phase = dice.between(0, 6);
  const swing = dice.between(0.4, 0.8);
  const wander = Array.from({ length: 60 }, () => 1 + 0.12 * dice.normal());
  return (_, hour) => {
    const day = Math.floor(hour / 24) % 60;
    const quiet = day % 7 >= 5 ? (options.weekend ?? 0.6) : 1;
    const wave = 1 + swing * Math.sin((2 * Math.PI * (hour - 8 - phase)) / 24);
    return Math.max(0.02, mean * wave * quiet * Math.max(0.3, wander[day]!) * (1 + (options.growth ?? 0) * hour));
  };
}
