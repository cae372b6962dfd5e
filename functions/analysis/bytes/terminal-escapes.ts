import type { ByteSource } from '../analyser.ts';
import { chunksOf } from './read.ts';

const BELL = 7;
const NEWLINE = 10;
const ESCAPE = 27;
/** `[`, behind which stand parameters and one letter; `]`, whose text ends in a bell or an escape. */
const CONTROL = 0x5b;
const COMMAND = 0x5d;
/** Moves of the cursor to another line, and cleared screens: `A B E F H J d f`. */
const OTHER_LINE = new Set([0x41, 0x42, 0x45, 0x46, 0x48, 0x4a, 0x64, 0x66]);

/** Whether a text is what a program wrote for a terminal: colours of `console.log`, cleared screens of `watch`. No binary data has escapes and no other controls. */
export function hasEscapes(head: Uint8Array): boolean {
  let escapes = 0;
  for (let i = 0; i < head.length; i++) {
    const byte = head[i] ?? 0;
    if (byte >= 32 || (byte >= BELL && byte <= 15)) continue;
    if (byte !== ESCAPE) return false;
    const next = head[i + 1] ?? CONTROL;
    if (next === CONTROL || next === COMMAND) escapes++;
  }
  return escapes > 0;
}

/** The text without its escape sequences (ECMA-48); a line ends where the cursor leaves it. */
export function withoutEscapes(source: ByteSource): ReadableStream<Uint8Array> {
  const chunks = chunksOf(source.stream());
  let state: 'text' | 'escape' | 'control' | 'command' | 'charset' = 'text';
  const strip = (chunk: Uint8Array): Uint8Array => {
    const kept = new Uint8Array(chunk.length);
    let length = 0;
    for (const byte of chunk) {
      if (byte === ESCAPE) state = 'escape';
      else if (state === 'text') kept[length++] = byte;
      else if (state === 'escape') {
        if (byte === CONTROL) state = 'control';
        else if (byte === COMMAND) state = 'command';
        else state = byte >= 0x20 && byte < 0x30 ? 'charset' : 'text';
      } else if (state === 'command') {
        if (byte === BELL) state = 'text';
      } else if (state === 'charset' || byte >= 0x40) {
        if (state === 'control' && OTHER_LINE.has(byte)) kept[length++] = NEWLINE;
        state = 'text';
      }
    }
    return kept.subarray(0, length);
  };
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const next = await chunks.next();
        if (next.done) controller.close();
        else controller.enqueue(strip(next.value));
      },
      async cancel() {
        await chunks.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
}
