import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { receive } from '../../functions/platform/objects/files/receive.ts';
import { randomOf, sha256 } from './objects-contract.ts';

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'casebook-receive-'));
});
afterEach(() => rm(dir, { recursive: true }));

function streamOf(
  chunks: readonly Uint8Array[],
  end: 'close' | 'error' | 'never' = 'close',
): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      if (end === 'close') controller.close();
      if (end === 'error') controller.error(new Error('the line broke'));
    },
  });
}

describe('receiving a body', () => {
  it('writes any chunks, once and in order', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(0, 1, 1000, 300_000, 1_500_000), { maxLength: 8 }), async (sizes) => {
        const chunks = sizes.map(randomOf);
        const whole = Buffer.concat(chunks);
        const path = join(dir, String(run++));
        const received = await receive(path, streamOf(chunks), { sizeBytes: whole.byteLength, idleMs: 10_000 });
        expect(received).toEqual({ sizeBytes: whole.byteLength, hash: sha256(whole) });
        expect(whole.equals(await readFile(path))).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it('leaves no file of a body that is short, long, broken or silent', async () => {
    const path = join(dir, 'x');
    const limits = { sizeBytes: 1000, idleMs: 100 };
    const wrong = (sizeBytes: number, end?: 'error' | 'never') =>
      receive(path, streamOf([randomOf(sizeBytes)], end), limits);
    await expect(wrong(999)).rejects.toMatchObject({
      code: 'bad-input',
      message: 'The body ended after 999 of 1000 bytes.',
    });
    await expect(wrong(1001)).rejects.toMatchObject({ code: 'bad-input' });
    await expect(wrong(500, 'error')).rejects.toThrow('the line broke');
    await expect(wrong(500, 'never')).rejects.toMatchObject({ code: 'aborted' });
    expect(await readdir(dir)).toEqual([]);
  });
});
