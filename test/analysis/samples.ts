import { leakingSnapshot } from './formats/v8-heapsnapshot/build-snapshot.ts';

/** One small sample a format, made here: what the contract suite runs every analyser on. A new format adds its own. */
export interface Sample {
  /** The analyser that must take it. */
  readonly format: string;
  readonly name: string;
  readonly content: string | Uint8Array;
}

const START_S = 1_760_000_000;
const GROWING = Array.from({ length: 120 }, (_, i) => 100e6 + i * 1e5 + (i % 7) * 3e4);

function prometheusMatrix(): string {
  const labels = { namespace: 'shop', pod: 'cart-7c9d-x2lqp', container: 'cart' };
  const values = GROWING.map((value, i) => [START_S + i * 60, String(value)]);
  const result = ['container_memory_rss', 'container_memory_working_set_bytes'].map((name) => ({
    metric: { __name__: name, ...labels },
    values,
  }));
  return JSON.stringify({ status: 'success', data: { resultType: 'matrix', result } });
}

function expositionText(): string {
  return [
    '# HELP process_resident_memory_bytes Resident memory size in bytes.',
    '# TYPE process_resident_memory_bytes gauge',
    'process_resident_memory_bytes 1.2345e+08',
    '# TYPE http_requests_total counter',
    'http_requests_total{code="200",path="/a \\"b\\""} 1027',
    '',
  ].join('\n');
}

function memoryCsv(): string {
  return [
    'time,rss,heap_used',
    ...GROWING.map(
      (value, i) => `${new Date((START_S + i * 60) * 1000).toISOString()},${String(value)},${String(value / 2)}`,
    ),
    '',
  ].join('\n');
}

export const SAMPLES: readonly Sample[] = [
  { format: 'v8-heapsnapshot', name: 'worker.heapsnapshot', content: leakingSnapshot(200) },
  { format: 'prometheus-json', name: 'memory.json', content: prometheusMatrix() },
  { format: 'prometheus-text', name: 'metrics.txt', content: expositionText() },
  { format: 'metrics-csv', name: 'memory.csv', content: memoryCsv() },
];
