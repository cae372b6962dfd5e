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
