import type { ByteSource, Run } from '../../analyser.ts';
import { unescapeJson } from '../../bytes/json-string.ts';
import { isLimitName } from '../../heap/limit-name.ts';
import { BitSet } from '../bit-set.ts';
import { readStrings } from './string-array.ts';

/** Names that V8 gives to values of which it writes no contents: they say nothing and readers look for them. */
const CONSTANTS = [
  '<dummy>',
  '(concatenated string)',
  '(sliced string)',
  'heap number',
  'smi number',
  'int',
  'double',
  'bigint',
  'symbol',
  'private symbol',
];
const SCOPE_INFO = 'system / ScopeInfo';
/** Objects with many properties that are variables of the program and no keys of a map. */
const GLOBAL =
  /^(?:global|Window|DedicatedWorkerGlobalScope|SharedWorkerGlobalScope|ServiceWorkerGlobalScope|Object \/)/;
const GLOBAL_STARTS = new Set([103, 87, 68, 83, 79]);

export interface KnownStrings {
  readonly count: number;
  /** Texts that stay, whatever they are used for. */
  readonly fixed: BitSet;
  /** Texts that a variable can be called. */
  readonly identifiers: BitSet;
  /** How many of the texts to keep are in the table. */
  readonly keptCount: number;
  /** Index of the name of V8's lists of variables, or -1. */
  readonly scopeInfo: number;
  /** Names of objects whose properties are global variables. */
  readonly globals: ReadonlySet<number>;
}

/** One pass over the table of strings: how many there are, and where those are that mean something here. */
export async function findKnownStrings(strings: ByteSource, keep: readonly string[], run: Run): Promise<KnownStrings> {
  const constants = new Set(CONSTANTS);
  const wanted = new Set(keep);
  // A text has at most six bytes a unit (\uXXXX).
  const longest = 6 * Math.max(...[...keep, ...CONSTANTS, SCOPE_INFO].map((text) => text.length));
  const decoder = new TextDecoder();
  const fixed = new BitSet(Math.ceil(strings.size / 3) + 1);
  const identifiers = new BitSet(fixed.size);
  const globals = new Set<number>();
  let count = 0;
  let keptCount = 0;
  let scopeInfo = -1;
  /** A field with a small integer is no edge, and only the object's shape names it: without `maxSize` a cache with a limit would look like a leak. */
  const isLimit = (bytes: Uint8Array, from: number, to: number): boolean =>
    to - from <= LONGEST_LIMIT &&
    LIMIT_STARTS.has(bytes[from]! | 32) &&
    isLimitName(decoder.decode(bytes.subarray(from, to)));
  await readStrings(
    strings,
    {
      text(bytes, from, to) {
        const index = count++;
        if (to === from) fixed.add(index);
        else if (isIdentifier(bytes, from, to)) {
          identifiers.add(index);
          if (isLimit(bytes, from, to)) fixed.add(index);
        }
        if (GLOBAL_STARTS.has(bytes[from]!) && to - from < 2048) {
          if (globals.size < 10_000 && GLOBAL.test(decoder.decode(bytes.subarray(from, Math.min(to, from + 40)))))
            globals.add(index);
        }
        if (to - from > longest || (wanted.size === 0 && !mayBeKnown(bytes, from))) return;
        const text = unescapeJson(decoder.decode(bytes.subarray(from, to)));
        if (wanted.has(text)) keptCount++;
        if (wanted.has(text) || constants.has(text)) fixed.add(index);
        if (text === SCOPE_INFO && scopeInfo < 0) scopeInfo = index;
      },
      longPart: () => undefined,
      longEnd() {
        count++;
      },
    },
    run,
  );
  return { count, fixed, identifiers, keptCount, scopeInfo, globals };
}

/** `maximum_capacity` and the like. */
const LONGEST_LIMIT = 20;
/** First letters, small, of names that `isLimitName` knows: `max`, `size`, `entry`, `cache`, `item`, `count`, `limit`, `bound`, and `#`, `_`, `$` before them. */
const LIMIT_STARTS = new Set(Array.from('msecilb#_$', (letter) => letter.charCodeAt(0) | 32));

const FIRST_BYTES = new Set([...CONSTANTS, SCOPE_INFO].map((text) => text.charCodeAt(0)));

function mayBeKnown(bytes: Uint8Array, from: number): boolean {
  return FIRST_BYTES.has(bytes[from]!);
}

const MAX_IDENTIFIER_BYTES = 128;

/** Letters, digits, `_`, `$`, the `#` and `.` of private and hidden ones, and whatever is not ASCII. */
function isIdentifier(bytes: Uint8Array, from: number, to: number): boolean {
  if (to - from > MAX_IDENTIFIER_BYTES) return false;
  for (let i = from; i < to; i++) {
    const byte = bytes[i]!;
    const isLetter = (byte | 32) >= 97 && (byte | 32) <= 122;
    const isDigit = byte >= 48 && byte <= 57 && i > from;
    if (
      !isLetter &&
      !isDigit &&
      byte !== 95 &&
      byte !== 36 &&
      byte < 128 &&
      !(i === from && (byte === 35 || byte === 46))
    )
      return false;
  }
  return true;
}
