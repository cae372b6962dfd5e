import { createHash } from 'node:crypto';
import type { BodyType } from '../../analysis/formats/push-log/frame.ts';
import { gunzipBounded } from '../../analysis/formats/push-log/gunzip.ts';
import { isOtlpJson } from '../../analysis/formats/otlp-metrics/detect.ts';
import { ProtoReader, BYTES } from '../../analysis/bytes/proto-reader.ts';
import { unpackSnappy } from '../../analysis/bytes/snappy.ts';
import { countWriteRequest, type RequestCounts } from '../../analysis/formats/remote-write/count-request.ts';
import { AppError, isAppError } from '../../model/error.ts';

/** What a body may unpack to at the door: a batch of 10,000 samples has about 2 MB. */
const MAX_UNPACKED_BYTES = 32 * 2 ** 20;

/** One push, looked at closely enough to say that an analysis will read it. */
export interface Push {
  readonly type: BodyType;
  readonly body: Uint8Array;
  /** SHA-256. */
  readonly identity: Uint8Array;
}

const identityOf = (body: Uint8Array): Uint8Array => new Uint8Array(createHash('sha256').update(body).digest());

/**
 * A remote-write request by its headers. https://prometheus.io/docs/specs/prw/remote_write_spec_2_0/ : the type names the message,
 * and says 1.0 where it names none. AppError `bad-input`: never send it again.
 */
export function readWritePush(
  body: Uint8Array,
  headers: { contentType?: string | undefined; contentEncoding?: string | undefined },
): { push: Push; counts: RequestCounts } {
  const [type = '', ...parameters] = (headers.contentType ?? '').toLowerCase().split(';');
  const proto = parameters.map((one) => one.trim()).find((one) => one.startsWith('proto='));
  const encoding = (headers.contentEncoding ?? 'snappy').trim().toLowerCase();
  if (type.trim() !== 'application/x-protobuf') {
    throw new AppError(
      'bad-input',
      'a remote write has the type application/x-protobuf: point remote_write of Prometheus here',
    );
  }
  if (encoding !== 'snappy') {
    throw new AppError(
      'bad-input',
      `a remote write is packed with snappy (the block format), not with ${encoding.slice(0, 40)}`,
    );
  }
  const version = VERSIONS.get(proto?.slice('proto='.length).replaceAll('"', '') ?? '');
  if (version === undefined) {
    throw new AppError(
      'bad-input',
      'the messages read here are prometheus.WriteRequest and io.prometheus.write.v2.Request',
    );
  }
  const counts = atTheDoor('remote-write', () =>
    countWriteRequest(unpackSnappy(body, { maxBytes: MAX_UNPACKED_BYTES }), version),
  );
  return { push: { type: 'remote-write', body, identity: identityOf(body) }, counts };
}

const VERSIONS: ReadonlyMap<string, 1 | 2> = new Map([
  ['', 1],
  ['prometheus.writerequest', 1],
  ['io.prometheus.write.v2.request', 2],
]);

/** An OTLP export request, in protobuf or JSON, packed with gzip or not. https://opentelemetry.io/docs/specs/otlp/#otlphttp-request */
export function readOtlpPush(
  body: Uint8Array,
  headers: { contentType?: string | undefined; contentEncoding?: string | undefined },
): Push {
  const type = (headers.contentType ?? '').toLowerCase().split(';')[0]?.trim();
  const encoding = (headers.contentEncoding ?? 'identity').trim().toLowerCase();
  if (type !== 'application/json' && type !== 'application/x-protobuf') {
    throw new AppError('bad-input', 'OTLP has the type application/x-protobuf or application/json');
  }
  if (encoding !== 'gzip' && encoding !== 'identity') {
    throw new AppError('bad-input', `OTLP is packed with gzip or not at all, not with ${encoding.slice(0, 40)}`);
  }
  atTheDoor('OTLP', () => {
    const plain = encoding === 'gzip' ? gunzipBounded(body, MAX_UNPACKED_BYTES) : body;
    if (type === 'application/json') checkOtlpJson(plain);
    else checkOtlpProtobuf(plain);
  });
  const packed = encoding === 'gzip' ? '-gzip' : '';
  return {
    type: `otlp-${type === 'application/json' ? 'json' : 'protobuf'}${packed}`,
    body,
    identity: identityOf(body),
  };
}

function checkOtlpJson(plain: Uint8Array): void {
  try {
    JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(plain));
  } catch (error) {
    throw new AppError('corrupt', `the body is not JSON: ${(error as Error).message}`);
  }
  if (!isOtlpJson(plain.subarray(0, 65_536))) throw new AppError('corrupt', 'the JSON has no resourceMetrics');
}

/** ExportMetricsServiceRequest: resource_metrics (1) alone, each with resource (1), scope_metrics (2) and a schema's address (3). */
function checkOtlpProtobuf(plain: Uint8Array): void {
  const request = new ProtoReader(plain);
  while (request.next()) {
    if (request.field !== 1 || request.wire !== BYTES) throw request.error('a field that no export of metrics has');
    const resource = request.message();
    while (resource.next()) {
      if (resource.field === 2 && resource.wire === BYTES) checkFields(resource.message());
      else resource.skip();
    }
  }
}

function checkFields(message: ProtoReader): void {
  while (message.next()) message.skip();
}

/** Whatever is wrong with a body is the sender's, who must not send it again: 400. */
function atTheDoor<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!isAppError(error) || error.code === 'too-large') throw error;
    throw new AppError('bad-input', `this is no ${what} request: ${error.message}`, {
      data: { ...error.data },
      cause: error,
    });
  }
}
