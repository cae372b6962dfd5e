import { isSample } from './sample-value.ts';
/** Small tables stay small; what grows beyond this gets all its room at once, which costs no memory before it is written to. */
const FEW_ROWS = 4096;

/**
 * The rows of a table with a column a series while they come in: one column of times for all of them, so that a sample
 * takes 8 bytes instead of 16 until (and, where no cell is missing, after) it goes to its series.
 */
export class WideColumns {
  readonly width: number;
  length = 0;
  sorted = true;
  #times = new Float64Array(0);
  #values: Float64Array<ArrayBuffer>[];
  /** 1 where a cell of the column was no finite number. */
  readonly #holed: Uint8Array;
  #capacity = 0;
  #last = -Infinity;

  readonly #mostRows: number;

  /** `mostRows` is how many rows will come before the columns are drained; a last block may go beyond it. */
  constructor(width: number, mostRows: number) {
    this.width = width;
    this.#mostRows = mostRows;
    this.#values = Array.from({ length: width }, () => new Float64Array(0));
    this.#holed = new Uint8Array(width);
  }

  /** Adds rows: `block[row * width + column]`, times a scale a column; NaN is an empty cell. */
  append(times: Float64Array, block: Float64Array, rows: number, scales: Float64Array): void {
    const { width } = this;
    const from = this.length;
    if (from + rows > this.#capacity) this.#grow(from + rows);
    let last = this.#last;
    for (let row = 0; row < rows; row++) {
      const timeMs = times[row] ?? 0;
      if (!(timeMs > last)) this.sorted = false;
      last = timeMs;
      this.#times[from + row] = timeMs;
    }
    this.#last = last;
    for (let column = 0; column < width; column++) {
      const values = this.#values[column]!;
      const scale = scales[column] ?? 1;
      let spoilt = 0;
      for (let row = 0, at = column; row < rows; row++, at += width) {
        const value = (block[at] ?? 0) * scale;
        values[from + row] = value;
        if (!isSample(value)) spoilt = 1;
      }
      if (spoilt !== 0) this.#holed[column] = 1;
    }
    this.length += rows;
  }

  /** Gives the columns away, one by one, each freed from here; `whole` where no cell is missing. Times are the same array each time. */
  drain(
    take: (column: number, times: Float64Array<ArrayBuffer>, values: Float64Array<ArrayBuffer>, whole: boolean) => void,
  ): void {
    const times = shortened(this.#times, this.length);
    for (let column = 0; column < this.width; column++) {
      const values = shortened(this.#values[column]!, this.length);
      this.#values[column] = new Float64Array(0);
      take(column, times, values, this.#holed[column] === 0);
    }
    this.#times = new Float64Array(0);
    this.#holed.fill(0);
    this.#capacity = this.length = 0;
    this.sorted = true;
    this.#last = -Infinity;
  }

  #grow(rows: number): void {
    this.#capacity = rows > FEW_ROWS ? Math.max(rows, this.#mostRows) : Math.min(FEW_ROWS, this.#mostRows + rows);
    this.#times = grown(this.#times, this.#capacity);
    for (let column = 0; column < this.width; column++)
      this.#values[column] = grown(this.#values[column]!, this.#capacity);
  }
}

/** A fresh array is zero without being written to, so that room costs no memory; `transfer` writes the zeros. */
function grown(column: Float64Array, length: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(length);
  larger.set(column);
  return larger;
}

/** The same numbers in a buffer of another length; the old one is freed at once and not when garbage is next collected. */
export function resized(column: Float64Array<ArrayBuffer>, length: number): Float64Array<ArrayBuffer> {
  return new Float64Array(column.buffer.transfer(length * Float64Array.BYTES_PER_ELEMENT));
}

function shortened(column: Float64Array<ArrayBuffer>, length: number): Float64Array<ArrayBuffer> {
  return column.length === length ? column : resized(column, length);
}
