/**
 * What a change costs when a cluster has pushed for long: an investigation with so many pieces of pushed evidence, of which the newest is analysed anew, as each
 * minute does. `node test/bench/push-pieces.ts [pieces] [series] [samples of a series in a piece]`: the times of five changes and the peak memory of a process
 * that does nothing else.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundlePages } from './bundle-pages.ts';

const [pieces = '200', series = '1000', samples = '60'] = process.argv.slice(2);
const cache = join(import.meta.dirname, '../../node_modules/.cache/casebook-bench');
mkdirSync(cache, { recursive: true });
const program = join(cache, 'push-pieces.mjs');
await bundlePages(join(import.meta.dirname, 'push-pieces-step.ts'), program);
const dir = mkdtempSync(join(tmpdir(), 'casebook-bench-'));
try {
  for (const step of ['make', 'publish', 'change'])
    execFileSync(process.execPath, [program, step, dir, pieces, series, samples], { stdio: 'inherit' });
} finally {
  rmSync(dir, { recursive: true });
}
