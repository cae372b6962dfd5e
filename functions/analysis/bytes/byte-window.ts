import { AppError } from '../../model/error.ts';
import type { ByteSource, Run } from '../analyser.ts';
import { aheadReaderOf, type ChunkReader } from './chunk-reader.ts';

const FIRST_CAPACITY = 256 * 1024;
const DEFAULT_MAX_HELD = 64 * 2 ** 20;

/**
 * A moving window over a stream: `bytes[at..end)` is what has been read and not yet consumed. Readers advance `at` and
 * call `fill` when what they look for is not wholly inside, so that they themselves stay synchronous and see each
 * token in one piece; a piece larger than `maxHeldBytes` is an AppError `too-large`.
 */
export class ByteWindow {
  bytes = new Uint8Array(0);
  at = 0;
  end = 0;
  /** Offset in the source of `bytes[0]`. */
  base = 0;
  ended = false;
  readonly #size: number;
  readonly #run: Run;
  readonly #maxHeld: number;
  readonly #what: string;
  readonly #reader: ChunkReader;
  #reported = 0;
  #own = new Uint8Array(0);

  /** `what` names in messages what is being read: 'a line', 'a string or number'. */
  constructor(source: ByteSource, run: Run, options: { what: string; maxHeldBytes?: number }) {
    this.#size = source.size;
    this.#run = run;
    this.#maxHeld = options.maxHeldBytes ?? DEFAULT_MAX_HELD;
    this.#what = options.what;
    this.#reader = aheadReaderOf(source);
  }

  /** Offset in the source of the next byte to consume. */
  get offset(): number {
    return this.base + this.at;
  }

  /** Appends at least one byte behind `end`, or returns false at the end of the source. Moves `bytes`, `at` and `end`. */
  async fill(): Promise<boolean> {
    if (this.ended) return false;
    for (;;) {
      this.#run.signal.throwIfAborted();
      const next = await this.#reader.read();
      if (next.done) {
        this.ended = true;
        return false;
      }
      if (next.value.length === 0) continue;
      this.#append(next.value);
      this.#report();
      return true;
    }
  }

  /** Stops the stream; call it when the rest is not wanted. */
  async close(): Promise<void> {
    this.ended = true;
    await this.#reader.cancel();
  }

  #append(chunk: Uint8Array): void {
    const held = this.end - this.at;
    if (held === 0) {
      // The chunk itself becomes the window: nothing is copied where tokens end at chunk borders.
      this.base += this.end;
      this.bytes = chunk as Uint8Array<ArrayBuffer>; // only read from; a shared buffer would do as well
      this.at = 0;
      this.end = chunk.length;
      return;
    }
    if (held > this.#maxHeld) {
      throw new AppError(
        'too-large',
        `${this.#what} is longer than ${this.#maxHeld} bytes (it begins at byte ${this.offset}); split it or send another form of the data`,
        { data: { limit: 'heldBytes', byte: this.offset } },
      );
    }
    this.#makeRoom(held, chunk.length);
    this.bytes.set(chunk, this.end);
    this.end += chunk.length;
  }

  /** Leaves `bytes` writable with `extra` free bytes behind `end`. Doubling keeps a token that arrives in single bytes linear. */
  #makeRoom(held: number, extra: number): void {
    const own = this.#own;
    if (this.bytes === own && this.end + extra <= own.length) return;
    const keep = this.bytes.subarray(this.at, this.end);
    if (held + extra <= own.length && held <= own.length / 2) own.set(keep);
    else {
      this.#own = new Uint8Array(Math.max(FIRST_CAPACITY, (held + extra) * 2));
      this.#own.set(keep);
    }
    this.bytes = this.#own;
    this.base += this.at;
    this.at = 0;
    this.end = held;
  }

  #report(): void {
    const read = this.base + this.end;
    if (this.#size > 0 && read - this.#reported >= 1 << 20) {
      this.#reported = read;
      this.#run.progress('reading', Math.min(1, read / this.#size) * 0.9);
    }
  }
}
