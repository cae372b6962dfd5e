import type { Analysis, Context } from '../model/analysis.ts';
import type { SeriesMapping } from '../model/mapping.ts';

/** The bytes of one piece of evidence. A structural subset of Blob: a File, a Blob and Node's `fs.openAsBlob` fit as they are. */
export interface ByteSource {
  readonly size: number;
  stream(): ReadableStream<Uint8Array>;
  slice(start: number, end?: number): ByteSource;
  /**
   * Where the host can: bytes from `position` into given memory (which may be shared between threads), without a copy in between. Returns how many; fewer than `into` holds only
   * at the end.
   */
  readInto?(position: number, into: Uint8Array): Promise<number>;
}

/** Budgets of one run. An analyser that reaches one says so in a warning, or throws AppError `too-large` / `too-slow`. */
export interface Limits {
  /** Bytes that an analyser may hold at once, typed arrays included. */
  readonly memoryBytes: number;
  /** Bytes that all archives and compressed members together may unfold to. */
  readonly unwrappedBytes: number;
  /** Unfolded bytes per compressed byte, beyond the first 64 MiB. */
  readonly unwrapRatio: number;
  /** Rows a table view may have. */
  readonly tableRows: number;
  /** Nodes a tree or flame view may have. */
  readonly treeNodes: number;
}

/**
 * Threads, where the host gives them. `run` performs a task of `parallel-tasks.ts` by its name on another thread; inputs and answers are
 * structured-cloneable, and SharedArrayBuffers are shared. Rejects with the task's error, or AppError `unavailable` when the thread is gone. See `perform` in `parallel.ts`.
 */
export interface Parallel {
  /** Other threads, at least one. */
  readonly threads: number;
  run(task: string, input: unknown): Promise<unknown>;
}

export interface Run {
  readonly signal: AbortSignal;
  readonly limits: Limits;
  /** `done` is 0..1 of the whole analysis. */
  progress(step: string, done: number): void;
  readonly parallel?: Parallel;
  /** Keeps a large unfolded stream outside of memory (a file, a disk-backed Blob); without it everything stays in memory. */
  scratch?(bytes: ReadableStream<Uint8Array>): Promise<ByteSource>;
  /** The file's name, where it has one: a hint for contents that do not say what they are (a number alone). */
  readonly name?: string;
  /** What the submitter said of the evidence, where anything was said: a scrape without times needs `capturedAtMs`. */
  readonly context?: Context;
  /** What maintainers said that series are whose names nobody knows. */
  readonly mapping?: readonly SeriesMapping[];
}

export type Detection = 'yes' | 'maybe' | 'no';

/** The one interface: bytes in, Analysis out. */
export interface Analyser {
  /** Kebab-case, also the folder in `formats/`. */
  readonly format: string;
  /** What a person calls it. */
  readonly title: string;
  /** Bump it when the answer changes: evidence is analysed again. */
  readonly version: number;
  /** False for what nobody is asked for: what is recognised to be refused with the way out, and what Casebook writes for itself. */
  readonly offered?: false;
  /** By content, on at most the first 64 KiB (already unwrapped); a name only breaks ties. */
  detect(head: Uint8Array, name: string): Detection;
  /** Throws AppError when nothing useful can be read; anything less is a warning. Must obey `run.signal` within 100 ms. */
  analyse(source: ByteSource, run: Run): Promise<Analysis>;
  /**
   * What changed between two or more pieces of evidence of this format, oldest first (unwrapped, each detected as this format). Findings of rule
   * `heap/growth` and the like. Absent where a format has nothing to compare.
   */
  compare?(sources: readonly ByteSource[], run: Run): Promise<Analysis>;
}

export const DEFAULT_LIMITS: Limits = {
  memoryBytes: 9 * 2 ** 30,
  unwrappedBytes: 64 * 2 ** 30,
  unwrapRatio: 200,
  tableRows: 20_000,
  treeNodes: 50_000,
};
