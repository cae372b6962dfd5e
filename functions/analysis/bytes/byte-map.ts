import { hashBytes } from './text-pool.ts';

const MAX_ARENA = 64 * 2 ** 20;
const MOST_KEYS = 1 << 18;
const LONGEST_KEY = 4096;
const MOST_OF_A_HASH = 64;

/** No byte of the arena is as many places before it. */
const NOWHERE = -LONGEST_KEY * 256;

/** A value and where the bytes that name it lie in the arena. */
export interface ByteEntry<T> {
  readonly value: T;
  readonly from: number;
  readonly length: number;
  /** For the caller: what came after it the last time. */
  next: ByteEntry<T> | undefined;
}

/**
 * Values by the bytes that name them, so that what repeats in a file is parsed once. The keys lie in one arena of bounded size; what does not fit is
 * not found again and costs no more than parsing it anew.
 */
export class ByteMap<T> {
  #arena = new Uint8Array(1 << 16);
  #used = 0;
  #keys = 0;
  readonly #buckets = new Map<number, ByteEntry<T>[]>();

  /** True where the key of this entry stands in `bytes` at `start`. */
  isAt(entry: ByteEntry<T>, bytes: Uint8Array, start: number): boolean {
    const { from } = entry;
    const arena = this.#arena;
    // From the end: neighbours in a file differ in their last labels.
    for (let i = entry.length - 1; i >= 0; i--) if (arena[from + i] !== bytes[start + i]) return false;
    return true;
  }

  find(bytes: Uint8Array, start: number, end: number): ByteEntry<T> | undefined {
    if (end - start > LONGEST_KEY) return undefined;
    const bucket = this.#buckets.get(hashBytes(bytes, start, end));
    return bucket?.find((entry) => entry.length === end - start && this.isAt(entry, bytes, start));
  }

  add(bytes: Uint8Array, start: number, end: number, value: T): ByteEntry<T> {
    const length = end - start;
    const entry: ByteEntry<T> = { value, from: this.#used, length, next: undefined };
    const fits = length <= LONGEST_KEY && this.#used + length <= MAX_ARENA && this.#keys < MOST_KEYS;
    if (!fits) return { ...entry, from: NOWHERE };
    this.#keys++;
    if (this.#used + length > this.#arena.length) {
      const grown = new Uint8Array(Math.min(MAX_ARENA, this.#arena.length * 2 + length));
      grown.set(this.#arena);
      this.#arena = grown;
    }
    this.#arena.set(bytes.subarray(start, end), this.#used);
    this.#used += length;
    const hash = hashBytes(bytes, start, end);
    const bucket = this.#buckets.get(hash);
    if (bucket === undefined) this.#buckets.set(hash, [entry]);
    else if (bucket.length < MOST_OF_A_HASH) bucket.push(entry);
    return entry;
  }
}
