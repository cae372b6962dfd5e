import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { announceCommit, watchCommits } from '../sqlite/commits.ts';
import { openDatabase } from '../sqlite/database.ts';
import type { Jobs, Message } from './jobs.ts';
import { checkDelay, checkMessageBody, checkReceive, checkVisibility, deliveryGone, MAX_RECEIVE } from './message.ts';

/** A lease table with the semantics of SQS. `visible_at_ms` is when the next receiver may have it: a delay, or a lease's end. */
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS jobs (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, queue TEXT NOT NULL, id TEXT NOT NULL UNIQUE, body TEXT NOT NULL,
    visible_at_ms INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, receipt TEXT UNIQUE,
    dead INTEGER NOT NULL DEFAULT 0) STRICT;
  CREATE INDEX IF NOT EXISTS jobs_visible ON jobs (queue, dead, visible_at_ms, seq);`;

const JobRow = z.object({
  id: z.string(),
  body: z.string(),
  attempts: z.number(),
  receipt: z.string().nullable(),
});
const NextRow = z.object({ next: z.number().nullable() });

export interface SqliteJobs extends Jobs {
  close(): void;
}

export interface SqliteJobsOptions {
  readonly queue?: string;
  readonly maxAttempts?: number;
  /** How often other processes' sends are looked for while waiting; this process' own wake at once. */
  readonly pollMs?: number;
  readonly now?: () => number;
}

export function openSqliteJobs(path: string, options: SqliteJobsOptions = {}): SqliteJobs {
  const { queue = 'analyse', maxAttempts = 3, pollMs = 250, now = Date.now } = options;
  const topic = `jobs ${queue}`;
  const database = openDatabase(path, SCHEMA);

  const claim = (max: number, visibilitySeconds: number): Message[] =>
    database.transaction(() => {
      const nowMs = now();
      bury(nowMs);
      const rows = database.all(
        `SELECT * FROM jobs WHERE queue = :queue AND dead = 0 AND visible_at_ms <= :nowMs
         ORDER BY visible_at_ms, seq LIMIT :max`,
        { queue, nowMs, max },
      );
      return rows.map((row) => {
        const { id, body, attempts } = JobRow.parse(row);
        const receipt = randomUUID();
        database.run(
          `UPDATE jobs SET attempts = attempts + 1, receipt = :receipt, visible_at_ms = :visibleAtMs WHERE id = :id`,
          { id, receipt, visibleAtMs: nowMs + visibilitySeconds * 1000 },
        );
        return { id, body, attempts: attempts + 1, receipt };
      });
    });

  /** Messages whose last attempt ended without `done` are dead letters from then on. */
  const bury = (nowMs: number) =>
    database.run(
      `UPDATE jobs SET dead = 1, receipt = NULL
       WHERE queue = :queue AND dead = 0 AND visible_at_ms <= :nowMs AND attempts >= :maxAttempts`,
      { queue, nowMs, maxAttempts },
    );

  const anyVisible = (): boolean =>
    database.all('SELECT 1 FROM jobs WHERE queue = :queue AND dead = 0 AND visible_at_ms <= :nowMs LIMIT 1', {
      queue,
      nowMs: now(),
    }).length > 0;

  const nextVisibleAtMs = (): number =>
    NextRow.parse(
      database.all('SELECT min(visible_at_ms) AS next FROM jobs WHERE queue = :queue AND dead = 0', { queue })[0],
    ).next ?? Infinity;

  // The methods are async so that every refusal is a rejection, as with the adapter that has to wait.
  /* eslint-disable @typescript-eslint/require-await */
  return {
    async send(body, { delaySeconds = 0 } = {}) {
      checkMessageBody(body);
      checkDelay(delaySeconds);
      database.run('INSERT INTO jobs (queue, id, body, visible_at_ms) VALUES (:queue, :id, :body, :visibleAtMs)', {
        queue,
        id: randomUUID(),
        body,
        visibleAtMs: now() + delaySeconds * 1000,
      });
      announceCommit(path, topic);
    },

    async receive(receiveOptions) {
      checkReceive(receiveOptions);
      const { max = MAX_RECEIVE, visibilitySeconds, waitSeconds = 0, signal } = receiveOptions;
      const endMs = now() + waitSeconds * 1000;
      const commits = watchCommits(path, topic);
      try {
        while (!signal?.aborted) {
          // Looked at before it is claimed: an idle receiver takes no write lock.
          const messages = anyVisible() ? claim(max, visibilitySeconds) : [];
          const leftMs = endMs - now();
          if (messages.length > 0 || leftMs <= 0) return messages;
          await commits.wait(Math.max(1, Math.min(leftMs, pollMs, nextVisibleAtMs() - now())), signal);
        }
        return [];
      } finally {
        commits.close();
      }
    },

    async extend(receipt, visibilitySeconds) {
      checkVisibility(visibilitySeconds);
      const nowMs = now();
      const extended = database.run(
        'UPDATE jobs SET visible_at_ms = :visibleAtMs WHERE receipt = :receipt AND dead = 0 AND visible_at_ms > :nowMs',
        { receipt, nowMs, visibleAtMs: nowMs + visibilitySeconds * 1000 },
      );
      if (extended === 0) throw deliveryGone();
      if (visibilitySeconds === 0) announceCommit(path, topic);
    },

    async done(receipt) {
      database.run('DELETE FROM jobs WHERE receipt = :receipt AND dead = 0', { receipt });
    },

    async deadLetters(limit) {
      bury(now());
      return database
        .all('SELECT * FROM jobs WHERE queue = :queue AND dead = 1 ORDER BY seq LIMIT :limit', { queue, limit })
        .map((row) => {
          const { id, body, attempts } = JobRow.parse(row);
          return { id, body, attempts, receipt: '' };
        });
    },

    async redrive() {
      bury(now());
      const moved = database.run(
        'UPDATE jobs SET dead = 0, attempts = 0, visible_at_ms = :nowMs WHERE queue = :queue AND dead = 1',
        { queue, nowMs: now() },
      );
      if (moved > 0) announceCommit(path, topic);
      return moved;
    },

    close: () => database.close(),
  };
  /* eslint-enable @typescript-eslint/require-await */
}
