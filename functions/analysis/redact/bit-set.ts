/** One bit each for `size` things; reads beyond are 0, writes beyond do nothing. */
export class BitSet {
  readonly size: number;
  readonly #words: Uint32Array;

  constructor(size: number) {
    this.size = size;
    this.#words = new Uint32Array((size + 31) >>> 5);
  }

  add(index: number): void {
    if (index < this.size) this.#words[index >>> 5]! |= 1 << (index & 31);
  }

  has(index: number): boolean {
    return index < this.size && ((this.#words[index >>> 5]! >>> (index & 31)) & 1) === 1;
  }

  /** Those that are in this one and in `other`, and in none of `except` (all of them at least as large). */
  and(other: BitSet, ...except: readonly BitSet[]): BitSet {
    const both = new BitSet(this.size);
    for (let i = 0; i < this.#words.length; i++) {
      let word = this.#words[i]! & other.#words[i]!;
      for (const set of except) word &= ~set.#words[i]!;
      both.#words[i] = word;
    }
    return both;
  }

  /** How many members stand before `index`, for any index in constant time: 4 bytes for every 512 bits. */
  ranks(): { readonly count: number; readonly before: (index: number) => number } {
    const words = this.#words;
    const blocks = new Uint32Array((words.length >>> 4) + 1);
    let count = 0;
    for (let i = 0; i < words.length; i++) {
      if ((i & 15) === 0) blocks[i >>> 4] = count;
      count += ones(words[i]!);
    }
    return {
      count,
      before(index) {
        const word = index >>> 5;
        let sum = blocks[word >>> 4]!;
        for (let i = word & ~15; i < word; i++) sum += ones(words[i]!);
        return sum + ones(words[word]! & ((1 << (index & 31)) - 1));
      },
    };
  }
}

function ones(word: number): number {
  let n = word - ((word >>> 1) & 0x5555_5555);
  n = (n & 0x3333_3333) + ((n >>> 2) & 0x3333_3333);
  return Math.imul((n + (n >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}
