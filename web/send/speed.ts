/** Speed over the last seconds, and the time left by it. A moving window: an average since the start hides a stall. */
const WINDOW_MS = 8000;
const MIN_SPAN_MS = 700;

export class Speed {
  readonly #samples: { timeMs: number; bytes: number }[] = [];

  add(timeMs: number, bytes: number): void {
    const last = this.#samples.at(-1);
    // A part that is sent again takes its bytes back: what was measured before does not count on.
    if (last && bytes < last.bytes) this.#samples.length = 0;
    this.#samples.push({ timeMs, bytes });
    while (this.#samples.length > 2 && (this.#samples[0]?.timeMs ?? 0) < timeMs - WINDOW_MS) this.#samples.shift();
  }

  bytesPerSecond(): number | undefined {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (!first || !last || last.timeMs - first.timeMs < MIN_SPAN_MS) return undefined;
    return ((last.bytes - first.bytes) * 1000) / (last.timeMs - first.timeMs);
  }

  secondsLeft(totalBytes: number): number | undefined {
    const rate = this.bytesPerSecond();
    const last = this.#samples.at(-1);
    return rate && last ? (totalBytes - last.bytes) / rate : undefined;
  }
}
