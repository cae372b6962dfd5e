import { randomBytes } from 'node:crypto';
import { createWriteStream, rmSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { redactDump } from '../analysis/redact/redact-dump.ts';
import type { RedactionReport, RedactOptions } from '../analysis/redact/report.ts';
import { AppError, isAppError } from '../model/error.ts';
import { openFileSource } from '../host/file-source.ts';
import { nodeRun } from '../host/node-run.ts';
import { terminalProgress } from './terminal-progress.ts';

export interface RedactCommandOptions extends Omit<RedactOptions, 'key'> {
  readonly json: boolean;
  readonly signal: AbortSignal;
}

/**
 * `casebook redact IN OUT [--keep TEXT…] [--json]`. OUT appears only when it is whole: until then it has another name. With `--json`
 * standard output has the report, or the error, and nothing else. Exit code 0: written, 1: refused.
 */
export async function redactCommand(input: string, output: string, options: RedactCommandOptions): Promise<number> {
  try {
    const report = await redactFile(input, output, options);
    process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : printReport(output, report));
    return 0;
  } catch (error) {
    if (!isAppError(error)) throw error;
    if (options.json) process.stdout.write(`${JSON.stringify(error.toJSON())}\n`);
    else process.stderr.write(`${input}: refused (${error.code}): ${error.message}\n`);
    return 1;
  }
}

async function redactFile(input: string, output: string, options: RedactCommandOptions): Promise<RedactionReport> {
  if (resolve(input) === resolve(output))
    throw new AppError('bad-input', 'The redacted dump needs a name of its own: the original is not written over.');
  const source = openFileSource(input);
  const run = nodeRun({ signal: options.signal, progress: terminalProgress(basename(input)) });
  const unfinished = `${output}.${randomBytes(4).toString('hex')}.unfinished`;
  try {
    const redaction = await redactDump(source, basename(input), { ...options, key: randomBytes(16) }, run);
    // Node's and the DOM's types name the same web stream differently.
    const bytes = Readable.fromWeb(redaction.stream as Parameters<typeof Readable.fromWeb>[0]);
    // Only its owner may read it: it is checked before it is passed on.
    const file = createWriteStream(unfinished, { flags: 'wx', mode: 0o600, highWaterMark: 1 << 20 });
    if (/\.gz$/i.test(output)) await pipeline(bytes, createGzip({ level: 6 }), file, { signal: options.signal });
    else await pipeline(bytes, file, { signal: options.signal });
    await rename(unfinished, output);
    return redaction.report();
  } catch (error) {
    rmSync(unfinished, { force: true });
    if (isAppError(error)) throw error;
    if (options.signal.aborted) throw new AppError('aborted', 'Cancelled; nothing was written.', { cause: error });
    if (error instanceof Error && 'code' in error && typeof error.code === 'string')
      throw new AppError('bad-input', `${output} cannot be written: ${error.message}`, { cause: error });
    throw error;
  } finally {
    source.close();
    run.clean();
  }
}

function printReport(output: string, report: RedactionReport): string {
  const count = (what: string, n: number, bytes?: number): string =>
    `  ${n.toLocaleString('en').padStart(13)}  ${what}${bytes === undefined ? '' : ` (${bytes.toLocaleString('en')} bytes)`}`;
  return `${[
    `${output}: ${report.format}, ${report.outputBytes.toLocaleString('en')} bytes`,
    '',
    'Blanked:',
    ...report.blanked.map(({ what, count: n, bytes }) => count(what, n, bytes)),
    '',
    'Kept:',
    ...report.kept.map(({ what, count: n, why }) => count(`${what}: ${why}`, n)),
    '',
    report.rules.length === 0 ? 'No secret was recognised by the rules.' : 'Secrets recognised, and blanked:',
    ...report.rules.map(({ title, rule, inContents, inNames }) =>
      count(`${title} (${rule})${inNames > 0 ? `, ${inNames} of them in names` : ''}`, inContents + inNames),
    ),
    '',
    ...report.notes.map((note) => `- ${note}`),
  ].join('\n')}\n`;
}
