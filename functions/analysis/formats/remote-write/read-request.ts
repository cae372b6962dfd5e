import { BYTES, FIXED64, ProtoReader, VARINT } from '../../bytes/proto-reader.ts';
import type { SampleKind } from '../../series/sample-set.ts';
import type { SampleSetBuilder } from '../../series/sample-set-builder.ts';
import { setLabel } from '../labels.ts';

/** Metric types of both versions by number; histograms, summaries, infos and state sets are parts. */
export const KINDS: readonly (SampleKind | undefined)[] = [
  undefined,
  'counter',
  'gauge',
  undefined,
  undefined,
  undefined,
  'part',
  'part',
];
const MAX_LABELS = 256;

export interface WriteRequestCounts {
  version: 1 | 2;
  series: number;
  samples: number;
  histograms: number;
}

/**
 * Reads a remote-write request (1.0 `prometheus.WriteRequest`, 2.0 `io.prometheus.write.v2.Request`) into a builder.
 * https://prometheus.io/docs/specs/prw/remote_write_spec/ and .../remote_write_spec_2_0/
 * Timestamps are ms. A stale marker is a NaN and becomes a break of its series. Throws AppError `corrupt`.
 */
export function readWriteRequest(body: Uint8Array, builder: SampleSetBuilder): WriteRequestCounts {
  const counts: WriteRequestCounts = { version: 1, series: 0, samples: 0, histograms: 0 };
  const symbols: string[] = [];
  const waiting: ProtoReader[] = [];
  const request = new ProtoReader(body);
  while (request.next()) {
    if (request.field === 1 && request.wire === BYTES) readSeriesV1(request.message(), builder, counts);
    else if (request.field === 4 && request.wire === BYTES) symbols.push(request.text());
    else if (request.field === 5 && request.wire === BYTES) waiting.push(request.message());
    else request.skip();
  }
  // The symbols come before the series in every sender, but the format does not promise it.
  if (symbols.length > 0 || waiting.length > 0) counts.version = 2;
  for (const series of waiting) readSeriesV2(series, symbols, builder, counts);
  return counts;
}

interface Collected {
  metric: string;
  readonly labels: Record<string, string>;
  readonly times: number[];
  readonly values: number[];
  kind: SampleKind | undefined;
}

function readSeriesV1(series: ProtoReader, builder: SampleSetBuilder, counts: WriteRequestCounts): void {
  const collected: Collected = { metric: 'value', labels: {}, times: [], values: [], kind: undefined };
  let labels = 0;
  while (series.next()) {
    if (series.field === 1 && series.wire === BYTES && labels++ < MAX_LABELS) {
      const label = series.message();
      let name = '';
      let value = '';
      while (label.next()) {
        if (label.field === 1 && label.wire === BYTES) name = label.text();
        else if (label.field === 2 && label.wire === BYTES) value = label.text();
        else label.skip();
      }
      addLabel(collected, name, value);
    } else if (series.field === 2 && series.wire === BYTES) readSample(series.message(), collected);
    else {
      if (series.field === 4) counts.histograms++;
      series.skip();
    }
  }
  add(collected, builder, counts);
}

function readSeriesV2(
  series: ProtoReader,
  symbols: readonly string[],
  builder: SampleSetBuilder,
  counts: WriteRequestCounts,
): void {
  const collected: Collected = { metric: 'value', labels: {}, times: [], values: [], kind: undefined };
  const refs: number[] = [];
  while (series.next()) {
    if (series.field === 1 && series.wire === BYTES) {
      const packed = series.message();
      while (packed.at < packed.end && refs.length < 2 * MAX_LABELS) refs.push(packed.varint());
    } else if (series.field === 1 && series.wire === VARINT) refs.push(series.varint());
    else if (series.field === 2 && series.wire === BYTES) readSample(series.message(), collected);
    else if (series.field === 5 && series.wire === BYTES) collected.kind = readKind(series.message());
    else {
      if (series.field === 3) counts.histograms++;
      series.skip();
    }
  }
  for (let i = 0; i + 1 < refs.length; i += 2) {
    const [name, value] = [symbols[refs[i] ?? -1], symbols[refs[i + 1] ?? -1]];
    if (name === undefined || value === undefined) throw series.error('a label that is not among the symbols');
    addLabel(collected, name, value);
  }
  add(collected, builder, counts);
}

function readSample(sample: ProtoReader, into: Collected): void {
  let value = 0;
  let timeMs = 0;
  while (sample.next()) {
    if (sample.field === 1 && sample.wire === FIXED64) value = sample.double();
    else if (sample.field === 2 && sample.wire === VARINT) timeMs = sample.varint();
    else sample.skip();
  }
  into.times.push(timeMs);
  into.values.push(value);
}

function readKind(metadata: ProtoReader): SampleKind | undefined {
  let kind: SampleKind | undefined;
  while (metadata.next()) {
    if (metadata.field === 1 && metadata.wire === VARINT) kind = KINDS[metadata.varint()];
    else metadata.skip();
  }
  return kind;
}

function addLabel(collected: Collected, name: string, value: string): void {
  if (name === '__name__') collected.metric = value.slice(0, 300);
  else if (value !== '') setLabel(collected.labels, name, value);
}

function add(
  { metric, labels, times, values, kind }: Collected,
  builder: SampleSetBuilder,
  counts: WriteRequestCounts,
): void {
  counts.series++;
  counts.samples += times.length;
  if (times.length === 0) return;
  const columns = builder.series(metric, labels, { kind });
  for (let i = 0; i < times.length; i++) builder.push(columns, times[i] ?? NaN, values[i] ?? NaN);
}
