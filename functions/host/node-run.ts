import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { DEFAULT_LIMITS, type Run } from '../analysis/analyser.ts';
import { openFileSource } from './file-source.ts';
import { startThreads } from './threads.ts';

/** A Run on this machine: scratch files in the temporary folder, memory up to three quarters of what there is. */
export function nodeRun(options: {
  signal: AbortSignal;
  progress?: Run['progress'];
  memoryBytes?: number;
}): Run & { clean(): void } {
  let folder: string | undefined;
  let files = 0;
  const closers: (() => void)[] = [];
  const parallel = startThreads();
  return {
    signal: options.signal,
    limits: {
      ...DEFAULT_LIMITS,
      memoryBytes: options.memoryBytes ?? Math.min(DEFAULT_LIMITS.memoryBytes, Math.floor(totalmem() * 0.75)),
    },
    progress: options.progress ?? (() => undefined),
    ...(parallel && { parallel }),
    async scratch(bytes) {
      folder ??= mkdtempSync(join(tmpdir(), 'casebook-'));
      const path = join(folder, String(files++));
      // Node's and the DOM's types name the same web stream differently.
      await pipeline(
        Readable.fromWeb(bytes as Parameters<typeof Readable.fromWeb>[0]),
        createWriteStream(path, { highWaterMark: 1 << 20 }),
      );
      const source = openFileSource(path);
      closers.push(() => source.close());
      return source;
    },
    clean() {
      parallel?.stop();
      for (const close of closers) close();
      if (folder) rmSync(folder, { recursive: true, force: true });
    },
  };
}
