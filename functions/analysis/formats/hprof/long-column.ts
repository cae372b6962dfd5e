import type { Slices } from '../../graph/drive.ts';

const CHUNK_BITS = 18;
export const CHUNK = 1 << CHUNK_BITS;
const MASK = CHUNK - 1;
const CHUNKS_A_SLICE = 8;

/** A column whose length is not known before the file has been read: grows without copying. */
export class LongColumn<A extends Uint32Array<ArrayBuffer> | Float64Array<ArrayBuffer>> {
  length = 0;
  readonly #chunks: A[] = [];
  readonly #make: (length: number) => A;

  constructor(make: (length: number) => A) {
    this.#make = make;
  }

  /** The chunk that is written to next, at `length % CHUNK`. Whoever writes says the `length` when the chunk is full, or all is written. */
  extend(): A {
    if (this.length === this.#chunks.length * CHUNK) this.#chunks.push(this.#make(CHUNK));
    return this.#chunks.at(-1)!;
  }

  get(index: number): number {
    return this.#chunks[index >>> CHUNK_BITS]![index & MASK]!;
  }

  /** Values of a stretch that no chunk ends in: one of `inSlices`. */
  part(from: number, to: number): A {
    const at = from & MASK;
    // A part of a column is one of its type.
    return this.#chunks[from >>> CHUNK_BITS]!.subarray(at, at + to - from) as A;
  }

  /** Lets go of everything; `length` stays. */
  clear(): void {
    // Given back at once: the collector frees large arrays late.
    for (const chunk of this.#chunks) chunk.buffer.transfer(0);
    this.#chunks.length = 0;
  }

  /** Moves the column behind the first `before` places of an array, chunk by chunk. */
  *flatten<B extends Uint32Array | Float64Array>(before: number, flat: B): Slices<B> {
    for (let i = 0; i * CHUNK < this.length; i++) {
      const chunk = this.#chunks[i]!;
      flat.set(chunk.subarray(0, Math.min(CHUNK, this.length - i * CHUNK)), before + i * CHUNK);
      chunk.buffer.transfer(0);
      if (i % CHUNKS_A_SLICE === 0) yield i / this.#chunks.length;
    }
    return flat;
  }
}
