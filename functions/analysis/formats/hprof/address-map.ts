import { hashId } from './id-table.ts';
import type { LongColumn } from './long-column.ts';

/** No object of the dump has this id. */
export const NO_OBJECT = -1;

/** Object id -> number of the object in the order of the file. */
export interface AddressMap {
  find(id: number): number;
  /** Is this a bitmap over addresses, so that neighbours can be asked for? */
  readonly dense: boolean;
}

/** Bytes of a map of which the bitmap may use more than a hash table would: dense heaps need 1 to 2 bytes an object. */
const BITMAP_BYTES_PER_OBJECT = 12;
const SMALL_BITMAP_BYTES = 1 << 22;
const MAX_SLOTS = 2 ** 32 - 64;

/**
 * Ids are addresses: a bit for each place where an object may begin, and the number of bits before each word, give the rank of
 * an address among all in two memory accesses and without hashing. Where the file is in the order of addresses that rank is the answer,
 * otherwise one more array leads from rank to number. Ids too far apart for that (ZGC, made-up ids) go to a hash table.
 */
export function mapAddresses(ids: LongColumn<Float64Array>): AddressMap {
  const count = ids.length;
  let low = Infinity;
  let high = -Infinity;
  let ascending = true;
  let odd = 0;
  let before = -1;
  for (let i = 0; i < count; i++) {
    const id = ids.get(i);
    if (id <= before) ascending = false;
    before = id;
    if (id < low) low = id;
    if (id > high) high = id;
    odd |= id & 7;
  }
  const align = odd === 0 ? 8 : (odd & 3) === 0 ? 4 : 1;
  // Bits below `align` are the same in all ids only when the smallest has them clear, too.
  const slots = count === 0 ? 0 : (high - low) / align + 1;
  const bytes = slots / 4;
  if (slots < MAX_SLOTS && bytes <= Math.max(SMALL_BITMAP_BYTES, count * BITMAP_BYTES_PER_OBJECT))
    return new AddressBitmap(ids, low, align, slots, ascending);
  return new AddressHash(ids);
}

class AddressBitmap implements AddressMap {
  readonly dense = true;
  readonly #low: number;
  readonly #scale: number;
  readonly #slots: number;
  readonly #words: Uint32Array;
  readonly #before: Uint32Array;
  readonly #numbers: Uint32Array | undefined;

  constructor(ids: LongColumn<Float64Array>, low: number, align: number, slots: number, ascending: boolean) {
    const scale = 1 / align;
    const words = new Uint32Array((slots >>> 5) + 1);
    for (let i = 0; i < ids.length; i++) {
      const slot = (ids.get(i) - low) * scale;
      words[slot >>> 5]! |= 1 << (slot & 31);
    }
    const before = new Uint32Array(words.length);
    let total = 0;
    for (let w = 0; w < words.length; w++) {
      before[w] = total;
      total += countBits(words[w]!);
    }
    this.#low = low;
    this.#scale = scale;
    this.#slots = slots;
    this.#words = words;
    this.#before = before;
    if (ascending) return;
    const numbers = new Uint32Array(total);
    for (let i = ids.length - 1; i >= 0; i--) numbers[this.#rank((ids.get(i) - low) * scale)] = i;
    this.#numbers = numbers;
  }

  find(id: number): number {
    const place = (id - this.#low) * this.#scale;
    const slot = place >>> 0;
    if (slot !== place || slot >= this.#slots) return NO_OBJECT;
    const word = this.#words[slot >>> 5]!;
    const bit = 1 << (slot & 31);
    if ((word & bit) === 0) return NO_OBJECT;
    const rank = this.#before[slot >>> 5]! + countBits(word & (bit - 1));
    return this.#numbers === undefined ? rank : this.#numbers[rank]!;
  }

  #rank(slot: number): number {
    const word = this.#words[slot >>> 5]!;
    return this.#before[slot >>> 5]! + countBits(word & ((1 << (slot & 31)) - 1));
  }
}

function countBits(word: number): number {
  let bits = word - ((word >>> 1) & 0x5555_5555);
  bits = (bits & 0x3333_3333) + ((bits >>> 2) & 0x3333_3333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}

/** Ids of a hostile file may be made to collide: after so many places an object counts as not there. */
const MAX_PROBES = 512;

class AddressHash implements AddressMap {
  readonly dense = false;
  readonly #ids: LongColumn<Float64Array>;
  /** Number + 1; 0 is free. */
  readonly #table: Uint32Array;
  readonly #mask: number;

  constructor(ids: LongColumn<Float64Array>) {
    this.#ids = ids;
    let size = 1024;
    while (size < ids.length * 1.5) size *= 2;
    this.#table = new Uint32Array(size);
    this.#mask = size - 1;
    for (let i = 0; i < ids.length; i++) {
      const id = ids.get(i);
      let slot = hashId(id) & this.#mask;
      let probes = 0;
      while (this.#table[slot] !== 0 && ids.get(this.#table[slot]! - 1) !== id && probes < MAX_PROBES) {
        slot = (slot + 1) & this.#mask;
        probes++;
      }
      if (this.#table[slot] === 0) this.#table[slot] = i + 1;
    }
  }

  find(id: number): number {
    let slot = hashId(id) & this.#mask;
    for (let probes = 0; probes <= MAX_PROBES; probes++) {
      const entry = this.#table[slot]!;
      if (entry === 0) return NO_OBJECT;
      if (this.#ids.get(entry - 1) === id) return entry - 1;
      slot = (slot + 1) & this.#mask;
    }
    return NO_OBJECT;
  }
}
