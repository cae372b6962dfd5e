/** A stack of unsigned 32-bit numbers that doubles: deep graphs are rare, and 10 million levels must work. */
export class GrowingStack {
  items = new Uint32Array(1 << 12);

  /** Makes room for at least `size` items and returns the (new) array. */
  reserve(size: number): Uint32Array {
    if (size <= this.items.length) return this.items;
    const larger = new Uint32Array(Math.max(size, this.items.length * 2));
    larger.set(this.items);
    this.items = larger;
    return larger;
  }
}
