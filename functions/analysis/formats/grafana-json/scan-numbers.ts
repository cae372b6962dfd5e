import { parseDecimal } from '../../bytes/decimal.ts';
import type { JsonTokens } from '../../bytes/json-tokens.ts';

const COMMA = 0x2c;
const CLOSE = 0x5d;
const NEWLINE = 0x0a;

/**
 * Reads the numbers that follow each other in the array just entered, on one line or a line each, up to what `into` holds, and returns how many:
 * nearly every byte of a data frame is in a column of numbers, and reading it directly is three times as fast as token by token. Stops in front of
 * anything else, and of a number that is not wholly in the window: the tokens then read it.
 */
export function scanNumbers(tokens: JsonTokens, into: Float64Array): number {
  const { bytes, end, at } = tokens.window;
  let length = 0;
  let lines = 0;
  let read = at;
  let linesRead = 0;
  let p = at;
  let comma = !tokens.atValue;
  while (length < into.length) {
    while (p < end && isBlank(bytes[p]!)) if (bytes[p++] === NEWLINE) lines++;
    if (comma) {
      if (p >= end || bytes[p] !== COMMA) break;
      p++;
      while (p < end && isBlank(bytes[p]!)) if (bytes[p++] === NEWLINE) lines++;
    }
    const start = p;
    while (p < end && !isBlank(bytes[p]!) && bytes[p] !== COMMA && bytes[p] !== CLOSE) p++;
    if (p >= end) break;
    const value = parseDecimal(bytes, start, p);
    if (value !== value) break;
    into[length++] = value;
    read = p;
    linesRead = lines;
    comma = true;
  }
  if (length > 0) {
    tokens.line += linesRead;
    tokens.jump(read, false);
  }
  return length;
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === NEWLINE || byte === 0x0d || byte === 0x09;
}
