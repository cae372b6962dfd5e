import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSqliteChanges } from '../../functions/platform/changes/sqlite.ts';
import { openSqliteRecords, type SqliteRecords } from '../../functions/platform/records/sqlite.ts';
import { follow } from './changes-follower.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { startWriter } from './writer.ts';

describe('changes: what only SQLite has', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let path: string;
  let nowMs = Date.now();
  let records: SqliteRecords;
  const open: { close(): void }[] = [];
  const opened = <T extends { close(): void }>(connection: T): T => {
    open.push(connection);
    return connection;
  };
  beforeEach(() => {
    folder = temporaryFolder();
    path = join(folder.path, 'data', 'casebook.sqlite');
    records = opened(openSqliteRecords(path, { now: () => nowMs }));
  });
  afterEach(() => {
    for (const connection of open.splice(0)) connection.close();
    folder.remove();
  });

  it('reports what expired when it is dropped', async () => {
    await records.put({ partition: 'p', sort: 'a', body: {}, expiresAtMs: nowMs + 5 }, 0);
    await records.put({ partition: 'p', sort: 'b', body: {} }, 0);
    expect(records.dropExpired()).toBe(0);
    nowMs += 5;
    expect(records.dropExpired()).toBe(1);
    expect(records.dropExpired()).toBe(0);
    const follower = follow(opened(openSqliteChanges(path)));
    await follower.until((seen) => seen.length >= 3);
    await follower.stop();
    expect(follower.seen.at(-1)).toStrictEqual({ partition: 'p', sort: 'a' });
  });

  it('gives each consumer every change, and keeps the log until the slowest has it', async () => {
    await records.put({ partition: 'p', sort: 'a', body: {} }, 0);
    const slow = openSqliteChanges(path, { consumer: 'slow' });
    const fast = follow(opened(openSqliteChanges(path, { consumer: 'fast' })));
    await fast.until((seen) => seen.length === 1);
    await fast.stop();
    const slowly = follow(opened(slow));
    await slowly.until((seen) => seen.length === 1);
    await slowly.stop();
    expect(slowly.seen).toStrictEqual(fast.seen);
  });

  it('isolates the one change that cannot be handled, and handles those before it', async () => {
    for (let n = 0; n < 20; n++) await records.put({ partition: 'p', sort: `key#${n}`, body: {} }, 0);
    const handled: string[] = [];
    const errors: unknown[] = [];
    const changes = opened(openSqliteChanges(path, { retryMs: 1, onError: (error) => errors.push(error) }));
    let mended = false;
    const follower = follow(changes, (batch) => {
      if (!mended && batch.some(({ sort }) => sort === 'key#13')) throw new Error('poison');
      handled.push(...batch.map(({ sort }) => sort));
      return Promise.resolve();
    });
    await follower.until(() => handled.length === 13);
    mended = true;
    await follower.until(() => handled.length === 20);
    await follower.stop();
    expect(handled).toStrictEqual(Array.from({ length: 20 }, (_, n) => `key#${n}`));
    expect(errors.length).toBeGreaterThan(0);
  });

  it('finds the commits of another process', async () => {
    const follower = follow(opened(openSqliteChanges(path, { pollMs: 20 })));
    const writer = startWriter(path, 'records');
    await follower.until((seen) => seen.length >= 20);
    await writer.kill();
    await follower.stop();
    expect(follower.seen[0]).toMatchObject({ partition: 'p', record: { version: 1 } });
  });
});
