import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSqliteChanges } from '../../functions/platform/changes/sqlite.ts';
import { openSqliteRecords } from '../../functions/platform/records/sqlite.ts';
import { follow } from './changes-follower.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { startWriter } from './writer.ts';

const numbers = (lines: readonly string[], verb: string) =>
  lines.filter((line) => line.startsWith(`${verb} `)).map((line) => line.slice(verb.length + 1));

describe('records on SQLite, killed with -9', { timeout: 120_000 }, () => {
  let folder: ReturnType<typeof temporaryFolder>;
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => folder.remove());

  it('has every acknowledged write, and delivers again every change whose handler did not end', async () => {
    const path = join(folder.path, 'casebook.sqlite');
    for (let round = 0; round < 6; round++) {
      const writer = startWriter(path, 'records', round * 1_000_000);
      await writer.untilLines(60 + round * 37);
      await writer.kill();

      const records = openSqliteRecords(path);
      const acknowledged = numbers(writer.lines, 'put');
      expect(acknowledged.length).toBeGreaterThan(0);
      for (const n of acknowledged)
        expect(await records.get({ partition: 'p', sort: `key#${n}` })).toMatchObject({
          version: 2,
          body: { n: Number(n), again: true },
        });

      const handled = numbers(writer.lines, 'handled');
      const unfinished = numbers(writer.lines, 'seen').slice(handled.length);
      const changes = openSqliteChanges(path);
      const follower = follow(changes);
      const last = acknowledged.at(-1) ?? '';
      await follower.until((seen) => seen.some(({ sort, record }) => sort === `key#${last}` && record?.version === 2));
      await follower.stop();
      const redelivered = new Set(follower.seen.map(({ sort, record }) => `${sort}@${record?.version}`));
      expect(unfinished.length).toBeGreaterThan(0);
      for (const change of unfinished) expect(redelivered).toContain(change);
      const reached = new Set([...handled, ...redelivered]);
      for (const n of acknowledged) {
        expect(reached).toContain(`key#${n}@1`);
        expect(reached).toContain(`key#${n}@2`);
      }
      changes.close();
      records.close();
    }
  });
});
