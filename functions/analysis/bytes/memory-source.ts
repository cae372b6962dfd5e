import type { ByteSource } from '../analyser.ts';

const STREAM_CHUNK_BYTES = 1 << 20;

/** Bytes held in memory, in any number of chunks, as a ByteSource. Slices share them; `stream` gives chunks of at most `chunkBytes`. */
export function memorySource(chunks: readonly Uint8Array[], chunkBytes = STREAM_CHUNK_BYTES): ByteSource {
  const starts = new Float64Array(chunks.length + 1);
  chunks.forEach((chunk, i) => {
    starts[i + 1] = starts[i]! + chunk.length;
  });
  return sliceOf(chunks, starts, 0, starts[chunks.length]!, chunkBytes);
}

function sliceOf(
  chunks: readonly Uint8Array[],
  starts: Float64Array,
  from: number,
  to: number,
  chunkBytes: number,
): ByteSource {
  return {
    size: to - from,
    slice(start, end = to - from) {
      const first = Math.min(Math.max(0, start), to - from);
      const last = Math.min(Math.max(first, end), to - from);
      return sliceOf(chunks, starts, from + first, from + last, chunkBytes);
    },
    stream() {
      let position = from;
      let index = chunkAt(starts, from);
      return new ReadableStream<Uint8Array>(
        {
          pull(controller) {
            while (position < to) {
              const chunk = chunks[index]!;
              const offset = position - starts[index]!;
              const length = Math.min(chunk.length - offset, to - position, chunkBytes);
              if (offset + length >= chunk.length) index++;
              if (length === 0) continue;
              position += length;
              controller.enqueue(chunk.subarray(offset, offset + length));
              return;
            }
            controller.close();
          },
        },
        { highWaterMark: 0 },
      );
    },
  };
}

/** The last chunk that starts at or before `position`. */
function chunkAt(starts: Float64Array, position: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high - 1) {
    const middle = (low + high) >> 1;
    if (starts[middle]! <= position) low = middle;
    else high = middle;
  }
  return low;
}
