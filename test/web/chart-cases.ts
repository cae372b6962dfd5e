import type { Analysis } from '../../functions/model/analysis.ts';
import { investigationKey, nounKey } from '../../functions/hub/keys.ts';
import { ANALYSERS } from '../../functions/analysis/registry.ts';
import { newId } from '../../functions/model/id.ts';
import { sourceOf, testRun } from '../analysis/test-run.ts';
import { seeded } from './example-views.ts';
import type { MemoryHub } from './memory-hub.ts';

/** Investigations whose charts are hard to draw. The bytes are made by arithmetic; they go through the real analyser and the real publish. */
const START_MS = Date.UTC(2026, 4, 1);
const STEP_S = 15;
const MIB = 2 ** 20;

export const MILLION = 1_000_000;
/** One sample among them that stands out. */
export const PEAK = { at: 654_321, bytes: 3_900 * MIB, timeMs: START_MS + 654_321 * STEP_S * 1000 };

interface Written {
  readonly metric: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly count: number;
  readonly stepS?: number;
  /** Undefined: no sample then. */
  readonly value: (i: number) => number | undefined;
}

/** The answer of Prometheus' `query_range`. */
export function queryRange(series: readonly Written[]): string {
  const result = series.map(({ metric, labels, count, stepS = STEP_S, value }) => {
    const values: string[] = [];
    for (let i = 0; i < count; i++) {
      const known = value(i);
      if (known !== undefined) values.push(`[${START_MS / 1000 + i * stepS},"${known}"]`);
    }
    const name = JSON.stringify({ __name__: metric, ...labels });
    return `{"metric":${name},"values":[${values.join(',')}]}`;
  });
  return `{"status":"success","data":{"resultType":"matrix","result":[${result.join(',')}]}}`;
}

const of = (pod: string): Record<string, string> => ({ namespace: 'shop', pod, container: 'worker' });

/** Half a year of one container, every 15 s: it leaks, breathes with the day, and for one sample nearly fills its limit. */
export function millionSamples(): string {
  const random = seeded(11);
  const resident = (i: number): number => {
    if (i === PEAK.at) return PEAK.bytes;
    const day = Math.sin((i / ((24 * 3600) / STEP_S)) * 2 * Math.PI);
    return Math.round((300 + 900 * (i / MILLION) + 20 * day + (i % 40) + 15 * random()) * MIB);
  };
  return queryRange([
    { metric: 'container_memory_rss', labels: of('worker-0'), count: MILLION, value: resident },
    {
      metric: 'container_spec_memory_limit_bytes',
      labels: of('worker-0'),
      count: 2,
      stepS: STEP_S * (MILLION - 1),
      value: () => 4096 * MIB,
    },
  ]);
}

/** Thirty containers with names as clusters give them; one leaks and is killed, one was away for six hours, one was seen once. */
export function thirtyContainers(): string {
  const random = seeded(5);
  const count = 2880;
  const series: Written[] = [];
  for (let n = 0; n < 30; n++) {
    const labels = of(
      `checkout-payment-reconciliation-worker-deployment-${String(n).padStart(2, '0')}-7d9c8b6f5-x${n}kq`,
    );
    const base = 150 + 12 * n;
    const value = (i: number): number | undefined => {
      const noise = 8 * random();
      if (n === 3) return Math.round((base + 0.28 * (i % 1300) + noise) * MIB);
      if (n === 4 && i > 1000 && i < 1360) return undefined;
      if (n === 5 && (i < 1500 || i > 1500) && i > 1200 && i < 1800) return undefined;
      return Math.round((base + noise) * MIB);
    };
    series.push({ metric: 'container_memory_working_set_bytes', labels, count, stepS: 60, value });
    if (n === 3) {
      const killed = (i: number): number => Math.floor(i / 1300);
      series.push({ metric: 'kube_pod_container_status_restarts_total', labels, count, stepS: 60, value: killed });
      series.push({ metric: 'container_oom_events_total', labels, count, stepS: 60, value: killed });
    }
  }
  return queryRange(series);
}

export async function analysed(text: string): Promise<Analysis> {
  const analyser = ANALYSERS.find(({ format }) => format === 'prometheus-json');
  if (!analyser) throw new Error('there is no analyser of prometheus-json');
  return analyser.analyse(sourceOf(text), testRun());
}

/** An investigation with one piece of evidence; returns the id of that. */
export async function openChartCase(hub: MemoryHub, slug: string, title: string, analysis: Analysis): Promise<string> {
  const atMs = START_MS + 200 * 86_400_000;
  await hub.records.put({
    ...investigationKey(slug),
    body: {
      slug,
      title,
      summary: 'Made by arithmetic, to try the charts.',
      product: 'example',
      versions: ['1.0.0'],
      environment: { platform: 'Kubernetes' },
      components: [],
      labels: [],
      status: 'open',
      openedAtMs: atMs,
      updatedAtMs: atMs,
      openedBy: 'Ada',
      publicToken: 'cb_pub_example',
    },
  });
  const id = newId(atMs, new Uint8Array(10).fill(slug.length));
  const key = `analysis/${slug}/${id}/e.v1.json`;
  await hub.evidence.put(key, JSON.stringify(analysis));
  await hub.records.put({
    ...nounKey(slug, 'evidence', id),
    body: {
      id,
      slug,
      kind: 'file',
      name: `${slug}.json`,
      sizeBytes: 1000,
      comment: '',
      context: analysis.context,
      visibility: 'visible',
      submittedBy: 'stranger',
      submittedAtMs: atMs,
      receiptHash: 'a'.repeat(64),
      state: 'analysed',
      format: analysis.format,
      analysisKey: key,
      analysedAtMs: atMs,
      findingCount: analysis.findings.length,
    },
  });
  return id;
}
