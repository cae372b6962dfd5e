import { AppError } from '../../../model/error.ts';
import { release } from '../../series/series-columns.ts';
import { parseEpoch, parseMoment } from '../timestamp.ts';
import type { FieldKind } from './field.ts';

/** 128 MB; a panel shows some thousand points of each series. */
const MOST_HELD = 16_000_000;
/** What a column costs before its first value, in values. */
const COLUMN = 64;
/** No label is longer; such a text names no series. */
const LONGEST_TEXT = 2000;
const MOST_TEXTS = 100_000;
const MOST_CHARACTERS = 16_000_000;
/** The code of a text for which there was no room. */
export const UNKEPT = -1;

/** Values that wait, over all frames that are open: at most a quarter of the memory of a run. */
export class Held {
  readonly #most: number;
  #left: number;

  constructor(memoryBytes: number) {
    this.#left = this.#most = Math.floor(Math.min(MOST_HELD, memoryBytes / 4 / Float64Array.BYTES_PER_ELEMENT));
  }

  take(values: number): void {
    if ((this.#left -= values) >= 0) return;
    throw new AppError(
      'too-large',
      `one data frame has more than ${this.#most} values that have to wait for what says what they are (its schema, its times or its texts); export fewer series, a shorter range, or CSV`,
      { data: { limit: 'frameValues' } },
    );
  }

  give(values: number): void {
    this.#left += values;
  }
}

/** Where the values of a column go while they are read, row by row. */
export interface ColumnSink {
  addNumber(value: number): void;
  /** The first `count` of the block. */
  addNumbers(block: Float64Array, count: number): void;
  addText(text: string): void;
  /** null, or what no column has. */
  addNothing(): void;
}

/** A column that waits: 8 bytes a number, 4 bytes a text (each different text once). */
export class Column implements ColumnSink {
  length = 0;
  /** NaN where there is none; empty where there are none at all. In a column of times they are milliseconds. */
  numbers = new Float64Array(0);
  /** 0 for none, else the place in `texts` + 1, or UNKEPT; empty where there are none at all. */
  codes = new Int32Array(0);
  readonly texts: string[] = [];
  readonly #codeOf = new Map<string, number>();
  readonly #held: Held;
  #kind: FieldKind | undefined;
  #characters = 0;
  #taken = 0;

  /** `kind` is undefined where that is said later. */
  constructor(held: Held, kind: FieldKind | undefined) {
    this.#held = held;
    this.#kind = kind;
    this.#take(COLUMN);
  }

  /** Texts that name series, and nothing else. */
  get isText(): boolean {
    return this.#kind === 'any' && this.codes.length > 0 && this.numbers.length === 0;
  }

  addNumber(value: number): void {
    this.#put(this.#kind === 'time' ? parseEpoch(value) : value);
  }

  addNumbers(block: Float64Array, count: number): void {
    const row = this.#add(count);
    this.#makeRoom();
    this.numbers.set(this.#kind === 'time' ? block.subarray(0, count).map(parseEpoch) : block.subarray(0, count), row);
  }

  addText(text: string): void {
    if (this.#kind === 'time') return this.#put(parseMoment(text));
    if (this.#kind === 'number') return this.#put(numberOfText(text));
    const row = this.#add(1);
    const code = this.#code(text);
    if (code === 0) return;
    if (row >= this.codes.length) {
      const larger = new Int32Array(roomFor(this.length));
      larger.set(this.codes);
      this.codes = larger;
    }
    this.codes[row] = code;
  }

  addNothing(): void {
    this.#add(1);
  }

  /** The rows before this one had no such column. */
  padTo(row: number): void {
    if (row > this.length) this.#add(row - this.length);
  }

  /** Now it is said what the values are. */
  settle(kind: FieldKind): void {
    if (this.#kind !== undefined) return;
    this.#kind = kind;
    if (kind === 'any') return;
    this.#makeRoom();
    for (let row = 0; row < this.length; row++) {
      const text = this.textAt(row);
      if (text !== undefined) this.numbers[row] = kind === 'time' ? parseMoment(text) : numberOfText(text);
      else if (kind === 'time') this.numbers[row] = parseEpoch(this.numbers[row] ?? NaN);
    }
  }

  textAt(row: number): string | undefined {
    return this.texts[(this.codes[row] ?? 0) - 1];
  }

  /** Nobody needs the column any more. */
  drop(): void {
    this.#held.give(this.#taken);
    this.#taken = 0;
  }

  #put(value: number): void {
    const row = this.#add(1);
    this.#makeRoom();
    this.numbers[row] = value;
  }

  #add(rows: number): number {
    this.#take(rows);
    this.length += rows;
    return this.length - rows;
  }

  #take(values: number): void {
    this.#held.take(values);
    this.#taken += values;
  }

  #makeRoom(): void {
    const { numbers } = this;
    if (this.length <= numbers.length) return;
    this.numbers = new Float64Array(roomFor(this.length));
    this.numbers.set(numbers);
    this.numbers.fill(NaN, numbers.length);
    release(numbers);
  }

  #code(text: string): number {
    if (text === '' || text.length > LONGEST_TEXT) return 0;
    const known = this.#codeOf.get(text);
    if (known !== undefined) return known;
    if (this.texts.length >= MOST_TEXTS || this.#characters + text.length > MOST_CHARACTERS) return UNKEPT;
    this.#characters += text.length;
    const code = this.texts.push(text);
    this.#codeOf.set(text, code);
    return code;
  }
}

/** Integers of 64 bits are written as texts by some sources; NaN for what is no number. */
export function numberOfText(text: string): number {
  const number = text.trim() === '' ? NaN : Number(text);
  return Number.isFinite(number) ? number : NaN;
}

function roomFor(length: number): number {
  return Math.max(16, Math.ceil(length * 1.5));
}
