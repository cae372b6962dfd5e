const FIRST_SLOTS = 1 << 10;
const SCRAMBLE = 0x9e37_79b1;

/** A table as other threads see it. */
export interface IdColumns {
  /** A power of two of them; -1 where there is none. */
  readonly keys: Float64Array;
  readonly values: Uint32Array;
}

/** Object id -> small number: open addressing in typed arrays, several times faster than a Map with keys beyond 2^31. */
export class IdTable {
  size = 0;
  #keys: Float64Array;
  #values: Uint32Array;
  #mask: number;

  /** Of a table that is there already, to be read. */
  constructor(
    { keys, values }: IdColumns = {
      keys: new Float64Array(FIRST_SLOTS).fill(-1),
      values: new Uint32Array(FIRST_SLOTS),
    },
  ) {
    this.#keys = keys;
    this.#values = values;
    this.#mask = keys.length - 1;
  }

  get columns(): IdColumns {
    return { keys: this.#keys, values: this.#values };
  }

  get(id: number): number | undefined {
    const slot = this.#find(id);
    return this.#keys[slot] === id ? this.#values[slot] : undefined;
  }

  set(id: number, value: number): void {
    if (2 * this.size >= this.#mask) this.#grow();
    const slot = this.#find(id);
    if (this.#keys[slot] !== id) this.size++;
    this.#keys[slot] = id;
    this.#values[slot] = value;
  }

  #find(id: number): number {
    const mask = this.#mask;
    const keys = this.#keys;
    let slot = hashId(id) & mask;
    while (keys[slot] !== id && keys[slot] !== -1) slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): void {
    const keys = this.#keys;
    const values = this.#values;
    this.#keys = new Float64Array(keys.length * 2).fill(-1);
    this.#values = new Uint32Array(keys.length * 2);
    this.#mask = keys.length * 2 - 1;
    for (let i = 0; i < keys.length; i++) {
      if (keys[i] === -1) continue;
      const slot = this.#find(keys[i]!);
      this.#keys[slot] = keys[i]!;
      this.#values[slot] = values[i]!;
    }
  }
}

/** Mixes the upper and lower half of an id; addresses are multiples of 8, so the lowest bits say nothing. */
export function hashId(id: number): number {
  const low = id >>> 0;
  const high = ((id - low) / 2 ** 32) >>> 0;
  const mixed = Math.imul(low ^ Math.imul(high, 0x85eb_ca6b), SCRAMBLE);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}
