import { isAppError } from '../../../model/error.ts';
import type { Detection } from '../../analyser.ts';
import { jsonHead } from '../../bytes/json-head.ts';
import { BYTES, ProtoReader } from '../../bytes/proto-reader.ts';
import { DATA_FIELDS } from './parse-protobuf.ts';

/** JSON by its keys; protobuf by a first metric with a printable name and data, at the place where metrics have one. */
export function detectOtlpMetrics(head: Uint8Array): Detection {
  if (isOtlpJson(head)) return 'yes';
  try {
    return head.length > 8 && hasMetric(head) ? 'yes' : 'no';
  } catch (error) {
    if (isAppError(error)) return 'no';
    throw error;
  }
}

/** True for the JSON encoding. A protobuf message may begin with the bytes of a line break and a brace as well. */
export function isOtlpJson(head: Uint8Array): boolean {
  const paths = jsonHead(head)?.paths;
  return paths !== undefined && OTLP_PATHS.some((path) => paths.has(path) || paths.has(`[].${path}`));
}

/** A request, or one of its resources alone. */
const OTLP_PATHS = [
  'resourceMetrics',
  'resource_metrics',
  'scopeMetrics[].metrics[].name',
  'scope_metrics[].metrics[].name',
];

function hasMetric(head: Uint8Array): boolean {
  const framed = head[0] === 0;
  const request = new ProtoReader(head, framed ? 4 : 0);
  const resource = inside(request, 1);
  const scope = resource === undefined ? undefined : inside(resource, 2);
  const metric = scope === undefined ? undefined : inside(scope, 2);
  if (metric?.nextIs(1, BYTES) !== true || !/^[A-Za-z][\w./:-]{0,254}$/.test(metric.text())) return false;
  for (;;) {
    if (!metric.next()) return false;
    const { field, wire } = metric;
    if (DATA_FIELDS.has(field) && wire === BYTES) return true;
    if (field > 12) return false;
    metric.skip();
  }
}

/** The first nested message of this field. Its length may lead beyond the head, of which it then has all that there is. */
function inside(message: ProtoReader, field: number): ProtoReader | undefined {
  while (message.next()) {
    if (message.wire !== BYTES || message.field > 1000) return undefined;
    if (message.field !== field) {
      message.skip();
      continue;
    }
    const length = message.varint();
    return length <= 0
      ? undefined
      : new ProtoReader(message.bytes, message.at, Math.min(message.end, message.at + length));
  }
  return undefined;
}
