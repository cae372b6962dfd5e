import type { Analysis } from '../../functions/model/analysis.ts';
import { AppError } from '../../functions/model/error.ts';
import { deathOf, fromPlainError } from './plain-error.ts';
import type { Answer, Recognised, Request } from './protocol.ts';
import { Turns } from './turns.ts';

/** Runs the analysers in a thread of this browser: nothing leaves the machine, and the page never freezes. */
export interface HereOptions {
  readonly onProgress?: (step: string, done: number) => void;
  readonly signal?: AbortSignal;
}

/** One analysis at a time: two dumps side by side would need twice the memory and end no sooner on a laptop. */
const analyses = new Turns(1);
const looks = new Turns(2);

/** Recognition reads the head and, in archives, the list of members. Longer than this is not "at once" any more. */
const RECOGNISE_WITHIN_MS = 20_000;

/** Throws AppError: the analyser's own, `aborted`, or `too-large` when the browser's memory is not enough. */
export async function analyseHere(file: File, options: HereOptions = {}): Promise<Analysis> {
  const said = await analyses.take(() => askWorker({ ask: 'analyse', ...about(file) }, options), options.signal);
  if (said.say !== 'analysed') throw unexpected();
  return said.analysis;
}

/** What changed between files of one format, oldest first. Throws as `analyseHere` does. */
export async function compareHere(files: readonly File[], options: HereOptions = {}): Promise<Analysis> {
  const sources = files.map((file) => ({ name: file.name, source: file }));
  const ask = { ask: 'compare', files: sources, memoryBytes: budgetHere() } as const;
  const said = await analyses.take(() => askWorker(ask, options), options.signal);
  if (said.say !== 'analysed') throw unexpected();
  return said.analysis;
}

/** What the file is, from its first bytes. */
export async function recogniseHere(file: File, options: HereOptions = {}): Promise<Recognised> {
  const timeout = AbortSignal.timeout(RECOGNISE_WITHIN_MS);
  const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout;
  const said = await looks.take(() => askWorker({ ask: 'recognise', ...about(file) }, { ...options, signal }), signal);
  if (said.say !== 'recognised') throw unexpected();
  return said.recognised;
}

/**
 * What analysers may hold here. Browsers stop a tab at 4 GB or so and say at most 8 GB of the machine's memory; half of
 * that leaves room for the page and for others. Where a browser does not say, 2 GiB.
 */
export function memoryBudgetBytes(deviceMemoryGiB: number | undefined): number {
  return Math.min(3 * 2 ** 30, ((deviceMemoryGiB ?? 4) / 2) * 2 ** 30);
}

function about(file: File): { file: Blob; name: string; memoryBytes: number } {
  return { file, name: file.name, memoryBytes: budgetHere() };
}

function budgetHere(): number {
  // Chromium alone has it; the type library leaves it out.
  const { deviceMemory } = navigator as { deviceMemory?: number };
  return memoryBudgetBytes(deviceMemory);
}

function askWorker(request: Request, { onProgress, signal }: HereOptions): Promise<Answer> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
    const end = (): void => {
      worker.terminate();
      signal?.removeEventListener('abort', abort);
    };
    const abort = (): void => {
      end();
      reject(new AppError('aborted', 'Cancelled. The file is unchanged and nothing was sent.'));
    };
    signal?.addEventListener('abort', abort, { once: true });
    worker.onmessage = ({ data }: MessageEvent<Answer>) => {
      if (data.say === 'progress') {
        onProgress?.(data.step, data.done);
        return;
      }
      end();
      if (data.say === 'failed') reject(fromPlainError(data.error));
      else resolve(data);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      end();
      reject(fromPlainError(deathOf(event.message)));
    };
    worker.onmessageerror = () => {
      end();
      reject(fromPlainError(deathOf('its answer could not be read')));
    };
    worker.postMessage(request);
  });
}

function unexpected(): AppError {
  return new AppError('unavailable', 'The analysis in this browser answered something else. Reload the page.');
}
