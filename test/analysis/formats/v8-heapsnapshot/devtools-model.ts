import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bundleDevtools } from '../../../bench/bundle-devtools.ts';
import { installedPath } from '../../../fixtures/installed.ts';

export interface DevtoolsClass {
  readonly name: string;
  readonly count: number;
  readonly self: number;
  readonly maxRet: number;
}

/** What Chrome DevTools' model says of a snapshot; sizes by node. */
export interface DevtoolsSnapshot {
  readonly nodeCount: number;
  readonly edgeCount: number;
  readonly totalSize: number;
  readonly classes: readonly DevtoolsClass[];
  readonly shallow: Float64Array;
  readonly retained: Float64Array;
}

export const devtoolsPackages = installedPath('heap-peers', 'node_modules');

/** Builds the model's program once into a folder, and answers what reads a snapshot with it. */
export async function buildDevtools(folder: string): Promise<(snapshot: string) => Promise<DevtoolsSnapshot>> {
  if (devtoolsPackages === undefined) throw new Error('not installed: bash .ci/heap-peers.sh');
  const program = await bundleDevtools(devtoolsPackages, join(folder, 'devtools.mjs'));
  return async (snapshot) => {
    const out = join(folder, 'devtools.json');
    await promisify(execFile)(process.execPath, ['--max-old-space-size=4000', program, snapshot, out]);
    const said = JSON.parse(readFileSync(out, 'utf8')) as Omit<DevtoolsSnapshot, 'shallow' | 'retained'>; // our own program's
    const { buffer } = Uint8Array.from(readFileSync(`${out}.sizes`));
    const sizes = new Float64Array(buffer);
    return { ...said, shallow: sizes.subarray(0, said.nodeCount), retained: sizes.subarray(said.nodeCount) };
  };
}
