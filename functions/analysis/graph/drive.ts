import { AppError } from '../../model/error.ts';
import type { ByteSource, Run } from '../analyser.ts';

/** Work in slices of some milliseconds: yields how far it is (0..1) and returns its answer. */
export type Slices<T> = Generator<number, T, void>;

/** Nodes or edges per slice: some 10 to 40 ms of work. */
export const SLICE = 1 << 19;

/**
 * Nodes or edges per call of a loop. Engines optimise a function between two calls much better than in the middle of one: the same search in calls of 20 ms took
 * 0.35 to 0.47 s, in calls of a tenth of a millisecond 0.28 to 0.30 s.
 */
export const CALL = 1 << 13;

/** A loop over `from` up to `to` in slices; `body` does some of it in each call, from a start to an end. */
export function* inSlices(
  from: number,
  to: number,
  body: (start: number, end: number) => void,
  size = SLICE,
): Slices<void> {
  for (let start = from; start < to;) {
    const slice = Math.min(to, start + size);
    for (; start < slice; start += CALL) body(start, Math.min(slice, start + CALL));
    start = slice;
    yield (start - from) / (to - from);
  }
}

/** The same for loops that read a column or two from end to end, some nanoseconds a node: a pause takes as long as 100,000 nodes of them. */
export function inLightSlices(...[from, to, body]: Parameters<typeof inSlices>): Slices<void> {
  return inSlices(from, to, body, 4 * SLICE);
}

/** Maps the progress of a part to its share of the whole. */
export function* part<T>(slices: Slices<T>, from: number, to: number): Slices<T> {
  for (;;) {
    const next = slices.next();
    if (next.done === true) return next.value;
    yield from + (to - from) * next.value;
  }
}

/** Lets the host take a turn (deliver an abort, a message, a frame). */
export type Pause = () => Promise<void>;

/**
 * A pause without timers, which this folder may not use: reading one byte goes through the host's event loop wherever
 * the source is a file or a network. Over a source in memory it is only a microtask.
 */
export function pauseBy(source: ByteSource): Pause {
  return async () => {
    const reader = source.slice(0, 1).stream().getReader();
    await reader.read();
    await reader.cancel();
  };
}

export function throwIfAborted(run: Pick<Run, 'signal'>): void {
  if (run.signal.aborted) throw new AppError('aborted', 'The analysis was cancelled.');
}

/** Runs slices to the end, pausing between them; reports `step` from `from` to `to` of the whole. */
export async function drive<T>(
  slices: Slices<T>,
  run: Pick<Run, 'signal' | 'progress'>,
  pause: Pause,
  step: string,
  from: number,
  to: number,
): Promise<T> {
  for (;;) {
    throwIfAborted(run);
    const next = slices.next();
    if (next.done === true) return next.value;
    run.progress(step, from + (to - from) * Math.min(1, Math.max(0, next.value)));
    await pause();
  }
}

/** Lets the host take a turn between two pieces of work, and ends where the host has aborted them. */
export async function takeTurn(run: Pick<Run, 'signal'>, pause: Pause): Promise<void> {
  await pause();
  throwIfAborted(run);
}

/** Runs slices to the end at once: for tests and small graphs. */
export function finish<T>(slices: Slices<T>): T {
  for (;;) {
    const next = slices.next();
    if (next.done === true) return next.value;
  }
}
