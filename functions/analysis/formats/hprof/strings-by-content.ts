import type { ColumnPool } from '../../graph/column-pool.ts';
import { inSlices, type Slices } from '../../graph/drive.ts';
import { topIndices } from '../../graph/top.ts';
import { BYTE_TYPE, CHAR_TYPE } from './tags.ts';

/** Longer texts are not compared: nearly all are shorter, and these few are rarely alike. */
export const MAX_TEXT_BYTES = 4096;
const TOP = 100;

export interface DuplicateText {
  /** Node of one string with this text. */
  readonly string: number;
  readonly count: number;
  /** Bytes of all but one, string and characters. */
  readonly wastedBytes: number;
}

export interface DuplicateStrings {
  readonly strings: number;
  readonly distinct: number;
  readonly wastedBytes: number;
  /** Most bytes wasted first. */
  readonly top: readonly DuplicateText[];
}

interface Shape {
  readonly firstObject: number;
  readonly nodeCount: number;
  readonly firstEdge: Uint32Array;
  readonly edgeTo: Uint32Array;
  readonly shallow: Uint32Array | Float64Array;
}

/** Of the contents of an array of bytes or characters; 0 for none. 32 bits: of ten million texts some 10,000 pairs collide by chance. */
export function hashText(view: DataView, type: number, at: number, length: number): number {
  if (type !== BYTE_TYPE && type !== CHAR_TYPE) return 0;
  const bytes = type === CHAR_TYPE ? 2 * length : length;
  if (bytes === 0 || bytes > MAX_TEXT_BYTES) return 0;
  let hash = Math.imul(bytes, 0x9e37_79b1) ^ type;
  const words = at + (bytes & ~3);
  let p = at;
  for (; p < words; p += 4) {
    hash = Math.imul(hash ^ view.getInt32(p), 0x85eb_ca6b);
    hash ^= hash >>> 15;
  }
  for (const end = at + bytes; p < end; p++) hash = Math.imul(hash ^ view.getUint8(p), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return (hash ^ (hash >>> 16)) >>> 0 || 1;
}

/**
 * Strings whose characters are alike. Strings that share one array (deduplicated by the collector, or substrings of old JDKs) waste nothing. The hashes are used up:
 * an array that was counted loses its own.
 */
export function* countDuplicates(
  { firstObject, nodeCount, firstEdge, edgeTo, shallow }: Shape,
  isString: (node: number) => boolean,
  hashes: Uint32Array,
  pool: ColumnPool,
): Slices<DuplicateStrings> {
  let strings = 0;
  yield* inSlices(firstObject, nodeCount, (start, end) => {
    for (let node = start; node < end; node++) if (isString(node)) strings++;
  });
  let slots = 1024;
  while (slots < 1.5 * strings) slots *= 2;
  const [keys, counts, first] = [pool.take(slots).fill(0), pool.take(slots).fill(0), pool.take(slots)];
  let distinct = 0;
  let wastedBytes = 0;
  yield* inSlices(firstObject, nodeCount, (start, end) => {
    for (let node = start; node < end; node++) {
      if (!isString(node) || firstEdge[node] === firstEdge[node + 1]) continue;
      const array = edgeTo[firstEdge[node]!]! & 0x7fff_ffff;
      const key = hashes[array]!;
      if (key === 0) continue;
      hashes[array] = 0;
      let slot = key & (slots - 1);
      while (keys[slot] !== 0 && keys[slot] !== key) slot = (slot + 1) & (slots - 1);
      if (keys[slot] === 0) {
        keys[slot] = key;
        first[slot] = node;
        distinct++;
      } else wastedBytes += shallow[node]! + shallow[array]!;
      counts[slot] = counts[slot]! + 1;
    }
  });
  const waste = (slot: number): number => {
    const node = first[slot]!;
    return (counts[slot]! - 1) * (shallow[node]! + shallow[edgeTo[firstEdge[node]!]! & 0x7fff_ffff]!);
  };
  // Counts are at hand as a column; bytes differ too little between texts of many copies to be worth another one.
  const candidates = topIndices(counts, slots, 4 * TOP, (slot) => counts[slot]! > 1);
  const top = candidates
    .map((slot) => ({ string: first[slot]!, count: counts[slot]!, wastedBytes: waste(slot) }))
    .sort((a, b) => b.wastedBytes - a.wastedBytes)
    .slice(0, TOP);
  for (const column of [keys, counts, first]) pool.give(column);
  return { strings, distinct, wastedBytes, top };
}
