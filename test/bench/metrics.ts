/**
 * Speed and peak memory of the metric readers beside JSON.parse of the same text: whole processes, start of Node included, bundled
 * and reading files as the product does, on inputs made here. `node test/bench/metrics.ts [megabytes]` prints a markdown table; each row
 * is the median of three.
 */
import { once } from 'node:events';
import { execFileSync } from 'node:child_process';
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_LIMITS, type ByteSource, type Run } from '../../functions/analysis/analyser.ts';
import { parseMetricsCsv } from '../../functions/analysis/formats/metrics-csv/parse.ts';
import { prometheusJson } from '../../functions/analysis/formats/prometheus-json/index.ts';
import { parsePrometheusJson } from '../../functions/analysis/formats/prometheus-json/parse.ts';
import { parseExposition } from '../../functions/analysis/formats/prometheus-text/parse.ts';
import { ANALYSIS_FLAGS } from '../../functions/host/analysis-flags.ts';
import { openFileSource } from '../../functions/host/file-source.ts';
import { csvText, expositionText, rangeAnswer } from './metrics-inputs.ts';

const READERS: Readonly<Record<string, (source: ByteSource, run: Run) => Promise<unknown>>> = {
  'prometheus-json': parsePrometheusJson,
  'prometheus-json, whole analysis with verdict': (source, run) => prometheusJson.analyse(source, run),
  'prometheus-text': parseExposition,
  'metrics-csv': parseMetricsCsv,
};

const INPUTS = [
  {
    title: 'query_range answer, 30 days at 1 min a series',
    text: rangeAnswer,
    readers: ['JSON.parse', 'prometheus-json', 'prometheus-json, whole analysis with verdict'],
  },
  { title: 'text exposition, scrapes with times', text: expositionText, readers: ['prometheus-text'] },
  { title: 'CSV, a column a series', text: csvText, readers: ['metrics-csv'] },
];

if (process.argv[2] === 'one') await measureOne(process.argv[3] ?? '', process.argv[4] ?? '');
else await compare(Number(process.argv[2] ?? 200));

interface Measured {
  wallSeconds: number;
  cpuSeconds: number;
  peakMb: number;
  sizeMb: number;
}

async function compare(megabytes: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'casebook-bench-'));
  const rows = [
    '| input | MB | reader | s | CPU s | MB/s | peak RSS MB |',
    '| --- | --- | --- | --- | --- | --- | --- |',
  ];
  const program = join(folder, 'metrics.mjs');
  try {
    const { build } = await import('esbuild');
    await build({
      entryPoints: [import.meta.filename],
      outfile: program,
      bundle: true,
      platform: 'node',
      format: 'esm',
      external: ['esbuild'], // only this process bundles
    });
    for (const { title, text, readers } of INPUTS) {
      const path = join(folder, 'input');
      await write(path, text(megabytes * 1e6));
      for (const reader of readers) {
        const runs = [0, 1, 2]
          .map(() => inProcess(program, reader, path))
          .sort((a, b) => a.wallSeconds - b.wallSeconds);
        const { wallSeconds, cpuSeconds, peakMb, sizeMb } = runs[1]!;
        const cells = [title, sizeMb.toFixed(0), reader, wallSeconds.toFixed(2), cpuSeconds.toFixed(2)];
        rows.push(`| ${[...cells, (sizeMb / wallSeconds).toFixed(0), peakMb.toFixed(0)].join(' | ')} |`);
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  process.stdout.write(`${rows.join('\n')}\n\nMedian of 3 whole processes, Node ${process.version}.\n`);
}

function inProcess(program: string, reader: string, path: string): Measured {
  const start = performance.now();
  // Ours as the server starts it; what it is compared with as Node is.
  const flags = READERS[reader] === undefined ? [] : ANALYSIS_FLAGS;
  const out = execFileSync(process.execPath, [...flags, program, 'one', reader, path], { encoding: 'utf8' });
  const wallSeconds = (performance.now() - start) / 1000;
  return { ...(JSON.parse(out) as Omit<Measured, 'wallSeconds'>), wallSeconds }; // written by measureOne
}

async function measureOne(reader: string, path: string): Promise<void> {
  const source = openFileSource(path);
  const read = READERS[reader];
  const result: unknown =
    read === undefined
      ? JSON.parse(readFileSync(path, 'utf8'))
      : await read(source, { signal: new AbortController().signal, limits: DEFAULT_LIMITS, progress: () => undefined });
  if (result === undefined) throw new Error('nothing was read');
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  const measured: Omit<Measured, 'wallSeconds'> = {
    cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
    peakMb: maxRSS / 1000,
    sizeMb: source.size / 1e6,
  };
  process.stdout.write(JSON.stringify(measured));
}

async function write(path: string, chunks: Iterable<string>): Promise<void> {
  const file = createWriteStream(path);
  for (const chunk of chunks) if (!file.write(chunk)) await once(file, 'drain');
  await new Promise<void>((resolve) => {
    file.end(() => {
      resolve();
    });
  });
}
