import type { Analyser } from '../../analyser.ts';
import { AppError } from '../../../model/error.ts';
import { readRange } from '../../bytes/read.ts';
import { jsonHead } from '../../bytes/json-head.ts';
import { analysisFromSamples } from '../../series/samples-to-analysis.ts';
import { parseKubernetesMetrics } from './parse.ts';

export const kubernetesMetrics: Analyser = {
  format: 'k8s-metrics',
  title: 'Kubernetes Metrics API answer (metrics.k8s.io) or kubelet summary',
  version: 4,
  detect(head) {
    const json = jsonHead(head);
    if (json === undefined) return isYaml(head) ? 'yes' : 'no';
    if (json.paths.has('pods[].podRef.name') || json.paths.has('node.memory.workingSetBytes')) return 'yes';
    for (const outer of ['', '[].', 'items[].']) {
      if (json.texts.get(`${outer}apiVersion`)?.startsWith('metrics.k8s.io/') === true) return 'yes';
      const usage = json.paths.has(`${outer}containers[].usage.memory`) || json.paths.has(`${outer}usage.memory`);
      if (usage && json.paths.has(`${outer}window`) && json.paths.has(`${outer}timestamp`)) return 'yes';
    }
    return 'no';
  },
  async analyse(source, run) {
    if (isYaml(await readRange(source, 0, 4096)))
      throw new AppError(
        'unsupported',
        'this answer of the Metrics API is in YAML: ask for it with `-o json` instead of `-o yaml` and send that',
      );
    const { samples, pods, nodes, warnings } = await parseKubernetesMetrics(source, run);
    return analysisFromSamples(
      samples,
      {
        format: kubernetesMetrics.format,
        version: kubernetesMetrics.version,
        warnings,
        facts: [
          { name: 'pods', value: pods, unit: 'count' },
          { name: 'nodes', value: nodes, unit: 'count' },
        ],
      },
      run,
    );
  },
};

function isYaml(head: Uint8Array): boolean {
  return /^(?:- )?apiVersion: ['"]?metrics\.k8s\.io\//m.test(new TextDecoder('utf-8').decode(head.subarray(0, 4096)));
}
