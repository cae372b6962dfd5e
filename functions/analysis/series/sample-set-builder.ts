import { kindOfName, unitOfName } from './metric-name.ts';
import { type SampleClock, type SampleKind, type SampleSeries, type SampleSet, seriesKey } from './sample-set.ts';
import { release, SeriesColumns, UNTIMED_BELOW, untimedRound } from './series-columns.ts';
import { isSample } from './sample-value.ts';
import { isRising, WideColumns } from './wide-columns.ts';

const MAX_SERIES = 100_000;
const MAX_SERIES_SAMPLES = 1_100_000; // half a year at 15 seconds, whole
const MAX_SAMPLES = 8_000_000; // 128 MB of columns: 185 series of 30 days at one minute, whole
const BYTES_PER_SAMPLE = 16;
const GRIDS = 8;

export interface SampleSetOptions {
  /** Of the run: a quarter of it may be filled with samples. */
  readonly memoryBytes?: number;
  /** What pushed times are; `utc` when absent. */
  readonly clock?: 'utc' | 'relative';
  /** The time of samples that have none, where it is known. */
  readonly capturedAtMs?: number | undefined;
  readonly maxSeries?: number;
  readonly maxSeriesSamples?: number;
}

/**
 * Collects samples of any order into a SampleSet: series joined by metric and labels, sorted, duplicates of a time
 * removed (the last one read stays), bounded in memory: beyond the budget samples are thinned so that peaks and floors stay.
 */
export class SampleSetBuilder {
  readonly #byKey = new Map<string, SeriesColumns>();
  readonly #warnings: string[] = [];
  readonly #options: SampleSetOptions;
  readonly #maxSeries: number;
  readonly #maxSamples: number;
  readonly #grids: Float64Array<ArrayBuffer>[] = [];
  #held = 0;
  #refusedSeries = 0;
  #dropped: SeriesColumns | undefined;
  #wide: { columns: readonly (SeriesColumns | undefined)[]; rows: WideColumns } | undefined;
  #scratch = { times: new Float64Array(0), values: new Float64Array(0) };

  constructor(options: SampleSetOptions = {}) {
    this.#options = options;
    this.#maxSeries = options.maxSeries ?? MAX_SERIES;
    const memory = options.memoryBytes ?? Infinity;
    this.#maxSamples = Math.max(10_000, Math.min(MAX_SAMPLES, memory / 4 / BYTES_PER_SAMPLE));
  }

  get seriesCount(): number {
    return this.#byKey.size;
  }

  warn(warning: string): void {
    if (this.#warnings.length < 200) this.#warnings.push(warning);
  }

  /** The columns of this series, new or known; beyond the limit of series, columns that are thrown away. */
  series(
    metric: string,
    labels: Readonly<Record<string, string>>,
    meaning: { unit?: string | undefined; kind?: SampleKind | undefined } = {},
  ): SeriesColumns {
    const key = seriesKey(metric, labels);
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const kind = meaning.kind ?? kindOfName(metric, labels);
    const full = this.#byKey.size >= (kind === 'part' ? this.#maxSeries / 2 : this.#maxSeries);
    const columns = new SeriesColumns(
      metric,
      labels,
      meaning.unit ?? unitOfName(metric),
      kind,
      full ? 8 : (this.#options.maxSeriesSamples ?? MAX_SERIES_SAMPLES),
    );
    if (full) {
      this.#refusedSeries++;
      return (this.#dropped = columns);
    }
    this.#byKey.set(key, columns);
    return columns;
  }

  push(columns: SeriesColumns, timeMs: number, value: number): void {
    if (this.#wide !== undefined) this.#drainWide();
    this.#account(columns, columns.push(timeMs, value));
  }

  /**
   * Rows of a table with a column a series: `block` row by row; NaN is no sample there. Times must be finite. Pass the same `columns` each time;
   * one that is undefined has no value yet.
   */
  pushRows(
    columns: readonly (SeriesColumns | undefined)[],
    times: Float64Array,
    block: Float64Array,
    rows: number,
  ): void {
    if (this.#wide?.columns !== columns || !this.#wide.rows.has(rows)) {
      this.#drainWide();
      const room = this.#wideRoom(columns, rows);
      if (room < rows) return this.#pushBlock(columns, times, block, rows);
      this.#wide = { columns, rows: new WideColumns(columns.length, room) };
    }
    this.#wide.rows.append(times, block, rows);
  }

  /** A sample without a time; `round` counts the repeats: the first scrape is 0, the next 1. */
  pushUntimed(columns: SeriesColumns, round: number, value: number): void {
    this.#account(columns, columns.pushUntimed(round, value));
  }

  /** Adds a run of finite samples at once. Runs on the same grid of times share one column: half the memory of a matrix. */
  pushRun(columns: SeriesColumns, times: Float64Array, values: Float64Array, length: number, sorted: boolean): void {
    if (length === 0) return;
    // What is not the first run of its series is copied behind it: nothing of it needs to be kept.
    const change =
      columns.length > 0
        ? columns.pushAll(times, values, length)
        : columns.adopt(this.#grid(times, length), values.slice(0, length), sorted);
    this.#account(columns, change);
  }

  finish(): SampleSet {
    this.#drainWide();
    const all = [...this.#byKey.values()];
    let timed = 0;
    let rounds = 0;
    let latestMs = -Infinity;
    for (const columns of all) {
      columns.sort();
      columns.trim();
      for (let i = 0; i < columns.length; i++) {
        const time = columns.times[i] ?? 0;
        if (time > UNTIMED_BELOW) {
          timed++;
          if (time > latestMs) latestMs = time;
        }
      }
      // Rounds only count where a series has several samples: one sample each is one scrape, however it was read.
      rounds = Math.max(rounds, Math.min(columns.untimed, columns.length));
    }
    const clock = this.#settleTimes(all, timed, rounds, latestMs);
    const series: SampleSeries[] = [];
    let sampleCount = 0;
    let startMs = Infinity;
    let endMs = -Infinity;
    for (const columns of all) {
      sampleCount += columns.read - columns.duplicates;
      if (columns.length === 0) continue;
      startMs = Math.min(startMs, columns.times[0] ?? 0);
      endMs = Math.max(endMs, columns.times[columns.length - 1] ?? 0);
      const { metric, labels, unit, kind, times, values, thinned } = columns;
      series.push({ metric, labels, unit, kind, timesMs: times, values, staleMs: breaksOf(columns), thinned });
    }
    this.#warnOf(all);
    if (series.length === 0) startMs = endMs = 0;
    return { series, clock, sampleCount, startMs, endMs, warnings: this.#warnings };
  }

  /**
   * Rows that may share their times: none once a series of the table has samples, then until the longest series or the budget of samples is full,
   * and one block more: the columns, thinned, have room for what comes then.
   */
  #wideRoom(columns: readonly (SeriesColumns | undefined)[], block: number): number {
    if (columns.some((series) => series !== undefined && series.length > 0)) return 0;
    const most = Math.max(0, Math.floor((this.#maxSamples - this.#held) / columns.length));
    return Math.min(this.#options.maxSeriesSamples ?? MAX_SERIES_SAMPLES, most + block);
  }

  #drainWide(): void {
    const wide = this.#wide;
    if (wide === undefined) return;
    this.#wide = undefined;
    wide.rows.drain((column, times, values, sorted, whole) => {
      const series = wide.columns[column];
      if (series === undefined) return;
      if (whole) return this.#account(series, series.adopt(times, values, sorted), wide.columns);
      this.#append(series, times, values, times.length, 1, sorted, wide.columns);
      release(values);
    });
  }

  #pushBlock(
    columns: readonly (SeriesColumns | undefined)[],
    times: Float64Array,
    block: Float64Array,
    rows: number,
  ): void {
    const sorted = isRising(times, rows);
    columns.forEach((series, column) => {
      if (series !== undefined)
        this.#append(series, times, block.subarray(column), rows, columns.length, sorted, columns);
    });
  }

  /** Adds every `step`th of the values, those that are no sample left out. */
  #append(
    series: SeriesColumns,
    times: Float64Array,
    values: Float64Array,
    rows: number,
    step: number,
    sorted: boolean,
    beside: readonly (SeriesColumns | undefined)[],
  ): void {
    if (this.#scratch.times.length < rows)
      this.#scratch = { times: new Float64Array(rows), values: new Float64Array(rows) };
    const { times: keptTimes, values: keptValues } = this.#scratch;
    let kept = 0;
    for (let row = 0, at = 0; row < rows; row++, at += step) {
      const value = values[at] ?? 0;
      keptTimes[kept] = times[row] ?? 0;
      keptValues[kept] = value;
      if (isSample(value)) kept++;
    }
    this.#account(series, series.append(keptTimes.subarray(0, kept), keptValues.subarray(0, kept), sorted), beside);
  }

  /** `beside` are series that go on growing together: they keep the room that thinning leaves. */
  #account(columns: SeriesColumns, change: number, beside: readonly (SeriesColumns | undefined)[] = []): void {
    if (columns === this.#dropped) return;
    this.#held += change;
    if (this.#held <= this.#maxSamples) return;
    const growing = new Set(beside);
    for (const each of this.#byKey.values())
      if (each.length > 256) this.#held -= growing.has(each) ? each.thin() : each.shrink();
    // Many short series cannot be thinned; their number is bounded, so the budget is let go that far.
    if (this.#held > this.#maxSamples) this.#held = Math.floor(this.#maxSamples / 2);
  }

  #grid(times: Float64Array, length: number): Float64Array<ArrayBuffer> {
    for (const grid of this.#grids) {
      if (grid.length !== length || grid[0] !== times[0] || grid[length - 1] !== times[length - 1]) continue;
      let i = 0;
      while (i < length && grid[i] === times[i]) i++;
      if (i === length) return grid;
    }
    const grid = times.slice(0, length);
    this.#grids.unshift(grid);
    if (this.#grids.length > GRIDS) this.#grids.pop();
    return grid;
  }

  /** Gives samples without a time the best there is, and says what the times of the set are. */
  #settleTimes(all: readonly SeriesColumns[], timed: number, rounds: number, latestMs: number): SampleClock {
    const { clock = 'utc', capturedAtMs } = this.#options;
    if (rounds === 0) return clock;
    const oneTime = timed > 0 ? latestMs : capturedAtMs;
    let lost = 0;
    for (const columns of all) {
      if (columns.untimed === 0) continue;
      if (timed > 0 || (rounds === 1 && oneTime !== undefined)) lost += stampLast(columns, oneTime ?? 0);
      else columns.times = columns.times.map(rounds > 1 ? untimedRound : () => 0);
    }
    if (lost > 0) this.warn(`${lost} samples have no time beside others that have one; they were left out`);
    if (timed > 0) return clock;
    if (rounds > 1) {
      this.warn(
        'the samples have no times, only an order, so no slope per hour can be given: put the time before each sample, for example with `date -u +%FT%TZ`',
      );
      return 'order';
    }
    return oneTime === undefined ? 'none' : 'utc';
  }

  #warnOf(all: readonly SeriesColumns[]): void {
    let infinite = 0;
    let duplicates = 0;
    let thinned = 0;
    for (const columns of all) {
      infinite += columns.infinite;
      duplicates += columns.duplicates;
      if (columns.thinned) thinned++;
    }
    if (infinite > 0)
      this.warn(`${infinite} samples are infinite or have a time that is no date; they were left out of the series`);
    if (duplicates > 0) this.warn(`${duplicates} samples repeat a time of their series; the last one read was kept`);
    if (thinned > 0)
      this.warn(`${thinned} series were too long to keep whole; peaks and floors were kept, samples between them not`);
    if (this.#refusedSeries > 0) {
      this.warn(
        `there are more than ${this.#maxSeries} series; ${this.#refusedSeries} times a further one was passed over`,
      );
    }
  }
}

/** Keeps the last untimed sample of a series that has no timed one, at the given time. Returns how many were left out. */
function stampLast(columns: SeriesColumns, timeMs: number): number {
  let firstTimed = 0;
  while (firstTimed < columns.length && (columns.times[firstTimed] ?? 0) <= UNTIMED_BELOW) firstTimed++;
  if (firstTimed === 0) return 0;
  if (firstTimed < columns.length) {
    columns.times = columns.times.slice(firstTimed);
    columns.values = columns.values.slice(firstTimed);
    columns.length -= firstTimed;
    return firstTimed;
  }
  columns.times = Float64Array.of(timeMs);
  columns.values = columns.values.slice(-1);
  columns.length = 1;
  return firstTimed - 1;
}

function breaksOf(columns: SeriesColumns): Float64Array {
  return columns.stale.length === 0 ? NO_BREAKS : Float64Array.from(columns.stale).sort();
}
const NO_BREAKS = new Float64Array(0);
