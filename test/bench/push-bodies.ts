import { createHash } from 'node:crypto';
import { compress } from 'snappyjs';
import { ProtoWriter } from '../analysis/formats/proto-writer.ts';

export interface Shape {
  /** Series of one connection, each with one sample in a body. */
  readonly batchSamples: number;
  /** After so many scrapes all pods are replaced; 0: never. */
  readonly churn: number;
}

/**
 * Bodies as Prometheus makes them: each sample is a TimeSeries of its own with all its labels, those of cAdvisor behind a service monitor.
 * The head is made once for a generation of pods; times and values are written into a copy.
 */
export function bodyMaker(shape: Shape, connection: number): (turn: number) => Uint8Array<ArrayBuffer> {
  const head = { bytes: Buffer.alloc(0), valueAt: [] as number[], generation: -1 };
  return (turn) => {
    const { generation, stale } = roundOf(shape, turn);
    if (generation !== head.generation) Object.assign(head, makeHead(shape, connection, generation));
    const request = Buffer.from(head.bytes);
    const timeMs = varint(T0_MS + turn * 15_000);
    for (const [i, at] of head.valueAt.entries()) {
      if (stale) request.writeBigUInt64LE(STALE, at + 1);
      else request.writeDoubleLE(200e6 + i * 4096 + turn * 1024 + ((i * 7919 + turn * 104_729) % 4096) * 1024, at + 1);
      request.set(timeMs, at + 10);
    }
    return new Uint8Array(compress(request));
  };
}

const STALE = 0x7ff0000000000002n;

/** With churn, the last turn of a generation of pods says that its series ended. */
export const roundOf = ({ churn }: Shape, turn: number): { generation: number; stale: boolean } =>
  churn > 0
    ? { generation: Math.floor(turn / (churn + 1)), stale: turn % (churn + 1) === churn }
    : { generation: 0, stale: false };

function makeHead(
  { batchSamples }: Shape,
  connection: number,
  generation: number,
): { bytes: Buffer; valueAt: number[]; generation: number } {
  const pieces: Uint8Array[] = [];
  const valueAt: number[] = [];
  let bytes = 0;
  for (let i = 0; i < batchSamples; i++) {
    const series = labelBytes(connection, i, generation);
    series.bytes(2, new ProtoWriter().double(1, 0).varint(2, T0_MS));
    const body = series.done();
    const piece = Buffer.concat([Uint8Array.of(0x0a), varint(body.length), body]);
    pieces.push(piece);
    bytes += piece.length;
    valueAt.push(bytes - SAMPLE_BYTES);
  }
  return { bytes: Buffer.concat(pieces), valueAt, generation };
}
export const T0_MS = Date.UTC(2026, 0, 1);
/** A tag and a double, a tag and a time of six bytes. */
const SAMPLE_BYTES = 9 + 7;
const METRICS = [
  'working_set_bytes',
  'rss',
  'cache',
  'usage_bytes',
  'swap',
  'mapped_file',
  'max_usage_bytes',
  'failcnt',
];

export function labelBytes(connection: number, i: number, generation: number): ProtoWriter {
  const series = new ProtoWriter();
  for (const [name, value] of Object.entries(labelsOf(connection, i, generation)))
    series.bytes(1, new ProtoWriter().bytes(1, name).bytes(2, value));
  return series;
}

function labelsOf(connection: number, i: number, generation: number): Record<string, string> {
  const pod = Math.floor(i / METRICS.length);
  return {
    __name__: `container_memory_${METRICS[i % METRICS.length] ?? ''}`,
    container: 'app',
    endpoint: 'https-metrics',
    id: `/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${hash(connection, pod, generation)}.slice`,
    image: 'registry.example.org/shop/app:1.42.0',
    instance: `10.0.${connection}.${pod % 20}:10250`,
    job: 'kubelet',
    metrics_path: '/metrics/cadvisor',
    namespace: 'bench',
    node: `node-${connection}-${pod % 20}`,
    pod: podOf(connection, pod, generation),
    prometheus: 'monitoring/k8s',
    service: 'kubelet',
  };
}
const hash = (...of: number[]): string => createHash('sha256').update(of.join()).digest('hex').slice(0, 32);
const podOf = (connection: number, pod: number, generation: number): string =>
  `app-${hash(pod, generation).slice(0, 10)}-${connection}x${pod}`;

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  for (; value >= 128; value = Math.floor(value / 128)) bytes.push((value % 128) | 128);
  return Uint8Array.of(...bytes, value);
}
