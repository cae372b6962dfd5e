import type { Run } from '../analyser.ts';
import type { SampleKind, SampleSet } from '../series/sample-set.ts';
import { SampleSetBuilder } from '../series/sample-set-builder.ts';

/**
 * Samples of a text that is written again and again, with or without the time before each repeat: the one place where
 * "what time is it now" is kept while the lines go by.
 */
export class Rounds {
  readonly builder: SampleSetBuilder;
  #timeMs = NaN;
  #round = 0;
  #filled = false;
  #seen = new Set<string>();

  constructor(run: Run, capturedAtMs: number | undefined = run.context?.capturedAtMs) {
    this.builder = new SampleSetBuilder({ memoryBytes: run.limits.memoryBytes, capturedAtMs });
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
    const series = this.builder.series(metric, labels, meaning);
    const timeMs = meaning.timeMs ?? NaN;
    if (!Number.isNaN(timeMs)) {
      this.#filled = true;
      return this.builder.push(series, timeMs, value);
    }
    if (Number.isNaN(this.#timeMs)) {
      const key = `${metric}\u0000${JSON.stringify(labels)}`;
      if (this.#seen.has(key)) this.next();
      this.#seen.add(key);
      this.#filled = true;
      return this.builder.pushUntimed(series, this.#round, value);
    }
    this.#filled = true;
    this.builder.push(series, this.#timeMs, value);
  }

  finish(): SampleSet {
    return this.builder.finish();
  }
}
