import { AppError, isAppError } from '../../../model/error.ts';
import type { ByteSource, Run } from '../../analyser.ts';
import { ARRAY, ARRAY_END, END, JsonTokens, KEY, NEED, OBJECT, OBJECT_END, STRING } from '../../bytes/json-tokens.ts';
import { elementsOf, entriesOf, type JsonValue, member, readJsonValue, textOf } from '../../bytes/json-value.ts';
import type { SampleSet } from '../../series/sample-set.ts';
import { SampleSetBuilder } from '../../series/sample-set-builder.ts';
import { setLabel } from '../labels.ts';
import { parseQuantity } from '../quantity.ts';
import { parseMoment } from '../timestamp.ts';

export interface KubernetesMetrics {
  readonly samples: SampleSet;
  readonly pods: number;
  readonly nodes: number;
  readonly warnings: readonly string[];
}

/**
 * `metrics.k8s.io` answers: PodMetrics, NodeMetrics, their lists, and several of them behind each other (one a line, or in
 * an array), joined by their own timestamps. Memory is the working set; CPU is in cores. A kubelet's `/stats/summary` reads as well, and has more.
 * https://github.com/kubernetes/metrics/blob/master/pkg/apis/metrics/v1beta1/types.go
 * https://github.com/kubernetes/kubernetes/blob/master/staging/src/k8s.io/kubelet/pkg/apis/stats/v1alpha1/types.go
 */
export async function parseKubernetesMetrics(source: ByteSource, run: Run): Promise<KubernetesMetrics> {
  const tokens = new JsonTokens(source, run, { terminal: true });
  const reader = new ItemReader(run);
  const warnings: string[] = [];
  try {
    await readDocuments(tokens, reader);
    if (tokens.truncated) warnings.push('truncated: the JSON ends inside of a value; the items before it were read');
  } catch (error) {
    if (!isAppError(error) || reader.items === 0) throw error;
    warnings.push(`${error.message}; the items before it were read`);
  }
  const samples = reader.builder.finish();
  if (samples.series.length === 0) {
    const said = reader.message;
    throw new AppError(
      'bad-input',
      said === undefined
        ? 'the answer has no items with usage; is the Metrics Server running? (`kubectl get --raw /apis/metrics.k8s.io/v1beta1/pods`)'
        : `the Kubernetes API answered with an error instead of data: ${said}`,
    );
  }
  if (reader.unreadable > 0) warnings.push(`${reader.unreadable} quantities could not be read; they were left out`);
  return { samples, pods: reader.pods.size, nodes: reader.nodes.size, warnings };
}

async function readDocuments(tokens: JsonTokens, reader: ItemReader): Promise<void> {
  for (;;) {
    const token = tokens.next();
    if (token === NEED) await tokens.fill();
    else if (token === END) return;
    else if (token === OBJECT) await readObject(tokens, reader);
  }
}

/** A list (its items go one by one) or a single item. */
async function readObject(tokens: JsonTokens, reader: ItemReader): Promise<void> {
  const own: { [key: string]: JsonValue } = {};
  for (;;) {
    const token = tokens.next();
    if (token === NEED) await tokens.fill();
    else if (token === END || token === OBJECT_END) break;
    else if (token === KEY) {
      const key = tokens.text();
      const value = await tokens.pull();
      if (value === END) break;
      if ((key === 'items' || key === 'pods') && value === ARRAY) await readItems(tokens, reader);
      else if (key === 'node') reader.item(await readJsonValue(tokens, value, { maxNodes: 100_000 }));
      else if (KEPT.has(key)) own[key] = await readJsonValue(tokens, value, { maxNodes: 100_000 });
      else if (key === 'message' && value === STRING) reader.message = tokens.text().slice(0, 500);
      else await tokens.skip(value);
    }
  }
  reader.item(own);
}

/** Fields of `MemoryStats` under the names that cAdvisor has for them. */
const STATS = [
  ['workingSetBytes', 'working_set_bytes'],
  ['usageBytes', 'usage_bytes'],
  ['rssBytes', 'rss'],
] as const;
const KEPT = new Set(['metadata', 'timestamp', 'usage', 'containers']);

async function readItems(tokens: JsonTokens, reader: ItemReader): Promise<void> {
  for (;;) {
    const token = tokens.next();
    if (token === NEED) await tokens.fill();
    else if (token === END || token === ARRAY_END) return;
    else reader.item(await readJsonValue(tokens, token, { maxNodes: 100_000 }));
  }
}

class ItemReader {
  readonly builder: SampleSetBuilder;
  readonly pods = new Set<string>();
  readonly nodes = new Set<string>();
  items = 0;
  unreadable = 0;
  message: string | undefined;
  readonly #rounds = new Map<string, number>();

  constructor(run: Run) {
    this.builder = new SampleSetBuilder({
      memoryBytes: run.limits.memoryBytes,
      capturedAtMs: run.context?.capturedAtMs,
    });
  }

  item(item: JsonValue): void {
    const metadata = member(item, 'metadata') ?? member(item, 'podRef');
    const name = textOf(member(metadata, 'name')) ?? textOf(member(item, 'nodeName'));
    if (name === undefined) return;
    const timeMs = parseMoment(textOf(member(item, 'timestamp')) ?? '');
    const namespace = textOf(member(metadata, 'namespace'));
    const containers = member(item, 'containers');
    if (containers === undefined) {
      const stats = member(item, 'memory');
      if (member(item, 'usage') === undefined && stats === undefined) return;
      if (this.nodes.size < 100_000) this.nodes.add(name);
      this.#usage(member(item, 'usage'), { node: name }, timeMs);
      this.#stats(stats, { node: name });
    } else {
      if (this.pods.size < 100_000) this.pods.add(`${namespace ?? ''}/${name}`);
      for (const container of elementsOf(containers)) {
        const labels: Record<string, string> = {};
        if (namespace !== undefined) setLabel(labels, 'namespace', namespace);
        setLabel(labels, 'pod', name);
        setLabel(labels, 'container', textOf(member(container, 'name')) ?? '');
        this.#usage(member(container, 'usage'), labels, timeMs);
        this.#stats(member(container, 'memory'), labels);
      }
    }
    this.items++;
  }

  /** The memory of a kubelet's summary, each with its own time. */
  #stats(memory: JsonValue | undefined, labels: Record<string, string>): void {
    const timeMs = parseMoment(textOf(member(memory, 'time')) ?? '');
    const of = Object.hasOwn(labels, 'node') ? 'node' : 'container';
    for (const [field, metric] of STATS) {
      const value = member(memory, field);
      if (typeof value !== 'number' || Number.isNaN(timeMs)) continue;
      this.builder.push(
        this.builder.series(`${of}_memory_${metric}`, labels, { unit: 'bytes', kind: 'gauge' }),
        timeMs,
        value,
      );
    }
  }

  #usage(usage: JsonValue | undefined, labels: Record<string, string>, timeMs: number): void {
    for (const [resource, text] of entriesOf(usage)) {
      const isMemory = resource === 'memory';
      if (!isMemory && resource !== 'cpu') continue;
      const quantity = typeof text === 'number' ? { value: text } : parseQuantity(textOf(text) ?? '');
      if (quantity === undefined) {
        this.unreadable++;
        continue;
      }
      const of = Object.hasOwn(labels, 'node') ? 'node' : 'container';
      const metric = isMemory ? `${of}_memory_working_set_bytes` : `${of}_cpu_usage_cores`;
      const series = this.builder.series(metric, labels, { unit: isMemory ? 'bytes' : 'cores', kind: 'gauge' });
      if (Number.isNaN(timeMs)) {
        const key = `${metric}\u0000${JSON.stringify(labels)}`;
        const round = this.#rounds.get(key) ?? 0;
        if (this.#rounds.size < 100_000) this.#rounds.set(key, round + 1);
        this.builder.pushUntimed(series, round, quantity.value);
      } else this.builder.push(series, timeMs, quantity.value);
    }
  }
}
