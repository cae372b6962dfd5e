import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { storedRecord } from '../records/body.ts';
import { watchCommits } from '../sqlite/commits.ts';
import { openDatabase, type Row } from '../sqlite/database.ts';
import type { Change, Changes } from './changes.ts';
import { CHANGE_LOG } from './log.ts';

const ChangeRow = z.object({
  seq: z.number(),
  partition: z.string(),
  sort: z.string(),
  version: z.number().nullable(),
  body: z.string().nullable(),
  due_at_ms: z.number().nullable(),
  expires_at_ms: z.number().nullable(),
});

export interface SqliteChangesOptions {
  /** Names the position; two names each see every change. */
  readonly consumer?: string;
  readonly batchSize?: number;
  /** How often other processes' commits are looked for; this process' own wake at once. */
  readonly pollMs?: number;
  /** The first wait after a handler threw; doubles up to 30 s. */
  readonly retryMs?: number;
  readonly onError?: (error: unknown) => void;
}

export interface SqliteChanges extends Changes {
  close(): void;
}

const MAX_RETRY_MS = 30_000;

/** Reads the change log of the file that `openSqliteRecords` writes. The position moves after the handler is done. */
export function openSqliteChanges(path: string, options: SqliteChangesOptions = {}): SqliteChanges {
  const { consumer = 'publish', batchSize = 100, pollMs = 250, retryMs = 100, onError } = options;
  const database = openDatabase(path, CHANGE_LOG);
  database.run('INSERT OR IGNORE INTO change_cursors (consumer, seq) VALUES (:consumer, 0)', { consumer });

  const next = (limit: number) =>
    database
      .all(
        `SELECT * FROM changes WHERE seq > (SELECT seq FROM change_cursors WHERE consumer = :consumer)
         ORDER BY seq LIMIT :limit`,
        { consumer, limit },
      )
      .map(fromRow);

  const advance = (seq: number) =>
    database.transaction(() => {
      database.run('UPDATE change_cursors SET seq = max(seq, :seq) WHERE consumer = :consumer', { consumer, seq });
      database.run('DELETE FROM changes WHERE seq <= (SELECT min(seq) FROM change_cursors)');
    });

  return {
    async consume(handle, signal) {
      const commits = watchCommits(path, 'changes');
      let size = batchSize;
      let waitMs = retryMs;
      try {
        while (!signal.aborted) {
          const batch = next(size);
          const last = batch.at(-1);
          if (!last) {
            await commits.wait(pollMs, signal);
            continue;
          }
          try {
            await handle(batch.map(({ change }) => change));
            advance(last.seq);
            size = Math.min(batchSize, size * 2);
            waitMs = retryMs;
          } catch (error) {
            onError?.(error);
            // Halved until the one change that cannot be handled stands alone, and those before it are through.
            size = Math.max(1, Math.floor(size / 2));
            await sleep(waitMs, undefined, { signal }).catch(() => undefined);
            waitMs = Math.min(MAX_RETRY_MS, waitMs * 2);
          }
        }
      } finally {
        commits.close();
      }
    },
    close: () => database.close(),
  };
}

function fromRow(row: Row): { seq: number; change: Change } {
  const { seq, partition, sort, version, body, due_at_ms, expires_at_ms } = ChangeRow.parse(row);
  if (version === null || body === null) return { seq, change: { partition, sort } };
  const record = storedRecord({
    partition,
    sort,
    version,
    json: body,
    dueAtMs: due_at_ms,
    expiresAtMs: expires_at_ms,
  });
  return { seq, change: { partition, sort, record } };
}
