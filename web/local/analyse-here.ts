import type { Analysis } from '../../functions/model/analysis.ts';
import { askWorker, type HereOptions } from './ask-worker.ts';
import type { Recognised } from './protocol.ts';
import { Turns } from './turns.ts';
import { writtenDown } from './unfinished.ts';

/** The analysers in a thread of this browser: nothing leaves the machine, and the page never freezes. */

/** One analysis at a time: two dumps side by side would need twice the memory and end no sooner on a laptop. */
const analyses = new Turns(1);
const looks = new Turns(2);

/** Recognition reads the head and, in archives, the list of members. Longer than this is not "at once" any more. */
const RECOGNISE_WITHIN_MS = 20_000;

/** Throws AppError: the analyser's own, `aborted`, or `too-large` when the browser's memory is not enough. */
export async function analyseHere(file: File, options: HereOptions = {}): Promise<Analysis> {
  const question = { ask: 'analyse', file, name: file.name } as const;
  const ask = () => writtenDown([file], () => askWorker(question, 'analysed', options));
  return (await analyses.take(ask, options.signal)).analysis;
}

/** What changed between files of one format, oldest first. Throws as `analyseHere` does. */
export async function compareHere(files: readonly File[], options: HereOptions = {}): Promise<Analysis> {
  const question = { ask: 'compare', files: files.map((file) => ({ name: file.name, source: file })) } as const;
  const ask = () => writtenDown(files, () => askWorker(question, 'analysed', options));
  return (await analyses.take(ask, options.signal)).analysis;
}

/** What the file is, from its first bytes. */
export async function recogniseHere(file: File, options: HereOptions = {}): Promise<Recognised> {
  const timeout = AbortSignal.timeout(RECOGNISE_WITHIN_MS);
  const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout;
  const ask = () => askWorker({ ask: 'recognise', file, name: file.name }, 'recognised', { ...options, signal });
  return (await looks.take(ask, signal)).recognised;
}
