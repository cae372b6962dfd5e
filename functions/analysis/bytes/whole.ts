import { AppError } from '../../model/error.ts';
import type { ByteSource, Run } from '../analyser.ts';
import { readerOf } from './chunk-reader.ts';

/** All bytes of a source, for formats that need them at once; AppError `too-large` above `maxBytes`. */
export async function readWhole(source: ByteSource, run: Run, maxBytes: number): Promise<Uint8Array> {
  const tooLarge = (): AppError =>
    new AppError('too-large', `this format is read whole, and the file has more than ${maxBytes} bytes; split it`, {
      data: { limit: 'memoryBytes' },
    });
  if (source.size > maxBytes) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = readerOf(source);
  for (;;) {
    run.signal.throwIfAborted();
    const next = await reader.read();
    if (next.done) break;
    size += next.value.length;
    if (size > maxBytes) throw tooLarge();
    chunks.push(next.value);
  }
  if (chunks.length === 1 && chunks[0] !== undefined) return chunks[0];
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
