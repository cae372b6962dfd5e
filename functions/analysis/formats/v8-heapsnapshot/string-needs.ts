/** Which strings of the table are names (of classes, functions, properties): those are kept whole. */
export class StringNeeds {
  readonly memory: ArrayBufferLike;
  private readonly bits: Uint8Array;

  /** `memory`: of `sizeFor` bytes, all 0. */
  constructor(memory: ArrayBufferLike) {
    this.memory = memory;
    this.bits = new Uint8Array(memory);
  }

  /** Bytes for a table in a file of `fileBytes`: it has at most a third as many strings, `"",` each. Memory that no string needs is never touched. */
  static sizeFor(fileBytes: number): number {
    return (Math.ceil(fileBytes / 3) >>> 3) + 1;
  }

  add(index: number): void {
    const byte = index >>> 3;
    // What is beyond the end is written nowhere: typed arrays ignore it.
    this.bits[byte] = this.bits[byte]! | (1 << (index & 7));
  }

  has(index: number): boolean {
    return (this.bits[index >>> 3]! & (1 << (index & 7))) !== 0;
  }

  /** Adds what another thread has found. */
  join(other: StringNeeds): void {
    const { bits } = other;
    for (let i = 0; i < bits.length; i++) if (bits[i] !== 0) this.bits[i] = this.bits[i]! | bits[i]!;
  }
}
