import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, readdir, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { ObjectInfo } from '../../functions/platform/objects/objects.ts';
import { killedPut, randomOf, sha256 } from './objects-contract.ts';
import { freePort } from './free-port.ts';
import { openFiles } from './objects-stores.ts';
import type { OpenFiles } from './objects-stores.ts';

const MIB = 2 ** 20;
const run = promisify(execFile);

describe('the door of the local store', () => {
  const created: { key: string; info: ObjectInfo; visible: boolean }[] = [];
  const errors: unknown[] = [];
  let store: OpenFiles;
  let scratch = '';
  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'casebook-door-'));
    store = await openFiles({
      onCreated: async (key, info) => {
        created.push({ key, info, visible: (await store.objects.head(key)) !== undefined });
        if (key === 'unlucky') throw new Error('no queue today');
        return 'Received. Look at http://hub.example/i/x\n';
      },
      onError: (error) => errors.push(error),
    });
  });
  afterAll(async () => {
    await store.close();
    await rm(scratch, { recursive: true });
  });

  const signed = (key: string, sizeBytes: number) => store.objects.presignPut(key, { sizeBytes, expiresInSeconds: 60 });
  const put = (url: string, body: Uint8Array<ArrayBuffer>) => fetch(url, { method: 'PUT', body });
  const staged = () => readdir(join(store.dir, 'staging'));
  async function emptyStaging(): Promise<void> {
    for (let tries = 0; (await staged()).length > 0; tries++) {
      if (tries === 100) expect(await staged()).toEqual([]);
      await wait(50);
    }
  }

  it('tells what happens next once the object is visible, for a PUT and for a completed upload', async () => {
    const answer = await put(await signed('told', 100), randomOf(100));
    expect(await answer.text()).toBe('Received. Look at http://hub.example/i/x\n');
    expect(created.at(-1)).toMatchObject({ key: 'told', visible: true, info: { key: 'told', sizeBytes: 100 } });
    const uploadId = await store.objects.startMultipart('joined');
    const part = { partNumber: 1, sizeBytes: 10, expiresInSeconds: 60 };
    const sent = await put(await store.objects.presignPart('joined', uploadId, part), randomOf(10));
    expect(await sent.text()).toBe('');
    expect(created.at(-1)?.key).toBe('told');
    const etag = sent.headers.get('etag') ?? '';
    await store.objects.completeMultipart('joined', uploadId, [{ partNumber: 1, etag }]);
    expect(created.at(-1)).toMatchObject({ key: 'joined', visible: true });
  });

  it('acknowledges what it stored also when telling failed', async () => {
    const answer = await put(await signed('unlucky', 10), randomOf(10));
    expect([answer.status, await answer.text()]).toEqual([200, '']);
    expect(errors.splice(0)).toMatchObject([{ message: 'no queue today' }]);
  });

  it('says in plain text what is wrong', async () => {
    const url = await signed('plain', 100);
    const long = await put(url, randomOf(101));
    expect(long.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(await long.text()).toBe('This URL takes exactly 100 bytes; the body has 101.\n');
    const init: RequestInit & { duplex: 'half' } = {
      method: 'PUT',
      body: new Blob(['x'.repeat(100)]).stream(),
      duplex: 'half',
    };
    const chunked = await fetch(url, init);
    expect([chunked.status, await chunked.text()]).toEqual([411, expect.stringContaining('Content-Length of 100')]);
    expect((await fetch(url, { method: 'PUT' })).status).toBe(403);
    const cut = await fetch(url.slice(0, -3), { method: 'PUT', body: 'x'.repeat(100) });
    expect([cut.status, await cut.text()]).toEqual([403, expect.stringContaining('exactly as it was given')]);
    const get = await fetch(url);
    expect([get.status, await get.text()]).toEqual([403, 'This URL is for a PUT.\n']);
    const download = await store.objects.presignGet('nothing', { expiresInSeconds: 60, downloadName: 'x' });
    expect((await put(download, randomOf(1))).status).toBe(403);
    expect((await fetch(download)).status).toBe(404);
    expect((await fetch(`${url}&key=other`, { method: 'PUT', body: 'x'.repeat(100) })).status).toBe(403);
    expect((await fetch(`${url}&__proto__=1`, { method: 'PUT', body: 'x'.repeat(99) })).status).toBe(403);
    expect(await store.objects.head('plain')).toBeUndefined();
  });

  it('lets no part URL write an object, nor the other way', async () => {
    const uploadId = await store.objects.startMultipart('mixed');
    const part = { partNumber: 1, sizeBytes: 10, expiresInSeconds: 60 };
    const url = await store.objects.presignPart('mixed', uploadId, part);
    expect((await put(url.replace('may=part', 'may=put'), randomOf(10))).status).toBe(403);
    expect((await put(url.replace(uploadId, '../../keys'), randomOf(10))).status).toBe(403);
    await store.objects.abortMultipart('mixed', uploadId);
  });

  it('takes curl -T with Expect: 100-continue without waiting', async () => {
    const bytes = randomOf(3 * MIB);
    const file = join(scratch, 'dump');
    await writeFile(file, bytes);
    const url = await signed('curl', bytes.byteLength);
    const { stdout, stderr } = await run('curl', ['-vfsST', file, '-H', 'Expect: 100-continue', url]);
    expect(stdout).toContain('Look at');
    expect(stderr).toContain('HTTP/1.1 100 Continue');
    expect(stderr).not.toContain('Done waiting for 100-continue');
    expect(sha256(await store.objects.read('curl'))).toBe(sha256(bytes));
    const wrong = run('curl', ['-fsST', file, await signed('curl-2', 10)]);
    await expect(wrong).rejects.toMatchObject({ code: 22 });
  });

  it('drops a killed upload and its bytes, and keeps serving', async () => {
    for (let i = 0; i < 5; i++) await killedPut(await signed(`killed-${i}`, 8 * MIB), 8 * MIB, randomOf(2 * MIB));
    await emptyStaging();
    expect((await store.objects.list('killed')).objects).toEqual([]);
    expect((await put(await signed('after', 10), randomOf(10))).status).toBe(200);
    expect(errors).toEqual([]);
  });

  it('answers ranges, conditions and HEAD', async () => {
    const bytes = randomOf(1000);
    await put(await signed('ranged', 1000), bytes);
    const url = await store.objects.presignGet('ranged', { expiresInSeconds: 60, downloadName: 'r' });
    const ask = async (headers: Record<string, string>) => {
      const answer = await fetch(url, { headers });
      const body = Buffer.from(await answer.arrayBuffer());
      return { status: answer.status, range: answer.headers.get('content-range'), body, headers: answer.headers };
    };
    const cases: [string, number, number, number][] = [
      ['bytes=0-0', 206, 0, 1],
      ['bytes=999-', 206, 999, 1000],
      ['bytes=-1', 206, 999, 1000],
      ['bytes=-5000', 206, 0, 1000],
      ['bytes=10-99999', 206, 10, 1000],
      ['bytes=5-4', 200, 0, 1000],
      ['bytes=0-1,5-6', 200, 0, 1000],
      ['lines=0-1', 200, 0, 1000],
    ];
    for (const [range, status, start, end] of cases) {
      const answer = await ask({ range });
      expect([range, answer.status]).toEqual([range, status]);
      expect(answer.body.equals(bytes.subarray(start, end)), range).toBe(true);
      expect(answer.range).toBe(status === 206 ? `bytes ${start}-${end - 1}/1000` : null);
    }
    for (const range of ['bytes=1000-', 'bytes=-0']) {
      expect(await ask({ range })).toMatchObject({ status: 416, range: 'bytes */1000' });
    }
    const etag = (await store.objects.head('ranged'))?.etag ?? '';
    expect((await ask({ range: 'bytes=0-1', 'if-range': etag })).status).toBe(206);
    expect((await ask({ range: 'bytes=0-1', 'if-range': '"old"' })).status).toBe(200);
    expect((await ask({ 'if-none-match': etag })).status).toBe(304);
    const { headers } = await ask({});
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain('sandbox');
    const head = await fetch(url, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '1000', '']);
  });

  it('stops reading when the reader of a download goes away', async () => {
    const bytes = randomOf(20 * MIB);
    await put(await signed('slow', bytes.byteLength), bytes);
    const url = await store.objects.presignGet('slow', { expiresInSeconds: 60, downloadName: 's' });
    const answer = await new Promise<import('node:http').IncomingMessage>((resolve) => {
      request(url, resolve).end();
    });
    await once(answer, 'readable');
    answer.destroy();
    await wait(100);
    expect((await put(await signed('after-slow', 10), randomOf(10))).status).toBe(200);
  });
});

const Urls = z.object({ put: z.string(), get: z.string(), small: z.string() });
const Peak = z.object({ peakBytes: z.number() });
/** 1 GiB with CASEBOOK_UPLOAD_BYTES=1073741824. */
const LARGE_BYTES = Number(process.env['CASEBOOK_UPLOAD_BYTES'] ?? 256 * MIB);

describe('the memory of the server', () => {
  it(`does not grow with a file of ${LARGE_BYTES / MIB} MiB, up or down`, { timeout: 300_000 }, async () => {
    const dir = await mkdtemp(join(tmpdir(), 'casebook-memory-'));
    const args = [dir, String(await freePort()), String(LARGE_BYTES)];
    const server = fork(join(import.meta.dirname, 'objects-door-server.ts'), args, { execArgv: [] });
    const ask = async (): Promise<number> => {
      server.send('peak');
      return Peak.parse((await once(server, 'message'))[0]).peakBytes;
    };
    try {
      const urls = Urls.parse((await once(server, 'message'))[0]);
      const file = join(dir, 'sparse');
      const handle = await open(file, 'w');
      await handle.truncate(2 ** 24);
      // What 16 MiB take, three times over: code compiled, buffers and young generation at their size.
      for (let i = 0; i < 3; i++) await run('curl', ['-fsST', file, urls.small]);
      const baseBytes = await ask();
      await handle.truncate(LARGE_BYTES);
      await handle.close();
      await run('curl', ['-fsST', file, urls.put]);
      const upBytes = await ask();
      await run('curl', ['-fsSo', join(dir, 'down'), urls.get]);
      const downBytes = await ask();
      const growth = [upBytes, downBytes].map((bytes) => Math.round((bytes - baseBytes) / MIB));
      console.info(`server at 16 MiB: ${Math.round(baseBytes / MIB)} MiB; up, down: +${growth.join(', +')} MiB`);
      expect(Math.max(...growth)).toBeLessThan(64);
    } finally {
      server.kill();
      await rm(dir, { recursive: true });
    }
  });
});
