import type { ByteSource, Run } from '../../analyser.ts';
import { chunksOf } from '../../bytes/read.ts';
import { throwIfAborted } from '../../graph/drive.ts';
import type { NumberRing } from './number-ring.ts';

/** So many chunks are under way at once: with one, a third of the time went by in waiting. */
const READS_AHEAD = 4;

/** Takes the next bytes of the file, which lie in `slot` of the ring. */
export type PushChunk = (chunk: Uint8Array, slot: number) => void;

/** Reads a source into slots of a ring, some chunks ahead of `push` where the host reads into memory that is given. Returns the bytes read. */
export async function readInSlots(
  source: ByteSource,
  ring: NumberRing,
  run: Run,
  push: PushChunk,
  onBytes: (bytes: number) => void = () => undefined,
): Promise<number> {
  return source.readInto
    ? await readAhead(source, source.readInto.bind(source), ring, run, push, onBytes)
    : await copyStream(source, ring, run, push, onBytes);
}

async function readAhead(
  source: ByteSource,
  read: NonNullable<ByteSource['readInto']>,
  ring: NumberRing,
  run: Run,
  push: PushChunk,
  onBytes: (bytes: number) => void,
): Promise<number> {
  const ahead: { slot: number; reading: Promise<number> }[] = [];
  let asked = 0;
  let position = 0;
  while (position < source.size) {
    while (ahead.length < READS_AHEAD && asked < source.size) {
      const slot = ring.take();
      const reading = read(asked, ring.chunk(slot));
      // A failure is met when its turn comes; until then it is nobody's.
      reading.catch(() => undefined);
      ahead.push({ slot, reading });
      asked += ring.chunk(slot).length;
    }
    const { slot, reading } = ahead.shift()!;
    const length = await reading;
    throwIfAborted(run);
    push(ring.chunk(slot).subarray(0, length), slot);
    ring.release(slot);
    position += length;
    onBytes(position);
  }
  return position;
}

async function copyStream(
  source: ByteSource,
  ring: NumberRing,
  run: Run,
  push: PushChunk,
  onBytes: (bytes: number) => void,
): Promise<number> {
  let bytes = 0;
  for await (const chunk of chunksOf(source.stream())) {
    throwIfAborted(run);
    for (let i = 0; i < chunk.length;) {
      const slot = ring.take();
      const room = ring.chunk(slot);
      const length = Math.min(room.length, chunk.length - i);
      room.set(chunk.subarray(i, i + length));
      push(room.subarray(0, length), slot);
      ring.release(slot);
      i += length;
    }
    bytes += chunk.length;
    onBytes(bytes);
  }
  return bytes;
}
