import type { Header } from './header.ts';
import { CLASS_MASK, type DumpIndex, FIRST_CLASS, OBJECT_ARRAY } from './index-pass.ts';
import { arrayBytes, type HeapLayout, inferLayout } from './object-layout.ts';

/** Instances and bytes of arrays by class number, for dumps of more objects than fit the memory: no state for each object. */
export class ClassCounts {
  readonly layout: HeapLayout;
  readonly #instances = new Map<number, number>();
  readonly #arrayBytes = new Map<number, number>();
  objects = 0;

  /** Takes over what a pass has gathered so far; its columns tell the layout. */
  constructor(header: Header, index: Pick<DumpIndex, 'ids' | 'classOf' | 'lengths'>) {
    this.layout = inferLayout(header, index);
    for (let i = 0; i < index.ids.length; i++) this.add(index.classOf.get(i), index.lengths.get(i));
  }

  add(classNumber: number, length: number): void {
    const number = classNumber & CLASS_MASK;
    this.objects++;
    this.#instances.set(number, (this.#instances.get(number) ?? 0) + 1);
    if (classNumber >= OBJECT_ARRAY || classNumber < FIRST_CLASS)
      this.#arrayBytes.set(number, (this.#arrayBytes.get(number) ?? 0) + arrayBytes(this.layout, classNumber, length));
  }

  /** Class number, instances, bytes. `perInstance` is by class number minus FIRST_CLASS. */
  *rows(perInstance: Float64Array): Generator<readonly [number: number, instances: number, bytes: number]> {
    for (const [number, instances] of this.#instances)
      yield [number, instances, this.#arrayBytes.get(number) ?? instances * (perInstance[number - FIRST_CLASS] ?? 0)];
  }
}
