import { spawn } from 'node:child_process';
import { readFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

/** What one real run of the example's program left behind. */
export interface ExampleRun {
  readonly metrics: Uint8Array;
  readonly snapshots: readonly Uint8Array[];
  /** How many seconds of its time stand for one real second. */
  readonly stretch: number;
}

const Sample = z.object({
  elapsedMs: z.number(),
  runs: z.number(),
  rss: z.number(),
  heapTotal: z.number(),
  heapUsed: z.number(),
  external: z.number(),
  arrayBuffers: z.number(),
});
type Sample = z.infer<typeof Sample>;

const SECONDS = 12;
/** A leak that takes days is shown in seconds: the samples are real, their clock is stretched, and the text says so. */
const STRETCH = 12_000;

export async function runExample(
  program: string,
  mode: 'leaking' | 'fixed',
  labels: Record<string, string>,
  endMs: number,
): Promise<ExampleRun> {
  const folder = mkdtempSync(join(tmpdir(), 'casebook-demo-'));
  try {
    const samples = await collectSamples(program, mode, folder);
    const snapshots = [1, 2].map((number) => readFileSync(join(folder, `${mode}-${number}.heapsnapshot`)));
    return { metrics: toQueryRange(samples, labels, endMs), snapshots, stretch: STRETCH };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function collectSamples(program: string, mode: string, folder: string): Promise<Sample[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--max-semi-space-size=1', program, mode, String(SECONDS), folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code !== 0) reject(new Error(`the example's program ended with code ${String(code)}`));
      else
        resolve(
          text
            .trim()
            .split('\n')
            .map((line) => Sample.parse(JSON.parse(line))),
        );
    });
  });
}

/** The samples as the answer of Prometheus' `query_range`, as a cluster would export them. */
function toQueryRange(samples: readonly Sample[], labels: Record<string, string>, endMs: number): Uint8Array {
  const lastMs = samples.at(-1)?.elapsedMs ?? 0;
  const stepSeconds = (100 * STRETCH) / 1000;
  const time = (sample: Sample): number =>
    Math.round((endMs - (lastMs - sample.elapsedMs) * STRETCH) / 1000 / stepSeconds) * stepSeconds;
  const metrics: readonly [string, (sample: Sample) => number][] = [
    ['process_resident_memory_bytes', (sample) => sample.rss],
    ['nodejs_heap_size_total_bytes', (sample) => sample.heapTotal],
    ['nodejs_heap_size_used_bytes', (sample) => sample.heapUsed],
    ['nodejs_external_memory_bytes', (sample) => sample.external],
    ['worker_runs_completed_total', (sample) => sample.runs],
    ['container_spec_memory_limit_bytes', () => 512 * 2 ** 20],
  ];
  const result = metrics.map(([name, read]) => ({
    metric: { __name__: name, ...labels },
    values: samples.map((sample) => [time(sample), String(read(sample))]),
  }));
  return new TextEncoder().encode(JSON.stringify({ status: 'success', data: { resultType: 'matrix', result } }));
}
