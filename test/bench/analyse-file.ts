import { DEFAULT_LIMITS } from '../../functions/analysis/analyser.ts';
import { openFileSource } from '../../functions/host/file-source.ts';
import { startThreads } from '../../functions/host/threads.ts';
import { analyse } from '../../functions/analysis/run.ts';

/** Analyses one file as a whole process and prints what it took: `node test/bench/analyse-file.ts FILE [--steps] [--one-thread] [--counted-only]`: the last as if the dump did not fit the memory. */
const [path, ...flags] = process.argv.slice(2);
if (path === undefined)
  throw new Error('usage: node test/bench/analyse-file.ts FILE [--steps] [--one-thread] [--counted-only]');
const source = openFileSource(path);
const startedMs = performance.now();
const steps: [string, number][] = [];
const parallel = flags.includes('--one-thread') ? undefined : startThreads();
const analysis = await analyse(source, path, {
  signal: new AbortController().signal,
  limits: flags.includes('--counted-only') ? { ...DEFAULT_LIMITS, memoryBytes: 100 << 20 } : DEFAULT_LIMITS,
  ...(parallel && { parallel }),
  progress(step) {
    if (steps.at(-1)?.[0] !== step) steps.push([step, performance.now() - startedMs]);
  },
});
const facts = Object.fromEntries(analysis.facts.map(({ name, value }) => [name, value]));
const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
const report = {
  analysisMs: Math.round(performance.now() - startedMs),
  cpuMs: Math.round((userCPUTime + systemCPUTime) / 1000),
  megabytesASecond: Math.round(source.size / 1000 / (performance.now() - startedMs)),
  peakBytes: maxRSS * 1024,
  objects: facts['objects'],
  edges: facts['edges'],
  reachableBytes: facts['reachableBytes'],
  findings: analysis.findings.map(({ rule, evidence }) => `${rule} ${JSON.stringify(evidence['class'])}`),
  warnings: analysis.warnings,
  ...(flags.includes('--steps') ? { steps: steps.map(([step, ms]) => `${step} @${Math.round(ms)} ms`) } : {}),
};
process.stdout.write(`${JSON.stringify(report)}\n`);
