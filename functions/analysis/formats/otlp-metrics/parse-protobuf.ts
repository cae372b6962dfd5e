import { isAppError } from '../../../model/error.ts';
import type { Run } from '../../analyser.ts';
import { BYTES, FIXED64, ProtoReader, VARINT } from '../../bytes/proto-reader.ts';
import { type OtlpMetric, OtlpSink, pointLabels } from './otlp-sink.ts';

/**
 * OTLP metrics as protobuf (`ExportMetricsServiceRequest`, which a `MetricsData` file equals), or several of them each behind its
 * length in four bytes, as the Collector's file exporter writes them.
 * https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/metrics/v1/metrics.proto
 */
export function parseOtlpProtobuf(bytes: Uint8Array, run: Run, warnings: string[], sink = new OtlpSink(run)): OtlpSink {
  try {
    for (const request of requestsOf(bytes)) {
      while (request.next()) {
        if (request.field === 1 && request.wire === BYTES) readResourceMetrics(request.message(), sink);
        else request.skip();
      }
    }
  } catch (error) {
    if (!isAppError(error) || sink.points === 0) throw error;
    warnings.push(`${error.message}; the metrics before it were read`);
  }
  return sink;
}

/** A bare request begins with 0x0a; a length in four bytes begins with 0 for every message below 16 MiB. */
export function* requestsOf(bytes: Uint8Array): Generator<ProtoReader> {
  if (bytes[0] !== 0) {
    yield new ProtoReader(bytes);
    return;
  }
  for (let at = 0; at + 4 < bytes.length;) {
    const length =
      ((bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0)) * 65_536 + (bytes[at + 2] ?? 0) * 256 + (bytes[at + 3] ?? 0);
    const request = new ProtoReader(bytes, at + 4, Math.min(bytes.length, at + 4 + length));
    yield request;
    at += 4 + length;
  }
}

function readResourceMetrics(message: ProtoReader, sink: OtlpSink): void {
  let resource = new Map<string, string>();
  const scopes: ProtoReader[] = [];
  while (message.next()) {
    if (message.field === 1 && message.wire === BYTES) resource = readAttributes(message.message(), 1);
    else if (message.field === 2 && message.wire === BYTES) scopes.push(message.message());
    else message.skip();
  }
  for (const scope of scopes) {
    while (scope.next()) {
      if (scope.field === 2 && scope.wire === BYTES) readMetric(scope.message(), resource, sink);
      else scope.skip();
    }
  }
}

/** Fields of Metric that hold data: gauge 5, sum 7, histogram 9, exponential histogram 10, summary 11. */
export const DATA_FIELDS: ReadonlySet<number> = new Set([5, 7, 9, 10, 11]);

function readMetric(message: ProtoReader, resource: ReadonlyMap<string, string>, sink: OtlpSink): void {
  let name = '';
  let unit = '';
  const data: { field: number; message: ProtoReader }[] = [];
  while (message.next()) {
    if (message.field === 1 && message.wire === BYTES) name = message.text();
    else if (message.field === 3 && message.wire === BYTES) unit = message.text();
    else if (DATA_FIELDS.has(message.field) && message.wire === BYTES)
      data.push({ field: message.field, message: message.message() });
    else message.skip();
  }
  sink.metrics++;
  for (const { field, message: body } of data) {
    const points: ProtoReader[] = [];
    let temporality = 2;
    let monotonic = false;
    while (body.next()) {
      if (body.field === 1 && body.wire === BYTES) points.push(body.message());
      else if (body.field === 2 && body.wire === VARINT) temporality = body.varint();
      else if (body.field === 3 && body.wire === VARINT) monotonic = body.varint() !== 0;
      else body.skip();
    }
    const delta = temporality === 1;
    for (const point of points) {
      if (field === 5 || field === 7)
        readNumberPoint(point, { name, unit, kind: monotonic ? 'counter' : 'gauge', delta }, resource, sink);
      else readDistribution(point, field, { name, unit, kind: 'part', delta }, resource, sink);
    }
  }
}

/** NumberDataPoint: time 3, double 4, integer 6, attributes 7. */
function readNumberPoint(
  point: ProtoReader,
  metric: OtlpMetric,
  resource: ReadonlyMap<string, string>,
  sink: OtlpSink,
): void {
  const own = new Map<string, string>();
  let timeMs = 0;
  let value: number | undefined;
  while (point.next()) {
    if (point.field === 3 && point.wire === FIXED64) timeMs = Math.round(point.fixed64() / 1e6);
    else if (point.field === 4 && point.wire === FIXED64) value = point.double();
    else if (point.field === 6 && point.wire === FIXED64) value = point.sfixed64();
    else if (point.field === 7 && point.wire === BYTES) readAttribute(point.message(), own);
    else point.skip();
  }
  if (value !== undefined) sink.point(metric, pointLabels(resource, own), timeMs, value);
}

/** Histogram (attributes 9), exponential histogram (1) and summary (7) points: time 3, count 4 and sum 5 in each. */
function readDistribution(
  point: ProtoReader,
  field: number,
  metric: OtlpMetric,
  resource: ReadonlyMap<string, string>,
  sink: OtlpSink,
): void {
  const attributes = field === 9 ? 9 : field === 10 ? 1 : 7;
  const own = new Map<string, string>();
  let timeMs = 0;
  let count: number | undefined;
  let sum: number | undefined;
  while (point.next()) {
    if (point.field === attributes && point.wire === BYTES) readAttribute(point.message(), own);
    else if (point.field === 3 && point.wire === FIXED64) timeMs = Math.round(point.fixed64() / 1e6);
    else if (point.field === 4 && point.wire === FIXED64) count = point.fixed64();
    else if (point.field === 5 && point.wire === FIXED64) sum = point.double();
    else point.skip();
  }
  const labels = pointLabels(resource, own);
  const { name, delta } = metric;
  if (count !== undefined)
    sink.point({ name: `${name}_count`, unit: '{count}', kind: 'counter', delta }, labels, timeMs, count);
  if (sum !== undefined) sink.point({ ...metric, name: `${name}_sum` }, labels, timeMs, sum);
}

function readAttributes(message: ProtoReader, field: number): Map<string, string> {
  const found = new Map<string, string>();
  while (message.next()) {
    if (message.field === field && message.wire === BYTES && found.size < 128) readAttribute(message.message(), found);
    else message.skip();
  }
  return found;
}

/** KeyValue: key 1, value 2 (AnyValue: text 1, truth 2, integer 3, double 4). */
function readAttribute(message: ProtoReader, into: Map<string, string>): void {
  let key = '';
  let text: string | undefined;
  while (message.next()) {
    if (message.field === 1 && message.wire === BYTES) key = message.text();
    else if (message.field === 2 && message.wire === BYTES) {
      const value = message.message();
      while (value.next()) {
        if (value.field === 1 && value.wire === BYTES) text = value.text();
        else if (value.field === 2 && value.wire === VARINT) text = String(value.varint() !== 0);
        else if (value.field === 3 && value.wire === VARINT) text = String(value.varint());
        else if (value.field === 4 && value.wire === FIXED64) text = String(value.double());
        else value.skip();
      }
    } else message.skip();
  }
  if (key !== '' && text !== undefined && into.size < 128) into.set(key, text);
}
