import { sipHash } from './sip-hash.ts';

const DIGITS = new TextEncoder().encode('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz');
const BASE = DIGITS.length;
const STAR = 42;
/** Contents of at most so many bytes fit a number, and get a number that runs; longer ones a keyed hash. */
const NUMBERED_BYTES = 6;
/** About 60 bytes each in a Map: the numbers of short contents never take more than 60 MB. */
const MAX_NUMBERED = 1 << 20;
const HASH_DIGITS = 12;

/**
 * Blanks the contents of primitive arrays in place. Zeros at the end stay, so that the unused part of a buffer can still be seen.
 * Text (byte and char arrays) becomes stars and a code: equal texts get equal codes and different texts different ones. Numbers become ones.
 */
export class ArrayBlanker {
  /** Texts that share their code with another for certain, because there are no codes left of their length. */
  shared = 0;
  readonly #key: Uint32Array;
  readonly #hash = new Uint32Array(2);
  readonly #numbers = new Map<number, number>();
  readonly #next = new Uint32Array(16);
  readonly #chain = new Uint8Array(8 + (1 << 17));

  constructor(key: Uint8Array) {
    const words = new DataView(key.buffer, key.byteOffset, 16);
    this.#key = Uint32Array.from({ length: 4 }, (_, i) => words.getUint32(4 * i, true));
  }

  /** `width` bytes an element. Returns the bytes that were blanked. */
  text(bytes: Uint8Array, from: number, to: number, width: 1 | 2): number {
    const end = usedEnd(bytes, from, to, width);
    if (end === from) return 0;
    const elements = (end - from) / width;
    if (end - from <= NUMBERED_BYTES) this.#number(bytes, from, end, width);
    else {
      sipHash(this.#key, bytes, from, end, this.#hash);
      this.#write(bytes, from, end, width, this.#digits(elements));
    }
    return end - from;
  }

  /** A block of a long text; the code of all of it goes to the end of the last. */
  longText(bytes: Uint8Array, from: number, to: number, width: 1 | 2, isFirst: boolean, isLast: boolean): number {
    // Each block is hashed with the hash of those before it.
    const chain = this.#chain;
    for (let i = 0; i < 8; i++) chain[i] = isFirst ? 0 : (this.#hash[i >>> 2]! >>> (8 * (i & 3))) & 255;
    chain.set(bytes.subarray(from, to), 8);
    const end = usedEnd(bytes, from, to, width);
    sipHash(this.#key, chain, 0, 8 + to - from, this.#hash);
    if (isLast) this.#write(bytes, from, to, width, this.#digits(HASH_DIGITS));
    else if (end > from) this.#write(bytes, from, end, width, []);
    return isLast ? to - from : end - from;
  }

  numbers(bytes: Uint8Array, from: number, to: number, width: number): number {
    const end = usedEnd(bytes, from, to, width);
    bytes.fill(0, from, end);
    for (let i = from + width - 1; i < end; i += width) bytes[i] = 1;
    return end - from;
  }

  #number(bytes: Uint8Array, from: number, end: number, width: 1 | 2): void {
    const elements = (end - from) / width;
    let content = 0;
    for (let i = from; i < end; i++) content = content * 256 + bytes[i]!;
    // Two texts may differ in their length or width only: 2^48 contents, times 6 lengths, times 2 widths, is below 2^53.
    const key = content * 12 + (end - from - 1) * 2 + (width - 1);
    let number = this.#numbers.get(key);
    if (number === undefined) {
      if (this.#numbers.size >= MAX_NUMBERED) {
        sipHash(this.#key, bytes, from, end, this.#hash);
        this.#write(bytes, from, end, width, this.#digits(elements));
        this.shared++;
        return;
      }
      number = this.#next[elements * 2 + width - 1]!++;
      this.#numbers.set(key, number);
    }
    this.#write(bytes, from, end, width, this.#digitsOf(number, elements));
  }

  /** A running number in at most `elements` digits; of one or two, also in bytes that are no letters. */
  #digitsOf(number: number, elements: number): number[] {
    const capacity = BASE ** elements;
    if (number < capacity) {
      const digits: number[] = [];
      for (let n = number; digits.length === 0 || n > 0; n = Math.floor(n / BASE)) digits.unshift(DIGITS[n % BASE]!);
      return digits;
    }
    const beyond = number - capacity;
    if (elements === 1 && beyond < 128) return [128 + beyond];
    if (elements === 2 && beyond < 128 * 255) return [128 + Math.floor(beyond / 255), 1 + (beyond % 255)];
    this.shared++;
    return [];
  }

  /** The hash in at most `elements` digits. */
  #digits(elements: number): number[] {
    let low = this.#hash[0]!;
    let high = this.#hash[1]!;
    return Array.from({ length: Math.min(elements, HASH_DIGITS) }, (_, i) => {
      const n = i & 1 ? high : low;
      if (i & 1) high = Math.floor(n / BASE);
      else low = Math.floor(n / BASE);
      return DIGITS[n % BASE]!;
    });
  }

  /** Stars, and `digits` at the end. Characters of Java are big-endian in a dump. */
  #write(bytes: Uint8Array, from: number, end: number, width: 1 | 2, digits: readonly number[]): void {
    if (width === 1) bytes.fill(STAR, from, end);
    else
      for (let i = from; i < end; i += 2) {
        bytes[i] = 0;
        bytes[i + 1] = STAR;
      }
    digits.forEach((digit, i) => {
      bytes[end - (digits.length - i) * width + width - 1] = digit;
    });
  }
}

/** Where the zeros at the end begin, in whole elements. */
function usedEnd(bytes: Uint8Array, from: number, to: number, width: number): number {
  let end = to;
  while (end > from && bytes[end - 1] === 0) end--;
  return from + Math.ceil((end - from) / width) * width;
}
