import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSqliteJobs, type SqliteJobs, type SqliteJobsOptions } from '../../functions/platform/jobs/sqlite.ts';
import { refusal } from './refusal.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { startWriter } from './writer.ts';

describe('jobs: what only SQLite has', { timeout: 120_000 }, () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let path: string;
  let nowMs = 1_000_000;
  const opened: SqliteJobs[] = [];
  const open = (options: SqliteJobsOptions = {}) => {
    const jobs = openSqliteJobs(path, options);
    opened.push(jobs);
    return jobs;
  };
  beforeEach(() => {
    folder = temporaryFolder();
    path = join(folder.path, 'casebook.sqlite');
  });
  afterEach(() => {
    for (const jobs of opened.splice(0)) jobs.close();
    folder.remove();
  });

  it('keeps leases to the millisecond, over a restart too', async () => {
    const first = open({ now: () => nowMs });
    await first.send('a', { delaySeconds: 3 });
    nowMs += 2999;
    expect(await first.receive({ visibilitySeconds: 5 })).toStrictEqual([]);
    nowMs += 1;
    const [message] = await first.receive({ visibilitySeconds: 5 });
    first.close();
    const second = open({ now: () => nowMs });
    nowMs += 4999;
    expect(await second.receive({ visibilitySeconds: 5 })).toStrictEqual([]);
    await second.extend(message?.receipt ?? '', 5);
    nowMs += 5000;
    expect((await refusal(second.extend(message?.receipt ?? '', 5))).code).toBe('gone');
    expect(await second.receive({ visibilitySeconds: 5 })).toMatchObject([{ body: 'a', attempts: 2 }]);
  });

  it('takes the result of a late receiver while nobody else has the message', async () => {
    const jobs = open({ now: () => nowMs });
    await jobs.send('a');
    const [message] = await jobs.receive({ visibilitySeconds: 5 });
    nowMs += 6000;
    await jobs.done(message?.receipt ?? '');
    expect(await jobs.receive({ visibilitySeconds: 5 })).toStrictEqual([]);
  });

  it('wakes a receiver of the same process by the send itself', async () => {
    const jobs = open({ pollMs: 3_600_000 });
    const waiting = open({ pollMs: 3_600_000 }).receive({ visibilitySeconds: 5, waitSeconds: 20 });
    await jobs.send('a');
    expect(await waiting).toMatchObject([{ body: 'a' }]);
  });

  it('keeps queues of one file apart', async () => {
    const one = open({ queue: 'one', maxAttempts: 1, now: () => nowMs });
    const two = open({ queue: 'two', maxAttempts: 1, now: () => nowMs });
    await one.send('a');
    expect(await two.receive({ visibilitySeconds: 1 })).toStrictEqual([]);
    await one.receive({ visibilitySeconds: 1 });
    nowMs += 1000;
    expect(await two.deadLetters(10)).toStrictEqual([]);
    expect(await two.redrive()).toBe(0);
    expect(await one.deadLetters(10)).toMatchObject([{ body: 'a', attempts: 1 }]);
  });

  it('loses no acknowledged job when senders and workers are killed with -9', async () => {
    const sent = new Set<string>();
    const done = new Set<string>();
    const note = (lines: readonly string[]) => {
      for (const line of lines) {
        const [verb, body = ''] = line.split(' ');
        (verb === 'sent' ? sent : done).add(body);
      }
    };
    for (let round = 0; round < 4; round++) {
      const sender = startWriter(path, 'jobs', round * 1_000_000);
      const worker = startWriter(path, 'work');
      await Promise.all([sender.untilLines(50 + round * 31), worker.untilLines(20 + round * 17)]);
      await Promise.all([sender.kill(), worker.kill()]);
      note(sender.lines);
      note(worker.lines);
    }
    const jobs = open({ maxAttempts: 100 });
    for (;;) {
      // Longer than the lease of the last worker.
      const messages = await jobs.receive({ visibilitySeconds: 30, waitSeconds: 3 });
      if (messages.length === 0) break;
      for (const { body, receipt } of messages) {
        await jobs.done(receipt);
        done.add(body);
      }
    }
    expect(sent.size).toBeGreaterThan(300);
    // A worker may be killed between its `done` and its line: at most one message a round is missing for that.
    const missing = [...sent].filter((body) => !done.has(body));
    expect(missing.length).toBeLessThanOrEqual(4);
  });
});
