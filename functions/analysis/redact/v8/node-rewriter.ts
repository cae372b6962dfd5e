import { AppError } from '../../../model/error.ts';
import type { Header } from '../../formats/v8-heapsnapshot/header.ts';
import type { BitSet } from '../bit-set.ts';
import { OutputBytes } from '../output-bytes.ts';

const MAX_DIGITS = 64;

/**
 * The `nodes` array as it is, but for contents whose string is a name as well: those get a string of their own, behind the end of the
 * table. So the name `admin` of some property stays, and nobody sees which strings of the program are "admin".
 */
export class NodeRewriter {
  readonly #width: number;
  readonly #typeAt: number;
  readonly #nameAt: number;
  readonly #contentTypes: Uint8Array;
  readonly #split: BitSet;
  readonly #firstCopy: number;
  readonly #rank: (index: number) => number;
  #carry = new Uint8Array(0);
  #field = 0;
  #isContent = false;

  /** `split` has the strings with a copy; the first copy has index `stringCount`. */
  constructor(
    header: Header,
    contentTypes: Uint8Array,
    split: BitSet,
    rank: (index: number) => number,
    stringCount: number,
  ) {
    this.#width = header.nodeFields.length;
    this.#typeAt = header.nodeFields.indexOf('type');
    this.#nameAt = header.nodeFields.indexOf('name');
    if (this.#typeAt > this.#nameAt)
      throw new AppError(
        'unsupported',
        'This snapshot has the names of objects before their types, as no V8 writes it.',
      );
    this.#contentTypes = contentTypes;
    this.#split = split;
    this.#rank = rank;
    this.#firstCopy = stringCount;
  }

  push(chunk: Uint8Array): Uint8Array {
    let bytes = chunk;
    if (this.#carry.length > 0) {
      if (this.#carry.length > MAX_DIGITS)
        throw new AppError('corrupt', `"nodes" of this snapshot has a number of more than ${MAX_DIGITS} digits.`);
      bytes = new Uint8Array(this.#carry.length + chunk.length);
      bytes.set(this.#carry);
      bytes.set(chunk, this.#carry.length);
    }
    let end = bytes.length;
    while (end > 0 && (bytes[end - 1]! - 48) >>> 0 <= 9) end--;
    this.#carry = bytes.slice(end);
    return this.#rewrite(bytes, end);
  }

  #rewrite(bytes: Uint8Array, end: number): Uint8Array {
    const width = this.#width;
    const typeAt = this.#typeAt;
    const nameAt = this.#nameAt;
    const contentTypes = this.#contentTypes;
    const out = new OutputBytes(end + (end >>> 3) + 64);
    let copied = 0;
    let field = this.#field;
    let isContent = this.#isContent;
    let i = 0;
    while (i < end) {
      let n = bytes[i]! - 48;
      if (n >>> 0 > 9) {
        i++;
        continue;
      }
      const start = i++;
      for (let digit = bytes[i]! - 48; digit >>> 0 <= 9; digit = bytes[++i]! - 48) n = n * 10 + digit;
      if (field === typeAt) isContent = n > 255 || contentTypes[n] === 1;
      else if (field === nameAt && isContent) {
        if (this.#split.has(n)) {
          out.add(bytes, copied, start);
          out.addText(String(this.#firstCopy + this.#rank(n)));
          copied = i;
        }
      }
      if (++field === width) field = 0;
    }
    this.#field = field;
    this.#isContent = isContent;
    if (copied === 0) return bytes.subarray(0, end);
    out.add(bytes, copied, end);
    return out.take();
  }
}
