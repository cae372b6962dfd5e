import { gzipSync } from 'node:zlib';
import { MAGIC, writeHeader } from '../../../functions/analysis/formats/push-log/frame.ts';
import { writeBlocks } from '../../../functions/analysis/formats/push-log/series-block.ts';
import { ProtoWriter, snappyOf } from './proto-writer.ts';

/** One small input of each metric format: three samples, a minute apart, of one container whose memory grows by 1 MiB a minute. */
const T0 = 1_760_000_000;
const MIB = 2 ** 20;
const TIMES = [T0, T0 + 60, T0 + 120];
const VALUES = [100, 101, 102].map((mib) => mib * MIB);
const LABELS = { namespace: 'shop', pod: 'app-1', container: 'app' };
const PAIRS = TIMES.map((time, i) => [time, String(VALUES[i])]);
const ISO = TIMES.map((time) => new Date(time * 1000).toISOString());
const LABEL_TEXT = Object.entries(LABELS)
  .map(([name, value]) => `${name}="${value}"`)
  .join(',');

function lines(line: (index: number) => string): string {
  return `${[0, 1, 2].map(line).join('\n')}\n`;
}

function writeRequest(): ProtoWriter {
  const series = new ProtoWriter();
  const labels = { __name__: 'container_memory_working_set_bytes', ...LABELS };
  for (const [name, value] of Object.entries(labels)) series.bytes(1, new ProtoWriter().bytes(1, name).bytes(2, value));
  TIMES.forEach((time, i) => series.bytes(2, new ProtoWriter().double(1, VALUES[i]!).varint(2, time * 1000)));
  return new ProtoWriter().bytes(1, series);
}

export function writeRequestV2(): Uint8Array {
  const labels = Object.entries({ __name__: 'container_memory_working_set_bytes', ...LABELS }).flat();
  const request = new ProtoWriter().bytes(4, '');
  for (const symbol of labels) request.bytes(4, symbol);
  const series = new ProtoWriter().bytes(1, new ProtoWriter().packed(...labels.map((_, i) => i + 1)));
  TIMES.forEach((time, i) => series.bytes(2, new ProtoWriter().double(1, VALUES[i]!).varint(2, time * 1000)));
  series.bytes(5, new ProtoWriter().varint(1, 2));
  return snappyOf(request.bytes(5, series).done());
}

export function otlpProtobuf(): Uint8Array<ArrayBuffer> {
  const attribute = (key: string, value: string): ProtoWriter =>
    new ProtoWriter().bytes(1, key).bytes(2, new ProtoWriter().bytes(1, value));
  const resource = new ProtoWriter()
    .bytes(1, attribute('k8s.namespace.name', LABELS.namespace))
    .bytes(1, attribute('k8s.pod.name', LABELS.pod))
    .bytes(1, attribute('k8s.container.name', LABELS.container));
  const gauge = new ProtoWriter();
  TIMES.forEach((time, i) =>
    gauge.bytes(1, new ProtoWriter().fixed64(3, BigInt(time) * 10n ** 9n).fixed64(6, BigInt(VALUES[i]!))),
  );
  const metric = new ProtoWriter().bytes(1, 'container.memory.working_set').bytes(3, 'By').bytes(5, gauge);
  const scope = new ProtoWriter().bytes(1, new ProtoWriter().bytes(1, 'kubeletstats')).bytes(2, metric);
  return new ProtoWriter().bytes(1, new ProtoWriter().bytes(1, resource).bytes(2, scope)).done();
}

const otlpJson = {
  resourceMetrics: [
    {
      resource: {
        attributes: [
          { key: 'k8s.namespace.name', value: { stringValue: LABELS.namespace } },
          { key: 'k8s.pod.name', value: { stringValue: LABELS.pod } },
          { key: 'k8s.container.name', value: { stringValue: LABELS.container } },
        ],
      },
      scopeMetrics: [
        {
          scope: { name: 'kubeletstats' },
          metrics: [
            {
              name: 'container.memory.working_set',
              unit: 'By',
              gauge: {
                dataPoints: TIMES.map((time, i) => ({ timeUnixNano: `${time}000000000`, asInt: String(VALUES[i]) })),
              },
            },
          ],
        },
      ],
    },
  ],
};

function podMetrics(index: number): unknown {
  const { namespace, pod, container } = LABELS;
  return {
    metadata: { name: pod, namespace },
    timestamp: ISO[index],
    window: '30s',
    containers: [{ name: container, usage: { cpu: '12345678n', memory: `${VALUES[index]! / 1024}Ki` } }],
  };
}

export interface MetricSample {
  readonly format: string;
  readonly what: string;
  readonly input: string | Uint8Array;
  /** False where the format knows nothing of Kubernetes. */
  readonly named: boolean;
}

const sample = (format: string, what: string, input: string | Uint8Array, named = true): MetricSample => ({
  format,
  what,
  input,
  named,
});

const series = { metric: { __name__: 'container_memory_working_set_bytes', ...LABELS }, values: PAIRS };
const range = { status: 'success', data: { resultType: 'matrix', result: [series] } };

/** Bodies as the push doors keep them. */
/** One container that grows, packed as compaction does it. */
export function seriesBlock(): Uint8Array {
  const labels = new ProtoWriter();
  for (const [name, value] of Object.entries({ __name__: 'container_memory_working_set_bytes', ...LABELS }))
    labels.bytes(1, new ProtoWriter().bytes(1, name).bytes(2, value));
  const times = TIMES.map((time) => time * 1000);
  const series = [{ kind: 2, labels: labels.done(), times, values: VALUES, stale: [] }];
  return gzipSync([...writeBlocks({ identities: ['0011223344556677'], histograms: 0 }, series)][0] ?? Uint8Array.of());
}

export function pushLogOf(...bodies: [type: Parameters<typeof writeHeader>[0], body: Uint8Array][]): Uint8Array {
  const pieces = bodies.map(([type, body]) => {
    const identity = new Uint8Array(8);
    body.forEach((byte, i) => (identity[i % 8] = (identity[i % 8]! * 31 + byte) & 255));
    return [writeHeader(type, identity, body.length), body];
  });
  return Uint8Array.from([...MAGIC, ...pieces.flat().flatMap((piece) => [...piece])]);
}

export const METRIC_SAMPLES: readonly MetricSample[] = [
  sample('prometheus-json', 'a range answer', JSON.stringify(range)),
  sample('prometheus-json', 'a range answer, indented', JSON.stringify(range, undefined, 2)),
  sample('prometheus-json', 'an array of series', JSON.stringify([series])),
  sample(
    'prometheus-json',
    "lines of VictoriaMetrics' export",
    `${JSON.stringify({ metric: series.metric, values: VALUES, timestamps: TIMES.map((t) => t * 1000) })}\n`,
  ),
  sample(
    'prometheus-json',
    'three instant answers, a line each',
    lines((i) =>
      JSON.stringify({
        status: 'success',
        data: { resultType: 'vector', result: [{ metric: series.metric, value: PAIRS[i] }] },
      }),
    ),
  ),
  sample(
    'prometheus-text',
    'scrapes with times',
    lines(
      (i) =>
        `# TYPE container_memory_working_set_bytes gauge\ncontainer_memory_working_set_bytes{${LABEL_TEXT}} ${VALUES[i]} ${TIMES[i]}000`,
    ),
  ),
  sample(
    'prometheus-text',
    'OpenMetrics',
    `# TYPE container_memory_working_set_bytes gauge\n# UNIT container_memory_working_set_bytes bytes\n${lines((i) => `container_memory_working_set_bytes{${LABEL_TEXT}} ${VALUES[i]!.toExponential(9)} ${TIMES[i]}.000`)}# EOF\n`,
  ),
  sample(
    'metrics-csv',
    'series as columns',
    `"Time","container_memory_working_set_bytes{${LABEL_TEXT.replaceAll('"', '""')}}"\n${lines((i) => `${ISO[i]!.slice(0, 19).replace('T', ' ')},${VALUES[i]}`)}`,
  ),
  sample(
    'metrics-csv',
    'units, Excel header, semicolons',
    `sep=;\n"Time";"container_memory_working_set_bytes{${LABEL_TEXT.replaceAll('"', '""')}}"\n${lines((i) => `${TIMES[i]}000;${100 + i} MiB`)}`,
  ),
  sample(
    'metrics-csv',
    'series as rows',
    `"Series","Time","Value"\n${lines((i) => `"container_memory_working_set_bytes{${LABEL_TEXT.replaceAll('"', '""')}}",${ISO[i]},${VALUES[i]}`)}`,
  ),
  sample(
    'metrics-csv',
    'a long table, tabs',
    `time\tnamespace\tpod\tcontainer\tcontainer_memory_working_set_bytes\n${lines((i) => `${TIMES[i]}\tshop\tapp-1\tapp\t${VALUES[i]}`)}`,
  ),
  sample(
    'grafana-json',
    'data frames of the inspector',
    JSON.stringify([
      {
        schema: {
          refId: 'A',
          fields: [
            { name: 'Time', type: 'time' },
            { name: 'Value', type: 'number', labels: series.metric, config: { unit: 'bytes' } },
          ],
        },
        data: { values: [TIMES.map((t) => t * 1000), VALUES] },
      },
    ]),
  ),
  sample(
    'grafana-json',
    'frames with their values in the fields',
    JSON.stringify({
      state: 'Done',
      series: [
        {
          refId: 'A',
          fields: [
            { name: 'Time', type: 'time', values: TIMES.map((t) => t * 1000) },
            { name: 'Value', type: 'number', labels: series.metric, values: VALUES },
          ],
        },
      ],
    }),
  ),
  sample(
    'grafana-json',
    'target and datapoints',
    JSON.stringify([
      {
        target: `container_memory_working_set_bytes{${LABEL_TEXT}}`,
        datapoints: TIMES.map((t, i) => [VALUES[i], t * 1000]),
      },
    ]),
  ),
  sample(
    'k8s-metrics',
    'lists, a line each',
    lines((i) =>
      JSON.stringify({ kind: 'PodMetricsList', apiVersion: 'metrics.k8s.io/v1beta1', items: [podMetrics(i)] }),
    ),
  ),
  sample(
    'kubectl-top',
    'with a line of time before each',
    lines((i) => `${ISO[i]}\nNAMESPACE  POD  NAME  CPU(cores)  MEMORY(bytes)\nshop  app-1  app  12m  ${100 + i}Mi`),
  ),
  sample(
    'kubectl-top',
    'with the time before each row',
    lines((i) => `${ISO[i]} shop  app-1  app  12m  ${100 + i}Mi`),
  ),
  sample(
    'cgroup',
    'memory.stat of v2 with times',
    lines((i) => `${ISO[i]}\nanon ${VALUES[i]}\nfile 4096\nkernel 8192\nslab_reclaimable 100`),
    false,
  ),
  sample(
    'cgroup',
    'memory.stat of v1 with times',
    lines((i) => `# ${ISO[i]}\ncache 4096\nrss ${VALUES[i]}\nmapped_file 1\npgpgin 5`),
    false,
  ),
  sample(
    'proc',
    'status with times',
    lines(
      (i) => `${ISO[i]}\nName:\tnode\nPid:\t42\nVmSize:\t  900000 kB\nVmRSS:\t  ${VALUES[i]! / 1024} kB\nThreads:\t11`,
    ),
    false,
  ),
  sample(
    'proc',
    'smaps_rollup with times',
    lines(
      (i) =>
        `${ISO[i]}\n00400000-ffffffffff601000 ---p 00000000 00:00 0                          [rollup]\nRss:  ${VALUES[i]! / 1024} kB\nPss:  10 kB\nPrivate_Dirty: 9 kB`,
    ),
    false,
  ),
  sample(
    'jvm-nmt',
    'summaries with times',
    lines(
      (i) =>
        `${ISO[i]}\n123:\n\nNative Memory Tracking:\n\nTotal: reserved=900000KB, committed=${VALUES[i]! / 1024}KB\n\n-                 Java Heap (reserved=65536KB, committed=65536KB)\n`,
    ),
    false,
  ),
  sample('otlp-metrics', 'JSON', JSON.stringify(otlpJson)),
  sample('otlp-metrics', 'protobuf', otlpProtobuf()),
  sample('remote-write', 'version 1', snappyOf(writeRequest().done())),
  sample('remote-write', 'version 2', writeRequestV2()),
  sample(
    'memory-jsonl',
    'process.memoryUsage() as JSON lines',
    lines((i) =>
      JSON.stringify({
        time: ISO[i],
        rss: VALUES[i],
        heapTotal: 50e6,
        heapUsed: 30e6 + i,
        external: 1e6,
        arrayBuffers: 1e4,
      }),
    ),
    false,
  ),
  sample(
    'memory-jsonl',
    ':erlang.memory/0',
    lines(
      (i) =>
        `${ISO[i]} [total: ${VALUES[i]}, processes: 40000, processes_used: 39000, system: 50000, atom: 300, binary: 200, code: 100, ets: 50]`,
    ),
    false,
  ),
  sample(
    'clinic-doctor',
    'process statistics',
    `timestamp, interval, delay, cpu, memory.rss, memory.heapTotal, memory.heapUsed, memory.external, handles\n${lines((i) => `${TIMES[i]}000, 0, 0.5, 0.1, ${VALUES[i]}, 50000000, 30000000, 1000, 3`)}`,
    false,
  ),
  sample('push-log', 'what the push door keeps', pushLogOf(['remote-write', writeRequestV2()])),
  sample('push-log', 'what compaction makes of it', pushLogOf(['series', seriesBlock()])),
];

export const FIRST_BYTES = VALUES[0]!;
export const LAST_BYTES = VALUES[2]!;
export const FIRST_MS = T0 * 1000;
