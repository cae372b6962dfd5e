import type { Run } from '../analysis/analyser.ts';

/** One line on standard error that rewrites itself, when that is a terminal. */
export function terminalProgress(name: string): Run['progress'] | undefined {
  if (!process.stderr.isTTY) return undefined;
  return (step, done) => {
    const line = `${name}: ${step} ${Math.round(done * 100)} %`;
    process.stderr.write(`\r\u001b[K${line.slice(0, (process.stderr.columns || 80) - 1)}${done >= 1 ? '\n' : ''}`);
  };
}
