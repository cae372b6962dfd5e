import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { DEFAULT_LIMITS, type Run } from '../../functions/analysis/analyser.ts';
import { analyse } from '../../functions/analysis/run.ts';
import { openFileSource } from '../../functions/host/file-source.ts';

/**
 * How long an analysis goes on after it is told to stop, which is to be under 100 ms. For each file: the longest stretches without a turn of the event
 * loop, in which no abort can be delivered, with the step they were in; then aborts at points spread over the whole analysis, each from the moment
 * at which a timer was due to the rejection. In milliseconds of this thread's CPU, because a busy machine says nothing of the program, and by the clock.
 *
 *   node test/bench/abort.ts FILE… [--points 20]
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { points: { type: 'string', default: '20' } },
});
const POINTS = Number(values.points);

const cpuMs = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};
const rounded = (ms: number): string => `${Math.round(ms)} ms`;

function start(path: string, signal: AbortSignal, progress: Run['progress']): Promise<unknown> {
  return analyse(openFileSource(path), path, { signal, limits: DEFAULT_LIMITS, progress });
}

interface Stretch {
  readonly step: string;
  readonly cpuMs: number;
  readonly wallMs: number;
}

/** Time between turns of the event loop, longest first. */
async function findStretches(path: string): Promise<Stretch[]> {
  const stretches: Stretch[] = [];
  let [step, lastCpuMs, lastMs, running] = ['start', cpuMs(), performance.now(), true];
  const turn = (): void => {
    const [nowCpuMs, nowMs] = [cpuMs(), performance.now()];
    stretches.push({ step, cpuMs: nowCpuMs - lastCpuMs, wallMs: nowMs - lastMs });
    [lastCpuMs, lastMs] = [nowCpuMs, nowMs];
    if (running) setImmediate(turn);
  };
  setImmediate(turn);
  await start(path, new AbortController().signal, (name, done) => (step = `${name} (${Math.round(100 * done)} %)`));
  running = false;
  stretches.push({ step: `${step} to the end`, cpuMs: cpuMs() - lastCpuMs, wallMs: performance.now() - lastMs });
  return stretches.sort((a, b) => b.cpuMs - a.cpuMs);
}

/** Aborts by a timer that is due when the analysis says that it is `share` done. */
async function abortAt(path: string, share: number): Promise<Stretch | undefined> {
  const controller = new AbortController();
  let at: { step: string; cpuMs: number; ms: number } | undefined;
  try {
    await start(path, controller.signal, (step, done) => {
      if (at !== undefined || done < share) return;
      at = { step, cpuMs: cpuMs(), ms: performance.now() };
      setTimeout(() => {
        controller.abort();
      }, 0);
    });
    return undefined;
  } catch (error) {
    if (at === undefined || !controller.signal.aborted) throw error;
    return { step: at.step, cpuMs: cpuMs() - at.cpuMs, wallMs: performance.now() - at.ms };
  }
}

for (const file of positionals) {
  const path = resolve(file);
  process.stdout.write(`${file}\n`);
  await findStretches(path); // the first run compiles
  for (const { step, cpuMs: cpu, wallMs } of (await findStretches(path)).slice(0, 8))
    process.stdout.write(`  no turn for ${rounded(cpu)} of CPU (${rounded(wallMs)}), up to ${step}\n`);
  const outcomes: Stretch[] = [];
  for (let point = 0; point < POINTS; point++) {
    const outcome = await abortAt(path, point / POINTS);
    if (outcome === undefined)
      process.stdout.write(`  ${Math.round((100 * point) / POINTS)} %: ended before it was stopped\n`);
    else outcomes.push(outcome);
  }
  const worst = outcomes.sort((a, b) => b.cpuMs - a.cpuMs)[0];
  for (const { step, cpuMs: cpu, wallMs } of outcomes.slice(0, 5))
    process.stdout.write(
      `  rejected ${rounded(cpu)} of CPU (${rounded(wallMs)}) after the abort was due, in ${step}\n`,
    );
  process.stdout.write(
    `  worst of ${outcomes.length} aborts: ${rounded(worst?.cpuMs ?? 0)} of CPU, in ${worst?.step ?? ''}\n`,
  );
}
