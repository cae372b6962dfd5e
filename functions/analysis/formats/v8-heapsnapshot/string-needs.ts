/** Which strings of the table are names (of classes, functions, properties): those are kept whole. */
export class StringNeeds {
  private bits = new Uint8Array(1 << 16);
  private readonly limit: number;

  /** A table in a file of `sizeBytes` bytes has at most a third as many strings: `"",` each. */
  constructor(sizeBytes: number) {
    this.limit = Math.ceil(sizeBytes / 3) + 1;
  }

  add(index: number): void {
    const byte = index >>> 3;
    if (byte >= this.bits.length) {
      if (index >= this.limit) return;
      this.grow(byte);
    }
    this.bits[byte] = this.bits[byte]! | (1 << (index & 7));
  }

  has(index: number): boolean {
    const byte = index >>> 3;
    return byte < this.bits.length && (this.bits[byte]! & (1 << (index & 7))) !== 0;
  }

  private grow(byte: number): void {
    const larger = new Uint8Array(Math.max(byte + 1, this.bits.length * 2));
    larger.set(this.bits);
    this.bits = larger;
  }
}
