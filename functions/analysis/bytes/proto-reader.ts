import { AppError } from '../../model/error.ts';
import { decodeText } from './text-pool.ts';

/** Wire types of protocol buffers. https://protobuf.dev/programming-guides/encoding/ */
export const VARINT = 0;
export const FIXED64 = 1;
export const BYTES = 2;
export const FIXED32 = 5;

/**
 * Reads one protobuf message field by field, in place: every length is checked against the message's own end, so that a
 * damaged one ends in AppError `corrupt` with its byte, never in reading beyond it.
 *
 * `while (reader.next())` then looks at `field` and `wire` and calls the one method that fits, or `skip`.
 */
export class ProtoReader {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  readonly end: number;
  at: number;
  field = 0;
  wire = 0;

  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = start;
    this.end = end;
  }

  /** Moves to the next field; false at the end of the message. */
  next(): boolean {
    if (this.at >= this.end) return false;
    const tag = this.varint();
    this.field = Math.floor(tag / 8);
    this.wire = tag % 8;
    if (this.field === 0) throw this.error('a field with number 0');
    return true;
  }

  /** Moves to the next field and tells whether it is this one. */
  nextIs(field: number, wire: number): boolean {
    return this.next() && this.field === field && this.wire === wire;
  }

  /** An unsigned varint as a number: exact up to 2^53; negative int64 values come out negative. */
  varint(): number {
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.at >= this.end) throw this.error('a number that is cut');
      const byte = this.bytes[this.at++] ?? 0;
      if (shift < 28) low += (byte & 0x7f) * 2 ** shift;
      else high += (byte & 0x7f) * 2 ** (shift - 28);
      if (byte < 0x80) {
        // High holds bits 28 to 63: at 2^35 and above the number is a negative int64.
        return high >= 2 ** 35 ? (high - 2 ** 36) * 2 ** 28 + low : high * 2 ** 28 + low;
      }
    }
    throw this.error('a number that does not end');
  }

  double(): number {
    return this.#view.getFloat64(this.#take(8), true);
  }

  /** A fixed64 as a number: exact up to 2^53, else the nearest double (256 ns for today's times in ns). */
  fixed64(): number {
    const at = this.#take(8);
    return this.#view.getUint32(at + 4, true) * 2 ** 32 + this.#view.getUint32(at, true);
  }

  sfixed64(): number {
    const at = this.#take(8);
    return this.#view.getInt32(at + 4, true) * 2 ** 32 + this.#view.getUint32(at, true);
  }

  text(): string {
    const { start, end } = this.#length();
    return decodeText(this.bytes, start, end);
  }

  /** A nested message or packed numbers, to be read on their own. */
  message(): ProtoReader {
    const { start, end } = this.#length();
    return new ProtoReader(this.bytes, start, end);
  }

  skip(): void {
    if (this.wire === VARINT) this.varint();
    else if (this.wire === FIXED64) this.#take(8);
    else if (this.wire === FIXED32) this.#take(4);
    else if (this.wire === BYTES) this.#length();
    else throw this.error(`wire type ${this.wire}, which is not used`);
  }

  error(what: string): AppError {
    return new AppError('corrupt', `the protobuf message is damaged at byte ${this.at}: ${what}`, {
      data: { byte: this.at },
    });
  }

  #length(): { start: number; end: number } {
    if (this.wire !== BYTES) throw this.error(`field ${this.field} is not of the expected type`);
    const length = this.varint();
    const start = this.at;
    if (length < 0 || start + length > this.end)
      throw this.error(`a length of ${length}, beyond the end of its message`);
    this.at = start + length;
    return { start, end: this.at };
  }

  #take(count: number): number {
    const at = this.at;
    if (at + count > this.end) throw this.error('a number that is cut');
    this.at = at + count;
    return at;
  }
}
