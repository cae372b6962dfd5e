import type { RoleSeries, Subject } from './recognise/subjects.ts';
import type { Role } from './recognise/role.ts';
import type { SampleSeries } from './sample-set.ts';

/** The memory of one container, or of one process or machine where there are no containers: what tables and charts need. */
export interface ContainerMemory {
  readonly namespace: string;
  readonly pod: string;
  /** The container, or what else tells it apart: an instance, a process id. */
  readonly container: string;
  /** One series a role: the longest, or the sum of those that are parts of one number. */
  readonly byRole: ReadonlyMap<Role, SampleSeries>;
}

/** The total that stands for a container in tables, in the order of preference. */
const MAIN: readonly Role[] = [
  'working-set',
  'usage',
  'rss',
  'memory',
  'beam-total',
  'heap-live',
  'heap-used',
  'heap-committed',
  'beam-processes',
];

/** What tables and charts show of the subjects of a verdict, in the order of the evidence. */
export function containersOf(subjects: readonly Subject[]): ContainerMemory[] {
  return subjects.map(({ namespace, pod, container, isProcess, series }) => ({
    namespace,
    ...(isProcess ? { pod: '', container: pod } : { pod, container }),
    byRole: new Map([...series].map(([role, parts]) => [role, wholeOf(parts)])),
  }));
}

/** The series that stands for a container in a table, undefined where only limits or parts are known. */
export function mainSeries(container: ContainerMemory): SampleSeries | undefined {
  for (const role of MAIN) {
    const series = container.byRole.get(role);
    if (series !== undefined) return series;
  }
  return undefined;
}

/** The memory limit that held last; undefined for none (0 and the largest page-rounded integer of cgroup v1 mean no limit). */
export function limitOf(container: ContainerMemory): number | undefined {
  const limit = container.byRole.get('limit')?.values.at(-1);
  return limit === undefined || limit <= 0 || limit > 1e15 ? undefined : limit;
}

/** `namespace/pod/container`, without what is not known. */
export function containerTitle(container: { namespace: string; pod: string; container: string }): string {
  return [container.namespace, container.pod, container.container].filter((part) => part !== '').join('/') || 'memory';
}

/** Pools of one heap are added where they were taken at the same times; else the longest series stands for all. */
function wholeOf(parts: readonly RoleSeries[]): SampleSeries {
  const longest = parts.reduce((best, part) => (part.series.values.length > best.series.values.length ? part : best));
  const { series } = longest;
  const same = parts.filter((part) => part.additive === true && sameTimes(part.series.timesMs, series.timesMs));
  if (longest.additive !== true || same.length < 2) return series;
  return {
    ...series,
    values: series.values.map((_, i) => same.reduce((sum, part) => sum + (part.series.values[i] ?? 0), 0)),
  };
}

function sameTimes(a: Float64Array, b: Float64Array): boolean {
  return a === b || (a.length === b.length && a.every((timeMs, i) => timeMs === b[i]));
}
