/** Bytes that are put together piece by piece and handed over at once. */
export class OutputBytes {
  #bytes: Uint8Array<ArrayBuffer>;
  #length = 0;

  constructor(expected = 1 << 16) {
    this.#bytes = new Uint8Array(expected);
  }

  add(bytes: Uint8Array, from = 0, to = bytes.length): void {
    this.#reserve(to - from);
    // Most pieces are a few bytes, for which a loop beats a view and a copy.
    if (to - from < 24) for (let i = from; i < to; i++) this.#bytes[this.#length++] = bytes[i]!;
    else {
      this.#bytes.set(bytes.subarray(from, to), this.#length);
      this.#length += to - from;
    }
  }

  addByte(byte: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = byte;
  }

  addText(text: string): void {
    this.#reserve(text.length);
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      if (unit > 127) {
        this.add(new TextEncoder().encode(text.slice(i)));
        return;
      }
      this.#bytes[this.#length++] = unit;
    }
  }

  repeat(byte: number, times: number): void {
    this.#reserve(times);
    this.#bytes.fill(byte, this.#length, this.#length + times);
    this.#length += times;
  }

  /** What was added since the last call, which the caller owns. */
  take(): Uint8Array<ArrayBuffer> {
    const bytes = this.#bytes.subarray(0, this.#length);
    this.#bytes = new Uint8Array(Math.max(1 << 16, Math.min(this.#length, 1 << 22)));
    this.#length = 0;
    return bytes;
  }

  #reserve(extra: number): void {
    if (this.#length + extra <= this.#bytes.length) return;
    const larger = new Uint8Array((this.#length + extra) * 2);
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}
