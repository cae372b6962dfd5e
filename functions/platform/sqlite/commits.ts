import { resolve } from 'node:path';

/** Tells the waiting parts of this process that something was committed; other processes are found by polling. */
const watchers = new Map<string, Set<() => void>>();
const topicOf = (path: string, subject: string) => `${subject}@${resolve(path)}`;

export function announceCommit(path: string, subject: string): void {
  for (const wake of watchers.get(topicOf(path, subject)) ?? []) wake();
}

export interface CommitWatch {
  /** Ends at the first commit since the last wait, after `timeoutMs`, or when `signal` aborts. */
  wait(timeoutMs: number, signal?: AbortSignal): Promise<void>;
  close(): void;
}

/** Start watching before reading: a commit between the read and the wait then ends the wait at once. */
export function watchCommits(path: string, subject: string): CommitWatch {
  const topic = topicOf(path, subject);
  let committed = false;
  let end: (() => void) | undefined;
  const wake = () => {
    committed = true;
    end?.();
  };
  const group = watchers.get(topic) ?? new Set();
  watchers.set(topic, group.add(wake));

  return {
    wait: (timeoutMs, signal) =>
      new Promise((settle) => {
        if (committed || signal?.aborted) {
          committed = false;
          settle();
          return;
        }
        end = () => {
          clearTimeout(timer);
          signal?.removeEventListener('abort', wake);
          end = undefined;
          committed = false;
          settle();
        };
        const timer = setTimeout(end, timeoutMs);
        signal?.addEventListener('abort', wake, { once: true });
      }),
    close() {
      group.delete(wake);
      if (group.size === 0) watchers.delete(topic);
    },
  };
}
