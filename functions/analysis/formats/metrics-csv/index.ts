import type { Analyser } from '../../analyser.ts';
import { analysisFromSamples } from '../../series/samples-to-analysis.ts';
import { detectMetricsCsv } from './detect.ts';
import { parseMetricsCsv } from './parse.ts';

export const metricsCsv: Analyser = {
  format: 'metrics-csv',
  title: 'Metrics as a table (CSV, TSV, Grafana export)',
  version: 4,
  detect: detectMetricsCsv,
  async analyse(source, run) {
    const { samples, layout, rows, warnings } = await parseMetricsCsv(source, run);
    return analysisFromSamples(
      samples,
      {
        format: metricsCsv.format,
        version: metricsCsv.version,
        warnings,
        facts: [
          { name: 'layout', value: layout },
          { name: 'rows', value: rows, unit: 'count' },
        ],
      },
      run,
    );
  },
};
