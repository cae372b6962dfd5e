import { AppError } from '../../../model/error.ts';
import { fieldBytes, readId, type RecordVisitor } from './record-walker.ts';

const OBJECT = 2;
const INT = 10;
/** An int that is computed from contents and kept: with it, short contents could be guessed. */
const HASH_FIELD = /^_?(?:cached)?hash(?:code)?(?:value)?$/i;
const MAX_FIELDS = 16_000_000;
const MAX_CLASS_DEPTH = 10_000;
/** Threads whose names are kept. */
const MAX_THREADS = 100_000;

const WANTED = ['java/lang/Thread', 'java/lang/String', 'name', 'value'] as const;
type Wanted = (typeof WANTED)[number];

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
  /** Strings and arrays that are names of threads. */
  readonly threadNames = new Set<number>();
  readonly #hashNames = new Set<number>();
  /** Ids of the names of what is looked for: classes and fields. */
  readonly #wanted: Record<Wanted, Set<number>> = {
    'java/lang/Thread': new Set(),
    'java/lang/String': new Set(),
    name: new Set(),
    value: new Set(),
  };
  readonly #threadClasses = new Set<number>();
  readonly #stringClasses = new Set<number>();
  readonly #nameOffsets = new Map<number, number>();
  readonly #layouts = new Map<number, Layout>();
  readonly #ranges = new Map<number, Int32Array>();
  readonly #decoder = new TextDecoder();
  #fields = 0;
  #lastClass = -1;
  #lastOffset = -1;

  constructor(idBytes: number) {
    this.#idBytes = idBytes;
  }

  utf8(bytes: Uint8Array, at: number, textAt: number, end: number): void {
    if (end - textAt < 4 || end - textAt > 24) return;
    const text = this.#decoder.decode(bytes.subarray(textAt, end));
    if (HASH_FIELD.test(text)) this.#hashNames.add(readId(bytes, at, this.#idBytes));
    const wanted = WANTED.find((one) => one === text.replaceAll('.', '/'));
    if (wanted) this.#wanted[wanted].add(readId(bytes, at, this.#idBytes));
  }

  loadClass(bytes: Uint8Array, classIdAt: number, nameIdAt: number): void {
    const name = readId(bytes, nameIdAt, this.#idBytes);
    this.#addName(name);
    const id = readId(bytes, classIdAt, this.#idBytes);
    if (this.#wanted['java/lang/Thread'].has(name)) this.#threadClasses.add(id);
    if (this.#wanted['java/lang/String'].has(name)) this.#stringClasses.add(id);
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

  /**
   * Names of threads: the field `name` of every instance of Thread and of what extends it. JVMs write classes before
   * instances; in a dump that does not, names of threads are blanked like other strings.
   */
  instance(bytes: Uint8Array, classIdAt: number, from: number, to: number): void {
    const offset = this.#threadNameOffset(readId(bytes, classIdAt, this.#idBytes));
    if (offset >= 0 && from + offset + this.#idBytes <= to && this.threadNames.size < MAX_THREADS)
      this.threadNames.add(readId(bytes, from + offset, this.#idBytes));
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

  /** Visits the instances again, for the arrays of the strings that are names of threads. */
  threadTexts(): RecordVisitor {
    const I = this.#idBytes;
    const offsets = new Map([...this.#stringClasses].map((id) => [id, this.#fieldOffset(id, 0, this.#wanted.value)]));
    const nothing = (): void => undefined;
    return {
      utf8: nothing,
      loadClass: nothing,
      nameRefs: nothing,
      classDump: nothing,
      array: nothing,
      longArray: nothing,
      unknown: nothing,
      instance: (bytes, classIdAt, from, to) => {
        const offset = offsets.get(readId(bytes, classIdAt, I)) ?? -1;
        if (offset < 0 || from + offset + I > to) return;
        if (this.threadNames.has(readId(bytes, classIdAt - 4 - I, I)))
          this.threadNames.add(readId(bytes, from + offset, I));
      },
    };
  }

  /** Where the reference to its name stands in a thread; -1 for what is no thread. */
  #threadNameOffset(classId: number): number {
    if (classId === this.#lastClass) return this.#lastOffset;
    let found = this.#nameOffsets.get(classId);
    if (found === undefined) {
      found = -1;
      let offset = 0;
      let depth = 0;
      for (let id = classId; id !== 0 && depth < MAX_CLASS_DEPTH; depth++) {
        const layout = this.#layouts.get(id);
        if (!layout) break;
        if (this.#threadClasses.has(id)) {
          found = this.#fieldOffset(id, offset, this.#wanted.name);
          break;
        }
        for (const type of layout.types) offset += fieldBytes(type, this.#idBytes);
        id = layout.superId;
      }
      this.#nameOffsets.set(classId, found);
    }
    this.#lastClass = classId;
    this.#lastOffset = found;
    return found;
  }

  #fieldOffset(classId: number, base: number, names: ReadonlySet<number>): number {
    const layout = this.#layouts.get(classId);
    let offset = base;
    for (let i = 0; i < (layout?.types.length ?? 0); i++) {
      if (layout?.types[i] === OBJECT && names.has(layout.names[i]!)) return offset;
      offset += fieldBytes(layout?.types[i] ?? 0, this.#idBytes);
    }
    return -1;
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
