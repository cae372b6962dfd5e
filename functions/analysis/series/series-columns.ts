import type { SampleKind } from './sample-set.ts';
import { isSample } from './sample-value.ts';
import { thinColumns, type TimedColumns } from './thin-columns.ts';
import { resized } from './wide-columns.ts';

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
  /** Up to where may be written: 0 while the columns are shared with other series or cut to length. */
  #room = 0;
  #lastTime = -Infinity;
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

  /**
   * Takes the column of a table, which is given away: `times` may be shared with other series and is not written to. With `whole` every value
   * is finite; else those that are not are no samples. Beyond the longest length both together are thinned at once.
   */
  take(
    times: Float64Array<ArrayBuffer>,
    values: Float64Array<ArrayBuffer>,
    sorted: boolean,
    whole: boolean,
    scratch: TimedColumns,
  ): number {
    if (whole && this.length === 0 && times.length <= this.#maxLength) return this.adopt(times, values, sorted);
    const before = this.length;
    const inOrder = sorted && this.sorted && (times[0] ?? 0) > this.#lastTime;
    if (!inOrder || before + times.length <= this.#maxLength) {
      let change = 0;
      for (let i = 0; i < times.length; i++) {
        const value = values[i] ?? 0;
        if (isSample(value)) change += this.push(times[i] ?? 0, value);
      }
      values.buffer.transfer(0); // given back now: garbage collection would come too late for a table's worth of columns
      return change;
    }
    scratch.times.set(this.times.subarray(0, before));
    scratch.values.set(this.values.subarray(0, before));
    let length = before;
    if (whole) {
      scratch.times.set(times, before);
      scratch.values.set(values, before);
      length += times.length;
    }
    for (let i = 0; !whole && i < times.length; i++) {
      const value = values[i] ?? 0;
      if (!isSample(value)) continue;
      scratch.times[length] = times[i] ?? 0;
      scratch.values[length++] = value;
    }
    this.#lastTime = scratch.times[length - 1] ?? this.#lastTime;
    values.buffer.transfer(0);
    this.read += length - before;
    if (length > this.#maxLength) {
      length = thinColumns(scratch, length, 4, scratch);
      this.thinned = true;
    }
    if (this.#room < length) {
      this.values.buffer.transfer(0);
      this.times = new Float64Array(length);
      this.values = new Float64Array(length);
      this.#room = length;
    }
    this.times.set(scratch.times.subarray(0, length));
    this.values.set(scratch.values.subarray(0, length));
    this.length = length;
    return length - before;
  }

  pushUntimed(round: number, value: number): number {
    this.untimed++;
    return this.push(UNTIMED_BASE + round, value);
  }

  /** Takes whole columns: `times` may be shared by the caller with other series and is not written to. */
  adopt(times: Float64Array<ArrayBuffer>, values: Float64Array<ArrayBuffer>, sorted: boolean): number {
    if (this.length > 0 || times.length > this.#maxLength) {
      let change = 0;
      for (let i = 0; i < times.length; i++) change += this.push(times[i] ?? 0, values[i] ?? 0);
      return change;
    }
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
    if (this.#room === 0) this.#reserve(this.length);
    this.length = thinColumns(this, this.length, 4, this);
    this.thinned ||= this.length < before;
    return before - this.length;
  }

  /** Puts samples in the order of time; of two with one time the one that came last stays. */
  sort(): void {
    if (this.sorted) return;
    const order = Array.from({ length: this.length }, (_, index) => index);
    const { times, values } = this;
    order.sort((a, b) => (times[a] ?? 0) - (times[b] ?? 0) || a - b);
    const sortedTimes = new Float64Array(this.length);
    const sortedValues = new Float64Array(this.length);
    let to = 0;
    for (const index of order) {
      const time = times[index] ?? 0;
      if (to > 0 && sortedTimes[to - 1] === time) {
        to--;
        this.duplicates++;
      }
      sortedTimes[to] = time;
      sortedValues[to++] = values[index] ?? 0;
    }
    this.times = sortedTimes;
    this.values = sortedValues;
    this.length = to;
    this.#room = sortedTimes.length;
    this.#lastTime = to > 0 ? (sortedTimes[to - 1] ?? 0) : -Infinity;
    this.sorted = true;
  }

  /** Cuts the columns to their length, so that nothing unused is held. */
  trim(): void {
    if (this.times.length !== this.length) this.times = resized(this.times, this.length);
    if (this.values.length !== this.length) this.values = resized(this.values, this.length);
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
    if (this.#room > 0) {
      this.times = resized(this.times, capacity);
      this.values = resized(this.values, capacity);
    } else {
      const { times, values } = this;
      this.times = new Float64Array(capacity);
      this.values = new Float64Array(capacity);
      this.times.set(times.subarray(0, this.length));
      this.values.set(values.subarray(0, this.length));
    }
    this.#room = capacity;
  }
}
