import type { ByteSource } from '../analyser.ts';
import { chunksOf } from './read.ts';

/** Encodings that are told apart from plain UTF-8 (and from binary data) by how the file begins. */
export type TextEncoding = 'utf-8 with a mark' | 'utf-16le' | 'utf-16be';

const FEWEST_BYTES = 16;
const MOST_BYTES = 256;

/**
 * What a byte order mark says: Excel's "CSV UTF-8" and "Unicode Text", and everything that Windows PowerShell writes with `>`. Without a mark,
 * UTF-16 is known by its first characters, which are ASCII in every text format that is read: each second byte is zero.
 */
export function encodingOf(head: Uint8Array): TextEncoding | undefined {
  const [first, second, third] = head;
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8 with a mark';
  if (first === 0xff && second === 0xfe) return head[2] === 0 && head[3] === 0 ? undefined : 'utf-16le'; // that would be UTF-32
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (head.length < FEWEST_BYTES) return undefined;
  const pairs = Math.min(head.length, MOST_BYTES) >> 1;
  const isAscii = (low: number): boolean => {
    for (let i = 0; i < pairs; i++) {
      const byte = head[2 * i + low] ?? 0;
      if (head[2 * i + 1 - low] !== 0 || !(byte >= 0x20 ? byte < 0x7f : byte === 9 || byte === 10 || byte === 13))
        return false;
    }
    return true;
  };
  return isAscii(0) ? 'utf-16le' : isAscii(1) ? 'utf-16be' : undefined;
}

/** The text in UTF-8, without its mark, chunk by chunk. What is no character becomes U+FFFD. */
export function asUtf8(source: ByteSource, encoding: 'utf-16le' | 'utf-16be'): ReadableStream<Uint8Array> {
  const chunks = chunksOf(source.stream());
  const decoder = new TextDecoder(encoding);
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const next = await chunks.next();
        const bytes = encoder.encode(next.done ? decoder.decode() : decoder.decode(next.value, { stream: true }));
        if (bytes.length > 0 || !next.done) controller.enqueue(bytes);
        if (next.done) controller.close();
      },
      async cancel() {
        await chunks.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
}
