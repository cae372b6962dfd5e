import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { ANALYSIS_FLAGS } from '../../functions/host/analysis-flags.ts';
import { bundleDevtools } from './bundle-devtools.ts';
import { HEAP_INPUTS as INPUTS, makeHeapInput } from './heap-inputs.ts';

/**
 * Heap dumps: this project beside Chrome DevTools' model and memlab (V8) and VisualVM's heap library (HPROF), each as a whole process, everything
 * on. Inputs come from the leaking programs; peers from npm into a cache, VisualVM from Debian's package. Prints a markdown table.
 *
 *   node test/bench/heap.ts [--cache DIR] [--only 300,1300,640] [--runs 3] [--no-peers] [--visualvm DIR]
 */
const { values: options } = parseArgs({
  options: {
    cache: { type: 'string', default: resolve('node_modules/.cache/bench-heap') },
    only: { type: 'string', default: '30,300,1300,640' },
    runs: { type: 'string', default: '3' },
    'no-peers': { type: 'boolean', default: false },
    visualvm: { type: 'string', default: '/usr/share/visualvm' },
  },
});
const HERE = import.meta.dirname;
const CACHE = options.cache;
const LIMIT_MS = 10 * 60_000;

interface Measured {
  wallMs: number;
  peakBytes: number;
  objects: number;
}

interface Program {
  name: string;
  /** Node where it is left out. */
  executable?: string;
  command: (file: string) => string[];
  /** What it keeps beside its input, to be removed before each run: VisualVM's index would make the second run a warm one. */
  leavings?: (file: string) => string;
}

async function makeOwn(): Promise<Program> {
  const outfile = join(CACHE, 'analyse-file.mjs');
  await build({
    entryPoints: {
      'analyse-file': join(HERE, 'analyse-file.ts'),
      thread: join(HERE, '../../functions/host/thread.ts'),
    },
    outdir: CACHE,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    minifySyntax: true,
    platform: 'node',
    format: 'esm',
  });
  // As the server starts its analyses.
  return { name: 'casebook', command: (file) => [...ANALYSIS_FLAGS, outfile, file] };
}

async function makePeers(): Promise<Program[]> {
  const folder = join(CACHE, 'peers');
  if (!existsSync(join(folder, 'node_modules'))) {
    const packages = ['chrome-devtools-frontend', '@memlab/core', '@memlab/heap-analysis'];
    execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--prefix', folder, ...packages], {
      stdio: 'inherit',
    });
  }
  const outfile = await bundleDevtools(join(folder, 'node_modules'), join(CACHE, 'devtools.mjs'));
  const heap = '--max-old-space-size=16000';
  return [
    { name: 'Chrome DevTools model', command: (file) => [heap, outfile, file] },
    { name: 'memlab', command: (file) => [heap, join(HERE, 'peers/memlab.cjs'), folder, file] },
  ];
}

/** VisualVM's library of heap dumps, where it is installed or `--visualvm` names its folder. */
function findVisualVm(): Program[] {
  const jar = join(options.visualvm, 'visualvm/modules/org-graalvm-visualvm-lib-jfluid-heap.jar');
  if (!existsSync(jar)) return [];
  const source = join(HERE, 'peers/VisualVm.java');
  return [
    {
      name: "VisualVM's heap library",
      executable: 'java',
      command: (file) => ['-Xmx14g', '-cp', jar, source, file],
      leavings: (file) => `${file}.hwcache`,
    },
  ];
}

/** One whole process: wall time from outside, the rest as it says itself; a string is why it failed. */
function runOnce(program: Program, file: string): Promise<Measured | string> {
  const leavings = program.leavings?.(file);
  if (leavings !== undefined) rmSync(leavings, { recursive: true, force: true });
  return new Promise((done) => {
    const startedMs = performance.now();
    const child = spawn(program.executable ?? process.execPath, program.command(file), {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    let complaint = '';
    child.stdout.on('data', (text: Buffer) => (output += text.toString()));
    child.stderr.on('data', (text: Buffer) => (complaint = (complaint + text.toString()).slice(-4000)));
    const timer = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      const wallMs = performance.now() - startedMs;
      if (code !== 0) {
        const reason = /\w*Error: [^\n]{0,60}/.exec(complaint)?.[0] ?? `ended with ${signal ?? String(code)}`;
        return done(`fails: ${reason}`);
      }
      const { peakBytes, objects } = JSON.parse(output.trim().split('\n').at(-1) ?? '') as Measured;
      done({ wallMs, peakBytes, objects });
    });
  });
}

async function measure(program: Program, file: string, runs: number): Promise<Measured | string> {
  const all: Measured[] = [];
  for (let i = 0; i < runs; i++) {
    const one = await runOnce(program, file);
    if (typeof one === 'string') return one;
    all.push(one);
  }
  return all.sort((a, b) => a.wallMs - b.wallMs)[all.length >> 1]!;
}

mkdirSync(CACHE, { recursive: true });
const own = await makeOwn();
const names = options.only.split(',');
const isJava = (name: string): boolean => INPUTS[name]!.kind === 'java';
const peers = options['no-peers'] || names.every(isJava) ? [] : await makePeers();
const javaPeers = options['no-peers'] ? [] : findVisualVm();
const runs = Number(options.runs);
const lines = [
  `Node ${process.version}, ${availableParallelism()} cores; whole process, median of ${runs}.`,
  '',
  '| input | program | wall | peak memory | bytes an object | against us: time | memory |',
  '|---|---|---|---|---|---|---|',
];
const points: { sizeBytes: number; wallMs: number }[] = [];
for (const name of names) {
  const file = makeHeapInput(name, CACHE);
  const sizeBytes = statSync(file).size;
  const ours = await measure(own, file, runs);
  if (typeof ours !== 'string' && INPUTS[name]!.kind === 'mixed') points.push({ sizeBytes, wallMs: ours.wallMs });
  for (const program of [own, ...(isJava(name) ? javaPeers : peers)]) {
    const result = program === own ? ours : await measure(program, file, runs);
    const label = `${Math.round(sizeBytes / 1e6)} MB ${INPUTS[name]!.kind}`;
    if (typeof result === 'string') {
      lines.push(`| ${label} | ${program.name} | ${result} | | | | |`);
      continue;
    }
    const against =
      typeof ours === 'string' || program === own
        ? ' | '
        : `${(result.wallMs / ours.wallMs).toFixed(1)}x | ${(ours.peakBytes / result.peakBytes).toFixed(2)} of it`;
    lines.push(
      `| ${label} | ${program.name} | ${(result.wallMs / 1000).toFixed(2)} s | ${(result.peakBytes / 1e6).toFixed(0)} MB | ${(result.peakBytes / result.objects).toFixed(0)} | ${against} |`,
    );
  }
}
const [smallest, largest] = [points[0], points.at(-1)];
if (smallest && largest && largest !== smallest) {
  const exponent = Math.log(largest.wallMs / smallest.wallMs) / Math.log(largest.sizeBytes / smallest.sizeBytes);
  lines.push(
    '',
    `Growth from ${Math.round(smallest.sizeBytes / 1e6)} to ${Math.round(largest.sizeBytes / 1e6)} MB: exponent ${exponent.toFixed(2)}.`,
  );
}
process.stdout.write(`${lines.join('\n')}\n`);
