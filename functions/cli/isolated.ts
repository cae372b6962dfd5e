import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { AnalyseIsolated, AnalyseRequest } from '../hub/deps.ts';
import { runAnalysis } from '../hub/run-analysis.ts';
import type { Analysis } from '../model/analysis.ts';
import { AppError, isAppError, type ErrorCode } from '../model/error.ts';
import type { Objects } from '../platform/objects/objects.ts';
import { ANALYSIS_FLAGS } from '../host/analysis-flags.ts';
import { nodeRun } from '../host/node-run.ts';

/** What the parent asks the child, over IPC. */
const Order = z.object({ request: z.custom<AnalyseRequest>(), resultPath: z.string(), memoryBytes: z.number() });
/** What the child says. */
const Word = z.discriminatedUnion('say', [
  z.object({ say: z.literal('progress'), step: z.string(), done: z.number() }),
  z.object({
    say: z.literal('refused'),
    code: z.custom<ErrorCode>(),
    message: z.string(),
    data: z.record(z.string(), z.unknown()),
  }),
  z.object({ say: z.literal('done') }),
]);

const WATCH_MS = 250;

/**
 * A process of its own for each analysis: one that throws, hangs or takes all memory harms only its job. Typed arrays lie
 * outside the heap that Node limits, so on Linux the parent watches the resident size as well.
 */
export function isolatedAnalyse(options: { program: string; memoryBytes: number }): AnalyseIsolated {
  return (request, { signal, progress }) =>
    new Promise<Analysis>((resolve, reject) => {
      signal.throwIfAborted();
      const folder = mkdtempSync(join(tmpdir(), 'casebook-analysis-'));
      const resultPath = join(folder, 'analysis.json');
      const heapMb = Math.max(256, Math.floor(options.memoryBytes / 2 ** 21));
      const flags = [...ANALYSIS_FLAGS, `--max-old-space-size=${heapMb}`];
      const child = spawn(process.execPath, [...flags, options.program, 'analyse-object'], {
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
        env: { ...process.env, TMPDIR: folder },
      });
      const tooMuch = (): AppError =>
        new AppError(
          'too-large',
          `this needs more than the ${options.memoryBytes} bytes of memory that an analysis may take here: analyse it where there is more, and send only the report`,
          { data: { limit: 'analyseMemoryBytes' } },
        );
      let fault: AppError | undefined;
      let complaint = '';
      const watch = setInterval(() => {
        if (residentBytes(child.pid) <= options.memoryBytes) return;
        fault = tooMuch();
        child.kill('SIGKILL');
      }, WATCH_MS);
      const stop = (): void => void child.kill('SIGKILL');
      signal.addEventListener('abort', stop);
      child.stderr?.setEncoding('utf8').on('data', (text: string) => (complaint = (complaint + text).slice(-4000)));
      child.on('message', (message) => {
        const word = Word.safeParse(message).data;
        if (word?.say === 'progress') progress(word.step, word.done);
        else if (word?.say === 'refused') fault = new AppError(word.code, word.message, { data: word.data });
      });
      const settle = async (code: number | null): Promise<Analysis> => {
        if (signal.aborted) throw signal.reason;
        if (fault) throw fault;
        // What V8 prints before it ends the process; another attempt would end the same way.
        if (complaint.includes('heap out of memory')) throw tooMuch();
        if (code !== 0)
          throw new Error(
            `the analysis died (exit code ${String(code)}): ${complaint.trim().split('\n').slice(-5).join(' / ')}`,
          );
        // Written by our own child from our own analyser, or parsed there against the schema.
        return JSON.parse(await readFile(resultPath, 'utf8')) as Analysis;
      };
      child.on('error', reject);
      child.on('close', (code) => {
        clearInterval(watch);
        signal.removeEventListener('abort', stop);
        settle(code)
          .finally(() => rmSync(folder, { recursive: true, force: true }))
          .then(resolve, reject);
      });
      child.send({ request, resultPath, memoryBytes: options.memoryBytes });
    });
}

/** The child's side: one order, one analysis, one exit. `openEvidence` opens the store that the parent uses. */
export function serveOneAnalysis(openEvidence: () => Promise<Objects>): void {
  process.once('message', (message) => {
    const { request, resultPath, memoryBytes } = Order.parse(message);
    const say = (word: z.infer<typeof Word>): Promise<void> =>
      new Promise((resolve) => (process.send ? process.send(word, () => resolve()) : resolve()));
    const work = async (): Promise<void> => {
      const run = nodeRun({
        signal: new AbortController().signal,
        memoryBytes: memoryBytes * 0.9,
        progress: throttled((step, done) => void say({ say: 'progress', step, done })),
      });
      try {
        const evidence = await openEvidence();
        const analysis = await runAnalysis((key) => evidence.source(key), request, run);
        await writeFile(resultPath, JSON.stringify(analysis));
        await say({ say: 'done' });
      } catch (error) {
        if (!isAppError(error)) throw error;
        await say({ say: 'refused', code: error.code, message: error.message, data: { ...error.data } });
      } finally {
        run.clean();
      }
    };
    work().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
        process.exit(1);
      },
    );
  });
  // A parent that died takes its child along.
  process.once('disconnect', () => process.exit(1));
}

function throttled(progress: (step: string, done: number) => void): (step: string, done: number) => void {
  let lastMs = 0;
  return (step, done) => {
    const nowMs = Date.now();
    if (nowMs - lastMs < 200 && done < 1) return;
    lastMs = nowMs;
    progress(step, done);
  };
}

/** 0 where the system does not say. */
function residentBytes(pid: number | undefined): number {
  try {
    return Number(readFileSync(`/proc/${String(pid)}/statm`, 'utf8').split(' ')[1]) * 4096;
  } catch {
    return 0;
  }
}
