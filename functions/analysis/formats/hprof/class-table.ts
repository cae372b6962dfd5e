import type { ClassDump } from './class-dump.ts';
import { type DumpIndex, FIRST_CLASS } from './index-pass.ts';
import { javaName, primitiveArrayName } from './java-names.ts';
import { FIRST_PRIMITIVE, LAST_PRIMITIVE, OBJECT_TYPE, typeBytes } from './tags.ts';

/** Class number of class objects, whether or not the dump has `java.lang.Class` itself. */
export const CLASS_OBJECT = 1;

/** An instance field at its place among the bytes of the file. */
export interface PlacedField {
  readonly name: string;
  readonly type: number;
  readonly offset: number;
  /** The class that declares it. */
  readonly owner: string;
}

const MAX_DEPTH = 1000;
const ROOT_NAME = '(GC root)';

/** The classes of a dump by number: names, superclasses, where fields are. Classes of equal name (of several loaders) share one name id. */
export class ClassTable {
  /** Name id -> name in Java's form. */
  readonly names: string[] = [];
  /** Class number -> name id. */
  readonly nameIds: Uint32Array;
  readonly count: number;
  readonly #index: DumpIndex;
  readonly #ids = new Map<string, number>();
  readonly #placed = new Map<number, readonly PlacedField[]>();
  readonly #idBytes: number;

  constructor(index: DumpIndex, idBytes: number) {
    this.#index = index;
    this.#idBytes = idBytes;
    this.count = FIRST_CLASS + index.classes.length;
    this.nameIds = new Uint32Array(this.count);
    this.nameIds[0] = this.#nameId(ROOT_NAME);
    this.nameIds[CLASS_OBJECT] = this.#nameId('java.lang.Class');
    for (let type = FIRST_PRIMITIVE; type <= LAST_PRIMITIVE; type++)
      this.nameIds[type] = this.#nameId(primitiveArrayName(type));
    index.classes.forEach(({ nameId, id }, i) => {
      const text = index.symbols.get(nameId);
      const name = text === undefined ? `(class ${formatId(id)})` : javaName(text);
      this.nameIds[FIRST_CLASS + i] = this.#nameId(name);
    });
  }

  name(classNumber: number): string {
    return this.names[this.nameIds[classNumber]!] ?? '';
  }

  /** Name id of a name, when the dump has a class of it. */
  find(name: string): number | undefined {
    return this.#ids.get(name);
  }

  /** Number of the first class of a name. */
  numberOf(name: string): number | undefined {
    const id = this.#ids.get(name);
    const number = id === undefined ? -1 : this.nameIds.indexOf(id);
    return number < 0 ? undefined : number;
  }

  dump(classNumber: number): ClassDump | undefined {
    return this.#index.classes[classNumber - FIRST_CLASS]?.dump;
  }

  superOf(classNumber: number): number | undefined {
    const id = this.dump(classNumber)?.superId;
    return id === undefined || id === 0 ? undefined : this.#index.classNumbers.get(id);
  }

  /** The class itself, its superclass and so on; a chain that bites its tail ends. */
  *lineage(classNumber: number): Generator<number> {
    let number: number | undefined = classNumber;
    for (let depth = 0; number !== undefined && depth < MAX_DEPTH; depth++) {
      yield number;
      number = this.superOf(number);
    }
  }

  isA(classNumber: number, name: string): boolean {
    const id = this.find(name);
    if (id === undefined) return false;
    for (const number of this.lineage(classNumber)) if (this.nameIds[number] === id) return true;
    return false;
  }

  /** Instance fields in the order of the file: the class's own first. */
  fields(classNumber: number): readonly PlacedField[] {
    let placed = this.#placed.get(classNumber);
    if (placed !== undefined) return placed;
    const list: PlacedField[] = [];
    let offset = 0;
    for (const number of this.lineage(classNumber)) {
      const owner = this.name(number);
      for (const { nameId, type } of this.dump(number)?.fields ?? []) {
        list.push({ name: this.fieldName(nameId), type, offset, owner });
        offset += typeBytes(type, this.#idBytes);
      }
    }
    placed = list;
    this.#placed.set(classNumber, placed);
    return placed;
  }

  references(classNumber: number): readonly PlacedField[] {
    return this.fields(classNumber).filter(({ type }) => type === OBJECT_TYPE);
  }

  fieldName(nameId: number): string {
    return this.#index.symbols.get(nameId) ?? '(unknown field)';
  }

  #nameId(name: string): number {
    let id = this.#ids.get(name);
    if (id === undefined) {
      id = this.names.length;
      this.names.push(name);
      this.#ids.set(name, id);
    }
    return id;
  }
}

export function formatId(id: number): string {
  return `0x${id.toString(16)}`;
}
