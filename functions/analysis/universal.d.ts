/**
 * The globals that analysis may use: web standards that every host has (Node, browser worker, Lambda). This list is the
 * wall: no console, fetch, timers, clock, DOM or Node. (Only `functions/analysis/tsconfig.json` reads this file.)
 */
interface ReadableStreamReadResult<T> {
  done: boolean;
  value: T | undefined;
}
interface ReadableStreamDefaultReader<T> {
  read(): Promise<{ done: false; value: T } | { done: true; value: undefined }>;
  cancel(reason?: unknown): Promise<void>;
  releaseLock(): void;
}
interface ReadableStream<T = unknown> {
  getReader(): ReadableStreamDefaultReader<T>;
  pipeThrough<O>(pair: { readable: ReadableStream<O>; writable: WritableStream<T> }): ReadableStream<O>;
  cancel(reason?: unknown): Promise<void>;
}
interface ReadableStreamDefaultController<T> {
  readonly desiredSize: number | null;
  enqueue(chunk: T): void;
  close(): void;
  error(reason?: unknown): void;
}
declare var ReadableStream: {
  new <T>(
    source: {
      start?(controller: ReadableStreamDefaultController<T>): void | Promise<void>;
      pull?(controller: ReadableStreamDefaultController<T>): void | Promise<void>;
      cancel?(reason?: unknown): void | Promise<void>;
    },
    strategy?: { highWaterMark?: number },
  ): ReadableStream<T>;
};
interface WritableStream<T = unknown> {
  readonly locked: boolean;
  getWriter(): {
    write(chunk: T): Promise<void>;
    close(): Promise<void>;
    abort(reason?: unknown): Promise<void>;
    readonly ready: Promise<void>;
  };
}
declare var DecompressionStream: {
  new (format: 'gzip' | 'deflate' | 'deflate-raw'): {
    readonly readable: ReadableStream<Uint8Array<ArrayBuffer>>;
    readonly writable: WritableStream<Uint8Array<ArrayBuffer>>;
  };
};
interface AbortSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  throwIfAborted(): void;
}
declare var TextDecoder: {
  new (
    label?: string,
    options?: { fatal?: boolean; ignoreBOM?: boolean },
  ): {
    decode(input?: ArrayBufferView | ArrayBuffer, options?: { stream?: boolean }): string;
  };
};
declare var TextEncoder: { new (): { encode(input?: string): Uint8Array<ArrayBuffer> } };
