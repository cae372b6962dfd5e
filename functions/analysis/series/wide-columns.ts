import { isSample } from './sample-value.ts';

/** Small tables stay small; what grows beyond this gets all its room at once, which costs no memory before it is written to. */
const FEW_ROWS = 4096;

/**
 * The rows of a table with a column a series while they come in: one column of times for all of them, so that a sample
 * takes 8 bytes instead of 16 until (and, where no cell is missing, after) it goes to its series.
 */
export class WideColumns {
  length = 0;
  readonly #mostRows: number;
  readonly #values: Float64Array<ArrayBuffer>[];
  /** 1 where a cell of the column was no sample. */
  readonly #holed: Uint8Array;
  #times = new Float64Array(0);
  #rises = true;
  /** The newest row first. */
  #falls = true;
  #last = NaN;

  constructor(width: number, mostRows: number) {
    this.#mostRows = mostRows;
    this.#values = Array.from({ length: width }, () => new Float64Array(0));
    this.#holed = new Uint8Array(width);
  }

  has(room: number): boolean {
    return this.length + room <= this.#mostRows;
  }

  /** Adds rows: `block[row * width + column]`; NaN is an empty cell. */
  append(times: Float64Array, block: Float64Array, rows: number): void {
    const width = this.#values.length;
    const from = this.length;
    if (from + rows > this.#times.length) this.#grow(from + rows);
    this.#times.set(times.subarray(0, rows), from);
    const first = times[0] ?? 0;
    this.#rises &&= !(first <= this.#last) && isRising(times, rows);
    this.#falls &&= !(first >= this.#last) && isFalling(times, rows);
    this.#last = times[rows - 1] ?? 0;
    for (let column = 0; column < width; column++) {
      const values = this.#values[column]!;
      let spoilt = 0;
      for (let row = 0, at = column; row < rows; row++, at += width) {
        const value = block[at] ?? 0;
        values[from + row] = value;
        if (!isSample(value)) spoilt = 1;
      }
      if (spoilt !== 0) this.#holed[column] = 1;
    }
    this.length += rows;
  }

  /** Gives the columns away, one by one; `whole` where no cell is missing. Times are the same array each time. */
  drain(
    take: (
      column: number,
      times: Float64Array<ArrayBuffer>,
      values: Float64Array<ArrayBuffer>,
      sorted: boolean,
      whole: boolean,
    ) => void,
  ): void {
    const times = this.#times.subarray(0, this.length);
    const turns = this.#falls && !this.#rises;
    if (turns) times.reverse();
    this.#values.forEach((column, index) => {
      const values = column.subarray(0, this.length);
      if (turns) values.reverse();
      take(index, times, values, this.#rises || turns, this.#holed[index] === 0);
    });
  }

  #grow(rows: number): void {
    const capacity = rows > FEW_ROWS ? this.#mostRows : Math.min(FEW_ROWS, this.#mostRows);
    this.#times = grown(this.#times, capacity);
    for (let column = 0; column < this.#values.length; column++)
      this.#values[column] = grown(this.#values[column]!, capacity);
  }
}

/** A fresh array is zero without being written to, so that room costs no memory; `transfer` writes the zeros. */
function grown(column: Float64Array, length: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(length);
  larger.set(column);
  return larger;
}

/** Whether each of the first numbers is above the one before. */
export function isRising(numbers: Float64Array, length: number): boolean {
  for (let i = 1; i < length; i++) if (!((numbers[i] ?? 0) > (numbers[i - 1] ?? 0))) return false;
  return true;
}

function isFalling(numbers: Float64Array, length: number): boolean {
  for (let i = 1; i < length; i++) if (!((numbers[i] ?? 0) < (numbers[i - 1] ?? 0))) return false;
  return true;
}
