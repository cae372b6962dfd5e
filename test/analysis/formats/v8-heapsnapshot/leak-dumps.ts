import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Truth {
  snapshots: { file: string; counts: Record<string, number>; listeners: number; timers: number; resolvers: number }[];
}

/** Runs the leaking program with `node` and takes its snapshots, in a folder of its own below the system's temporary one. */
export function makeLeakDumps(
  generator: string,
  kind: string,
  size: number,
  snapshots = 1,
  node = process.execPath,
): Truth {
  const prefix = join(mkdtempSync(join(tmpdir(), 'leak-')), kind);
  execFileSync(node, ['--expose-gc', generator, kind, String(size), prefix, String(snapshots)], { stdio: 'pipe' });
  return JSON.parse(readFileSync(`${prefix}.truth.json`, 'utf8')) as Truth;
}
