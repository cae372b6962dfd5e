import type { SampleKind } from './sample-set.ts';
import { isSample } from './sample-value.ts';
import { sortColumns } from './sort-columns.ts';
import { thinColumns, thinnedLength } from './thin-columns.ts';

const FIRST_CAPACITY = 4;
const MAX_STALE = 2000;

/** The end of the year 9999: what a date can be, here and in the model. */
const LAST_TIME_MS = 253_402_300_799_999;

/** Untimed samples hold their round as a time below this, far outside of every date, until the set is finished. */
export const UNTIMED_BELOW = -8e15;
const UNTIMED_BASE = -9e15;

/** A date, or the round of a sample without one. */
function isTime(timeMs: number): boolean {
  return timeMs <= LAST_TIME_MS && (timeMs >= 0 || (timeMs >= UNTIMED_BASE && timeMs < UNTIMED_BELOW));
}

/** Are they dates, all of them? */
function areDates(times: Float64Array, rising: boolean): boolean {
  return rising ? (times[0] ?? 0) >= 0 && (times.at(-1) ?? 0) <= LAST_TIME_MS : times.every(isTime);
}

export function untimedRound(timeMs: number): number {
  return timeMs - UNTIMED_BASE;
}

/** One series while it is collected: growing columns in the order of arrival. */
export class SeriesColumns {
  readonly metric: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly unit: string;
  readonly kind: SampleKind;
  times = new Float64Array(0);
  values = new Float64Array(0);
  length = 0;
  sorted = true;
  thinned = false;
  read = 0;
  infinite = 0;
  duplicates = 0;
  untimed = 0;
  stale: number[] = [];
  /** Up to where may be written: 0 while the times are shared with other series, or the columns cut to length. */
  #room = 0;
  #lastTime = -Infinity;
  /** How many samples as they came stand behind two of those that were kept; 1 while all were. */
  #stretch = 1;
  readonly #maxLength: number;

  constructor(
    metric: string,
    labels: Readonly<Record<string, string>>,
    unit: string,
    kind: SampleKind,
    maxLength: number,
  ) {
    this.metric = metric;
    this.labels = labels;
    this.unit = unit;
    this.kind = kind;
    this.#maxLength = maxLength;
  }

  /** Adds one sample; NaN is a break in the series, an infinity (or what is as good as one), or a time that is no date, is counted and left out. Returns the change of held samples. */
  push(timeMs: number, value: number): number {
    this.read++;
    if (!isSample(value)) return this.#break(timeMs, value);
    if (!isTime(timeMs)) {
      this.infinite++;
      return 0;
    }
    let change = 1;
    if (this.length >= this.#room) change -= this.#makeRoom();
    const at = this.length++;
    this.times[at] = timeMs;
    this.values[at] = value;
    if (timeMs > this.#lastTime) this.#lastTime = timeMs;
    else this.sorted = false;
    return change;
  }

  /** The first `length` of both, one by one. */
  pushAll(times: Float64Array, values: Float64Array, length: number): number {
    let change = 0;
    for (let i = 0; i < length; i++) change += this.push(times[i] ?? 0, values[i] ?? 0);
    return change;
  }

  /**
   * Adds finite samples at once; neither array is kept. What was thinned before is followed by samples that are thinned as much, so that blocks of
   * a long table are kept equally well from its first row to its last. Returns the change of held samples.
   */
  append(times: Float64Array, values: Float64Array, sorted: boolean): number {
    const { length } = times;
    if (length === 0) return 0;
    let change = 0;
    if (!sorted || !this.sorted || (times[0] ?? 0) <= this.#lastTime || !areDates(times, sorted))
      return this.pushAll(times, values, length);
    while (this.length > FIRST_CAPACITY && this.length + thinnedLength(length, this.#stretch) > this.#maxLength)
      change -= this.thin();
    const from = this.length;
    const most = thinnedLength(length, this.#stretch);
    if (from + most > this.#room) this.#reserve(from + most);
    const into = { times: this.times.subarray(from), values: this.values.subarray(from) };
    const kept = thinColumns({ times, values }, length, this.#stretch, into);
    this.length += kept;
    this.read += length;
    this.thinned ||= kept < length;
    this.#lastTime = times[length - 1] ?? 0;
    return change + kept;
  }

  pushUntimed(round: number, value: number): number {
    this.untimed++;
    return this.push(UNTIMED_BASE + round, value);
  }

  /** Takes whole columns: `times` may be shared by the caller with other series and is not written to. */
  adopt(times: Float64Array<ArrayBuffer>, values: Float64Array<ArrayBuffer>, sorted: boolean): number {
    if (this.length > 0 || times.length > this.#maxLength || !areDates(times, sorted))
      return this.pushAll(times, values, times.length);
    this.times = times;
    this.values = values;
    this.length = times.length;
    this.sorted = sorted;
    this.#room = 0;
    this.#lastTime = times.at(-1) ?? -Infinity;
    this.read += times.length;
    return times.length;
  }

  /** Leaves out about half of the samples, keeping peaks and floors. Returns how many went. */
  thin(): number {
    const before = this.length;
    this.sort();
    const into = this.#room > 0 ? this : { times: new Float64Array(before), values: this.values };
    this.#room = Math.max(this.#room, this.length);
    this.length = thinColumns(this, this.length, 4, into);
    this.times = into.times;
    this.#stretch = this.#stretch === 1 ? 4 : this.#stretch * 2;
    this.thinned ||= this.length < before;
    return before - this.length;
  }

  /** Thins, and gives back the memory that is not used then: most series are whole when the samples of all become too many. Returns how many went. */
  shrink(): number {
    const gone = this.thin();
    const lengthBytes = this.length * Float64Array.BYTES_PER_ELEMENT;
    this.times = new Float64Array(this.times.buffer.transfer(lengthBytes));
    this.values = new Float64Array(this.values.buffer.transfer(lengthBytes));
    this.#room = this.length;
    return gone;
  }

  /** Puts samples in the order of time; of two with one time the one that came last stays. */
  sort(): void {
    if (this.sorted) return;
    const { times, values } = sortColumns(this, this.length);
    let to = 0;
    for (let i = 0; i < times.length; i++) {
      const time = times[i] ?? 0;
      if (to > 0 && times[to - 1] === time) {
        to--;
        this.duplicates++;
      }
      times[to] = time;
      values[to++] = values[i] ?? 0;
    }
    this.times = times;
    this.values = values;
    this.length = to;
    this.#room = times.length;
    this.#lastTime = to > 0 ? (times[to - 1] ?? 0) : -Infinity;
    this.sorted = true;
  }

  /** Cuts the columns to their length, so that little is held that is not used. */
  trim(): void {
    if (this.times.length !== this.length) this.times = cut(this.times, this.length);
    if (this.values.length !== this.length) this.values = cut(this.values, this.length);
    this.#room = 0;
  }

  /** Returns how many samples had to go. */
  #makeRoom(): number {
    const gone = this.length >= this.#maxLength ? this.thin() : 0;
    if (this.length >= this.#room) this.#reserve(this.length + 1);
    return gone;
  }

  #break(timeMs: number, value: number): number {
    if (Number.isNaN(value)) {
      if (this.stale.length < MAX_STALE && timeMs > UNTIMED_BELOW) this.stale.push(timeMs);
    } else this.infinite++;
    return 0;
  }

  #reserve(length: number): void {
    const capacity = Math.min(Math.max(FIRST_CAPACITY, length, this.length * 2), Math.max(length, this.#maxLength));
    const { times, values } = this;
    this.times = new Float64Array(capacity);
    this.values = new Float64Array(capacity);
    this.times.set(times.subarray(0, this.length));
    this.values.set(values.subarray(0, this.length));
    if (this.#room > 0) release(times);
    release(values);
    this.#room = capacity;
  }
}

/** Gives the memory back now: garbage collection would come too late for a table's worth of columns. Small ones lie among the objects. */
export function release(column: Float64Array<ArrayBuffer>): void {
  if (column.length > 64) column.buffer.transfer(0);
}

/** The first numbers: in a buffer of their own where they fill less than half of it, whose memory is given back at once. */
function cut(column: Float64Array<ArrayBuffer>, length: number): Float64Array<ArrayBuffer> {
  if (length * 2 > column.length) return column.subarray(0, length);
  return new Float64Array(column.buffer.transfer(length * Float64Array.BYTES_PER_ELEMENT));
}
