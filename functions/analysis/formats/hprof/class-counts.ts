import type { Header } from './header.ts';
import { CLASS_MASK, type DumpIndex, FIRST_CLASS, OBJECT_ARRAY } from './index-pass.ts';
import { arrayBytes, type HeapLayout, inferLayout } from './object-layout.ts';

/** Instances and bytes of arrays by class number, for dumps of more objects than fit the memory: no state for each object. */
export class ClassCounts {
  readonly layout: HeapLayout;
  /** By class number: doubles, since arrays of one class may be many gigabytes. */
  #instances = new Float64Array(1024);
  #arrayBytes = new Float64Array(1024);
  objects = 0;

  /** Takes over what a pass has gathered so far; its columns tell the layout. */
  constructor(header: Header, index: Pick<DumpIndex, 'ids' | 'classOf' | 'lengths'>) {
    this.layout = inferLayout(header, index);
    for (let i = 0; i < index.ids.length; i++) this.add(index.classOf.get(i), index.lengths.get(i));
  }

  add(classNumber: number, length: number): void {
    const number = classNumber & CLASS_MASK;
    if (number >= this.#instances.length) this.#grow(number);
    this.objects++;
    this.#instances[number]!++;
    if (classNumber >= OBJECT_ARRAY || classNumber < FIRST_CLASS)
      this.#arrayBytes[number]! += arrayBytes(this.layout, classNumber, length);
  }

  /** Class number, instances, bytes. `perInstance` is by class number minus FIRST_CLASS. */
  *rows(perInstance: Float64Array): Generator<readonly [number: number, instances: number, bytes: number]> {
    for (const [number, instances] of this.#instances.entries()) {
      const arrays = this.#arrayBytes[number]!;
      if (instances > 0)
        yield [number, instances, arrays > 0 ? arrays : instances * (perInstance[number - FIRST_CLASS] ?? 0)];
    }
  }

  #grow(number: number): void {
    const [instances, bytes] = [this.#instances, this.#arrayBytes];
    this.#instances = new Float64Array(2 * number);
    this.#arrayBytes = new Float64Array(2 * number);
    this.#instances.set(instances);
    this.#arrayBytes.set(bytes);
  }
}
