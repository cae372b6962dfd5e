import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { sharedPath } from '../fixtures/shared.ts';

/** What the leaking programs are run with, by the name that `--only` takes: about the size in MB. */
export const HEAP_INPUTS: Readonly<Record<string, { readonly kind: string; readonly size: number }>> = {
  '30': { kind: 'mixed', size: 28_000 },
  '300': { kind: 'mixed', size: 290_000 },
  '1300': { kind: 'mixed', size: 1_250_000 },
  '640': { kind: 'bigstr', size: 560_000 },
  'java-480': { kind: 'java', size: 500_000 },
  'java-1900': { kind: 'java', size: 2_000_000 },
};

/** The path of a dump in the cache, made by its program where it is not there yet. */
export function makeHeapInput(name: string, cache: string): string {
  const input = HEAP_INPUTS[name];
  if (input === undefined) throw new Error(`no such input: ${name}; there are ${Object.keys(HEAP_INPUTS).join(', ')}`);
  const { kind, size } = input;
  return kind === 'java' ? makeJavaDump(size, cache) : makeSnapshot(kind, size, cache);
}

function makeJavaDump(size: number, cache: string): string {
  const file = join(cache, `java-${size}.hprof`);
  if (existsSync(file)) return file;
  execFileSync('javac', ['-d', cache, generatorPath('LeakJava.java')]);
  execFileSync('java', ['-Xmx8g', '-cp', cache, 'LeakJava', String(size), file, 'live']);
  return file;
}

function makeSnapshot(kind: string, size: number, cache: string): string {
  const prefix = join(cache, `${kind}-${size}`);
  const file = `${prefix}.heapsnapshot`;
  if (existsSync(file)) return file;
  const options = ['--max-old-space-size=12000', '--expose-gc'];
  execFileSync(process.execPath, [...options, generatorPath('leak-node.mjs'), kind, String(size), prefix]);
  return file;
}

function generatorPath(name: string): string {
  const path = sharedPath('dump-generators', name);
  if (path === undefined) throw new Error('the dump generator is not here: set CASEBOOK_SHARED to its folder');
  return path;
}
