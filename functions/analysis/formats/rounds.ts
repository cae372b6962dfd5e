import type { Run } from '../analyser.ts';
import type { SampleKind, SampleSet } from '../series/sample-set.ts';
import { SampleSetBuilder } from '../series/sample-set-builder.ts';
import { clockOfLine, splitClock, timeOfLine } from './time-line.ts';

const DAY_MS = 86_400_000;

/**
 * Samples of a text that is written again and again, with or without the time before each repeat: the one place where
 * "what time is it now" is kept while the lines go by.
 */
export class Rounds {
  readonly #options: { memoryBytes: number; capturedAtMs: number | undefined };
  #builder: SampleSetBuilder | undefined;
  #clocked = false;
  #dayMs = 0;
  #lastClockMs = -Infinity;
  #timeMs = NaN;
  #round = 0;
  #filled = false;
  #seen = new Set<string>();

  constructor(run: Run, capturedAtMs: number | undefined = run.context?.capturedAtMs) {
    this.#options = { memoryBytes: run.limits.memoryBytes, capturedAtMs };
  }

  /** Rounds that hold samples. */
  get count(): number {
    return this.#round + (this.#filled ? 1 : 0);
  }

  /** The time of what follows; begins a new round. */
  at(timeMs: number): void {
    this.next();
    this.#timeMs = timeMs;
  }

  /** Takes a line that only says when, as a date or (where the file has no dates) as a time of day; false for another line. */
  takeTime(text: string): boolean {
    const timeMs = timeOfLine(text);
    if (!Number.isNaN(timeMs)) {
      this.at(timeMs);
      return true;
    }
    const clockMs = clockOfLine(text);
    if (Number.isNaN(clockMs)) return false;
    if (this.#builder === undefined) this.#clocked = true;
    if (clockMs + this.#dayMs < this.#lastClockMs - DAY_MS / 2) this.#dayMs += DAY_MS;
    this.#lastClockMs = clockMs + this.#dayMs;
    if (this.#clocked) this.at(this.#lastClockMs);
    else this.next();
    return true;
  }

  /** The line without the time of day in front of it, which it takes. */
  afterClock(text: string): string {
    const split = splitClock(text);
    return split !== undefined && this.takeTime(split.clock) ? split.rest : text;
  }

  /** A header or another sign that a new round begins. Does nothing while the round is empty. */
  next(): void {
    if (!this.#filled) return;
    this.#filled = false;
    this.#round++;
    this.#seen = new Set();
    this.#timeMs = NaN;
  }

  /** One sample of the round; a series that repeats within it begins the next one by itself. */
  add(
    metric: string,
    labels: Record<string, string>,
    value: number,
    meaning: { unit?: string; kind?: SampleKind; timeMs?: number } = {},
  ): void {
    const builder = this.#samples();
    const series = builder.series(metric, labels, meaning);
    const timeMs = meaning.timeMs ?? NaN;
    if (!Number.isNaN(timeMs)) {
      this.#filled = true;
      return builder.push(series, timeMs, value);
    }
    if (Number.isNaN(this.#timeMs)) {
      const key = `${metric}\u0000${JSON.stringify(labels)}`;
      if (this.#seen.has(key)) this.next();
      this.#seen.add(key);
      this.#filled = true;
      return builder.pushUntimed(series, this.#round, value);
    }
    this.#filled = true;
    builder.push(series, this.#timeMs, value);
  }

  finish(): SampleSet {
    return this.#samples().finish();
  }

  #samples(): SampleSetBuilder {
    return (this.#builder ??= new SampleSetBuilder({ ...this.#options, clock: this.#clocked ? 'relative' : 'utc' }));
  }
}
