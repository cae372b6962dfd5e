/** `node test/bench/verdict-speed.ts [containers] [days]`: how long the verdict takes on one core, samples already in memory. */
import type { SampleSeries, SampleSet } from '../../functions/analysis/series/sample-set.ts';
import { verdictReport } from '../../functions/analysis/series/verdict/verdict.ts';

const containers = Number(process.argv[2] ?? 1000);
const days = Number(process.argv[3] ?? 30);
const minutes = days * 24 * 60;
const start = Date.UTC(2026, 0, 5);
const timesMs = Float64Array.from({ length: minutes }, (_, minute) => start + minute * 60_000);

/** A repeatable generator (Lehmer 1951, modulus 2^31 - 1). */
let state = 20_260_105;
const random = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;

/** Warm-up, a daily wave, noise, and in every tenth container a leak. */
function memory(index: number): Float64Array {
  const level = 50e6 + 400e6 * random();
  const wave = 0.1 * level * random();
  const leak = index % 10 === 0 ? (0.3 * level) / minutes : 0;
  let noise = 0;
  return Float64Array.from({ length: minutes }, (_, minute) => {
    noise = 0.9 * noise + (random() - 0.5) * 0.01 * level;
    return (
      level * (1 - 0.3 * Math.exp(-minute / 90)) +
      wave * Math.sin((2 * Math.PI * minute) / 1440) +
      leak * minute +
      noise
    );
  });
}

const series = Array.from({ length: containers }, (_, index): SampleSeries => ({
  metric: 'container_memory_rss',
  labels: { namespace: 'bench', pod: `app-${index}`, container: 'app' },
  unit: 'bytes',
  kind: 'gauge',
  timesMs,
  values: memory(index),
  staleMs: new Float64Array(0),
  thinned: false,
}));
const samples: SampleSet = {
  series,
  clock: 'utc',
  sampleCount: containers * minutes,
  startMs: start,
  endMs: timesMs.at(-1)!,
  warnings: [],
};
const before = performance.now();
const cpuBefore = process.cpuUsage();
const { judgement } = verdictReport(samples);
const seconds = (performance.now() - before) / 1000;
const cpu = process.cpuUsage(cpuBefore);
const cpuSeconds = (cpu.user + cpu.system) / 1e6;
const leaks = judgement.containers.filter(({ verdict }) => verdict === 'leak').length;
console.log(
  `${containers} containers x ${days} days at 1 minute (${(samples.sampleCount / 1e6).toFixed(1)} M samples): ${seconds.toFixed(2)} s, ${cpuSeconds.toFixed(2)} s of processor time; ${leaks} leaks of ${Math.ceil(containers / 10)} built in`,
);
