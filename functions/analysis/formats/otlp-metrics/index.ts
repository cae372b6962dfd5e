import { AppError } from '../../../model/error.ts';
import type { Analyser } from '../../analyser.ts';
import { readWhole } from '../../bytes/whole.ts';
import { analysisFromSamples } from '../../series/samples-to-analysis.ts';
import { readRange } from '../../bytes/read.ts';
import { detectOtlpMetrics, isOtlpJson } from './detect.ts';
import { parseOtlpJson } from './parse-json.ts';
import { parseOtlpProtobuf } from './parse-protobuf.ts';

const MAX_BYTES = 256 * 2 ** 20;

export const otlpMetrics: Analyser = {
  format: 'otlp-metrics',
  title: 'OpenTelemetry metrics (OTLP, JSON or protobuf)',
  version: 4,
  detect: detectOtlpMetrics,
  async analyse(source, run) {
    const warnings: string[] = [];
    const isJson = isOtlpJson(await readRange(source, 0, 65_536));
    const sink = isJson
      ? await parseOtlpJson(source, run, warnings)
      : parseOtlpProtobuf(await readWhole(source, run, Math.min(MAX_BYTES, run.limits.memoryBytes / 8)), run, warnings);
    const samples = sink.finish();
    if (samples.series.length === 0) {
      throw new AppError(
        'bad-input',
        'the OTLP request holds no number: no gauge, sum, histogram or summary has a point',
      );
    }
    return analysisFromSamples(
      samples,
      {
        format: otlpMetrics.format,
        version: otlpMetrics.version,
        warnings,
        facts: [
          { name: 'metrics', value: sink.metrics, unit: 'count' },
          { name: 'points', value: sink.points, unit: 'count' },
        ],
      },
      run,
    );
  },
};
