import { Gunzip } from 'fflate';
import { Decompress } from 'fzstd';
import { AppError } from '../../model/error.ts';
import type { ByteSource, Run } from '../analyser.ts';
import { memorySource } from './memory-source.ts';
import { chunksOf } from './read.ts';

/**
 * One compressed stream -> its bytes, bounded. gzip goes through the host's DecompressionStream (about 0.7 GB/s); that one
 * refuses a second member after the first (HotSpot's `-gz` dumps have one a MiB) and loses what it had read of a damaged
 * file, so on its first complaint the whole is read again by fflate, which gives all that can be had.
 */
export type Compression = 'gzip' | 'zstd' | 'deflate-raw';

export interface Unfolded {
  readonly source: ByteSource;
  readonly warnings: readonly string[];
}

const KEEP_IN_MEMORY_BYTES = 256 * 2 ** 20;
const RATIO_FREE_BYTES = 64 * 2 ** 20;

export async function unfold(
  packed: ByteSource,
  compression: Compression,
  budget: UnfoldBudget,
  run: Run,
): Promise<Unfolded> {
  if (compression !== 'zstd') {
    const spent = budget.spentBytes;
    try {
      const format = new DecompressionStream(compression);
      // The host's stream wants plain ArrayBuffers; every ByteSource gives those.
      const pair = format as unknown as { readable: ReadableStream<Uint8Array>; writable: WritableStream<Uint8Array> };
      const source = await collect(packed.stream().pipeThrough(pair), budget, run);
      return { source, warnings: [] };
    } catch (error) {
      run.signal.throwIfAborted();
      if (error instanceof AppError) throw error;
      if (compression === 'deflate-raw')
        throw new AppError('corrupt', 'a zip member is damaged: repack it and send it again', { cause: error });
      budget.spentBytes = spent;
    }
  }
  const warnings: string[] = [];
  const seen = { behindFirst: 0 };
  const source = await collect(tolerantStream(packed, compression, warnings, seen), budget, run);
  // The platform's stream refused it, the tolerant one, which checks no sums, did not: several members explain that, or a wrong sum.
  if (compression === 'gzip' && warnings.length === 0 && seen.behindFirst === 0)
    warnings.push(
      'the checksum at the end of this gzip file does not hold: it was damaged on its way, and what was read may be wrong',
    );
  if (source.size === 0)
    throw new AppError('corrupt', `this ${compression} file holds no readable byte: ${warnings[0] ?? 'it is empty'}`);
  return { source, warnings };
}

/** What all members of one piece of evidence have unfolded to, together, and from how much. */
export interface UnfoldBudget {
  readonly packedBytes: number;
  spentBytes: number;
}

/** Synchronous decoders: what was decoded before a fault is kept, and the fault becomes a warning. */
function tolerantStream(
  packed: ByteSource,
  compression: 'gzip' | 'zstd' | 'deflate-raw',
  warnings: string[],
  seen: { behindFirst: number },
): ReadableStream<Uint8Array> {
  const input = chunksOf(packed.stream());
  let ready: Uint8Array[] = [];
  let readBytes = 0;
  const take = (chunk: Uint8Array): void => {
    // The decoders reuse their buffers.
    if (chunk.length > 0) ready.push(chunk.slice());
  };
  const decoder = compression === 'zstd' ? new Decompress(take) : new Gunzip(take);
  if (decoder instanceof Gunzip) decoder.onmember = () => (seen.behindFirst += 1);
  let ended = false;
  const stop = (error: unknown): void => {
    ended = true;
    const reason = error instanceof Error ? error.message : String(error);
    warnings.push(
      `the ${compression} stream is damaged or cut off near byte ${readBytes} of ${packed.size} (${reason}): what stands before was read`,
    );
  };
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        while (ready.length === 0 && !ended) {
          const next = await input.next();
          try {
            if (next.done) {
              ended = true;
              decoder.push(new Uint8Array(0), true);
            } else {
              // Small steps bound what one push can unfold to, and a fault loses no more than its own step.
              for (let at = 0; at < next.value.length; at += 16_384) {
                const piece = next.value.subarray(at, at + 16_384);
                decoder.push(piece, false);
                readBytes += piece.length;
              }
            }
          } catch (error) {
            stop(error);
          }
        }
        const chunks = ready;
        ready = [];
        for (const chunk of chunks) controller.enqueue(chunk);
        if (ended) controller.close();
      },
      async cancel() {
        await input.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
}

/** Keeps a stream of unfolded bytes, in memory while it is small, within the budget. */
export async function collect(stream: ReadableStream<Uint8Array>, budget: UnfoldBudget, run: Run): Promise<ByteSource> {
  const bounded = countBytes(stream, budget, run);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  while (bytes < KEEP_IN_MEMORY_BYTES || !run.scratch) {
    const next = await bounded.next();
    if (next.done) return memorySource(chunks);
    if (bytes + next.value.length > run.limits.memoryBytes)
      throw new AppError(
        'too-large',
        `this file unfolds to more than the ${run.limits.memoryBytes} bytes that may be held here: analyse it with the command line instead`,
        {
          data: { limit: 'memoryBytes' },
        },
      );
    chunks.push(next.value);
    bytes += next.value.length;
  }
  return run.scratch(
    new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          const first = chunks.shift();
          if (first) return controller.enqueue(first);
          const next = await bounded.next();
          if (next.done) controller.close();
          else controller.enqueue(next.value);
        },
        async cancel() {
          await bounded.return(undefined);
        },
      },
      { highWaterMark: 0 },
    ),
  );
}

async function* countBytes(
  stream: ReadableStream<Uint8Array>,
  budget: UnfoldBudget,
  run: Run,
): AsyncGenerator<Uint8Array> {
  const { unwrappedBytes, unwrapRatio } = run.limits;
  for await (const chunk of chunksOf(stream)) {
    run.signal.throwIfAborted();
    budget.spentBytes += chunk.length;
    if (budget.spentBytes > unwrappedBytes)
      throw new AppError(
        'too-large',
        `this archive unfolds to more than ${unwrappedBytes} bytes: send its members one by one`,
        { data: { limit: 'unwrappedBytes' } },
      );
    if (budget.spentBytes > RATIO_FREE_BYTES && budget.spentBytes > budget.packedBytes * unwrapRatio)
      throw new AppError(
        'too-large',
        `${budget.packedBytes} compressed bytes unfold to more than ${unwrapRatio} times as much, as only a decompression bomb does: send the file itself`,
        {
          data: { limit: 'unwrapRatio' },
        },
      );
    yield chunk;
  }
}
