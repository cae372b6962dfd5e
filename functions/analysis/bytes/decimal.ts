const ZERO = 48;
const NINE = 57;
const MINUS = 45;
const PLUS = 43;
const DOT = 46;

/** 10^0 .. 10^22: the powers that a double holds exactly. */
export const POWERS_OF_TEN = Float64Array.from({ length: 23 }, (_, power) => Number(`1e${power}`));

/**
 * The double nearest to the decimal in `bytes[start..end)`: `-12`, `.5`, `1e9`, `7.25E-3`; NaN where the bytes are
 * anything else. Exact: a mantissa below 2^53 with a power of ten up to 22 is one correctly rounded division or
 * multiplication (Clinger, "How to read floating point numbers accurately", 1990); the rest goes to `Number`.
 */
export function parseDecimal(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  let negative = false;
  const first = bytes[at];
  if (first === MINUS || first === PLUS) {
    negative = first === MINUS;
    at++;
  }
  let mantissa = 0;
  let digits = 0;
  let seen = 0;
  let fraction = 0;
  let dotted = false;
  for (; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (byte >= ZERO && byte <= NINE) {
      seen++;
      // Leading zeros are not significant; 15 significant digits always stay below 2^53.
      if (mantissa !== 0 || byte !== ZERO) digits++;
      mantissa = mantissa * 10 + (byte - ZERO);
      if (dotted) fraction++;
    } else if (byte === DOT && !dotted) dotted = true;
    else break;
  }
  if (seen === 0) return NaN;
  let exponent = 0;
  if (at < end) {
    exponent = parseExponent(bytes, at, end);
    if (exponent !== exponent) return NaN;
  }
  const power = exponent - fraction;
  if (digits <= 15 && power >= -22 && power <= 22) {
    const value = power < 0 ? mantissa / (POWERS_OF_TEN[-power] ?? 1) : mantissa * (POWERS_OF_TEN[power] ?? 1);
    return negative ? -value : value;
  }
  return Number(asciiText(bytes, start, end));
}

function parseExponent(bytes: Uint8Array, start: number, end: number): number {
  if ((bytes[start] ?? 0) !== 0x65 && bytes[start] !== 0x45) return NaN;
  let at = start + 1;
  const sign = bytes[at];
  if (sign === MINUS || sign === PLUS) at++;
  if (at >= end) return NaN;
  let exponent = 0;
  for (; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (byte < ZERO || byte > NINE) return NaN;
    exponent = Math.min(100_000, exponent * 10 + (byte - ZERO));
  }
  return sign === MINUS ? -exponent : exponent;
}

/** Bytes that are known to be ASCII and few. */
export function asciiText(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end; at++) text += String.fromCharCode(bytes[at] ?? 0);
  return text;
}
