import { basename } from 'node:path';
import { compareSources } from '../analysis/compare.ts';
import { isAppError } from '../model/error.ts';
import { openFileSource } from '../host/file-source.ts';
import { nodeRun } from '../host/node-run.ts';
import { printAnalysis } from './print-analysis.ts';
import { terminalProgress } from './terminal-progress.ts';

/** `casebook diff A B [C…] [--json]`: what grew from the first to the last, and what holds it. Exit codes as `analyse`. */
export async function diffCommand(
  paths: readonly string[],
  options: { json: boolean; signal: AbortSignal },
): Promise<number> {
  const opened: ReturnType<typeof openFileSource>[] = [];
  const run = nodeRun({ signal: options.signal, progress: terminalProgress('diff') });
  try {
    for (const path of paths) opened.push(openFileSource(path));
    const sources = opened.map((source, i) => ({ name: basename(paths[i] ?? ''), source }));
    const analysis = await compareSources(sources, run);
    process.stdout.write(
      options.json ? `${JSON.stringify(analysis)}\n` : `${printAnalysis(paths.join(' -> '), analysis)}\n`,
    );
    return 0;
  } catch (error) {
    if (!isAppError(error)) throw error;
    if (options.json) process.stdout.write(`${JSON.stringify(error.toJSON())}\n`);
    else process.stderr.write(`refused (${error.code}): ${error.message}\n`);
    return 1;
  } finally {
    for (const source of opened) source.close();
    run.clean();
  }
}
