import { decodeText } from '../../bytes/text-pool.ts';

const MAX_TEXT = 2000;

/** The names of a dump (classes, fields, methods), kept as bytes and decoded when somebody asks. */
export class Symbols {
  #pool = new Uint8Array(1 << 16);
  #used = 0;
  readonly #places = new Map<number, { readonly start: number; readonly end: number }>();

  get count(): number {
    return this.#places.size;
  }

  add(id: number, bytes: Uint8Array, start: number, length: number): void {
    const kept = Math.min(length, MAX_TEXT);
    if (this.#used + kept > this.#pool.length) {
      const larger = new Uint8Array(Math.max(this.#pool.length * 2, this.#used + kept));
      larger.set(this.#pool.subarray(0, this.#used));
      this.#pool = larger;
    }
    this.#pool.set(bytes.subarray(start, start + kept), this.#used);
    this.#places.set(id, { start: this.#used, end: this.#used + kept });
    this.#used += kept;
  }

  get(id: number): string | undefined {
    const place = this.#places.get(id);
    return place && decodeText(this.#pool, place.start, place.end);
  }
}
