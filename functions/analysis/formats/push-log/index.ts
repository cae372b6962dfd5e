import { AppError, isAppError } from '../../../model/error.ts';
import type { Analyser, Run } from '../../analyser.ts';
import { ByteWindow } from '../../bytes/byte-window.ts';
import { memorySource } from '../../bytes/memory-source.ts';
import { unpackSnappy } from '../../bytes/snappy.ts';
import { SampleSetBuilder } from '../../series/sample-set-builder.ts';
import { analysisFromSamples } from '../../series/samples-to-analysis.ts';
import { OtlpSink } from '../otlp-metrics/otlp-sink.ts';
import { parseOtlpJson } from '../otlp-metrics/parse-json.ts';
import { parseOtlpProtobuf } from '../otlp-metrics/parse-protobuf.ts';
import { readWriteRequest } from '../remote-write/read-request.ts';
import {
  type BodyType,
  HEADER_BYTES,
  isPushLog,
  MAGIC,
  MAX_BODY_BYTES,
  MAX_UNPACKED_BYTES,
  readHeader,
} from './frame.ts';
import { gunzipBounded } from './gunzip.ts';
import { mergeReplicas } from './replicas.ts';
import { readBlock, readBlockLabels } from './series-block.ts';
import { KINDS } from '../remote-write/read-request.ts';

const MAX_COMPLAINTS = 50;
const MAX_SERIES_SAMPLES = 500_000;

/** All pushes of one cluster as one set of samples: whatever their order, each time of a series once, and replicas of a Prometheus as one. */
export const pushLog: Analyser = {
  format: 'push-log',
  title: 'Log of pushes (remote write and OTLP) that Casebook keeps',
  version: 4,
  offered: false,
  detect: (head) => (isPushLog(head) ? 'yes' : 'no'),
  async analyse(source, run) {
    const builder = new SampleSetBuilder({
      memoryBytes: run.limits.memoryBytes,
      maxSeriesSamples: MAX_SERIES_SAMPLES,
      capturedAtMs: run.context?.capturedAtMs,
    });
    const reader = new BodyReader(builder, run);
    const window = new ByteWindow(source, run, { what: 'a push', maxHeldBytes: MAX_BODY_BYTES + HEADER_BYTES });
    const has = async (count: number): Promise<boolean> => {
      while (window.end - window.at < count) if (!(await window.fill())) return false;
      return true;
    };
    await has(MAGIC.length);
    window.at = Math.min(window.end, MAGIC.length);
    const { seen } = reader;
    let repeated = 0;
    while (await has(HEADER_BYTES)) {
      const frame = readHeader(window.bytes, window.at);
      if (frame.bytes > MAX_BODY_BYTES) {
        reader.complain(
          `the push at byte ${window.offset} has ${frame.bytes} bytes, which none can have; what follows was not read`,
        );
        window.at = window.end;
        break;
      }
      if (!(await has(HEADER_BYTES + frame.bytes))) {
        reader.complain(`truncated: the push at byte ${window.offset} is cut`);
        window.at = window.end;
        break;
      }
      const start = window.at + HEADER_BYTES;
      const offset = window.offset;
      window.at = start + frame.bytes;
      if (seen.has(frame.identity)) {
        repeated++;
        continue;
      }
      if (!isBlock(frame.type)) seen.add(frame.identity);
      await reader.read(frame.type, window.bytes.subarray(start, start + frame.bytes), offset);
    }
    await window.close();
    reader.settle();
    const { samples, replicas } = mergeReplicas(builder.finish());
    if (samples.series.length === 0) {
      throw new AppError(
        'bad-input',
        'nothing that was pushed holds a sample yet (only metadata, histograms or stale markers)',
      );
    }
    const { histograms, warnings } = reader;
    if (histograms > 0) warnings.push(`${histograms} native histograms say nothing of memory and were passed over`);
    const facts = [{ name: 'pushes', value: seen.size, unit: 'count' }];
    if (repeated > 0) facts.push({ name: 'repeatedPushes', value: repeated, unit: 'count' });
    if (replicas > 1) facts.push({ name: 'replicas', value: replicas, unit: 'count' });
    return analysisFromSamples(samples, { format: pushLog.format, version: pushLog.version, warnings, facts }, run);
  },
};

const isBlock = (type: BodyType | undefined): boolean => type === 'series' || type === 'series-closed';

/** Reads bodies of every type into one builder; a damaged one is a warning, the others count. */
class BodyReader {
  readonly warnings: string[] = [];
  /** Identities of the pushes read, in blocks or as they were sent. */
  readonly seen = new Set<string>();
  histograms = 0;
  readonly #builder: SampleSetBuilder;
  readonly #otlp: OtlpSink;
  readonly #run: Run;

  constructor(builder: SampleSetBuilder, run: Run) {
    this.#builder = builder;
    // Its bodies are read one by one: their progress is not that of the whole.
    this.#run = { ...run, progress: () => undefined };
    this.#otlp = new OtlpSink(run, builder);
  }

  /** All pushes were read. */
  settle(): void {
    this.#otlp.settle();
  }

  complain(text: string): void {
    if (this.warnings.length < MAX_COMPLAINTS) this.warnings.push(text);
  }

  async read(type: BodyType | undefined, body: Uint8Array, offset: number): Promise<void> {
    this.#run.signal.throwIfAborted();
    const complaints: string[] = [];
    try {
      await this.#body(type, body, complaints);
    } catch (error) {
      if (!isAppError(error)) throw error;
      complaints.push(error.message);
    }
    for (const text of complaints) this.complain(`the push at byte ${offset}: ${text}`);
  }

  async #body(type: BodyType | undefined, body: Uint8Array, complaints: string[]): Promise<void> {
    switch (type) {
      case 'remote-write':
        this.histograms += readWriteRequest(
          unpackSnappy(body, { maxBytes: MAX_UNPACKED_BYTES }),
          this.#builder,
        ).histograms;
        return;
      case 'otlp-protobuf-gzip':
        return this.#body('otlp-protobuf', gunzipBounded(body, MAX_UNPACKED_BYTES), complaints);
      case 'otlp-json-gzip':
        return this.#body('otlp-json', gunzipBounded(body, MAX_UNPACKED_BYTES), complaints);
      case 'otlp-protobuf':
        parseOtlpProtobuf(body, this.#run, complaints, this.#otlp);
        return;
      case 'otlp-json':
        await parseOtlpJson(memorySource([body]), this.#run, complaints, this.#otlp);
        return;
      case 'series':
      case 'series-closed':
        return this.#block(gunzipBounded(body, MAX_UNPACKED_BYTES));
      case undefined:
        complaints.push('is of a type that this version does not know');
    }
  }

  #block(bytes: Uint8Array): void {
    const { identities, histograms } = readBlock(bytes, ({ labels: said, kind, times, values, stale }) => {
      const { metric, labels } = readBlockLabels(said);
      const columns = this.#builder.series(metric, labels, { kind: KINDS[kind] });
      for (let i = 0; i < times.length; i++) this.#builder.push(columns, times[i] ?? NaN, values[i] ?? NaN);
      for (const time of stale) this.#builder.push(columns, time, NaN);
    });
    this.histograms += histograms;
    for (const identity of identities) this.seen.add(identity);
  }
}
