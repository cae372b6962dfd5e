import { type MemoryRole, memoryRole } from './memory-role.ts';
import { mapper, NO_MAPPING } from './recognise/mapping.ts';
import type { SampleSeries, SampleSet } from './sample-set.ts';

/** The memory of one container, or of one process or machine where there are no containers. */
export interface ContainerMemory {
  readonly namespace: string;
  readonly pod: string;
  /** The container, or what else tells it apart: an instance, a process id. */
  readonly container: string;
  /** The longest series of each role. */
  readonly byRole: ReadonlyMap<MemoryRole, SampleSeries>;
}

const NAMESPACE = ['namespace', 'exported_namespace', 'kubernetes_namespace', 'k8s.namespace.name', 'pod_namespace'];
const POD = ['pod', 'exported_pod', 'pod_name', 'kubernetes_pod_name', 'k8s.pod.name'];
const CONTAINER = ['container', 'exported_container', 'container_name', 'k8s.container.name', 'container.name'];
/** What tells processes apart, most telling first. cAdvisor gives `name` or `id` for containers outside of Kubernetes. */
const OTHER = ['name', 'id', 'cgroup', 'process', 'pid', 'instance', 'service.name', 'service', 'job', 'node'];
/** The total that stands for a container in tables, in the order of preference. */
const MAIN: readonly MemoryRole[] = [
  'working-set',
  'usage',
  'process-rss',
  'anon',
  'runtime-total',
  'heap-used',
  'heap-total',
  'cache',
];

/** Groups the memory series by what they belong to, in the order of the evidence. Pause containers and cgroup parents are left out. */
export function containersOf(samples: SampleSet, mapping = NO_MAPPING): ContainerMemory[] {
  const mapped = mapper(mapping);
  const found = new Map<
    string,
    { namespace: string; pod: string; container: string; byRole: Map<MemoryRole, SampleSeries> }
  >();
  const hasContainers = samples.series.some((series) => first(series, CONTAINER) !== '' && first(series, POD) !== '');
  for (const read of samples.series) {
    const said = mapped(read);
    const series = said?.series ?? read;
    const role = said ? said.line : memoryRole(series);
    if (role === undefined) continue;
    const place = placeOf(series, hasContainers);
    if (place === undefined) continue;
    const key = `${place.namespace}\u0000${place.pod}\u0000${place.container}`;
    let group = found.get(key);
    if (group === undefined) found.set(key, (group = { ...place, byRole: new Map() }));
    const known = group.byRole.get(role);
    if (known === undefined || known.timesMs.length < series.timesMs.length) group.byRole.set(role, series);
  }
  return [...found.values()].filter((group) => mainSeries(group) !== undefined);
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

function placeOf(
  series: SampleSeries,
  hasContainers: boolean,
): { namespace: string; pod: string; container: string } | undefined {
  const pod = first(series, POD);
  const container = first(series, CONTAINER);
  const namespace = first(series, NAMESPACE);
  if (container === 'POD') return undefined;
  if (pod !== '' || container !== '') {
    // cAdvisor also reports the sum of a pod with an empty container label.
    if (container === '' && hasContainers && series.metric.startsWith('container_')) return undefined;
    return { namespace, pod, container };
  }
  if (hasContainers && series.metric.startsWith('container_')) return undefined;
  return { namespace, pod, container: first(series, OTHER) };
}

function first(series: SampleSeries, names: readonly string[]): string {
  for (const name of names) {
    const value = Object.hasOwn(series.labels, name) ? series.labels[name] : undefined;
    if (value !== undefined && value !== '') return value;
  }
  return '';
}
