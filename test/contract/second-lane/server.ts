import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../free-port.ts';

/** On in CI. Off, its suites are skipped, visibly. */
export const secondLane = process.env['CASEBOOK_SECOND_LANE'] === '1';

export interface Server {
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** Where `.ci/second-lane.sh` installs; it leaves the file `.installed` when it is through. */
export function installedFolder(service: string): string {
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  const folder = join(cache, 'casebook', service);
  if (!existsSync(join(folder, '.installed')))
    throw new Error(`${service} is not installed in ${folder}: run bash .ci/second-lane.sh`);
  return folder;
}

/** Starts a server on a free port of this machine and waits until it answers HTTP, whatever the answer. */
export async function startServer(
  command: string,
  argumentsFor: (port: number) => string[],
  options: { cwd?: string } = {},
): Promise<Server> {
  const port = await freePort();
  const child = spawn(command, argumentsFor(port), { cwd: options.cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (bytes: Buffer) => (output += bytes.toString()));
  child.stderr.on('data', (bytes: Buffer) => (output += bytes.toString()));
  child.on('error', (error) => (output += error.message));
  const endpoint = `http://127.0.0.1:${port}`;
  for (let tries = 0; !(await answers(endpoint)); tries++) {
    if (tries === 300 || child.exitCode !== null || child.pid === undefined) {
      child.kill('SIGKILL');
      throw new Error(`${command} did not start: ${output}`);
    }
    await sleep(100);
  }
  return {
    endpoint,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

async function answers(endpoint: string): Promise<boolean> {
  try {
    await fetch(endpoint, { signal: AbortSignal.timeout(2000) });
    return true;
  } catch {
    return false;
  }
}
