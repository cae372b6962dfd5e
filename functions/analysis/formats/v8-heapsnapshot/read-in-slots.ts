import type { ByteSource, Run } from '../../analyser.ts';
import { chunksOf } from '../../bytes/read.ts';
import { throwIfAborted } from '../../graph/drive.ts';
import type { NumberRing } from './number-ring.ts';

/** Takes the next bytes of the file, which lie in `slot` of the ring. */
export type PushChunk = (chunk: Uint8Array, slot: number) => void;

/** Reads a source into slots of a ring, one chunk ahead of `push` where the host reads into memory that is given. Returns the bytes read. */
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
  let position = 0;
  let slot = ring.open();
  let reading = read(0, ring.chunk(slot));
  for (;;) {
    const length = await reading;
    throwIfAborted(run);
    const current = slot;
    position += length;
    if (length > 0 && position < source.size) {
      slot = ring.open();
      reading = read(position, ring.chunk(slot));
      // A failure is met by the await of the next round; until then it is nobody's.
      reading.catch(() => undefined);
    }
    push(ring.chunk(current).subarray(0, length), current);
    ring.release(current);
    onBytes(position);
    if (slot === current) return position;
  }
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
      const slot = ring.open();
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
