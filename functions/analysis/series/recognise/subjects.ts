import type { SampleSeries, SampleSet } from '../sample-set.ts';
import { mapper, NO_MAPPING, type Mapping } from './mapping.ts';
import { recognise } from './recognise.ts';
import type { Recognised, Role, Runtime } from './role.ts';

export interface RoleSeries extends Recognised {
  readonly series: SampleSeries;
}

/** One container (or, without Kubernetes, one process) with every series that speaks of it. */
export interface Subject {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** True where there is neither pod nor container: `pod` is then what tells the process apart. */
  readonly isProcess: boolean;
  /** The name of the Deployment or StatefulSet, as far as the pod's name gives it; containers of equal workload compare. */
  readonly workload: string;
  readonly runtime: Runtime | undefined;
  readonly series: ReadonlyMap<Role, readonly RoleSeries[]>;
}

/** Series of the whole cluster that every container is compared with; a file of a million routes must not cost a million each. */
const MOST_SHARED = 64;

interface Draft {
  namespace: string;
  pod: string;
  container: string;
  isProcess: boolean;
  parts: RoleSeries[];
}

/** Labels that name things, as scrapers, collectors, agents and clouds write them; what `honor_labels: false` renamed comes first. */
const NAMESPACE = [
  'exported_namespace', 'namespace', 'kubernetes_namespace', 'k8s_namespace_name', 'k8s.namespace.name', 'kube_namespace', 'pod_namespace',
  'namespace_name', 'Namespace', 'container_label_io_kubernetes_pod_namespace',
]; // prettier-ignore
const POD = [
  'exported_pod', 'pod', 'pod_name', 'kubernetes_pod_name', 'k8s_pod_name', 'k8s.pod.name', 'kube_pod', 'PodName', 'podName',
  'container_label_io_kubernetes_pod_name',
]; // prettier-ignore
const CONTAINER = [
  'exported_container', 'container', 'container_name', 'k8s_container_name', 'k8s.container.name', 'kube_container_name', 'ContainerName',
  'container.name', 'container_label_io_kubernetes_container_name',
]; // prettier-ignore
const PROCESS = [
  'instance', 'service_instance_id', 'service.instance.id', 'cgroup', 'host_name', 'host.name', 'hostname', 'groupname', 'process', 'pid',
  'service_name', 'service.name', 'service', 'job', 'name', 'node', 'host',
]; // prettier-ignore
/** What tells containers outside of Kubernetes apart, all of which one cAdvisor instance reports. */
const OUTSIDE = ['name', 'id'];

/** Roles that show that a container lives here: memory. */
export const LIVING: ReadonlySet<Role> = new Set<Role>([
  'working-set',
  'usage',
  'rss',
  'memory',
  'memory-share',
  'rss-share',
  'heap-share',
  'heap-used',
  'heap-live',
  'beam-total',
  'beam-processes',
]);

/** More containers than any case has; what is beyond is left out by the caller with a warning. */
export const MOST_SUBJECTS = 5000;

/**
 * Sorts the series by the container they speak of. Series of a pod without container (application metrics) go to the
 * pod's only container with memory, or to its largest; series without pod (a cluster-wide load) go to every container.
 */
export function findSubjects(samples: SampleSet, mapping: Mapping = NO_MAPPING): Subject[] {
  const drafts = new Map<string, Draft>();
  const ofPod: RoleSeries[] = [];
  const ofAll: RoleSeries[] = [];
  const hasContainers = samples.series.some(
    ({ labels }) => first(labels, CONTAINER) !== '' && first(labels, POD) !== '',
  );
  const mapped = mapper(mapping);
  for (const read of samples.series) {
    const said = mapped(read);
    const part: RoleSeries = said ? { ...said.recognised, series: said.series } : { ...recognise(read), series: read };
    if (part.role === 'unknown') continue;
    const { series } = part;
    const namespace = first(series.labels, NAMESPACE);
    const pod = first(series.labels, POD);
    const container = first(series.labels, CONTAINER);
    const isGroup = /^container_/.test(series.metric);
    // Beside its containers, cAdvisor reports the sum of each pod, and the groups above pods.
    if (container === 'POD' || (container === '' && isGroup && hasContainers)) continue;
    if (pod !== '' && container === '') ofPod.push(part);
    else if (pod === '' && container === '' && !LIVING.has(part.role)) ofAll.push(part);
    else {
      const isProcess = pod === '' && container === '';
      const name = isProcess ? (isGroup && first(series.labels, OUTSIDE)) || processName(series, part.role) : pod;
      draftOf(drafts, namespace, name, container, isProcess).parts.push(part);
    }
  }
  attachByPod(drafts, ofPod);
  attachToAll(drafts, ofAll);
  return [...drafts.values()]
    .flatMap(splitByPid)
    .filter((draft) => draft.parts.some((part) => LIVING.has(part.role)))
    .slice(0, MOST_SUBJECTS)
    .map(finish);
}

function first(labels: Readonly<Record<string, string>>, names: readonly string[]): string {
  for (const name of names) if (Object.hasOwn(labels, name) && labels[name] !== '') return labels[name]!;
  return '';
}

/** A column of a table has no labels at all: then its own name is the best name of the process it shows. */
function processName(series: SampleSeries, role: Role): string {
  return first(series.labels, PROCESS) || (role === 'memory' ? series.metric : '');
}

function draftOf(
  drafts: Map<string, Draft>,
  namespace: string,
  pod: string,
  container: string,
  isProcess = false,
): Draft {
  const key = `${namespace}\u0000${pod}\u0000${container}`;
  let draft = drafts.get(key);
  if (!draft) drafts.set(key, (draft = { namespace, pod, container, isProcess, parts: [] }));
  return draft;
}

/**
 * Processes of one name or host: ids that follow each other are restarts of one process, ids that live at the same time are several (the workers of
 * a cluster). Series without an id concern each.
 */
function splitByPid(draft: Draft): Draft[] {
  const byPid = Map.groupBy(draft.parts, ({ series }) => first(series.labels, ['pid']));
  const common = byPid.get('') ?? [];
  byPid.delete('');
  if (!draft.isProcess || byPid.size < 2 || byPid.has(draft.pod)) return [draft];
  const spans = [...byPid.values()].map((parts) => ({
    startMs: Math.min(...parts.map(({ series }) => series.timesMs[0] ?? 0)),
    endMs: Math.max(...parts.map(({ series }) => series.timesMs.at(-1) ?? 0)),
  }));
  spans.sort((a, b) => a.startMs - b.startMs);
  const follow = spans.every(({ startMs }, i) => i === 0 || startMs > (spans[i - 1]?.endMs ?? 0));
  if (follow) return [draft];
  return [...byPid].map(([pid, parts]) => ({ ...draft, pod: `${draft.pod}/${pid}`, parts: [...parts, ...common] }));
}

function attachByPod(drafts: Map<string, Draft>, parts: readonly RoleSeries[]): void {
  const byPod = Map.groupBy(drafts.values(), (draft) => `${draft.namespace}\u0000${draft.pod}`);
  const byPodName = Map.groupBy(drafts.values(), (draft) => draft.pod);
  for (const part of parts) {
    const namespace = first(part.series.labels, NAMESPACE);
    const pod = first(part.series.labels, POD);
    const homes = byPod.get(`${namespace}\u0000${pod}`) ?? (namespace === '' ? byPodName.get(pod) : undefined) ?? [];
    const home = homes.length > 1 ? largest(homes) : homes[0];
    (home ?? draftOf(drafts, namespace, pod, '')).parts.push(part);
  }
}

function largest(drafts: readonly Draft[]): Draft {
  const size = (draft: Draft): number =>
    Math.max(
      0,
      ...draft.parts
        .filter((part) => part.role === 'rss' || part.role === 'working-set')
        .map((part) => part.series.values.at(-1) ?? 0),
    );
  return drafts.reduce((best, draft) => (size(draft) > size(best) ? draft : best));
}

/** Numbers of one process name the process; others (a request rate of the whole service) concern every container. */
function attachToAll(drafts: Map<string, Draft>, parts: readonly RoleSeries[]): void {
  for (const part of parts.slice(0, MOST_SHARED)) {
    const process = first(part.series.labels, PROCESS);
    const own = [...drafts.values()].filter(
      (draft) => draft.container === '' && draft.pod === process && process !== '',
    );
    for (const draft of own.length > 0 ? own : drafts.values()) draft.parts.push(part);
  }
}

function finish(draft: Draft): Subject {
  // memory.stat of v1 has every number twice: of the group alone, and (`total_`) with those below it.
  const names = new Set(draft.parts.map((part) => part.series.metric));
  const parts = draft.parts.filter((part) => !names.has(`total_${part.series.metric}`));
  const series = Map.groupBy(parts, (part) => part.role);
  const runtime = draft.parts.find((part) => part.runtime !== undefined)?.runtime;
  return { ...draft, workload: workloadOf(draft.pod, draft.container), runtime, series };
}

/** `web-7d4b9c6f5-x2x7k` and `web-0` are of `web`; a suffix that a ReplicaSet or StatefulSet gave is no name. */
export function workloadOf(pod: string, container: string): string {
  const base = pod.replace(/-[a-z0-9]{6,10}-[a-z0-9]{5}$/, '').replace(/-(\d{1,4}|[a-z0-9]{5})$/, '');
  return `${base === '' ? pod : base}/${container}`;
}
