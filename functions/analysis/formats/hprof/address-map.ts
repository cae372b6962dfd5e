import { inLightSlices, inSlices, type Slices } from '../../graph/drive.ts';
import type { Allocate } from '../../parallel.ts';
import { hashId } from './id-table.ts';
import type { LongColumn } from './long-column.ts';

/** No object of the dump has this id. */
export const NO_OBJECT = -1;

/** Object id -> number of the object in the order of the file. */
export interface AddressMap {
  find(id: number): number;
  /** What another thread can make the map of; without it the ids themselves are needed to find objects. */
  readonly places: AddressPlaces | undefined;
}

/** A page of the bitmap: 2^15 places, 256 KiB of a heap whose objects begin at multiples of 8. */
const PAGE_BITS = 15;
const PAGE_PLACES = 1 << PAGE_BITS;
const PAGE_WORDS = PAGE_PLACES / 32;
const BYTES_PER_PAGE = PAGE_WORDS * 8;
/** 1 TiB of addresses; beyond it, or where pages are nearly empty, a hash table is smaller. */
const MAX_PAGES = 1 << 22;
const BITMAP_BYTES_PER_OBJECT = 12;
const SMALL_BITMAP_BYTES = 1 << 22;

/**
 * Ids are addresses: a bit for each place where an object may begin, and the number of bits before each word, give the rank of
 * an address among all in three memory accesses and without hashing. Only pages with objects are kept, since a heap's regions and archives may lie far
 * apart. Where the file is in the order of addresses that rank is the answer, otherwise one more array leads from rank to
 * number. Ids too scattered for that (made up, or hostile) go to a hash table.
 */
export function* mapAddresses(ids: LongColumn<Float64Array<ArrayBuffer>>, allocate: Allocate): Slices<AddressMap> {
  const count = ids.length;
  let low = Infinity;
  let high = -Infinity;
  let ascending = true;
  let odd = 0;
  let before = -1;
  yield* inLightSlices(0, count, (start, end) => {
    const part = ids.part(start, end);
    // Of its own: numbers that closures share are slow.
    let [least, most, last, bits, isAscending] = [low, high, before, 0, ascending];
    for (let i = 0; i < part.length; i++) {
      const id = part[i]!;
      if (id <= last) isAscending = false;
      last = id;
      if (id < least) least = id;
      if (id > most) most = id;
      bits |= id & 7;
    }
    [low, high, before, ascending] = [least, most, last, isAscending];
    odd |= bits;
  });
  const scale = odd === 0 ? 1 / 8 : (odd & 3) === 0 ? 1 / 4 : 1;
  const pageCount = count === 0 ? 0 : Math.floor(((high - low) * scale) / PAGE_PLACES) + 1;
  if (pageCount > MAX_PAGES) return yield* hashAddresses(ids);
  const pages = new Int32Array(pageCount).fill(-1);
  let used = 0;
  yield* inLightSlices(0, count, (start, end) => {
    const part = ids.part(start, end);
    const [from, perByte] = [low, scale / PAGE_PLACES];
    let last = -1;
    for (let i = 0; i < part.length; i++) {
      const page = Math.floor((part[i]! - from) * perByte);
      if (page !== last && pages[page] === -1) pages[page] = used++;
      last = page;
    }
  });
  if (used * BYTES_PER_PAGE > Math.max(SMALL_BITMAP_BYTES, count * BITMAP_BYTES_PER_OBJECT))
    return yield* hashAddresses(ids);
  // In the order of addresses, so that ranks are.
  for (let page = 0, next = 0; page < pageCount; page++) if (pages[page] !== -1) pages[page] = next++;
  return new AddressBitmap(yield* fillPlaces(ids, ascending, { low, scale, pages }, used, allocate));
}

/** Bits at multiples of 1 / `scale` bytes from `low` on, in pages. */
export interface AddressPlaces {
  readonly low: number;
  readonly scale: number;
  /** Page of addresses -> page of words, -1 where no object is. */
  readonly pages: Int32Array;
  readonly words: Uint32Array;
  /** Bits before each word. */
  readonly before: Uint32Array;
  /** Rank -> number of the object, where the file is not in the order of addresses. */
  readonly numbers: Uint32Array | undefined;
}

function* fillPlaces(
  ids: LongColumn<Float64Array<ArrayBuffer>>,
  ascending: boolean,
  { low, scale, pages }: Pick<AddressPlaces, 'low' | 'scale' | 'pages'>,
  used: number,
  allocate: Allocate,
): Slices<AddressPlaces> {
  const words = new Uint32Array(allocate(4 * used * PAGE_WORDS));
  const before = new Uint32Array(allocate(4 * used * PAGE_WORDS));
  yield* inLightSlices(0, ids.length, (start, end) => {
    const part = ids.part(start, end);
    for (let i = 0; i < part.length; i++) {
      const place = (part[i]! - low) * scale;
      const page = Math.floor(place / PAGE_PLACES);
      const slot = place - page * PAGE_PLACES;
      const word = pages[page]! * PAGE_WORDS + (slot >>> 5);
      words[word] = words[word]! | (1 << (slot & 31));
    }
  });
  let total = 0;
  yield* inLightSlices(0, words.length, (start, end) => {
    for (let w = start; w < end; w++) {
      before[w] = total;
      total += countBits(words[w]!);
    }
  });
  const places = { low, scale, pages, words, before };
  if (ascending) return { ...places, numbers: undefined };
  const ranks = new AddressBitmap({ ...places, numbers: undefined });
  const numbers = new Uint32Array(allocate(4 * total));
  const last = ids.length - 1;
  // Backwards, so that of two objects with one id the first is found.
  yield* inSlices(0, ids.length, (start, end) => {
    for (let i = start; i < end; i++) numbers[ranks.find(ids.get(last - i))] = last - i;
  });
  return { ...places, numbers };
}

export class AddressBitmap implements AddressMap {
  readonly places: AddressPlaces;
  readonly #low: number;
  readonly #scale: number;
  readonly #pages: Int32Array;
  readonly #words: Uint32Array;
  readonly #before: Uint32Array;
  readonly #numbers: Uint32Array | undefined;

  constructor(places: AddressPlaces) {
    this.places = places;
    this.#low = places.low;
    this.#scale = places.scale;
    this.#pages = places.pages;
    this.#words = places.words;
    this.#before = places.before;
    this.#numbers = places.numbers;
  }

  find(id: number): number {
    const place = (id - this.#low) * this.#scale;
    if (!(place >= 0)) return NO_OBJECT;
    const page = Math.floor(place * (1 / PAGE_PLACES));
    if (page >= this.#pages.length) return NO_OBJECT;
    const kept = this.#pages[page]!;
    const slot = place - page * PAGE_PLACES;
    if (kept < 0 || (slot | 0) !== slot) return NO_OBJECT;
    const index = kept * PAGE_WORDS + (slot >>> 5);
    const word = this.#words[index]!;
    const bit = 1 << (slot & 31);
    if ((word & bit) === 0) return NO_OBJECT;
    const rank = this.#before[index]! + countBits(word & (bit - 1));
    return this.#numbers === undefined ? rank : this.#numbers[rank]!;
  }
}

function countBits(word: number): number {
  let bits = word - ((word >>> 1) & 0x5555_5555);
  bits = (bits & 0x3333_3333) + ((bits >>> 2) & 0x3333_3333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}

function* hashAddresses(ids: LongColumn<Float64Array<ArrayBuffer>>): Slices<AddressMap> {
  const map = new AddressHash(ids);
  yield* inSlices(0, ids.length, (start, end) => {
    map.fill(start, end);
  });
  return map;
}

/** Ids of a hostile file may be made to collide: after so many places an object counts as not there. */
const MAX_PROBES = 512;

class AddressHash implements AddressMap {
  readonly places = undefined;
  readonly #ids: LongColumn<Float64Array<ArrayBuffer>>;
  /** Number + 1; 0 is free. */
  readonly #table: Uint32Array;
  readonly #mask: number;

  constructor(ids: LongColumn<Float64Array<ArrayBuffer>>) {
    this.#ids = ids;
    let size = 1024;
    while (size < ids.length * 1.5) size *= 2;
    this.#table = new Uint32Array(size);
    this.#mask = size - 1;
  }

  fill(start: number, end: number): void {
    const ids = this.#ids;
    for (let i = start; i < end; i++) {
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
