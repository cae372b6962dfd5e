import { writeSync } from 'node:fs';
import { openSqliteChanges } from '../../functions/platform/changes/sqlite.ts';
import { openSqliteJobs } from '../../functions/platform/jobs/sqlite.ts';
import { openSqliteRecords } from '../../functions/platform/records/sqlite.ts';

/** What `writer.ts` starts and kills. A line is written at once (no buffer) and only after the store has answered. */
const [path = '', what, firstNumber] = process.argv.slice(2);
const say = (line: string) => writeSync(1, `${line}\n`);

if (what === 'records') {
  const records = openSqliteRecords(path);
  const changes = openSqliteChanges(path);
  let batches = 0;
  void changes.consume(async (batch) => {
    for (const { sort, record } of batch) say(`seen ${sort}@${record?.version}`);
    // From the fifth batch on it hangs: what it holds then was delivered and never finished.
    if (++batches >= 5) await new Promise(() => undefined);
    for (const { sort, record } of batch) say(`handled ${sort}@${record?.version}`);
  }, new AbortController().signal);
  for (let n = Number(firstNumber); ; n++) {
    const key = { partition: 'p', sort: `key#${n}` };
    await records.put({ ...key, body: { n } }, 0);
    await records.put({ ...key, body: { n, again: true } }, 1);
    say(`put ${n}`);
    // Lets the consumer in: the adapter itself never waits.
    await new Promise(setImmediate);
  }
}

if (what === 'jobs') {
  const jobs = openSqliteJobs(path);
  for (let n = Number(firstNumber); ; n++) {
    await jobs.send(String(n));
    say(`sent ${n}`);
  }
}

if (what === 'work') {
  const jobs = openSqliteJobs(path);
  for (;;) {
    for (const { body, receipt } of await jobs.receive({ max: 3, visibilitySeconds: 1, waitSeconds: 20 })) {
      await jobs.done(receipt);
      say(`done ${body}`);
    }
  }
}
