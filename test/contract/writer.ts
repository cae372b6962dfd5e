import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { vi } from 'vitest';

/** A process of its own that writes to `path` until it is killed, and says a line for each write that was acknowledged. */
export interface Writer {
  readonly lines: readonly string[];
  untilLines(count: number): Promise<void>;
  /** SIGKILL: no handler runs, nothing is flushed. */
  kill(): Promise<void>;
}

export function startWriter(path: string, what: 'records' | 'jobs' | 'work', firstNumber = 0): Writer {
  const program = join(import.meta.dirname, 'writer-process.ts');
  const child = spawn(process.execPath, [program, path, what, String(firstNumber)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  const lines: string[] = [];
  child.stdout.on('data', (bytes: Buffer) => {
    const parts = (text + bytes.toString()).split('\n');
    text = parts.pop() ?? '';
    lines.push(...parts);
  });
  return {
    lines,
    untilLines: (count) =>
      vi.waitFor(
        () => {
          if (lines.length < count) throw new Error(`${lines.length} of ${count} writes, exit code ${child.exitCode}`);
        },
        { timeout: 30_000, interval: 5 },
      ),
    async kill() {
      const closed = once(child, 'close');
      child.kill('SIGKILL');
      await closed;
    },
  };
}
