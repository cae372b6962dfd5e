import type { Analyser } from '../../analyser.ts';
import { analysisFromSamples } from '../../series/samples-to-analysis.ts';
import { detectPrometheusJson } from './detect.ts';
import { parsePrometheusJson } from './parse.ts';

export const prometheusJson: Analyser = {
  format: 'prometheus-json',
  title: 'Prometheus query or query_range answer (JSON)',
  version: 4,
  detect: detectPrometheusJson,
  async analyse(source, run) {
    const { samples, responses, resultType, warnings } = await parsePrometheusJson(source, run);
    return analysisFromSamples(
      samples,
      {
        format: prometheusJson.format,
        version: prometheusJson.version,
        warnings,
        facts: [
          { name: 'responses', value: Math.max(1, responses), unit: 'count' },
          ...(resultType === '' ? [] : [{ name: 'resultType', value: resultType }]),
        ],
      },
      run,
    );
  },
};
