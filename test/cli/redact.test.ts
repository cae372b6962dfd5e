import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { RedactionReport } from '../../functions/analysis/redact/report.ts';
import { javaDump } from '../analysis/redact/java-dump.ts';

const MAIN = resolve(import.meta.dirname, '../../functions/cli/main.ts');
const DUMP = javaDump(8, { string: 'customer 4711', constant: 'constant', thread: 'main', other: 'chars' });

function casebook(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((done) => {
    execFile(process.execPath, [MAIN, ...args], (error, out, err) => {
      done({ code: typeof error?.code === 'number' ? error.code : 0, out, err });
    });
  });
}

function folderWith(name: string, bytes: Uint8Array): { folder: string; path: string } {
  const folder = mkdtempSync(join(tmpdir(), 'redact-'));
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return { folder, path };
}

describe('casebook redact', () => {
  it('writes the redacted dump and says what was blanked', async () => {
    const { folder, path } = folderWith('a.hprof', DUMP);
    const { code, out } = await casebook('redact', path, join(folder, 'b.hprof'));
    expect(code).toBe(0);
    expect(out).toContain('Blanked:');
    const written = readFileSync(join(folder, 'b.hprof'), 'latin1');
    expect(written.length).toBe(DUMP.length);
    expect(written).not.toContain('customer');
    expect(written).toContain('java/lang/Thread');
    expect(readdirSync(folder).sort()).toEqual(['a.hprof', 'b.hprof']);
  });

  it('unpacks, packs by the name, keeps what is asked for, and prints its report as JSON', async () => {
    const { folder, path } = folderWith('a.hprof.gz', gzipSync(DUMP));
    const { code, out } = await casebook(
      'redact',
      path,
      join(folder, 'b.hprof.gz'),
      '--json',
      '--keep',
      'customer 4711',
    );
    expect(code).toBe(0);
    const report = JSON.parse(out) as RedactionReport;
    expect(report.outputBytes).toBe(DUMP.length);
    expect(out).not.toContain('customer');
    expect(gunzipSync(readFileSync(join(folder, 'b.hprof.gz'))).toString('latin1')).toContain('customer 4711');
  });

  it('leaves nothing behind when it refuses, and says why', async () => {
    const { folder, path } = folderWith('a.hprof', DUMP.subarray(0, DUMP.length - 20));
    const { code, err } = await casebook('redact', path, join(folder, 'b.hprof'));
    expect(code).toBe(1);
    expect(err).toContain('corrupt');
    expect(err).toContain('truncated');
    expect(readdirSync(folder)).toEqual(['a.hprof']);
    const json = await casebook('redact', path, join(folder, 'b.hprof'), '--json');
    expect(JSON.parse(json.out)).toMatchObject({ error: { code: 'corrupt' } });
  });

  it('does not write over its input, nor into a folder that is not there', async () => {
    const { folder, path } = folderWith('a.hprof', DUMP);
    expect((await casebook('redact', path, path)).code).toBe(1);
    expect((await casebook('redact', path, join(folder, 'none', 'b.hprof'))).err).toContain('cannot be written');
    expect(readFileSync(path).equals(DUMP)).toBe(true);
    expect((await casebook('redact', path)).code).toBe(2);
  });
});
