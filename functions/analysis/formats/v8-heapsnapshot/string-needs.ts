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
    return 4 * (Math.ceil(fileBytes / 96) + 1);
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
    const from = new Uint32Array(other.memory);
    const into = new Uint32Array(this.memory);
    for (let i = 0; i < from.length; i++) if (from[i] !== 0) into[i] = into[i]! | from[i]!;
  }
}
