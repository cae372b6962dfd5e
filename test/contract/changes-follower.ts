import { expect, vi } from 'vitest';
import type { Change, Changes } from '../../functions/platform/changes/changes.ts';

export interface Follower {
  /** Everything that was delivered, before its handler ran. */
  readonly seen: readonly Change[];
  until(condition: (seen: readonly Change[]) => boolean): Promise<void>;
  stop(): Promise<void>;
}

export function follow(
  changes: Changes,
  handle: (changes: readonly Change[]) => Promise<void> = () => Promise.resolve(),
): Follower {
  const seen: Change[] = [];
  const stopping = new AbortController();
  const ended = changes.consume(async (batch) => {
    seen.push(...batch);
    await handle(batch);
  }, stopping.signal);
  return {
    seen,
    until: (condition) => vi.waitFor(() => expect(condition(seen)).toBe(true), { timeout: 20_000, interval: 10 }),
    async stop() {
      stopping.abort();
      await ended;
    },
  };
}
