import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openFileObjects } from '../../functions/platform/objects/files.ts';
import type { FileObjects } from '../../functions/platform/objects/files.ts';
import { bytesOf, randomOf, sha256 } from './objects-contract.ts';

const MIB = 2 ** 20;
const WRITER = join(import.meta.dirname, 'objects-crash-writer.ts');

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'casebook-crash-'));
});
afterEach(() => rm(dir, { recursive: true }));

const open = (): Promise<FileObjects> => {
  return openFileObjects({ dir, secret: 's'.repeat(32), publicUrl: 'http://127.0.0.1:1' });
};
const filesBelow = async (...path: string[]): Promise<string[]> => {
  const entries = await readdir(join(dir, ...path), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
};
/** Every file of bytes belongs to a key: what a crash left over is gone. */
async function expectNoOrphans(objects: FileObjects): Promise<void> {
  const { objects: listed } = await objects.list('');
  expect(await filesBelow('staging')).toEqual([]);
  let segments = 0;
  for (const { key } of listed) segments += key.startsWith('joined') ? 3 : 1;
  expect(await filesBelow('data')).toHaveLength(segments);
}

describe('a store whose process is killed', () => {
  it(
    'shows whole objects only, keeps what was acknowledged, and leaves no bytes over',
    { timeout: 120_000 },
    async () => {
      const seen = { acknowledged: 0, unfinished: 0, joined: 0 };
      for (let round = 0; round < 12; round++) {
        const writer = fork(WRITER, [dir, String(round)], {
          execArgv: [],
          stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
        });
        const acknowledged: string[] = [];
        writer.on('message', (key: string) => acknowledged.push(key));
        await once(writer, 'message');
        while (round % 3 === 0 && !acknowledged.some((key) => key.startsWith('joined'))) await once(writer, 'message');
        await wait(Math.random() * 150);
        writer.kill('SIGKILL');
        await once(writer, 'exit');
        seen.unfinished += (await filesBelow('staging')).length;

        const objects = await open();
        await expectNoOrphans(objects);
        for (const key of new Set(acknowledged)) expect(await objects.head(key), key).toBeDefined();
        for (const { key, sizeBytes } of (await objects.list('')).objects) {
          const bytes = await bytesOf(await objects.source(key));
          expect(bytes.byteLength).toBe(sizeBytes);
          // Each object begins with the hash of its rest: no mix, no truncation.
          expect(Buffer.from(bytes.subarray(0, 32)).toString('hex'), key).toBe(sha256(bytes.subarray(32)));
        }
        seen.acknowledged += acknowledged.length;
        seen.joined += acknowledged.filter((key) => key.startsWith('joined')).length;
      }
      expect(seen.acknowledged).toBeGreaterThan(12);
      expect(seen.joined).toBeGreaterThan(0);
      expect(seen.unfinished).toBeGreaterThan(0);
    },
  );

  it('completes an upload again after a crash in the middle of completing it', async () => {
    const objects = await open();
    const uploadId = await objects.startMultipart('whole');
    const parts = [randomOf(5 * MIB), randomOf(100)];
    const sent: { partNumber: number; etag: string }[] = [];
    for (const [i, bytes] of parts.entries()) {
      const grant = { may: 'part', key: 'whole', upload: uploadId, part: i + 1, size: bytes.byteLength } as const;
      sent.push(await objects.receivePart({ ...grant, expires: 0 }, new Blob([bytes]).stream()));
    }
    // As a crash leaves it: the change staged by a process that is no more, one part linked, no manifest.
    const id = 'ab'.repeat(16);
    const segments = parts.map((bytes, i) => ({ file: `ab/${id}.${i}`, sizeBytes: bytes.byteLength }));
    const manifest = { key: 'whole', id, etag: '"x"', sizeBytes: 5 * MIB + 100, modifiedAtMs: 0, segments };
    await writeFile(join(dir, 'staging', `1-0.${id}.json`), JSON.stringify(manifest));
    await objects.put('other', 'x');
    const shard = join(dir, 'data', 'ab');
    await rm(shard, { recursive: true, force: true });
    await mkdir(shard);
    await writeFile(join(shard, `${id}.0`), 'half');

    const later = await open();
    expect(await later.head('whole')).toBeUndefined();
    expect(await filesBelow('data', 'ab')).toEqual([]);
    expect(await later.listParts('whole', uploadId)).toMatchObject(sent);
    await later.completeMultipart('whole', uploadId, sent);
    expect(sha256(await later.read('whole'))).toBe(sha256(Buffer.concat(parts)));
    expect(await filesBelow('uploads')).toEqual([]);
  });

  it('keeps what runs and what waits, and clears what was left a week ago', async () => {
    const objects = await open();
    const waiting = await objects.startMultipart('waiting');
    const old = await objects.startMultipart('old');
    const weekAgo = Date.now() / 1000 - 8 * 86_400;
    await utimes(join(dir, 'uploads', old), weekAgo, weekAgo);
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const running = objects.receiveObject('running', 2 * MIB, readable);
    const writer = writable.getWriter();
    await writer.write(randomOf(MIB));
    const reader = await open();
    await writer.write(randomOf(MIB));
    await writer.close();
    expect((await running).sizeBytes).toBe(2 * MIB);
    expect((await reader.read('running')).byteLength).toBe(2 * MIB);
    expect(await reader.listParts('waiting', waiting)).toEqual([]);
    await expect(reader.listParts('old', old)).rejects.toMatchObject({ code: 'not-found' });
  });
});
