import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface Truth {
  snapshots: { file: string; counts: Record<string, number>; listeners: number; timers: number; resolvers: number }[];
}

/** Runs the leaking program with `node` and takes its snapshots, in a folder of its own below the system's temporary one. */
export async function makeLeakDumps(
  generator: string,
  kind: string,
  size: number,
  {
    snapshots = 1,
    growth = size,
    node = process.execPath,
  }: { snapshots?: number; growth?: number; node?: string } = {},
): Promise<Truth> {
  const prefix = join(mkdtempSync(join(tmpdir(), 'leak-')), kind);
  const numbers = [String(size), prefix, String(snapshots), String(growth)];
  await promisify(execFile)(node, ['--expose-gc', generator, kind, ...numbers]);
  return JSON.parse(readFileSync(`${prefix}.truth.json`, 'utf8')) as Truth; // the generator's own format
}
