import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface LeakDump {
  readonly path: string;
  /** Class -> how many of it leak. */
  readonly counts: Readonly<Record<string, number>>;
}

/** Is there a JDK to make dumps with? */
export const hasJdk = spawnSync('javac', ['-version']).status === 0;

/** Runs the shared generator with these options of the JVM and reads what it says it leaked. */
export function makeLeakDump(
  generator: string,
  size: number,
  kind: 'live' | 'all' | 'gz',
  jvm: readonly string[],
): LeakDump {
  const folder = mkdtempSync(join(tmpdir(), 'leak-java-'));
  run('javac', ['-d', folder, generator]);
  const path = join(folder, kind === 'gz' ? 'leak.hprof.gz' : 'leak.hprof');
  run('java', ['-Xmx1g', ...jvm, '-cp', folder, 'LeakJava', String(size), path, kind]);
  const said: unknown = JSON.parse(readFileSync(join(folder, 'leak.truth.json'), 'utf8'));
  const { truth } = said as { truth: Record<string, { count: number } | number> }; // the generator's own format
  const counts: Record<string, number> = {};
  for (const [name, value] of Object.entries(truth)) if (typeof value === 'object') counts[name] = value.count;
  return { path, counts };
}

function run(command: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status ?? 'a signal'}: ${stderr}`);
}
