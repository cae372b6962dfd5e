import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';

/** What the bundle is built for: older ones lack Map.groupBy, ArrayBuffer.transfer and node:sqlite. */
const NEEDED = 24;

export const isTooOld = (version: string): boolean => Number.parseInt(version, 10) < NEEDED;

/**
 * `npm start` and `npx casebook` find the Node that is pinned in the dependencies; `node dist/casebook.mjs` is run by the one on the PATH, which may be Node 20.
 * The same command line is then handed to the pinned one. Answers its exit code.
 */
export async function runByOwnNode(args: readonly string[]): Promise<number> {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const binary = join(dirname(createRequire(import.meta.url).resolve('node/package.json')), 'bin', name);
  const child = spawn(binary, args, { stdio: 'inherit' });
  const forward = (signal: NodeJS.Signals): void => {
    child.kill(signal);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, forward);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}
