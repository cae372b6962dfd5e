import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { freePort } from '../contract/free-port.ts';

/** The program that `npm start` runs. */
export const PROGRAM = resolve(import.meta.dirname, '../../dist/casebook.mjs');

/** Why tests of the built product are skipped; undefined when they run. */
export const whyNotBuilt: string | undefined = existsSync(PROGRAM)
  ? undefined
  : 'dist/casebook.mjs is not built: npm run build';

export interface RunningServer {
  readonly url: string;
  readonly dataDir: string;
  /** What the newest start printed: works once. */
  readonly signInLink: string;
  readonly pid: number;
  /** Everything it said on standard error since the first start. */
  readonly log: string;
  /** Starts it again on the same data and port, after `kill9` or by itself. */
  restart(): Promise<void>;
  kill9(): Promise<void>;
  /** As an init system does; answers the exit code. */
  stop(): Promise<number | null>;
  /** `stop`, and the data is gone. */
  remove(): Promise<void>;
}

const START_MS = 30_000;

/** `casebook serve` as it is built, on a free port with data of its own. `config` is any field of `functions/hub/config.ts`. */
export async function startServer(
  options: { config?: Record<string, unknown>; env?: Record<string, string>; args?: string[]; program?: string } = {},
): Promise<RunningServer> {
  const folder = mkdtempSync(join(tmpdir(), 'casebook-e2e-'));
  const dataDir = join(folder, 'data');
  const configFile = join(folder, 'config.json');
  writeFileSync(configFile, JSON.stringify(options.config ?? {}));
  const port = await freePort();
  const said = { out: '', err: '' };
  let child: ChildProcess | undefined;

  async function start(): Promise<void> {
    said.out = '';
    const started = spawn(process.execPath, [options.program ?? PROGRAM, 'serve', ...(options.args ?? [])], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        HOST: '127.0.0.1',
        PORT: String(port),
        CASEBOOK_DATA: dataDir,
        CASEBOOK_CONFIG: configFile,
        ...options.env,
      },
    });
    child = started;
    started.stdout.setEncoding('utf8');
    started.stderr.setEncoding('utf8').on('data', (text: string) => (said.err += text));
    const ready = new Promise<void>((done) => {
      started.stdout.on('data', (text: string) => {
        said.out += text;
        if (said.out.includes('\nData: ')) done();
      });
    });
    const ended = once(started, 'exit').then(([code]) => `ended with ${String(code)}`);
    const late = new Promise<string>((done) => setTimeout(done, START_MS, 'said nothing').unref());
    const failure = await Promise.race([ready, ended, late]);
    if (failure !== undefined) throw new Error(`the server ${failure}: ${said.out}${said.err.slice(-2000)}`);
  }

  async function end(signal: NodeJS.Signals): Promise<number | null> {
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    const exit = once(child, 'exit');
    child.kill(signal);
    await exit;
    return child.exitCode;
  }

  const server: RunningServer = {
    dataDir,
    get url() {
      return /Casebook is at (\S+)/.exec(said.out)?.[1] ?? '';
    },
    get signInLink() {
      return /http\S+\/api\/auth\/link\?code=\S+/.exec(said.out)?.[0] ?? '';
    },
    get pid() {
      return child?.pid ?? 0;
    },
    get log() {
      return said.err;
    },
    async restart() {
      await end('SIGTERM');
      await start();
    },
    async kill9() {
      await end('SIGKILL');
    },
    stop: () => end('SIGTERM'),
    async remove() {
      await end('SIGTERM');
      rmSync(folder, { recursive: true, force: true });
    },
  };
  try {
    await start();
  } catch (error) {
    await end('SIGKILL');
    throw error;
  }
  return server;
}

/** What of a process lies in memory now; 0 where the system does not say. */
export function residentBytes(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * 4096;
  } catch {
    return 0;
  }
}
