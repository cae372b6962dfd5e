import { workloadOf } from '../analysis/series/recognise/subjects.ts';
import { Evidence } from '../model/evidence.ts';
import type { Deps } from './deps.ts';
import { partitionOf } from './keys.ts';
import { readAnalysis } from './publish/read-analysis.ts';
import { listStored } from './stored.ts';

/** Analyses are large, and the newest say what runs now. */
const MOST_READ = 8;
const MOST_NAMES = 50;

export interface WatchedPods {
  readonly namespaces: readonly string[];
  /** Names of Deployments and the like: their pods come and go. */
  readonly workloads: readonly string[];
}

/** What the newest metrics of an investigation speak of, as far as everybody may see them. */
export async function podsOfEvidence(deps: Deps, slug: string): Promise<WatchedPods> {
  const evidence = await listStored(deps.records, partitionOf(slug), 'evidence#', Evidence);
  const newest = evidence
    .filter(({ visibility, hasSeries }) => visibility === 'visible' && hasSeries === true)
    .sort((a, b) => b.submittedAtMs - a.submittedAtMs)
    .slice(0, MOST_READ);
  const namespaces = new Set<string>();
  const workloads = new Set<string>();
  for (const { analysisKey } of newest) {
    const analysis = analysisKey === undefined ? undefined : await readAnalysis(deps, analysisKey);
    for (const { rule, evidence: said } of analysis?.findings ?? []) {
      const { scope, namespace, pod } = said;
      if (rule !== 'metrics/verdict' || scope !== 'container' || typeof pod !== 'string' || pod === '') continue;
      workloads.add(workloadOf(pod, '').slice(0, -1));
      if (typeof namespace === 'string' && namespace !== '') namespaces.add(namespace);
    }
  }
  return { namespaces: [...namespaces].slice(0, MOST_NAMES), workloads: [...workloads].slice(0, MOST_NAMES) };
}
