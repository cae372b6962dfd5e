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
  parts: RoleSeries[];
}

const NAMESPACE = [
  'exported_namespace',
  'namespace',
  'kubernetes_namespace',
  'k8s_namespace_name',
  'k8s.namespace.name',
];
const POD = ['exported_pod', 'pod', 'pod_name', 'kubernetes_pod_name', 'k8s_pod_name', 'k8s.pod.name'];
const CONTAINER = ['exported_container', 'container', 'container_name', 'k8s_container_name', 'k8s.container.name'];
const PROCESS = [
  'instance',
  'service_instance_id',
  'service.instance.id',
  'host_name',
  'host.name',
  'hostname',
  'pid',
  'process',
  'service_name',
  'service.name',
  'job',
  'name',
  'node',
];

/** Roles that show that a container lives here: memory. */
const MEMORY = new Set<Role>([
  'working-set',
  'usage',
  'rss',
  'memory',
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
  const mapped = mapper(mapping);
  for (const read of samples.series) {
    const said = mapped(read);
    const part: RoleSeries = said ? { ...said.recognised, series: said.series } : { ...recognise(read), series: read };
    if (part.role === 'unknown') continue;
    const { series } = part;
    const namespace = first(series.labels, NAMESPACE);
    const pod = first(series.labels, POD);
    const container = first(series.labels, CONTAINER);
    if (container === 'POD' || (container === '' && pod !== '' && /^container_/.test(series.metric))) continue;
    if (pod !== '' && container === '') ofPod.push(part);
    else if (pod === '' && container === '' && !MEMORY.has(part.role)) ofAll.push(part);
    else {
      const process = pod === '' && container === '' ? processName(series, part.role) : pod;
      draftOf(drafts, namespace, process, container).parts.push(part);
    }
  }
  attachByPod(drafts, ofPod);
  attachToAll(drafts, ofAll);
  return [...drafts.values()]
    .filter((draft) => draft.parts.some((part) => MEMORY.has(part.role)))
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

function draftOf(drafts: Map<string, Draft>, namespace: string, pod: string, container: string): Draft {
  const key = `${namespace}\u0000${pod}\u0000${container}`;
  let draft = drafts.get(key);
  if (!draft) drafts.set(key, (draft = { namespace, pod, container, parts: [] }));
  return draft;
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
  const series = Map.groupBy(draft.parts, (part) => part.role);
  const runtime = draft.parts.find((part) => part.runtime !== undefined)?.runtime;
  return { ...draft, workload: workloadOf(draft.pod, draft.container), runtime, series };
}

/** `web-7d4b9c6f5-x2x7k` and `web-0` are of `web`; a suffix that a ReplicaSet or StatefulSet gave is no name. */
export function workloadOf(pod: string, container: string): string {
  const base = pod.replace(/-[a-z0-9]{6,10}-[a-z0-9]{5}$/, '').replace(/-(\d{1,4}|[a-z0-9]{5})$/, '');
  return `${base === '' ? pod : base}/${container}`;
}
