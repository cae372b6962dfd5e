import type { RecordNotes } from './record-columns.ts';
import { UNUSUAL } from './scan-numbers.ts';

const COMMA = 44;
const NEWLINE = 10;
const SPACE = 32;
const ZERO = 48;
const ZEROS = 0x30303030;
const LOW = 0x0f0f0f0f;
const HIGH = 0xf0f0f0f0 | 0;
/** Carries what is above 9 into the high half of a byte. */
const SIXES = 0x06060606;
const PAIRS = 0x00ff00ff;
const POWERS = Int32Array.of(1, 10, 100, 1000);

/** What a scanner of edges looks up and writes to: see EdgeRecords and EdgeColumns. */
export interface EdgeScan {
  readonly to: Int32Array;
  readonly label: Int32Array;
  /** By string: 1 for names. */
  readonly marks: Uint8Array;
  /** By type. */
  readonly nameMask: Int32Array;
  readonly weakBit: Int32Array;
  readonly shortcutCount: Uint8Array;
  readonly nodeWidth: number;
  readonly nodeCount: number;
}

/**
 * `type,label,to,` from `start` to `end` (exclusive; the last byte is a comma) into rows from `row` on, for types of one digit, labels of up to seven and targets of up to nine.
 * Returns the row after the last, and adds to `notes`; or UNUSUAL for all else, and what was written until then means nothing. `words` is the memory of `bytes`, readable for 8 bytes beyond `end`.
 *
 * Four digits at a time (after D. Lemire, "Number Parsing at a Gigabyte per Second", 2021), and each number in code of its own: the processor then guesses how long the next one is
 * by its field alone, and begins it before this one is known: 160 MB take 0.42 s, and 0.60 s by `scanNumbers` and `EdgeRecords`, which read what this does not. In functions, or in one loop over all numbers, it is as slow as `scanNumbers`.
 */
export function scanEdges(
  bytes: Uint8Array,
  words: DataView,
  start: number,
  end: number,
  row: number,
  { to, label, marks, nameMask, weakBit, shortcutCount, nodeWidth, nodeCount }: EdgeScan,
  notes: Pick<RecordNotes, 'shortcuts'>,
): number {
  const scale = 1 / nodeWidth;
  let shortcuts = 0;
  let i = start;
  let e = row;
  while (i < end) {
    const type = bytes[i]! - ZERO;
    if (type < 0 || type > 7 || bytes[i + 1] !== COMMA) return UNUSUAL;
    i += 2;

    let word = words.getInt32(i, true);
    let digits = word & LOW;
    // Of each byte that is no digit, some bits.
    let others = ((word ^ ZEROS) | (digits + SIXES)) & HIGH;
    let text = 0;
    if (others !== 0) {
      const bits = (31 - Math.clz32(others & -others)) & 24;
      if (bits === 0) return UNUSUAL;
      i += bits >> 3;
      digits <<= 32 - bits;
      const pairs = (Math.imul(digits, 10) + (digits >>> 8)) & PAIRS;
      text = Math.imul(pairs & 255, 100) + (pairs >>> 16);
    } else {
      let pairs = (Math.imul(digits, 10) + (digits >>> 8)) & PAIRS;
      text = Math.imul(pairs & 255, 100) + (pairs >>> 16);
      i += 4;
      word = words.getInt32(i, true);
      digits = word & LOW;
      others = ((word ^ ZEROS) | (digits + SIXES)) & HIGH;
      if (others === 0) return UNUSUAL;
      const bits = (31 - Math.clz32(others & -others)) & 24;
      i += bits >> 3;
      if (bits !== 0) {
        digits <<= 32 - bits;
        pairs = (Math.imul(digits, 10) + (digits >>> 8)) & PAIRS;
        text = Math.imul(text, POWERS[bits >> 3]!) + Math.imul(pairs & 255, 100) + (pairs >>> 16);
      }
    }
    if (bytes[i++] !== COMMA) return UNUSUAL;

    word = words.getInt32(i, true);
    digits = word & LOW;
    others = ((word ^ ZEROS) | (digits + SIXES)) & HIGH;
    let raw = 0;
    if (others === 0) {
      let pairs = (Math.imul(digits, 10) + (digits >>> 8)) & PAIRS;
      raw = Math.imul(pairs & 255, 100) + (pairs >>> 16);
      i += 4;
      word = words.getInt32(i, true);
      digits = word & LOW;
      others = ((word ^ ZEROS) | (digits + SIXES)) & HIGH;
      if (others === 0) {
        pairs = (Math.imul(digits, 10) + (digits >>> 8)) & PAIRS;
        raw = Math.imul(raw, 10_000) + Math.imul(pairs & 255, 100) + (pairs >>> 16);
        i += 4;
        const ninth = bytes[i]! - ZERO;
        if (ninth >= 0 && ninth <= 9) {
          raw = Math.imul(raw, 10) + ninth;
          i++;
        }
      } else {
        const bits = (31 - Math.clz32(others & -others)) & 24;
        i += bits >> 3;
        if (bits !== 0) {
          digits <<= 32 - bits;
          pairs = (Math.imul(digits, 10) + (digits >>> 8)) & PAIRS;
          raw = Math.imul(raw, POWERS[bits >> 3]!) + Math.imul(pairs & 255, 100) + (pairs >>> 16);
        }
      }
    } else {
      const bits = (31 - Math.clz32(others & -others)) & 24;
      if (bits === 0) return UNUSUAL;
      i += bits >> 3;
      digits <<= 32 - bits;
      const pairs = (Math.imul(digits, 10) + (digits >>> 8)) & PAIRS;
      raw = Math.imul(pairs & 255, 100) + (pairs >>> 16);
    }
    let byte = bytes[i++]!;
    // V8 ended each record with a line, before the comma, until Node 22.
    while (byte === NEWLINE || byte === SPACE) byte = bytes[i++]!;
    if (byte !== COMMA) return UNUSUAL;

    const target = ((raw + 0.5) * scale) | 0;
    if (target >= nodeCount || Math.imul(target, nodeWidth) !== raw) return UNUSUAL;
    to[e] = target | weakBit[type]!;
    label[e] = (type << 29) | text;
    marks[text & nameMask[type]!] = 1;
    shortcuts += shortcutCount[type]!;
    e++;
  }
  notes.shortcuts += shortcuts;
  return e;
}
