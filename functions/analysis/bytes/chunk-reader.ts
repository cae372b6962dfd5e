import type { ByteSource } from '../analyser.ts';

/** The part of a stream's reader that is used. */
export interface ChunkReader {
  read(): Promise<{ done: false; value: Uint8Array } | { done: true; value?: undefined }>;
  cancel(): Promise<void>;
}

/** A reader of a source's chunks, for loops that cannot wait at each. The hosts' own types of streams differ from each other; what they do here does not. */
export function readerOf(source: ByteSource): ChunkReader {
  const stream: unknown = source.stream();
  return (stream as { getReader(): ChunkReader }).getReader();
}

const PIECE_BYTES = 1 << 20;
/** One that the caller still looks at, one that it asks for next, one that is read meanwhile. */
const PIECES = 3;

/** As `readerOf`, but a chunk lasts only until the second one after it is asked for: hosts that can read into the same memory again and again. */
function passingReaderOf(source: ByteSource): ChunkReader {
  const readInto = source.readInto?.bind(source);
  if (readInto === undefined) return readerOf(source);
  const pieces = Array.from({ length: PIECES }, () => new Uint8Array(Math.min(PIECE_BYTES, source.size)));
  let position = 0;
  let turn = 0;
  return {
    async read() {
      const piece = pieces[turn++ % PIECES]!;
      const length = position < source.size ? await readInto(position, piece) : 0;
      position += length;
      return length === 0 ? { done: true } : { done: false, value: piece.subarray(0, length) };
    },
    cancel: () => Promise.resolve(),
  };
}

/** As `passingReaderOf`, with the next chunk on its way while one is looked at: waiting for files took a seventh of the time. A chunk lasts until the next one is asked for. */
export function aheadReaderOf(source: ByteSource): ChunkReader {
  const reader = passingReaderOf(source);
  let ahead: ReturnType<ChunkReader['read']> | undefined;
  return {
    async read() {
      const next = await (ahead ?? reader.read());
      if (next.done) return next;
      ahead = reader.read();
      ahead.catch(() => undefined); // whoever asks next is told
      return next;
    },
    async cancel() {
      // The host may close the file next: nothing reads from it any more then.
      await ahead?.catch(() => undefined);
      await reader.cancel();
    },
  };
}
