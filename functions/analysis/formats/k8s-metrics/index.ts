import type { Analyser } from '../../analyser.ts';
import { jsonHead } from '../../bytes/json-head.ts';
import { analysisFromSamples } from '../../series/samples-to-analysis.ts';
import { parseKubernetesMetrics } from './parse.ts';

export const kubernetesMetrics: Analyser = {
  format: 'k8s-metrics',
  title: 'Kubernetes Metrics API answer (metrics.k8s.io)',
  version: 1,
  detect(head) {
    const json = jsonHead(head);
    if (json === undefined) return 'no';
    for (const outer of ['', '[].', 'items[].']) {
      if (json.texts.get(`${outer}apiVersion`)?.startsWith('metrics.k8s.io/') === true) return 'yes';
      const usage = json.paths.has(`${outer}containers[].usage.memory`) || json.paths.has(`${outer}usage.memory`);
      if (usage && json.paths.has(`${outer}window`) && json.paths.has(`${outer}timestamp`)) return 'yes';
    }
    return 'no';
  },
  async analyse(source, run) {
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
