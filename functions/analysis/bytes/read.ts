import type { ByteSource } from '../analyser.ts';

/** The chunks of a stream, one after the other; the stream is cancelled when the loop is left early. */
export async function* chunksOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      if (value.length > 0) yield value;
    }
  } finally {
    // Cancelling a stream that ended or failed is harmless; its error was already thrown above.
    await reader.cancel().catch(() => undefined);
  }
}

/** The bytes from `start` to `end` (exclusive; clipped to the source) in one array: for small ranges. */
export async function readRange(source: ByteSource, start: number, end: number): Promise<Uint8Array> {
  const slice = source.slice(start, Math.min(end, source.size));
  const bytes = new Uint8Array(slice.size);
  let length = 0;
  for await (const chunk of chunksOf(slice.stream())) {
    bytes.set(chunk.subarray(0, bytes.length - length), length);
    length += chunk.length;
    if (length >= bytes.length) break;
  }
  return length < bytes.length ? bytes.subarray(0, length) : bytes;
}
