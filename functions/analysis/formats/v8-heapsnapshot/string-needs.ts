/** Which strings of the table are names (of classes, functions, properties): those are kept whole. A byte each, so that marking one is a store and nothing else. */
export class StringNeeds {
  readonly memory: ArrayBufferLike;
  /** By string: 1 for names. */
  readonly marks: Uint8Array;
  private readonly others: StringNeeds[] = [];

  /** `memory`: of `sizeFor` bytes, all 0. */
  constructor(memory: ArrayBufferLike) {
    this.memory = memory;
    this.marks = new Uint8Array(memory);
  }

  /** Bytes for a table in a file of `fileBytes`: it has at most a third as many strings, `"",` each. Memory that no string needs is never touched. */
  static sizeFor(fileBytes: number): number {
    return Math.ceil(fileBytes / 3) + 1;
  }

  /** What is beyond the end is written nowhere: typed arrays ignore it. */
  add(index: number): void {
    this.marks[index] = 1;
  }

  has(index: number): boolean {
    if (this.marks[index] === 1) return true;
    // A closure here would be made once for each string.
    for (const other of this.others) if (other.marks[index] === 1) return true;
    return false;
  }

  /** Adds what another thread finds. */
  join(other: StringNeeds): void {
    this.others.push(other);
  }
}
