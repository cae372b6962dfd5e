import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { ObjectChanged } from '../object-changed.ts';
import type { ObjectSource } from '../objects.ts';
import { sliceRange } from '../slice-range.ts';
import { systemCode } from './durable.ts';
import type { Folder } from './folder.ts';
import type { Manifest } from './manifest.ts';

const CHUNK_BYTES = 512 * 1024;

/**
 * One version's bytes. A slice is arithmetic. Each chunk opens its file, reads and closes (tens of microseconds beside half
 * a megabyte), so a stream that nobody reads to its end holds no descriptor.
 */
export function fileSource(folder: Folder, manifest: Manifest, start = 0, end = manifest.sizeBytes): ObjectSource {
  return {
    size: end - start,
    slice: (from, to) => fileSource(folder, manifest, ...sliceRange({ start, end }, from, to)),
    stream() {
      let at = start;
      return new ReadableStream<Uint8Array>({
        async pull(controller) {
          if (at < end) {
            const chunk = await readSome(folder, manifest, at, end);
            at += chunk.byteLength;
            controller.enqueue(chunk);
          }
          if (at >= end) controller.close();
        },
      });
    },
  };
}

async function readSome(folder: Folder, manifest: Manifest, at: number, end: number): Promise<Uint8Array> {
  const { file, offset, left } = locate(manifest, at);
  const length = Math.min(CHUNK_BYTES, end - at, left);
  let handle: FileHandle;
  try {
    handle = await open(folder.dataPath(file), 'r');
  } catch (error) {
    throw systemCode(error) === 'ENOENT' ? new ObjectChanged(manifest.key, error) : error;
  }
  try {
    const bytes = new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);
    for (let filled = 0; filled < length;) {
      const { bytesRead } = await handle.read(bytes, filled, length - filled, offset + filled);
      if (bytesRead === 0)
        throw new Error(`${file} of ${manifest.key} ends at ${offset + filled}: the disk lost bytes.`);
      filled += bytesRead;
    }
    return bytes;
  } finally {
    await handle.close();
  }
}

function locate(manifest: Manifest, at: number): { file: string; offset: number; left: number } {
  let start = 0;
  for (const { file, sizeBytes } of manifest.segments) {
    if (at < start + sizeBytes) return { file, offset: at - start, left: start + sizeBytes - at };
    start += sizeBytes;
  }
  throw new RangeError(`Byte ${at} is beyond ${manifest.key}.`);
}
