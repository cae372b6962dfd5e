import { basename } from 'node:path';
import { analyse } from '../analysis/run.ts';
import type { Analysis } from '../model/analysis.ts';
import { AppError, isAppError } from '../model/error.ts';
import type { SeriesMapping } from '../model/mapping.ts';
import { openFileSource } from '../host/file-source.ts';
import { nodeRun } from '../host/node-run.ts';
import { terminalProgress } from './terminal-progress.ts';
import { printAnalysis } from './print-analysis.ts';

/** Analyses one file on this machine. */
export async function analyseFile(
  path: string,
  signal: AbortSignal,
  mapping: readonly SeriesMapping[] = [],
): Promise<Analysis> {
  const source = openFileSource(path);
  const run = nodeRun({ signal, progress: terminalProgress(basename(path)) });
  try {
    return await analyse(source, basename(path), { ...run, mapping });
  } finally {
    source.close();
    run.clean();
  }
}

/**
 * `casebook analyse FILE… [--map NAME=ROLE[:UNIT]]… [--json]`. With `--json` standard output has the Analysis (an array for several files) and
 * nothing else; a refused file stands there as its error. Exit code 0: all analysed, 1: one was refused.
 */
export async function analyseCommand(
  paths: readonly string[],
  options: { json: boolean; signal: AbortSignal; mapping?: readonly SeriesMapping[] },
): Promise<number> {
  const results: (Analysis | ReturnType<AppError['toJSON']>)[] = [];
  let refused = false;
  for (const path of paths) {
    try {
      const analysis = await analyseFile(path, options.signal, options.mapping);
      if (options.json) results.push(analysis);
      else process.stdout.write(`${printAnalysis(path, analysis)}\n`);
    } catch (error) {
      if (!isAppError(error)) throw error;
      refused = true;
      if (options.json) results.push(error.toJSON());
      else process.stderr.write(`${path}: refused (${error.code}): ${error.message}\n`);
    }
  }
  if (options.json) process.stdout.write(`${JSON.stringify(paths.length === 1 ? results[0] : results)}\n`);
  return refused ? 1 : 0;
}
