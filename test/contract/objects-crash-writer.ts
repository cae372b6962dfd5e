import { createHash, randomBytes } from 'node:crypto';
import { openFileObjects } from '../../functions/platform/objects/files.ts';

/** Puts, replaces, joins and deletes as fast as it can until it is killed; says what was acknowledged. */
const [dir = '', round = ''] = process.argv.slice(2);
const objects = await openFileObjects({ dir, secret: 's'.repeat(32), publicUrl: 'http://127.0.0.1:1' });

function content(sizeBytes: number): Uint8Array<ArrayBuffer> {
  const rest = randomBytes(sizeBytes - 32);
  return new Uint8Array(Buffer.concat([createHash('sha256').update(rest).digest(), rest]));
}

async function putForEver(lane: number): Promise<never> {
  for (let i = 0; ; i++) {
    const key = `put-${lane}/${i % 3}`;
    const bytes = content(100 + ((i * 37_000) % 700_000));
    await objects.receiveObject(key, bytes.byteLength, new Blob([bytes]).stream());
    process.send?.(key);
    const passing = `gone-${lane}-${round}-${i}`;
    await objects.put(passing, content(5000));
    await objects.delete(passing);
  }
}

async function joinForEver(): Promise<never> {
  for (let i = 0; ; i++) {
    const key = `joined/${i % 2}`;
    const bytes = content(11 * 2 ** 20);
    const upload = await objects.startMultipart(key);
    const parts: { partNumber: number; etag: string }[] = [];
    for (const [n, start] of [0, 5 * 2 ** 20, 10 * 2 ** 20].entries()) {
      const body = bytes.subarray(start, n === 2 ? undefined : start + 5 * 2 ** 20);
      const grant = { may: 'part', key, upload, part: n + 1, size: body.byteLength, expires: 0 } as const;
      parts.push(await objects.receivePart(grant, new Blob([body]).stream()));
    }
    await objects.completeMultipart(key, upload, parts);
    process.send?.(key);
  }
}

await Promise.all([putForEver(1), putForEver(2), joinForEver()]);
