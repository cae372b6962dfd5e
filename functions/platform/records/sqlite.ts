import { z } from 'zod';
import { AppError } from '../../model/error.ts';
import { announceCommit } from '../sqlite/commits.ts';
import { openDatabase, type Row } from '../sqlite/database.ts';
import { CHANGE_LOG } from '../changes/log.ts';
import { checkAmount, checkTime, checkVersion, conflict, encodeRecord, storedRecord } from './body.ts';
import { dueCursor, pageLimit, queryCursor, readDueCursor, readQueryCursor } from './cursor.ts';
import { afterPrefix, checkKey, checkPartition, checkPrefix } from './key.ts';
import type { RecordKey, Records, StoredRecord } from './records.ts';

/** Text compares by bytes (BINARY collation over UTF-8), as DynamoDB's keys do. Bodies may be large: hence rowid tables. */
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS records (
    partition TEXT NOT NULL, sort TEXT NOT NULL, version INTEGER NOT NULL, body TEXT NOT NULL,
    due_at_ms INTEGER, expires_at_ms INTEGER, PRIMARY KEY (partition, sort)) STRICT;
  CREATE INDEX IF NOT EXISTS records_due ON records (due_at_ms, partition, sort) WHERE due_at_ms IS NOT NULL;
  CREATE INDEX IF NOT EXISTS records_expiry ON records (expires_at_ms) WHERE expires_at_ms IS NOT NULL;
  CREATE TABLE IF NOT EXISTS counters (
    partition TEXT NOT NULL, sort TEXT NOT NULL, total INTEGER NOT NULL, expires_at_ms INTEGER,
    PRIMARY KEY (partition, sort)) STRICT, WITHOUT ROWID;
  ${CHANGE_LOG}`;

const RecordRow = z.object({
  partition: z.string(),
  sort: z.string(),
  version: z.number(),
  body: z.string(),
  due_at_ms: z.number().nullable(),
  expires_at_ms: z.number().nullable(),
});
const CounterRow = z.object({ total: z.number() });

const ALIVE = '(expires_at_ms IS NULL OR expires_at_ms > :now)';
const DROP_BATCH = 200;
const DROP_EVERY_MS = 60_000;

export interface SqliteRecords extends Records {
  /** Drops what has expired, as DynamoDB's TTL does; runs by itself once a minute. Answers how many records went. */
  dropExpired(): number;
  close(): void;
}

export function openSqliteRecords(path: string, { now = Date.now }: { now?: () => number } = {}): SqliteRecords {
  const database = openDatabase(path, SCHEMA);

  const read = ({ partition, sort }: RecordKey): StoredRecord | undefined =>
    database
      .all(`SELECT * FROM records WHERE partition = :partition AND sort = :sort AND ${ALIVE}`, {
        partition,
        sort,
        now: now(),
      })
      .map(fromRow)[0];

  const logDeletion = ({ partition, sort }: RecordKey) =>
    database.run('INSERT INTO changes (partition, sort) VALUES (:partition, :sort)', { partition, sort });

  const dropBatch = (): { dropped: number; more: boolean } =>
    database.transaction(() => {
      const expired = database
        .all('SELECT * FROM records WHERE expires_at_ms <= :now LIMIT :limit', { now: now(), limit: DROP_BATCH })
        .map(fromRow);
      for (const { partition, sort } of expired) {
        database.run('DELETE FROM records WHERE partition = :partition AND sort = :sort', { partition, sort });
        logDeletion({ partition, sort });
      }
      database.run('DELETE FROM counters WHERE expires_at_ms <= :now', { now: now() });
      return { dropped: expired.length, more: expired.length === DROP_BATCH };
    });

  const dropExpired = (): number => {
    let total = 0;
    for (let more = true; more;) {
      const batch = dropBatch();
      total += batch.dropped;
      more = batch.more;
    }
    if (total > 0) announceCommit(path, 'changes');
    return total;
  };
  const timer = setInterval(() => {
    try {
      dropExpired();
    } catch {
      // Busy: the next minute tries again, and reads filter what has expired anyway. A broken file shows in every other call.
    }
  }, DROP_EVERY_MS).unref();

  // The methods are async so that every refusal is a rejection, as with the adapter that has to wait.
  /* eslint-disable @typescript-eslint/require-await */
  return {
    async get(key) {
      checkKey(key);
      return read(key);
    },

    async batchGet(keys) {
      if (keys.length > 1000) throw new AppError('bad-input', `batchGet takes 1000 keys, not ${keys.length}`);
      const unique = new Map(keys.map((key) => [JSON.stringify([key.partition, key.sort]), key]));
      const found: StoredRecord[] = [];
      for (const key of unique.values()) {
        checkKey(key);
        const record = read(key);
        if (record) found.push(record);
      }
      return found;
    },

    async put(record, expectedVersion) {
      const json = encodeRecord(record, expectedVersion);
      const { partition, sort } = record;
      const written = database.transaction(() => {
        const current = read(record);
        if ((current?.version ?? 0) !== expectedVersion) throw conflict(record, expectedVersion, current ?? null);
        const row = {
          partition,
          sort,
          version: expectedVersion + 1,
          body: json,
          due: record.dueAtMs ?? null,
          expires: record.expiresAtMs ?? null,
        };
        database.run(
          `INSERT INTO records (partition, sort, version, body, due_at_ms, expires_at_ms)
           VALUES (:partition, :sort, :version, :body, :due, :expires)
           ON CONFLICT (partition, sort) DO UPDATE SET
             version = :version, body = :body, due_at_ms = :due, expires_at_ms = :expires`,
          row,
        );
        database.run(
          `INSERT INTO changes (partition, sort, version, body, due_at_ms, expires_at_ms)
           VALUES (:partition, :sort, :version, :body, :due, :expires)`,
          row,
        );
        return storedRecord({
          partition,
          sort,
          version: row.version,
          json,
          dueAtMs: row.due,
          expiresAtMs: row.expires,
        });
      });
      announceCommit(path, 'changes');
      return written;
    },

    async query(partition, prefix, options = {}) {
      checkPartition(partition);
      checkPrefix(prefix);
      const limit = pageLimit(options.limit);
      const after = readQueryCursor(options.cursor, prefix);
      const end = afterPrefix(prefix);
      const rows = database.all(
        `SELECT * FROM records WHERE partition = :partition AND sort >= :prefix AND ${ALIVE}
         ${end === undefined ? '' : 'AND sort < :end'}
         ${after === undefined ? '' : `AND sort ${options.reverse ? '<' : '>'} :after`}
         ORDER BY sort ${options.reverse ? 'DESC' : 'ASC'} LIMIT :limit`,
        {
          partition,
          prefix,
          now: now(),
          limit: limit + 1,
          ...(end !== undefined && { end }),
          ...(after !== undefined && { after }),
        },
      );
      const records = rows.slice(0, limit).map(fromRow);
      const last = records.at(-1);
      return rows.length > limit && last ? { records, cursor: queryCursor(last.sort) } : { records };
    },

    async due(beforeMs, options = {}) {
      checkTime('beforeMs', beforeMs);
      const limit = pageLimit(options.limit);
      const after = readDueCursor(options.cursor);
      const rows = database.all(
        `SELECT * FROM records WHERE due_at_ms IS NOT NULL AND due_at_ms <= :before AND ${ALIVE}
         ${after ? 'AND (due_at_ms, partition, sort) > (:dueAtMs, :partition, :sort)' : ''}
         ORDER BY due_at_ms, partition, sort LIMIT :limit`,
        { before: beforeMs, now: now(), limit: limit + 1, ...after },
      );
      const records = rows.slice(0, limit).map(fromRow);
      const last = records.at(-1);
      if (rows.length <= limit || last?.dueAtMs === undefined) return { records };
      return { records, cursor: dueCursor({ ...last, dueAtMs: last.dueAtMs }) };
    },

    async delete(key, expectedVersion) {
      checkKey(key);
      if (expectedVersion !== undefined) checkVersion(expectedVersion);
      database.transaction(() => {
        const current = read(key);
        if (current && expectedVersion !== undefined && current.version !== expectedVersion)
          throw conflict(key, expectedVersion, current);
        const { partition, sort } = key;
        const gone = database.run('DELETE FROM records WHERE partition = :partition AND sort = :sort', {
          partition,
          sort,
        });
        if (gone > 0) logDeletion(key);
      });
      announceCommit(path, 'changes');
    },

    async add(key, amount, expiresAtMs) {
      checkKey(key);
      checkAmount(amount);
      checkTime('expiresAtMs', expiresAtMs);
      const { partition, sort } = key;
      return database.transaction(() => {
        database.run('DELETE FROM counters WHERE partition = :partition AND sort = :sort AND expires_at_ms <= :now', {
          partition,
          sort,
          now: now(),
        });
        const rows = database.all(
          `INSERT INTO counters (partition, sort, total, expires_at_ms) VALUES (:partition, :sort, :amount, :expires)
           ON CONFLICT (partition, sort) DO UPDATE SET
             total = total + :amount, expires_at_ms = coalesce(expires_at_ms, :expires)
           RETURNING total`,
          { partition, sort, amount, expires: expiresAtMs ?? null },
        );
        return CounterRow.parse(rows[0]).total;
      });
    },

    dropExpired,
    close() {
      clearInterval(timer);
      database.close();
    },
  };
  /* eslint-enable @typescript-eslint/require-await */
}

function fromRow(row: Row): StoredRecord {
  const { partition, sort, version, body, due_at_ms, expires_at_ms } = RecordRow.parse(row);
  return storedRecord({ partition, sort, version, json: body, dueAtMs: due_at_ms, expiresAtMs: expires_at_ms });
}
