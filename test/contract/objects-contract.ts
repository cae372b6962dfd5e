import { createHash, randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ObjectChanged } from '../../functions/platform/objects/object-changed.ts';
import type { Objects, ObjectSource } from '../../functions/platform/objects/objects.ts';

const MIB = 2 ** 20;

/** What an emulator cannot do; a real store and the local adapter can do all of it. Each `false` names a skipped test. */
export interface Capabilities {
  /** Checks signatures at all: without it wrong sizes, forged and expired URLs all pass. */
  readonly signatures: boolean;
  /** `If-None-Match: *` on PUT. */
  readonly ifAbsent: boolean;
  /** ListParts. */
  readonly listParts: boolean;
  /** `response-content-disposition` of a signed GET. */
  readonly downloadName: boolean;
  /** Keeps `a` and `a/b` at once. */
  readonly prefixKeys: boolean;
  /** Takes keys whose bytes are far from a file name: empty segments, 1,024 bytes, segments above 255 bytes. */
  readonly strangeKeys: boolean;
  /** Lists in byte order. */
  readonly byteOrder: boolean;
  /** Drops a body that ends early. */
  readonly killedUploads: boolean;
}

const ALL: Capabilities = {
  signatures: true,
  ifAbsent: true,
  listParts: true,
  downloadName: true,
  prefixKeys: true,
  strangeKeys: true,
  byteOrder: true,
  killedUploads: true,
};

export const CAPABILITIES = {
  files: ALL,
  // Holds objects in memory and routes by method alone: no signature check, no conditional PUT, no ListParts (it answers a
  // GetObject), no response overrides; lists in the order of the machine's language. A body has at most 11 MiB.
  fauxqs: { ...ALL, signatures: false, ifAbsent: false, listParts: false, downloadName: false, byteOrder: false },
  // Its store is a folder in which a key is a path, so a name is a file or a folder, and at most 255 bytes. Version 1.8.0
  // keeps what has arrived of a body whose client is gone as if it were whole (S3 and the local adapter do not).
  versitygw: { ...ALL, prefixKeys: false, strangeKeys: false, killedUploads: false },
  // Checks no signatures.
  moto: { ...ALL, signatures: false },
} satisfies Record<string, Capabilities>;

export interface OpenStore {
  readonly objects: Objects;
  /** A second instance on the same store, as after a restart. */
  reopen(): Promise<Objects>;
  close(): Promise<void>;
}

export async function bytesOf(source: ObjectSource): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source.stream()) chunks.push(chunk);
  return new Uint8Array(Buffer.concat(chunks));
}

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));
export const randomOf = (sizeBytes: number): Uint8Array<ArrayBuffer> => new Uint8Array(randomBytes(sizeBytes));

/** A client that dies after `sent` of `announced` bytes. */
export async function killedPut(url: string, announcedBytes: number, sent: Uint8Array): Promise<void> {
  const { hostname, port, pathname, search } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  await new Promise((resolve) => socket.once('connect', resolve));
  const head = `PUT ${pathname}${search} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nContent-Length: ${announcedBytes}\r\n\r\n`;
  socket.write(head);
  await new Promise((resolve) => socket.write(sent, resolve));
  await wait(100);
  socket.destroy();
}

/** The suite that every adapter of `Objects` passes, through real HTTP on the URLs it signs. */
export function objectsContract(name: string, can: Capabilities, open: () => Promise<OpenStore>): void {
  describe(`objects: ${name}`, () => {
    let store: OpenStore;
    let objects: Objects;
    beforeAll(async () => {
      store = await open();
      objects = store.objects;
    });
    afterAll(() => store.close());

    let count = 0;
    const fresh = (): string => `t/${++count}/object`;
    const signed = (key: string, sizeBytes: number) => objects.presignPut(key, { sizeBytes, expiresInSeconds: 60 });
    const send = (url: string, body: Uint8Array<ArrayBuffer>) => fetch(url, { method: 'PUT', body });
    async function sendPart(key: string, uploadId: string, partNumber: number, body: Uint8Array<ArrayBuffer>) {
      const part = { partNumber, sizeBytes: body.byteLength, expiresInSeconds: 60 };
      const answer = await send(await objects.presignPart(key, uploadId, part), body);
      return { status: answer.status, partNumber, etag: answer.headers.get('etag') ?? '' };
    }

    /** In parts, since an emulator takes no body of this size. */
    async function putLarge(key: string, bytes: Uint8Array): Promise<void> {
      const uploadId = await objects.startMultipart(key);
      const parts: { partNumber: number; etag: string }[] = [];
      for (let at = 0; at < bytes.byteLength; at += 7 * MIB) {
        parts.push(await sendPart(key, uploadId, parts.length + 1, new Uint8Array(bytes.slice(at, at + 7 * MIB))));
      }
      await objects.completeMultipart(key, uploadId, parts);
    }

    it('puts, heads, reads, replaces and deletes', async () => {
      const key = fresh();
      expect(await objects.head(key)).toBeUndefined();
      await expect(objects.read(key)).rejects.toMatchObject({ code: 'not-found' });
      await expect(objects.source(key)).rejects.toMatchObject({ code: 'not-found' });
      const before = Date.now();
      expect(await objects.put(key, 'first ✓', { contentType: 'text/plain', cacheControl: 'no-store' })).toBe(true);
      const first = await objects.head(key);
      expect(first).toMatchObject({ key, sizeBytes: 9, contentType: 'text/plain' });
      expect(Math.abs((first?.modifiedAtMs ?? 0) - before)).toBeLessThan(60_000);
      expect(new TextDecoder().decode(await objects.read(key))).toBe('first ✓');
      expect(await objects.put(key, new Uint8Array([0, 255]))).toBe(true);
      expect([...(await objects.read(key))]).toEqual([0, 255]);
      expect((await objects.head(key))?.etag).not.toBe(first?.etag);
      await objects.delete(key);
      await objects.delete(key);
      expect(await objects.head(key)).toBeUndefined();
    });

    it('keeps empty objects', async () => {
      const key = fresh();
      await objects.put(key, '');
      expect((await objects.read(key)).byteLength).toBe(0);
      const source = await objects.source(key);
      expect(source.size).toBe(0);
      expect((await bytesOf(source)).byteLength).toBe(0);
    });

    it('refuses keys that a client or a listing would mangle', async () => {
      for (const key of ['', '..', '../x', 'a/../b', 'a/./b', 'a\0b', 'a\nb', '\ud800', 'x'.repeat(1025)]) {
        await expect(objects.put(key, 'x'), JSON.stringify(key)).rejects.toMatchObject({ code: 'bad-input' });
      }
    });

    it('takes keys of any honest characters', async () => {
      const keys = ['A', 'a', 'ä', 'a b+c', '%2e%2e', 'a?b#c&d=e', 'ends.o', 'ends.d', '…😀', "it's (fine)!*", '~-_.'];
      for (const key of keys) await objects.put(`honest/${key}`, key);
      for (const key of keys) expect(new TextDecoder().decode(await objects.read(`honest/${key}`))).toBe(key);
      const listed = (await objects.list('honest/')).objects.map((object) => object.key.slice('honest/'.length));
      expect(can.byteOrder ? listed : listed.sort(byBytes)).toEqual(keys.sort(byBytes));
    });

    it.skipIf(!can.strangeKeys)('takes empty segments, long segments and 1,024 bytes', async () => {
      const keys = ['/a', 'a//b', 'a/', 'q'.repeat(1000), `${'long/'.repeat(200)}end`, 'Ä'.repeat(500)];
      for (const key of keys) await objects.put(`strange/${key}`, key);
      for (const key of keys) expect(new TextDecoder().decode(await objects.read(`strange/${key}`))).toBe(key);
      const listed = (await objects.list('strange/')).objects.map((object) => object.key.slice('strange/'.length));
      expect(can.byteOrder ? listed : listed.sort(byBytes)).toEqual(keys.sort(byBytes));
    });

    it.skipIf(!can.prefixKeys)('keeps keys that are prefixes of others', async () => {
      for (const key of ['p/a', 'p/a/b', 'p/a/b/c', 'p/a-', 'p/a0']) await objects.put(key, key);
      for (const key of ['p/a', 'p/a/b', 'p/a/b/c']) expect(await textOf(objects, key)).toBe(key);
      const { objects: listed } = await objects.list('p/a');
      expect(listed.map((object) => object.key)).toEqual(['p/a', 'p/a-', 'p/a/b', 'p/a/b/c', 'p/a0']);
      await objects.delete('p/a/b');
      expect(await textOf(objects, 'p/a/b/c')).toBe('p/a/b/c');
    });

    it.skipIf(!can.ifAbsent)('lets one of 20 concurrent conditional puts win', async () => {
      const key = fresh();
      const contents = Array.from({ length: 20 }, (_, i) => `writer ${i}`.padEnd(200_000, '.'));
      const won = await Promise.all(contents.map((content) => objects.put(key, content, { ifAbsent: true })));
      expect(won.filter(Boolean)).toHaveLength(1);
      expect(await textOf(objects, key)).toBe(contents[won.indexOf(true)]);
      expect(await objects.put(key, 'late', { ifAbsent: true })).toBe(false);
      expect(await textOf(objects, key)).toBe(contents[won.indexOf(true)]);
    });

    it('takes a single PUT of exactly the signed size', async () => {
      const key = fresh();
      const bytes = randomOf(3 * MIB + 17);
      const answer = await send(await signed(key, bytes.byteLength), bytes);
      expect(answer.status).toBe(200);
      const info = await objects.head(key);
      expect(answer.headers.get('etag')).toBe(info?.etag);
      expect(info?.sizeBytes).toBe(bytes.byteLength);
      expect(sha256(await objects.read(key))).toBe(sha256(bytes));
    });

    it.skipIf(!can.signatures)('refuses a size one off, and other sizes', async () => {
      for (const limit of [1, 1000, MIB]) {
        const key = fresh();
        const url = await signed(key, limit);
        for (const size of [limit - 1, limit + 1, limit * 3]) {
          const answer = await send(url, randomOf(size)).catch(() => undefined); // a store may hang up
          expect(answer?.status ?? 403, `${size} for ${limit}`).toBe(403);
          expect(await objects.head(key)).toBeUndefined();
        }
        expect((await send(url, randomOf(limit))).status).toBe(200);
        expect((await objects.head(key))?.sizeBytes).toBe(limit);
      }
    });

    it.skipIf(!can.signatures)('refuses a body without a length', async () => {
      const key = fresh();
      const body = new Blob([randomOf(1000)]).stream();
      const init: RequestInit & { duplex: 'half' } = { method: 'PUT', body, duplex: 'half' };
      const answer = await fetch(await signed(key, 1000), init);
      expect([403, 411, 501]).toContain(answer.status);
      expect(await objects.head(key)).toBeUndefined();
    });

    it.skipIf(!can.signatures)('refuses forged and expired URLs', async () => {
      const key = fresh();
      const bytes = randomOf(10);
      const url = await signed(key, 10);
      const forged = url.replace(/([?&](?:X-Amz-Signature|signature)=)(.)/, (_, name: string, first: string) => {
        return name + (first === 'a' ? 'b' : 'a');
      });
      expect(forged).not.toBe(url);
      expect((await send(forged, bytes)).status).toBe(403);
      // The same signature for another key: in the path or, escaped, in the query.
      const elsewhere = url.replace(/(t(?:\/|%2F)\d+(?:\/|%2F))object/, '$1abject');
      expect(elsewhere).not.toBe(url);
      expect((await send(elsewhere, bytes)).status).toBe(403);
      const short = await objects.presignPut(fresh(), { sizeBytes: 10, expiresInSeconds: 1 });
      await wait(2100);
      expect((await send(short, bytes)).status).toBe(403);
      await objects.put(key, 'there');
      const get = await objects.presignGet(key, { expiresInSeconds: 1, downloadName: 'x' });
      await wait(2100);
      expect((await fetch(get)).status).toBe(403);
    });

    it.skipIf(!can.killedUploads)('leaves nothing of a killed upload', async () => {
      const key = fresh();
      const url = await signed(key, 4 * MIB);
      await killedPut(url, 4 * MIB, randomOf(MIB));
      await wait(300);
      expect(await objects.head(key)).toBeUndefined();
      expect((await objects.list(key)).objects).toEqual([]);
      await objects.put(key, 'old');
      await killedPut(url, 4 * MIB, randomOf(MIB));
      await wait(300);
      expect(await textOf(objects, key)).toBe('old');
    });

    it('joins three parts, resumed by a client and a server that forgot', async () => {
      const key = fresh();
      const parts = [randomOf(5 * MIB), randomOf(5 * MIB + 1), randomOf(123)];
      const uploadId = await objects.startMultipart(key);
      const first = await sendPart(key, uploadId, 1, parts[0]!);
      expect(first.status).toBe(200);
      const later = await store.reopen();
      let arrived = [first];
      if (can.listParts) {
        const listed = await later.listParts(key, uploadId);
        expect(listed).toEqual([{ partNumber: 1, etag: first.etag, sizeBytes: 5 * MIB }]);
        arrived = listed.map((part) => ({ ...part, status: 200 }));
      }
      arrived.push(await sendPart(key, uploadId, 3, parts[2]!), await sendPart(key, uploadId, 2, parts[1]!));
      arrived.sort((a, b) => a.partNumber - b.partNumber);
      expect(await objects.head(key)).toBeUndefined();
      const info = can.listParts
        ? await later.completeMultipart(key, uploadId, arrived)
        : await objects.completeMultipart(key, uploadId, arrived);
      const whole = Buffer.concat(parts);
      expect(info).toMatchObject({ key, sizeBytes: whole.byteLength });
      const source = await later.source(key);
      expect(sha256(await bytesOf(source))).toBe(sha256(whole));
      // Over the seam of two parts.
      const seam = source.slice(5 * MIB - 10, 10 * MIB + 20);
      expect(sha256(await bytesOf(seam))).toBe(sha256(whole.subarray(5 * MIB - 10, 10 * MIB + 20)));
      if (can.listParts) {
        await expect(objects.listParts(key, uploadId)).rejects.toMatchObject({ code: 'not-found' });
      }
    });

    it.skipIf(!can.listParts)(
      'replaces a part that is sent again, and names one that is missing or differs',
      async () => {
        const key = fresh();
        const uploadId = await objects.startMultipart(key);
        const old = await sendPart(key, uploadId, 1, randomOf(5 * MIB));
        const body = randomOf(5 * MIB);
        const one = await sendPart(key, uploadId, 1, body);
        expect(await objects.listParts(key, uploadId)).toMatchObject([{ partNumber: 1, etag: one.etag }]);
        const complete = (...parts: { partNumber: number; etag: string }[]) =>
          objects.completeMultipart(key, uploadId, parts);
        const wrong = { code: 'bad-input' };
        await expect(complete(one, { partNumber: 7, etag: one.etag })).rejects.toMatchObject({
          ...wrong,
          data: { partNumber: 7 },
        });
        await expect(complete(old)).rejects.toMatchObject({ ...wrong, data: { partNumber: 1 } });
        await expect(complete()).rejects.toMatchObject(wrong);
        const small = await sendPart(key, uploadId, 2, randomOf(10));
        const last = await sendPart(key, uploadId, 3, randomOf(10));
        await expect(complete(one, small, last)).rejects.toMatchObject({ ...wrong, data: { partNumber: 2 } });
        await expect(complete(small, one)).rejects.toMatchObject(wrong);
        expect(await objects.head(key)).toBeUndefined();
        expect((await complete(one)).sizeBytes).toBe(5 * MIB);
        expect(sha256(await objects.read(key))).toBe(sha256(body));
      },
    );

    it.skipIf(!can.listParts)('lists more parts than one page has', { timeout: 120_000 }, async () => {
      const key = fresh();
      const uploadId = await objects.startMultipart(key);
      for (let from = 1; from <= 1005; from += 15) {
        const numbers = Array.from({ length: 15 }, (_, i) => from + i);
        await Promise.all(numbers.map((number) => sendPart(key, uploadId, number, randomOf(1))));
      }
      const parts = await objects.listParts(key, uploadId);
      expect(parts.map((part) => part.partNumber)).toEqual(Array.from({ length: 1005 }, (_, i) => i + 1));
      await objects.abortMultipart(key, uploadId);
    });

    it.skipIf(!can.signatures)('refuses a part of another size, and leaves nothing of a killed one', async () => {
      const key = fresh();
      const uploadId = await objects.startMultipart(key);
      const url = await objects.presignPart(key, uploadId, { partNumber: 1, sizeBytes: MIB, expiresInSeconds: 60 });
      expect((await send(url, randomOf(MIB - 1))).status).toBe(403);
      expect((await send(url.replace('art=1', 'art=2').replace('umber=1', 'umber=2'), randomOf(MIB))).status).toBe(403);
      if (can.killedUploads) {
        await killedPut(url, MIB, randomOf(MIB / 2));
        await wait(300);
      }
      expect(await objects.listParts(key, uploadId)).toEqual([]);
      await objects.abortMultipart(key, uploadId);
    });

    it('aborts an upload, and again', async () => {
      const key = fresh();
      const uploadId = await objects.startMultipart(key);
      await sendPart(key, uploadId, 1, randomOf(100));
      await objects.abortMultipart(key, uploadId);
      await objects.abortMultipart(key, uploadId);
      if (can.listParts) {
        await expect(objects.listParts(key, uploadId)).rejects.toMatchObject({ code: 'not-found' });
      }
      expect((await sendPart(key, uploadId, 1, randomOf(100))).status).toBeGreaterThanOrEqual(400);
      expect(await objects.head(key)).toBeUndefined();
    });

    it('reads ranges that equal the bytes', async () => {
      const key = fresh();
      const bytes = randomOf(20 * MIB + 3);
      await putLarge(key, bytes);
      const source = await objects.source(key);
      expect(source.size).toBe(bytes.byteLength);
      expect(sha256(await bytesOf(source))).toBe(sha256(bytes));
      const edges = [0, 1, 511, 512 * 1024, 8 * MIB - 1, 8 * MIB, 16 * MIB + 1, bytes.byteLength - 1, bytes.byteLength];
      for (const start of edges) {
        for (const length of [0, 1, 70_000]) {
          const slice = source.slice(start, start + length);
          const right = bytes.subarray(start, start + length);
          expect(slice.size).toBe(right.byteLength);
          expect(sha256(await bytesOf(slice)), `${start}+${length}`).toBe(sha256(right));
        }
      }
      const nested = source.slice(1000).slice(500, 900).slice(-100);
      expect(sha256(await bytesOf(nested))).toBe(sha256(bytes.subarray(1800, 1900)));
      const cancelled = source.stream().getReader();
      expect((await cancelled.read()).done).toBe(false);
      await cancelled.cancel();
    });

    it('fails rather than mix two versions', async () => {
      const key = fresh();
      const old = randomOf(30 * MIB);
      await putLarge(key, old);
      const source = await objects.source(key);
      const reader = source.stream().getReader();
      const chunks: Uint8Array[] = [(await reader.read()).value ?? new Uint8Array()];
      await objects.put(key, randomOf(MIB));
      const rest = async () => {
        for (;;) {
          const { done, value } = await reader.read();
          if (done) return;
          chunks.push(value);
        }
      };
      await expect(rest()).rejects.toBeInstanceOf(ObjectChanged);
      const read = Buffer.concat(chunks);
      expect(read.byteLength).toBeGreaterThan(0);
      expect(sha256(read)).toBe(sha256(old.subarray(0, read.byteLength)));
      await expect(bytesOf(source.slice(100, 200))).rejects.toBeInstanceOf(ObjectChanged);
      const gone = await objects.source(key);
      await objects.delete(key);
      await expect(bytesOf(gone.slice(0, 10))).rejects.toBeInstanceOf(ObjectChanged);
    });

    it('pages through 2,100 keys in byte order', { timeout: 120_000 }, async () => {
      const keys = Array.from({ length: 2100 }, (_, i) => `many/${i % 7}/${(i * 7919) % 2100}${i % 3 ? '' : '.json'}`);
      for (let i = 0; i < keys.length; i += 50) {
        await Promise.all(keys.slice(i, i + 50).map((key) => objects.put(key, key)));
      }
      keys.sort(byBytes);
      for (const limit of [1000, 333]) {
        const listed: string[] = [];
        let cursor: string | undefined;
        do {
          const page = await objects.list('many/', { cursor, limit });
          expect(page.objects.length).toBeLessThanOrEqual(limit);
          listed.push(...page.objects.map((object) => object.key));
          cursor = page.cursor;
        } while (cursor !== undefined);
        expect(listed).toEqual(keys);
      }
      expect((await objects.list('many/3/')).objects.map((object) => object.key)).toEqual(
        keys.filter((key) => key.startsWith('many/3/')),
      );
      const [first] = (await objects.list('many/3/1', { limit: 1 })).objects;
      expect(first?.key).toBe(keys.find((key) => key.startsWith('many/3/1')));
      expect(first?.sizeBytes).toBe(first?.key.length);
      expect(await objects.list('nothing/')).toEqual({ objects: [] });
    });

    it('answers a signed GET', async () => {
      const key = fresh();
      await objects.put(key, '<script>alert(1)</script>', { contentType: 'text/html' });
      const url = await objects.presignGet(key, { expiresInSeconds: 60, downloadName: 'a.txt' });
      const answer = await fetch(url);
      expect(await answer.text()).toBe('<script>alert(1)</script>');
      const ranged = await fetch(url, { headers: { range: 'bytes=1-6' } });
      expect([ranged.status, await ranged.text()]).toEqual([206, 'script']);
      const etag = (await objects.head(key))?.etag ?? '';
      expect((await fetch(url, { headers: { 'if-none-match': etag } })).status).toBe(304);
    });

    it.skipIf(!can.downloadName)('names a download safely', async () => {
      const key = fresh();
      await objects.put(key, 'x', { contentType: 'text/html' });
      const downloadName = '../e"vil\r\nX-Evil: 1;\\ 100% naïve 😀\u202Efdp.exe';
      const answer = await fetch(await objects.presignGet(key, { expiresInSeconds: 60, downloadName }));
      expect(answer.status).toBe(200);
      const disposition = answer.headers.get('content-disposition') ?? '';
      expect(answer.headers.get('x-evil')).toBeNull();
      expect(answer.headers.get('content-type')).toBe('application/octet-stream');
      const match = /^attachment; filename="([^"]*)"; filename\*=UTF-8''(\S+)$/.exec(disposition);
      expect(match?.[1]).toMatch(/^[\x20-\x7e]+$/);
      const exact = decodeURIComponent(match?.[2] ?? '');
      expect(exact).toBe('__e"vil__X-Evil: 1;_ 100% naïve 😀_fdp.exe');
    });
  });
}

async function textOf(objects: Objects, key: string): Promise<string> {
  return new TextDecoder().decode(await objects.read(key));
}
