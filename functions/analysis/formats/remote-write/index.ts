import { AppError, isAppError } from '../../../model/error.ts';
import type { Analyser } from '../../analyser.ts';
import { readWhole } from '../../bytes/whole.ts';
import { unpackSnappy } from '../../bytes/snappy.ts';
import { SampleSetBuilder } from '../../series/sample-set-builder.ts';
import { analysisFromSamples } from '../../series/samples-to-analysis.ts';
import { detectRemoteWrite } from './detect.ts';
import { readWriteRequest, type WriteRequestCounts } from './read-request.ts';

const MAX_BYTES = 256 * 2 ** 20;

export const remoteWrite: Analyser = {
  format: 'remote-write',
  title: 'Prometheus remote write request (snappy protobuf)',
  version: 4,
  detect: detectRemoteWrite,
  async analyse(source, run) {
    const maxBytes = Math.min(MAX_BYTES, run.limits.memoryBytes / 8);
    const bytes = await readWhole(source, run, maxBytes);
    const builder = new SampleSetBuilder({ memoryBytes: run.limits.memoryBytes });
    const warnings: string[] = [];
    let counts: WriteRequestCounts | undefined;
    try {
      counts = readWriteRequest(bodyOf(bytes, maxBytes), builder);
    } catch (error) {
      if (!isAppError(error) || builder.seriesCount === 0) throw error;
      warnings.push(`${error.message}; the series before it were read`);
    }
    const samples = builder.finish();
    if (samples.series.length === 0) {
      throw new AppError(
        'bad-input',
        'the remote-write request holds no sample (only metadata, histograms or stale markers)',
      );
    }
    if (counts !== undefined && counts.histograms > 0) {
      warnings.push(`${counts.histograms} native histograms say nothing of memory and were passed over`);
    }
    return analysisFromSamples(
      samples,
      {
        format: remoteWrite.format,
        version: remoteWrite.version,
        warnings,
        facts: counts === undefined ? [] : [{ name: 'remoteWriteVersion', value: counts.version }],
      },
      run,
    );
  },
};

/** The protobuf message: unpacked, or as it is where a proxy already unpacked it. */
function bodyOf(bytes: Uint8Array, maxBytes: number): Uint8Array {
  try {
    return unpackSnappy(bytes, { maxBytes });
  } catch (error) {
    const bare = bytes[0] === 0x0a || (bytes[0] === 0x22 && bytes[1] === 0);
    if (!isAppError(error) || error.code !== 'corrupt' || !bare) throw error;
    return bytes;
  }
}
