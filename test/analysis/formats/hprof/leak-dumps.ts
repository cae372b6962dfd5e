import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface LeakDump {
  readonly path: string;
  /** Class -> how many of it leak. */
  readonly counts: Readonly<Record<string, number>>;
  /** Orders that nothing holds any more and that the dump has nevertheless. */
  readonly unreachableOrders: number;
}

const compiler = spawnSync('javac', ['-version'], { encoding: 'utf8' });
const version = compiler.status === 0 ? /^javac (\d+)/.exec(compiler.stdout) : null;

/** The major version of the JDK that is there to make dumps with. */
export const jdk: number | undefined = version ? Number(version[1]) : undefined;

const run = promisify(execFile);

/** Compiles the shared generator into a new folder below the system's temporary one, and answers the folder. */
export async function compileGenerator(generator: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'leak-java-'));
  await run('javac', ['-d', folder, generator]);
  return folder;
}

/** Runs the compiled generator with these options of the JVM and reads what it says it leaked. */
export async function makeLeakDump(
  folder: string,
  size: number,
  kind: 'live' | 'all' | 'gz',
  jvm: readonly string[],
): Promise<LeakDump> {
  const name = ['leak', size, kind, ...jvm].join('').replace(/\W/g, '');
  const path = join(folder, kind === 'gz' ? `${name}.hprof.gz` : `${name}.hprof`);
  await run('java', ['-Xmx1g', ...jvm, '-cp', folder, 'LeakJava', String(size), path, kind]);
  const said: unknown = JSON.parse(readFileSync(join(folder, `${name}.truth.json`), 'utf8'));
  const { truth } = said as { truth: Record<string, { count: number } | number> }; // the generator's own format
  const counts: Record<string, number> = {};
  for (const [what, value] of Object.entries(truth)) if (typeof value === 'object') counts[what] = value.count;
  return { path, counts, unreachableOrders: Number(truth['unreachableCachedOrdersIfNotLive']) };
}
