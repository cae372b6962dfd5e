import { parseDecimal } from '../../bytes/decimal.ts';
import { decodeText, sameBytes } from '../../bytes/text-pool.ts';
import { parseQuantity, scaleOf } from '../quantity.ts';

const COMMA = 0x2c;
const POINT = 0x2e;
const LONGEST = 40;
const LONGEST_UNIT = 12;

/** Reads numbers, with a decimal comma or a unit behind them where there is one (`1,5`, `12.5 MiB`), by their bytes; rarer notations as text. */
export class NumberCells {
  /** Of the number read last; '' for none. */
  unit = '';
  readonly #decimalComma: boolean;
  readonly #digits = new Uint8Array(LONGEST);
  #unitBytes = new Uint8Array(0);
  #known = { scale: 1, unit: '' };

  constructor(decimalComma: boolean) {
    this.#decimalComma = decimalComma;
  }

  /** In the base unit; NaN where the cell is no number. */
  read(bytes: Uint8Array, start: number, end: number): number {
    this.unit = '';
    const plain = parseDecimal(bytes, start, end);
    if (plain === plain) return plain;
    const measured = this.#measured(bytes, start, end);
    if (measured === measured) return measured;
    const quantity = parseQuantity(decodeText(bytes, start, end), this.#decimalComma);
    this.unit = quantity?.unit ?? '';
    return quantity?.value ?? NaN;
  }

  /** Digits with at most one point or comma, and a unit; NaN for all else. */
  #measured(bytes: Uint8Array, start: number, end: number): number {
    const digits = this.#digits;
    let at = start;
    let points = 0;
    for (; at < end && at - start < LONGEST; at++) {
      const byte = bytes[at] ?? 0;
      const isPoint = byte === POINT || (byte === COMMA && this.#decimalComma);
      if (isPoint) points++;
      else if (!(byte >= 0x30 && byte <= 0x39) && !(at === start && byte === 0x2d)) break;
      digits[at - start] = isPoint ? POINT : byte;
    }
    if (points > 1) return NaN;
    const number = parseDecimal(digits, 0, at - start);
    while (at < end && bytes[at] === 0x20) at++;
    if (number !== number || at === end) return number;
    if (!this.#knows(bytes, at, end)) return NaN;
    this.unit = this.#known.unit;
    return number * this.#known.scale;
  }

  #knows(bytes: Uint8Array, start: number, end: number): boolean {
    if (sameBytes(this.#unitBytes, bytes, start, end - start)) return true;
    const unit = end - start > LONGEST_UNIT ? undefined : scaleOf(decodeText(bytes, start, end));
    if (unit === undefined) return false;
    this.#known = unit;
    this.#unitBytes = bytes.slice(start, end);
    return true;
  }
}
