/**
 * Speed and peak memory of the metric readers beside JSON.parse, whole processes, on inputs made here.
 * `node test/bench/metrics.ts [megabytes]` prints a markdown table; each row is a process of its own.
 */
import { once } from 'node:events';
import { execFileSync } from 'node:child_process';
import { createWriteStream, mkdtempSync, openAsBlob, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_LIMITS } from '../../functions/analysis/analyser.ts';
import { ANALYSERS } from '../../functions/analysis/registry.ts';
import { csvText, expositionText, rangeAnswer } from './metrics-inputs.ts';

const INPUTS = [
  {
    name: 'range.json',
    title: 'Prometheus query_range JSON',
    format: 'prometheus-json',
    text: rangeAnswer,
    peer: true,
  },
  {
    name: 'scrapes.prom',
    title: 'text exposition, scrapes with times',
    format: 'prometheus-text',
    text: expositionText,
    peer: false,
  },
  { name: 'grafana.csv', title: 'CSV, a column a series', format: 'metrics-csv', text: csvText, peer: false },
];

if (process.argv[2] === 'one') await measureOne(process.argv[3] ?? '', process.argv[4] ?? '');
else await compare(Number(process.argv[2] ?? 200));

async function compare(megabytes: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'casebook-bench-'));
  const rows = ['| input | MB | reader | s | MB/s | peak RSS MB |', '| --- | --- | --- | --- | --- | --- |'];
  try {
    for (const input of INPUTS) {
      const path = join(folder, input.name);
      await write(path, input.text(megabytes * 1e6));
      for (const reader of input.peer ? ['JSON.parse', input.format] : [input.format]) {
        const runs = [0, 1, 2].map(() => inProcess(reader, path)).sort((a, b) => a.seconds - b.seconds);
        const { seconds, peakMb, sizeMb } = runs[1]!;
        rows.push(
          `| ${input.title} | ${sizeMb.toFixed(0)} | ${reader} | ${seconds.toFixed(2)} | ${(sizeMb / seconds).toFixed(0)} | ${peakMb.toFixed(0)} |`,
        );
      }
      rmSync(path);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  process.stdout.write(
    `${rows.join('\n')}\n\nMedian of 3 whole processes, ${process.version}; seconds include the start of Node.\n`,
  );
}

interface Measured {
  seconds: number;
  peakMb: number;
  sizeMb: number;
}

function inProcess(reader: string, path: string): Measured {
  const start = performance.now();
  const out = execFileSync(process.execPath, [import.meta.filename, 'one', reader, path], { encoding: 'utf8' });
  const seconds = (performance.now() - start) / 1000;
  return { ...(JSON.parse(out) as Omit<Measured, 'seconds'>), seconds }; // written by measureOne
}

async function measureOne(reader: string, path: string): Promise<void> {
  const source = await openAsBlob(path);
  let result: unknown;
  if (reader === 'JSON.parse') result = JSON.parse(readFileSync(path, 'utf8'));
  else {
    const analyser = ANALYSERS.find(({ format }) => format === reader);
    if (analyser === undefined) throw new Error(`no analyser for ${reader}`);
    result = await analyser.analyse(source, {
      signal: new AbortController().signal,
      limits: DEFAULT_LIMITS,
      progress: () => undefined,
    });
  }
  if (result === undefined) throw new Error('nothing was read');
  process.stdout.write(JSON.stringify({ peakMb: process.resourceUsage().maxRSS / 1000, sizeMb: source.size / 1e6 }));
}

async function write(path: string, chunks: Iterable<string>): Promise<void> {
  const file = createWriteStream(path);
  for (const chunk of chunks) if (!file.write(chunk)) await once(file, 'drain');
  await new Promise<void>((resolve) =>
    file.end(() => {
      resolve();
    }),
  );
}
