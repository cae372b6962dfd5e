import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeHeapSnapshot } from 'node:v8';

/**
 * The worked example's program, run for real: a job engine that keeps (`leaking`) or drops (`fixed`) the state of each
 * run when it is done. Prints a sample of its memory as a JSON line ten times a second, then writes two heap snapshots with more runs between.
 * Arguments: leaking|fixed, seconds, folder.
 */
const [mode, seconds, folder] = process.argv.slice(2);
const durationMs = Number(seconds) * 1000;

class RunState {
  readonly runId: string;
  readonly plan: readonly { readonly step: string; readonly expression: string }[];
  readonly input: Readonly<Record<string, unknown>>;

  constructor(number: number) {
    this.runId = `run-${String(number)}`;
    this.plan = ['fetch', 'transform', 'upsert'].map((step) => ({
      step,
      expression: `${step}('${this.runId}', state => state.data)`,
    }));
    this.input = {
      patient: {
        id: number,
        name: `Patient ${String(number)}`,
        visits: `visits of patient ${String(number)}: `.padEnd(4000, 'x'),
      },
    };
  }
}

interface Engine {
  execute(number: number): void;
}

function createEngine(keep: boolean): Engine {
  const states = new Map<string, RunState>();
  return {
    execute(number) {
      const state = new RunState(number);
      states.set(state.runId, state);
      // What every run throws away, so that the heap breathes as a real one does.
      const output = JSON.parse(JSON.stringify(state.input)) as object;
      if (Object.keys(output).length === 0) throw new Error('a run lost its output');
      if (!keep) states.delete(state.runId);
    },
  };
}

const engine = createEngine(mode === 'leaking');
// The engine must outlive the loop, as in a server.
Object.assign(globalThis, { engine });

const started = Date.now();
let runs = 0;
for (let nextSampleMs = 0; ;) {
  const elapsedMs = Date.now() - started;
  if (elapsedMs >= nextSampleMs) {
    process.stdout.write(`${JSON.stringify({ elapsedMs, runs, ...process.memoryUsage() })}\n`);
    nextSampleMs += 100;
  }
  if (elapsedMs >= durationMs) break;
  for (let i = 0; i < 2; i++) engine.execute(runs++);
  await sleep(5);
}

// Only now: a snapshot takes memory of its own, which would stand in the samples as a step.
mkdirSync(folder ?? '.', { recursive: true });
writeHeapSnapshot(join(folder ?? '.', `${mode ?? ''}-1.heapsnapshot`));
for (const until = runs * 1.5; runs < until;) engine.execute(runs++);
writeHeapSnapshot(join(folder ?? '.', `${mode ?? ''}-2.heapsnapshot`));
