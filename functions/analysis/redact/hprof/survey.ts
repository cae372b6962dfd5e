import { AppError } from '../../../model/error.ts';
import { fieldBytes, readId, type RecordVisitor } from './record-walker.ts';

const OBJECT = 2;
const INT = 10;
/** An int that is computed from contents and kept: with it, short contents could be guessed. */
const HASH_FIELD = /^_?(?:cached)?hash(?:code)?(?:value)?$/i;
const MAX_FIELDS = 16_000_000;
const MAX_CLASS_DEPTH = 10_000;

interface Layout {
  readonly superId: number;
  /** Types and names of the fields, in the order of the class. */
  readonly types: Uint8Array;
  readonly names: Float64Array;
}

/** What must be known of a whole dump before its first byte is written: which texts are names, and where fields are. */
export class Survey implements RecordVisitor {
  readonly nameIds = new Set<number>();
  classes = 0;
  readonly #idBytes: number;
  readonly #hashNames = new Set<number>();
  readonly #layouts = new Map<number, Layout>();
  readonly #ranges = new Map<number, Int32Array>();
  readonly #decoder = new TextDecoder();
  #fields = 0;

  constructor(idBytes: number) {
    this.#idBytes = idBytes;
  }

  utf8(bytes: Uint8Array, at: number, textAt: number, end: number): void {
    if (end - textAt < 4 || end - textAt > 24) return;
    if (HASH_FIELD.test(this.#decoder.decode(bytes.subarray(textAt, end))))
      this.#hashNames.add(readId(bytes, at, this.#idBytes));
  }

  nameRefs(bytes: Uint8Array, at: readonly number[]): void {
    for (const one of at) this.#addName(readId(bytes, one, this.#idBytes));
  }

  classDump(bytes: Uint8Array, at: number): void {
    const I = this.#idBytes;
    const { statics, fields } = placeFields(bytes, at, I);
    for (const { nameAt } of statics) this.#addName(readId(bytes, nameAt, I));
    const types = new Uint8Array(fields.length);
    const names = new Float64Array(fields.length);
    fields.forEach(({ nameAt, type }, i) => {
      types[i] = type;
      names[i] = readId(bytes, nameAt, I);
      this.#addName(names[i]);
    });
    this.#fields += fields.length + 1;
    if (this.#fields > MAX_FIELDS)
      throw new AppError('too-large', `This dump has more than ${MAX_FIELDS} fields of classes: no program has.`, {
        data: { limit: 'fields' },
      });
    this.classes++;
    // Of several dumps in a file the first decides; a class has the same fields in all of them.
    const id = readId(bytes, at, I);
    if (!this.#layouts.has(id)) this.#layouts.set(id, { superId: readId(bytes, at + I + 4, I), types, names });
  }

  instance(): void {
    // Fields are for the writing pass.
  }
  array(): void {
    // As above.
  }
  longArray(): void {
    // As above.
  }
  unknown(): void {
    // As above.
  }

  /** Pairs (offset, bytes) in an instance's fields that are blanked: hashes of contents, or all primitives. */
  blankRanges(classId: number, allPrimitives: boolean): Int32Array {
    const known = this.#ranges.get(classId);
    if (known) return known;
    const ranges: number[] = [];
    let offset = 0;
    let depth = 0;
    // An instance has the fields of its class first, then those of each class above.
    for (let id = classId; id !== 0 && depth < MAX_CLASS_DEPTH; depth++) {
      const layout = this.#layouts.get(id);
      if (!layout) break;
      for (let i = 0; i < layout.types.length; i++) {
        const type = layout.types[i]!;
        const bytes = fieldBytes(type, this.#idBytes);
        const isHash = type === INT && this.#hashNames.has(layout.names[i]!);
        if (isHash || (allPrimitives && type !== OBJECT)) ranges.push(offset, bytes);
        offset += bytes;
      }
      id = layout.superId;
    }
    const result = Int32Array.from(ranges);
    this.#ranges.set(classId, result);
    return result;
  }

  #addName(id: number): void {
    if (this.nameIds.size >= MAX_FIELDS)
      throw new AppError('too-large', `This dump has more than ${MAX_FIELDS} names: no program has.`, {
        data: { limit: 'names' },
      });
    this.nameIds.add(id);
  }
}

export interface PlacedField {
  /** Offsets of the id of its name and of its value (statics only). */
  readonly nameAt: number;
  readonly valueAt: number;
  readonly type: number;
}

/** The fields of a class dump that was measured; `at` is behind its tag. */
export function placeFields(
  bytes: Uint8Array,
  at: number,
  idBytes: number,
): { constants: PlacedField[]; statics: PlacedField[]; fields: PlacedField[] } {
  let p = at + 7 * idBytes + 8;
  const read = (before: number, hasValue: boolean): PlacedField[] => {
    const count = (bytes[p]! << 8) | bytes[p + 1]!;
    p += 2;
    const placed: PlacedField[] = [];
    for (let i = 0; i < count; i++) {
      const type = bytes[p + before]!;
      placed.push({ nameAt: p, valueAt: p + before + 1, type });
      p += before + 1 + (hasValue ? fieldBytes(type, idBytes) : 0);
    }
    return placed;
  };
  const constants = read(2, true);
  const statics = read(idBytes, true);
  return { constants, statics, fields: read(idBytes, false) };
}
