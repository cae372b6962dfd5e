import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { s3Objects } from '../../functions/platform/objects/s3.ts';
import { bytesOf, randomOf, sha256 } from './objects-contract.ts';

const MIB = 2 ** 20;

/** HEAD and ranged GET of one object, with lines that break as the network's do: what no emulator does on demand. */
describe('reading from S3', () => {
  const bytes = randomOf(100 * MIB + 5);
  const served: { start: number; ifMatch: string | undefined }[] = [];
  let breaking: (start: number, time: number) => boolean = () => false;
  let open = 0;
  let mostOpen = 0;
  let server: Server;
  let client: S3Client;
  beforeAll(async () => {
    server = createServer((request, response) => {
      response.setHeader('etag', '"one"');
      const match = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '');
      if (request.method === 'HEAD' || !match) {
        response.writeHead(200, { 'content-length': bytes.byteLength }).end();
        return;
      }
      const start = Number(match[1]);
      const end = Number(match[2]) + 1;
      served.push({ start, ifMatch: request.headers['if-match'] });
      mostOpen = Math.max(mostOpen, ++open);
      response.on('close', () => open--);
      response.writeHead(206, { 'content-length': end - start });
      if (breaking(start, served.filter((range) => range.start === start).length)) {
        response.write(bytes.subarray(start, start + Math.floor((end - start) / 2)), () => response.destroy());
      } else response.end(bytes.subarray(start, end));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo; // a TCP server's address is never a string
    client = new S3Client({
      endpoint: `http://127.0.0.1:${port}`,
      region: 'us-east-1',
      forcePathStyle: true,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
  });
  afterAll(async () => {
    client.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  beforeEach(() => {
    served.length = 0;
    mostOpen = 0;
    breaking = () => false;
  });
  const source = () => s3Objects({ client, presignClient: client, bucket: 'b' }).source('k');

  it('asks for each range once, two at a time, of the version it opened', async () => {
    expect(sha256(await bytesOf(await source()))).toBe(sha256(bytes));
    expect(served.map((range) => range.start)).toEqual(Array.from({ length: 13 }, (_, i) => i * 8 * MIB));
    expect(new Set(served.map((range) => range.ifMatch))).toEqual(new Set(['"one"']));
    expect(mostOpen).toBe(2);
  });

  it('asks again for a range that broke, and gives up on one that always does', async () => {
    breaking = (start, time) => start % (16 * MIB) === 0 && time <= 2;
    expect(sha256(await bytesOf(await source()))).toBe(sha256(bytes));
    breaking = (start) => start === 24 * MIB;
    const reader = (await source()).stream().getReader();
    for (let i = 0; i < 3; i++) expect((await reader.read()).value?.byteLength).toBe(8 * MIB);
    await expect(reader.read()).rejects.toThrow();
  });

  it('reads ahead no further than its memory goes while nobody reads on', async () => {
    const reader = (await source()).stream().getReader();
    await reader.read();
    await wait(300);
    expect(served.length).toBeLessThanOrEqual(3);
    await reader.cancel();
    await wait(100);
    expect(open).toBe(0);
  });

  it('signs no URL with a client that would sign a checksum into it', async () => {
    const objects = s3Objects({ client, presignClient: client, bucket: 'b' });
    await expect(objects.presignPut('k', { sizeBytes: 1, expiresInSeconds: 60 })).rejects.toThrow('WHEN_REQUIRED');
    const presignClient = new S3Client({
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      requestChecksumCalculation: 'WHEN_REQUIRED',
    });
    const right = s3Objects({ client, presignClient, bucket: 'b' });
    const url = new URL(await right.presignPut('k', { sizeBytes: 7, expiresInSeconds: 60 }));
    expect(url.searchParams.get('X-Amz-SignedHeaders')).toBe('content-length;host');
    expect(url.search).not.toMatch(/checksum|crc32/i);
    const part = await right.presignPart('k', 'u', { partNumber: 1, sizeBytes: 7, expiresInSeconds: 60 });
    expect(new URL(part).searchParams.get('X-Amz-SignedHeaders')).toBe('content-length;host');
    expect(part).not.toMatch(/checksum|crc32/i);
    presignClient.destroy();
  });
});
