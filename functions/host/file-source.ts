import { closeSync, fstatSync, openSync, read } from 'node:fs';
import { promisify } from 'node:util';
import type { ByteSource } from '../analysis/analyser.ts';
import { AppError } from '../model/error.ts';

const readAt = promisify(read);
/** 1 MiB reads reach the page cache's speed here; smaller ones cost a turn of the event loop each. */
const CHUNK_BYTES = 1 << 20;

/** A file as a ByteSource: positioned reads on one descriptor, so that slices and several streams cost nothing. */
export function openFileSource(path: string): ByteSource & { close(): void } {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (cause) {
    throw new AppError('not-found', `${path}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
  const stat = fstatSync(file);
  if (!stat.isFile()) {
    closeSync(file);
    throw new AppError('bad-input', `${path} is not a file: name the files in it, or pack it (tar czf x.tgz ${path})`);
  }
  return { ...range(file, 0, stat.size), close: () => closeSync(file) };
}

function range(file: number, from: number, to: number): ByteSource {
  return {
    size: to - from,
    slice(start, end = to - from) {
      const first = Math.min(Math.max(0, start), to - from);
      return range(file, from + first, from + Math.min(Math.max(first, end), to - from));
    },
    async readInto(position, into) {
      const length = Math.min(into.length, to - from - position);
      let done = 0;
      while (done < length) {
        const { bytesRead } = await readAt(file, into, done, length - done, from + position + done);
        if (bytesRead === 0) throw shortened(from + position + done);
        done += bytesRead;
      }
      return done;
    },
    stream() {
      let position = from;
      return new ReadableStream<Uint8Array>(
        {
          async pull(controller) {
            const wanted = Math.min(CHUNK_BYTES, to - position);
            if (wanted === 0) return controller.close();
            const { bytesRead, buffer } = await readAt(file, new Uint8Array(wanted), 0, wanted, position);
            if (bytesRead === 0) return controller.error(shortened(position));
            position += bytesRead;
            controller.enqueue(buffer.subarray(0, bytesRead));
          },
        },
        { highWaterMark: 0 },
      );
    },
  };
}

function shortened(position: number): AppError {
  return new AppError('corrupt', `the file became shorter while it was read, at byte ${position}`);
}
