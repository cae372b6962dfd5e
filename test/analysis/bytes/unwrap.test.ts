import { gzipSync, zstdCompressSync } from 'node:zlib';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memorySource } from '../../../functions/analysis/bytes/memory-source.ts';
import { readRange } from '../../../functions/analysis/bytes/read.ts';
import { unwrap } from '../../../functions/analysis/bytes/unwrap.ts';
import type { ByteSource, Limits } from '../../../functions/analysis/analyser.ts';
import { sharedPath } from '../../fixtures/shared.ts';
import { sourceOf, testRun } from '../test-run.ts';

const encode = (text: string) => new TextEncoder().encode(text);
const text = async (source: ByteSource) => new TextDecoder().decode(await readRange(source, 0, source.size));

async function members(source: ByteSource, name = 'evidence', limits: Partial<Limits> = {}) {
  const found: { name: string; text: string; warnings: readonly string[] }[] = [];
  for await (const member of unwrap(source, name, testRun({ limits })))
    found.push({ name: member.name, text: await text(member.source), warnings: member.warnings });
  return found;
}

describe('unwrap', () => {
  it('gives what is not wrapped as it is', async () => {
    expect(await members(sourceOf('hello'), 'a.txt')).toEqual([{ name: 'a.txt', text: 'hello', warnings: [] }]);
  });

  it.each([
    ['gzip', gzipSync('hello'), 'a.txt.gz'],
    ['several gzip members in a row', Buffer.concat([gzipSync('hel'), gzipSync('l'), gzipSync('o')]), 'a.txt.gz'],
    ['zstd', zstdCompressSync('hello'), 'a.txt.zst'],
    ['gzip in zstd', zstdCompressSync(gzipSync('hello')), 'a.txt.gz.zst'],
  ])('unfolds %s at every chunk size', async (_what, bytes, name) => {
    for (const chunkBytes of [1, 7, 65_536])
      expect(await members(sourceOf(bytes, chunkBytes), name)).toEqual([
        { name: 'a.txt', text: 'hello', warnings: [] },
      ]);
  });

  it('gives the files of a zip, stored and deflated, and of a zip in a zip', async () => {
    const inner = zipSync({ 'c.txt': encode('three') });
    const bytes = zipSync({
      'a.txt': [encode('one'), { level: 0 }],
      'd/b.txt': encode('two two two two'),
      'inner.zip': inner,
    });
    expect((await members(sourceOf(bytes))).map(({ name, text }) => [name, text])).toEqual([
      ['a.txt', 'one'],
      ['d/b.txt', 'two two two two'],
      ['c.txt', 'three'],
    ]);
  });

  it('gives the regular files of a tar.gz and no links', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'casebook-tar-'));
    mkdirSync(join(folder, 'd'));
    writeFileSync(join(folder, 'd', 'a.txt'), 'one');
    writeFileSync(join(folder, 'd', `${'long'.repeat(40)}.txt`), 'two');
    symlinkSync('/etc/passwd', join(folder, 'd', 'link'));
    execFileSync('tar', ['-czf', join(folder, 'x.tgz'), '-C', folder, 'd']);
    const found = await members(sourceOf(readFileSync(join(folder, 'x.tgz'))));
    expect(found.map(({ name, text }) => [name, text]).sort()).toEqual([
      ['d/a.txt', 'one'],
      [`d/${'long'.repeat(40)}.txt`, 'two'],
    ]);
  });

  it('gives what a cut gzip still holds, with a warning', async () => {
    const plain = Array.from({ length: 50_000 }, (_, i) => `line ${String(i * 7919)}\n`).join('');
    const packed = gzipSync(plain);
    const [member] = await members(sourceOf(packed.subarray(0, packed.length >> 1)), 'a.gz');
    expect(member!.text.length).toBeGreaterThan(plain.length / 3);
    expect(plain.startsWith(member!.text)).toBe(true);
    expect(member!.warnings[0]).toMatch(/cut off|damaged/);
  });

  it('says that a checksum does not hold, and keeps quiet about several members', async () => {
    const wrong = gzipSync('hello, world');
    wrong[wrong.length - 8] = wrong[wrong.length - 8]! ^ 1;
    const [member] = await members(sourceOf(wrong), 'a.gz');
    expect(member).toMatchObject({ text: 'hello, world', warnings: [expect.stringMatching(/checksum/)] });
    const two = Buffer.concat([gzipSync('hello, '), gzipSync('world')]);
    expect(await members(sourceOf(two), 'a.gz')).toEqual([{ name: 'a', text: 'hello, world', warnings: [] }]);
  });

  it('refuses a decompression bomb by name of the limit', async () => {
    const bomb = gzipSync(Buffer.alloc(200 * 2 ** 20));
    await expect(members(sourceOf(bomb))).rejects.toMatchObject({ code: 'too-large', data: { limit: 'unwrapRatio' } });
    await expect(members(sourceOf(gzipSync(Buffer.alloc(5000))), 'a', { unwrappedBytes: 4000 })).rejects.toMatchObject({
      code: 'too-large',
      data: { limit: 'unwrappedBytes' },
    });
  });

  it('refuses archives nested deeper than four', async () => {
    let bytes: Uint8Array = encode('x');
    for (let i = 0; i < 5; i++) bytes = gzipSync(bytes);
    await expect(members(sourceOf(bytes))).rejects.toMatchObject({ code: 'too-large' });
  });

  it('ends on every mutation of an archive with members or an AppError', async () => {
    const archive = zipSync({ 'a.txt': encode('one'), 'b.txt': encode('two two two two') });
    await fc.assert(
      fc.asyncProperty(fc.nat(archive.length - 1), fc.nat(255), fc.nat(archive.length), async (at, byte, length) => {
        const broken = archive.slice(0, Math.max(length, 40));
        if (at < broken.length) broken[at] = byte;
        try {
          await members(sourceOf(broken));
        } catch (error) {
          expect(error).toMatchObject({ name: 'AppError' });
        }
      }),
      { numRuns: 300 },
    );
  });

  const hostile = sharedPath('fixtures', 'hostile');
  it.skipIf(!hostile)('holds against the hostile archives', async () => {
    for (const name of ['bomb_1GiB.heapsnapshot.gz', 'bomb_512MiB.zip'])
      await expect(members(sourceOf(readFileSync(join(hostile!, name))))).rejects.toMatchObject({ code: 'too-large' });
    const found = await members(sourceOf(readFileSync(join(hostile!, 'tar_symlink_escape.tar.gz'))));
    expect(found.every(({ name }) => !name.includes('passwd'))).toBe(true);
    const [cut] = await members(sourceOf(readFileSync(join(hostile!, 'truncated.hprof.gz'))));
    expect(cut!.text.length).toBeGreaterThan(0);
  });
});

describe('memorySource', () => {
  it('slices as the whole does, however it is cut into chunks', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 9 })),
        fc.nat(40),
        fc.nat(40),
        fc.integer({ min: 1, max: 5 }),
        async (chunks, a, b, size) => {
          const whole = Buffer.concat(chunks);
          const source = memorySource(chunks, size).slice(a, b);
          expect(Buffer.from(await readRange(source, 0, source.size))).toEqual(
            Buffer.from(whole.subarray(a, Math.max(a, b))),
          );
        },
      ),
    );
  });
});
