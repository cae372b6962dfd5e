import type { ByteSource } from '../analyser.ts';
import { chunksOf } from '../bytes/chunks.ts';

/** The first `length` bytes of a source, or all of it. */
export async function readHead(source: ByteSource, length: number): Promise<Uint8Array> {
  const reader = chunksOf(source.slice(0, Math.min(length, source.size)));
  const head = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const next = await reader.read();
    if (next.done) break;
    const chunk = next.value.subarray(0, length - filled);
    head.set(chunk, filled);
    filled += chunk.length;
  }
  await reader.cancel();
  return head.subarray(0, filled);
}
