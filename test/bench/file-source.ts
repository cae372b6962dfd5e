import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import type { ByteSource } from '../../functions/analysis/analyser.ts';

const CHUNK_BYTES = 1 << 20;

/** A file as a ByteSource: reads of 1 MiB, the next one under way while the last is used. */
export function fileSource(path: string, start = 0, end = statSync(path).size): ByteSource {
  return {
    size: end - start,
    slice: (from, to = end - start) => fileSource(path, Math.min(end, start + from), Math.min(end, start + to)),
    stream() {
      let position = start;
      let handle: Awaited<ReturnType<typeof open>> | undefined;
      let cancelled = false;
      return new ReadableStream<Uint8Array>(
        {
          async pull(controller) {
            handle ??= await open(path);
            // Cancelled while the file was being opened: nobody else will close it.
            if (cancelled) return handle.close();
            const length = Math.min(CHUNK_BYTES, end - position);
            if (length <= 0) {
              await handle.close();
              controller.close();
              return;
            }
            const { bytesRead, buffer } = await handle.read(new Uint8Array(length), 0, length, position);
            position += bytesRead;
            if (bytesRead > 0) controller.enqueue(buffer.subarray(0, bytesRead));
            else end = position;
          },
          async cancel() {
            cancelled = true;
            await handle?.close();
          },
        },
        { highWaterMark: 2 },
      );
    },
  };
}

/** The first bytes of a file. */
export function readHead(path: string, length: number): Uint8Array {
  const file = openSync(path, 'r');
  try {
    const head = new Uint8Array(length);
    return head.subarray(0, readSync(file, head, 0, length, 0));
  } finally {
    closeSync(file);
  }
}
