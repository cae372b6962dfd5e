import { DEFAULT_LIMITS, type ByteSource, type Limits, type Run } from '../../functions/analysis/analyser.ts';
import { memorySource } from '../../functions/analysis/bytes/memory-source.ts';

/** A Run for tests: never aborted unless told, progress kept nowhere. */
export function testRun(
  options: { signal?: AbortSignal; limits?: Partial<Limits>; progress?: Run['progress'] } = {},
): Run {
  return {
    signal: options.signal ?? new AbortController().signal,
    limits: { ...DEFAULT_LIMITS, memoryBytes: 1 << 30, ...options.limits },
    progress: options.progress ?? (() => undefined),
  };
}

/** Text or bytes as a source that streams chunks of at most `chunkBytes`. */
export function sourceOf(content: string | Uint8Array, chunkBytes?: number): ByteSource {
  return memorySource([typeof content === 'string' ? new TextEncoder().encode(content) : content], chunkBytes);
}
