import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { AppError } from '../../../model/error.ts';
import { removeFile } from './durable.ts';

/** One write to the disk; with one chunk of the socket's this is all that an upload holds in memory. */
const BATCH_BYTES = 2 ** 20;

export interface Received {
  readonly sizeBytes: number;
  /** SHA-256 in hex. */
  readonly hash: string;
}

/**
 * Writes a stream to a new file, synced, at the disk's pace. Throws `bad-input` when it has not exactly `sizeBytes`, `aborted`
 * after `idleMs` without a byte, and what the stream throws; then the file is gone.
 */
export async function receive(
  path: string,
  body: ReadableStream<Uint8Array>,
  { sizeBytes, idleMs }: { sizeBytes: number; idleMs: number },
): Promise<Received> {
  const hash = createHash('sha256');
  const reader = body.getReader();
  const handle = await open(path, 'wx');
  let whole = false;
  try {
    let taken = 0;
    let batch: Uint8Array[] = [];
    let batchBytes = 0;
    const flush = async () => {
      for (const chunk of batch) hash.update(chunk);
      for (let rest = batch; rest.length > 0;) {
        const { bytesWritten } = await handle.writev(rest);
        rest = after(rest, bytesWritten);
      }
      batch = [];
      batchBytes = 0;
    };
    for (;;) {
      const { done, value } = await withinIdle(reader.read(), idleMs);
      if (done) break;
      taken += value.byteLength;
      if (taken > sizeBytes)
        throw new AppError('bad-input', `The body has more than the ${sizeBytes} bytes announced.`);
      batch.push(value);
      batchBytes += value.byteLength;
      if (batchBytes >= BATCH_BYTES) await flush();
    }
    if (batchBytes > 0) await flush();
    if (taken < sizeBytes) throw new AppError('bad-input', `The body ended after ${taken} of ${sizeBytes} bytes.`);
    await handle.sync();
    whole = true;
    return { sizeBytes, hash: hash.digest('hex') };
  } finally {
    await handle.close();
    if (!whole) {
      await removeFile(path);
      reader.cancel().catch(() => undefined); // the stream may be the one that broke
    }
  }
}

/** What of the chunks a write left over: writev may stop short when the disk is nearly full. */
function after(chunks: readonly Uint8Array[], bytesWritten: number): Uint8Array[] {
  let skip = bytesWritten;
  const rest: Uint8Array[] = [];
  for (const chunk of chunks) {
    if (skip >= chunk.byteLength) skip -= chunk.byteLength;
    else {
      rest.push(chunk.subarray(skip));
      skip = 0;
    }
  }
  return rest;
}

async function withinIdle<T>(work: Promise<T>, idleMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const idle = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new AppError('aborted', `Nothing arrived for ${Math.round(idleMs / 1000)} s: the upload is dropped.`));
    }, idleMs);
  });
  try {
    return await Promise.race([work, idle]);
  } finally {
    clearTimeout(timer);
  }
}
