import { decodeText } from '../../bytes/text-pool.ts';

export const QUOTE = 0x22;
export const BLANK = 0x20;

/** Starts and ends of the fields of one row, quotes left out; reused from row to row. */
export interface Fields {
  count: number;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** 1 where the field has doubled quotes inside. */
  readonly doubled: Uint8Array;
  /** A quote was never closed, or there are more fields than fit. */
  broken: boolean;
}

export const MAX_FIELDS = 4096;

export function newFields(): Fields {
  return {
    count: 0,
    starts: new Int32Array(MAX_FIELDS),
    ends: new Int32Array(MAX_FIELDS),
    doubled: new Uint8Array(MAX_FIELDS),
    broken: false,
  };
}

/** Splits one row in place. Fields may be quoted as in RFC 4180; blanks around unquoted fields are left out. */
export function splitFields(bytes: Uint8Array, start: number, end: number, delimiter: number, into: Fields): void {
  const { starts, ends, doubled } = into;
  let count = 0;
  let at = start;
  into.broken = false;
  // Columns that are set apart by blanks are aligned with any number of them.
  if (delimiter === BLANK) while (end > start && bytes[end - 1] === BLANK) end--;
  for (;;) {
    while (at < end && (isPadding(bytes[at] ?? 0, delimiter) || (delimiter === BLANK && bytes[at] === BLANK))) at++;
    doubled[count] = 0;
    if (at < end && bytes[at] === QUOTE) {
      const from = ++at;
      while (at < end && (bytes[at] !== QUOTE || bytes[at + 1] === QUOTE)) {
        if (bytes[at] === QUOTE) {
          if (at + 1 >= end) break;
          doubled[count] = 1;
          at++;
        }
        at++;
      }
      if (at >= end) into.broken = true;
      starts[count] = from;
      ends[count] = Math.min(at, end);
      at++;
      while (at < end && bytes[at] !== delimiter) at++;
    } else {
      const from = at;
      while (at < end && bytes[at] !== delimiter) at++;
      let to = at;
      while (to > from && isPadding(bytes[to - 1] ?? 0, delimiter)) to--;
      starts[count] = from;
      ends[count] = to;
    }
    count++;
    if (at >= end) break;
    at++;
    if (count >= MAX_FIELDS) {
      into.broken = true;
      break;
    }
  }
  into.count = count;
}

/** The text of one field. */
export function fieldText(bytes: Uint8Array, fields: Fields, index: number): string {
  const text = decodeText(bytes, fields.starts[index] ?? 0, fields.ends[index] ?? 0);
  return fields.doubled[index] === 1 ? text.replaceAll('""', '"') : text;
}

function isPadding(byte: number, delimiter: number): boolean {
  return (byte === 0x20 || byte === 0x09) && byte !== delimiter;
}

/** The delimiter that splits most of these lines into the same number (above 1) of fields, blanks only where nothing else does; undefined where none does. */
export function guessDelimiter(lines: readonly Uint8Array[]): number | undefined {
  const fields = newFields();
  let best: { delimiter: number; score: number } | undefined;
  for (const delimiter of [0x2c, 0x3b, 0x09, 0x7c, BLANK]) {
    if (delimiter === BLANK && best !== undefined) break;
    const counts = lines.map((line) => {
      splitFields(line, 0, line.length, delimiter, fields);
      return fields.broken ? 0 : fields.count;
    });
    const first = counts[0] ?? 0;
    if (first < 2) continue;
    const same = counts.filter((count) => count === first).length / counts.length;
    const score = same * (1 + Math.min(first, 50) / 1000);
    if (same >= (delimiter === BLANK ? 1 : 0.6) && score > (best?.score ?? 0)) best = { delimiter, score };
  }
  return best?.delimiter;
}
