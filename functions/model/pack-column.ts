import type { PackedColumn } from './packed-column.ts';

/** Of one column. */
export const MOST_VALUES = 2_000_000;

/** Packs at most 2,000,000 values. `slope` suits times. Differences must stay below 2^52, else the column is stored as `float`. */
export function packColumn(values: ArrayLike<number>, form: 'delta' | 'slope' = 'delta'): PackedColumn {
  const count = Math.min(values.length, MOST_VALUES);
  return packDifferences(values, count, form) ?? packFloats(values, count);
}

function packDifferences(values: ArrayLike<number>, count: number, form: 'delta' | 'slope'): PackedColumn | undefined {
  // A varint of a safe integer has at most 8 bytes.
  const bytes = new Uint8Array(new ArrayBuffer(count * 8));
  let to = 0;
  let last = 0;
  let slope = 0;
  for (let i = 0; i < count; i++) {
    const value = values[i] ?? NaN;
    let code = 0;
    if (!Number.isNaN(value)) {
      const step = value - last - slope;
      if (!Number.isSafeInteger(value) || !(Math.abs(step) < 2 ** 52)) return undefined;
      code = step < 0 ? -2 * step : 2 * step + 1;
      if (form === 'slope') slope = value - last;
      last = value;
    }
    while (code >= 128) {
      bytes[to++] = (code % 128) + 128;
      code = Math.floor(code / 128);
    }
    bytes[to++] = code;
  }
  const text = toBase64(bytes.subarray(0, to));
  // Given back now: of a column a line, garbage collection comes too late.
  bytes.buffer.transfer(0);
  return { form, count, text };
}

function packFloats(values: ArrayLike<number>, count: number): PackedColumn {
  const view = new DataView(new ArrayBuffer(count * 8));
  for (let i = 0; i < count; i++) view.setFloat64(i * 8, values[i] ?? NaN, true);
  return { form: 'float', count, text: toBase64(new Uint8Array(view.buffer)) };
}

/** The values; what is cut short or broken ends in gaps. Memory is bounded by the length of the text. */
export function unpackColumn(column: PackedColumn): Float64Array {
  const bytes = fromBase64(column.text);
  const { form } = column;
  const fit = form === 'float' ? Math.floor(bytes.length / 8) : bytes.length;
  const values = new Float64Array(Math.min(column.count, fit)).fill(NaN);
  if (form === 'float') {
    const view = new DataView(bytes.buffer);
    for (let i = 0; i < values.length; i++) values[i] = view.getFloat64(i * 8, true);
    return values;
  }
  let at = 0;
  let last = 0;
  let slope = 0;
  for (let i = 0; i < values.length && at < bytes.length; i++) {
    let code = 0;
    let factor = 1;
    let byte = 128;
    while (byte >= 128 && at < bytes.length) {
      byte = bytes[at++] ?? 0;
      code += (byte % 128) * factor;
      factor *= 128;
    }
    if (code === 0) continue;
    const step = code % 2 === 0 ? -code / 2 : (code - 1) / 2;
    const value = last + slope + step;
    if (form === 'slope') slope = value - last;
    values[i] = last = value;
  }
  return values;
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const DIGIT_CODES = Uint8Array.from(DIGITS, (digit) => digit.charCodeAt(0));
const CODES = new Uint8Array(128);
for (let i = 0; i < 64; i++) CODES[DIGITS.charCodeAt(i)] = i;

/** By hand, since Node's Buffer, a browser's atob and the analysis, which has neither, must agree. */
function toBase64(bytes: Uint8Array): string {
  const parts: string[] = [];
  const digits = new Uint8Array(16_384);
  for (let from = 0; from < bytes.length; from += 12_288) {
    const stop = Math.min(bytes.length, from + 12_288);
    let to = 0;
    for (let i = from; i < stop; i += 3) {
      const [a = 0, b = 0, c = 0] = [bytes[i], bytes[i + 1], bytes[i + 2]];
      digits[to++] = DIGIT_CODES[a >> 2]!;
      digits[to++] = DIGIT_CODES[((a & 3) << 4) | (b >> 4)]!;
      digits[to++] = DIGIT_CODES[((b & 15) << 2) | (c >> 6)]!;
      digits[to++] = DIGIT_CODES[c & 63]!;
    }
    parts.push(String.fromCharCode(...digits.subarray(0, Math.ceil(((stop - from) * 4) / 3))));
  }
  return parts.join('');
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let to = 0;
  for (let i = 0; i < text.length; i += 4) {
    const a = codeAt(text, i);
    const b = codeAt(text, i + 1);
    const c = codeAt(text, i + 2);
    // Beyond its end a typed array takes nothing.
    bytes[to++] = (a << 2) | (b >> 4);
    bytes[to++] = (b << 4) | (c >> 2);
    bytes[to++] = (c << 6) | codeAt(text, i + 3);
  }
  return bytes;
}

function codeAt(text: string, at: number): number {
  return at < text.length ? (CODES[text.charCodeAt(at)] ?? 0) : 0;
}
