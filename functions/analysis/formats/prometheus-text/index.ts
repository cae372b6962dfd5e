import type { Analyser } from '../../analyser.ts';
import { analysisFromSamples } from '../../series/samples-to-analysis.ts';
import { detectPrometheusText } from './detect.ts';
import { parseExposition } from './parse.ts';

export const prometheusText: Analyser = {
  format: 'prometheus-text',
  title: 'Prometheus text exposition or OpenMetrics',
  version: 4,
  detect: detectPrometheusText,
  async analyse(source, run) {
    const { samples, families, openMetrics, warnings } = await parseExposition(source, run);
    return analysisFromSamples(
      samples,
      {
        format: prometheusText.format,
        version: prometheusText.version,
        warnings,
        facts: [
          { name: 'families', value: families, unit: 'count' },
          { name: 'dialect', value: openMetrics ? 'OpenMetrics' : 'text exposition 0.0.4' },
        ],
      },
      run,
    );
  },
};
