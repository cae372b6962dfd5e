import { hashBytes } from '../../bytes/text-pool.ts';
import type { SeriesColumns } from '../../series/series-columns.ts';

const MAX_ARENA = 64 * 2 ** 20;
const LONGEST_KEY = 4096;

/** A series as it is spelled in the file. */
export interface KnownSeries {
  readonly columns: SeriesColumns;
  /** Where its spelling lies in the arena, without what follows it. */
  readonly from: number;
  readonly length: number;
  /** The series that followed it the last time: a scrape repeats in the order of the one before. */
  next: KnownSeries | undefined;
  /** The round in which it was last seen without a time. */
  round: number;
}

/**
 * Series by the bytes that spell them, so that a line whose series is known needs no parsing of names and labels.
 * The keys lie in one arena of bounded size; what does not fit is parsed anew each time.
 */
export class KnownSeriesIndex {
  #arena = new Uint8Array(1 << 16);
  #used = 0;
  readonly #buckets = new Map<number, KnownSeries[]>();

  /** True where `bytes[start..)` begins with the spelling of this series and a blank follows. */
  matches(series: KnownSeries, bytes: Uint8Array, start: number, end: number): boolean {
    const { from, length } = series;
    if (start + length >= end) return false;
    const after = bytes[start + length];
    if (after !== 0x20 && after !== 0x09) return false;
    const arena = this.#arena;
    // From the end: neighbours in a scrape differ in their last labels.
    for (let i = length - 1; i >= 0; i--) if (arena[from + i] !== bytes[start + i]) return false;
    return true;
  }

  find(bytes: Uint8Array, start: number, keyEnd: number, end: number): KnownSeries | undefined {
    if (keyEnd - start > LONGEST_KEY) return undefined;
    const bucket = this.#buckets.get(hashBytes(bytes, start, keyEnd));
    if (bucket === undefined) return undefined;
    for (const series of bucket) {
      if (series.length === keyEnd - start && this.matches(series, bytes, start, end)) return series;
    }
    return undefined;
  }

  add(bytes: Uint8Array, start: number, keyEnd: number, columns: SeriesColumns): KnownSeries {
    const length = keyEnd - start;
    const series: KnownSeries = { columns, from: this.#used, length, next: undefined, round: -1 };
    if (length > LONGEST_KEY || this.#used + length > MAX_ARENA) return series;
    if (this.#used + length > this.#arena.length) {
      const grown = new Uint8Array(Math.min(MAX_ARENA, this.#arena.length * 2 + length));
      grown.set(this.#arena);
      this.#arena = grown;
    }
    this.#arena.set(bytes.subarray(start, keyEnd), this.#used);
    this.#used += length;
    const hash = hashBytes(bytes, start, keyEnd);
    const bucket = this.#buckets.get(hash);
    if (bucket === undefined) this.#buckets.set(hash, [series]);
    else if (bucket.length < 64) bucket.push(series);
    return series;
  }
}
