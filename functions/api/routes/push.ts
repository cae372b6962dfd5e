import { takePush } from '../../hub/push/take-push.ts';
import { readOtlpPush, readWritePush } from '../../hub/push/read-push.ts';
import { defineRoute, type Route } from '../define-route.ts';

const noun = 'push';

/** Where bodies are larger than elsewhere: API Gateway hands them on in base64, and Lambda takes 6 MB. */
export const PUSH_PATH = '/api/push/';
export const MAX_PUSH_BYTES = 4_000_000;

export const pushRoutes: readonly Route[] = [
  defineRoute({
    method: 'post',
    path: '/api/push/prometheus',
    noun,
    summary: 'Prometheus remote write, 1.0 and 2.0',
    detail: `A snappy block of protobuf, of at most ${MAX_PUSH_BYTES} bytes. 204 when it is kept, 400 for what must not be sent again, 429 and 503 for later. Pushes of one token grow one piece of evidence, analysed again about once a minute.`,
    who: 'cluster',
    status: 204,
    answerText: 'Kept; for 2.0 with the headers X-Prometheus-Remote-Write-{Samples,Histograms,Exemplars}-Written',
    async handle({ deps, c, by }) {
      const { push, counts } = readWritePush(new Uint8Array(await c.req.arrayBuffer()), {
        contentType: c.req.header('content-type'),
        contentEncoding: c.req.header('content-encoding'),
      });
      if (counts.series > 0) await takePush(deps, by, push);
      if (counts.version === 2) {
        c.header('X-Prometheus-Remote-Write-Samples-Written', String(counts.samples));
        c.header('X-Prometheus-Remote-Write-Histograms-Written', String(counts.histograms));
        c.header('X-Prometheus-Remote-Write-Exemplars-Written', String(counts.exemplars));
      }
      return c.body(null, 204);
    },
  }),
  defineRoute({
    method: 'post',
    path: '/api/push/otlp/v1/metrics',
    noun,
    summary: 'OTLP metrics over HTTP, in protobuf or JSON',
    detail: `At most ${MAX_PUSH_BYTES} bytes, packed with gzip or not; the endpoint of an exporter is /api/push/otlp.`,
    who: 'cluster',
    answerText: 'Kept: an empty ExportMetricsServiceResponse in the encoding of the request',
    async handle({ deps, c, by }) {
      const push = readOtlpPush(new Uint8Array(await c.req.arrayBuffer()), {
        contentType: c.req.header('content-type'),
        contentEncoding: c.req.header('content-encoding'),
      });
      if (push.body.length > 0) await takePush(deps, by, push);
      if (push.type.startsWith('otlp-json')) return c.json({});
      return c.body(new Uint8Array(0), 200, { 'Content-Type': 'application/x-protobuf' });
    },
  }),
];
