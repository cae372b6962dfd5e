import type { Allocate } from '../parallel.ts';

/**
 * Columns that are free again, for the next who needs one of their size. The collector frees large arrays late, so on a heap of millions of objects
 * giving columns back by hand is what keeps the peak down. Contents of a taken column are undefined.
 */
export class ColumnPool {
  private readonly allocate: Allocate;
  private readonly free: Uint32Array[] = [];

  /** `allocate`: where other threads are to see the columns. */
  constructor(allocate: Allocate = (sizeBytes) => new ArrayBuffer(sizeBytes)) {
    this.allocate = allocate;
  }

  /** The smallest free column that is long enough, cut to `length`; a new one where there is none. */
  take(length: number): Uint32Array {
    let best = -1;
    for (const [i, column] of this.free.entries())
      if (column.length >= length && (best < 0 || column.length < this.free[best]!.length)) best = i;
    if (best < 0) return new Uint32Array(this.allocate(4 * length));
    const column = this.free.splice(best, 1)[0]!;
    // A column that is twice as long as needed serves two.
    if (length > 0 && column.length >= 2 * length) this.free.push(column.subarray(length));
    return column.length === length ? column : column.subarray(0, length);
  }

  /** The caller must not use the column any more. */
  give(column: Uint32Array): void {
    this.free.push(column);
  }
}
