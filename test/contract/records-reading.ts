import { describe, expect, it, vi } from 'vitest';
import type { Page, RecordKey, Records, StoredRecord } from '../../functions/platform/records/records.ts';
import { refusal } from './refusal.ts';

const partition = 'investigation#a';
const sortOf = (n: number) => `evidence#${String(n).padStart(5, '0')}`;

export async function putMany(records: Records, keys: readonly RecordKey[], fields: { dueAtMs?: number } = {}) {
  for (let at = 0; at < keys.length; at += 50)
    await Promise.all(
      keys.slice(at, at + 50).map((key) => records.put({ ...key, ...fields, body: { of: key.sort } }, 0)),
    );
}

/** Follows cursors to the end; every page but the last must be full. */
export async function readAll(
  limit: number,
  page: (cursor: string | undefined) => Promise<Page>,
  between?: (pages: number) => Promise<void>,
): Promise<StoredRecord[]> {
  const all: StoredRecord[] = [];
  let cursor: string | undefined;
  let pages = 0;
  do {
    const answer = await page(cursor);
    all.push(...answer.records);
    cursor = answer.cursor;
    if (cursor !== undefined) expect(answer.records).toHaveLength(limit);
    await between?.(++pages);
  } while (cursor !== undefined);
  return all;
}

export function describeReading(bench: { readonly records: Records }): void {
  describe('reading', () => {
    it('pages over 2,500 records while others are written before and behind the cursor', async () => {
      const { records } = bench;
      const first = Array.from({ length: 2500 }, (_, n) => sortOf(n * 10));
      await putMany(
        records,
        first.map((sort) => ({ partition, sort })),
      );
      await putMany(records, [
        { partition, sort: 'event#1' },
        { partition: 'investigation#b', sort: sortOf(1) },
      ]);

      const ahead: string[] = [];
      const forward = await readAll(
        300,
        (cursor) => records.query(partition, 'evidence#', { limit: 300, cursor }),
        async (pages) => {
          const at = pages * 300 * 10;
          if (at >= 24_000) return;
          ahead.push(sortOf(at + 505));
          await putMany(records, [
            { partition, sort: sortOf(at + 505) },
            { partition, sort: sortOf(at - 505) },
          ]);
        },
      );
      expect(ahead).toHaveLength(7);
      expect(forward.map(({ sort }) => sort)).toStrictEqual([...first, ...ahead].sort());

      const backward = await readAll(1000, (cursor) =>
        records.query(partition, 'evidence#', { limit: 1000, cursor, reverse: true }),
      );
      expect(backward).toHaveLength(2514);
      expect(backward.map(({ sort }) => sort)).toStrictEqual(
        backward
          .map(({ sort }) => sort)
          .sort()
          .reverse(),
      );
    });

    it('goes on behind a record that was deleted after its page', async () => {
      const { records } = bench;
      await putMany(
        records,
        [1, 2, 3, 4].map((n) => ({ partition, sort: sortOf(n) })),
      );
      const { cursor } = await records.query(partition, '', { limit: 2 });
      await records.delete({ partition, sort: sortOf(2) });
      const rest = await records.query(partition, '', { cursor });
      expect(rest.records.map(({ sort }) => sort)).toStrictEqual([sortOf(3), sortOf(4)]);
    });

    it('has a cursor exactly when there is more', async () => {
      const { records } = bench;
      await putMany(
        records,
        [1, 2, 3].map((n) => ({ partition, sort: sortOf(n) })),
      );
      for (const reverse of [false, true]) {
        expect((await records.query(partition, '', { limit: 3, reverse })).cursor).toBeUndefined();
        expect((await records.query(partition, '', { limit: 2, reverse })).cursor).toBeDefined();
      }
      expect(await records.query('investigation#none', '')).toStrictEqual({ records: [] });
      expect(await records.query(partition, 'finding#')).toStrictEqual({ records: [] });
    });

    it('sorts by bytes and takes any prefix', async () => {
      const { records } = bench;
      const stems = [
        'a',
        'Z',
        '~',
        'é',
        'e\u0301',
        '\ud7ff',
        '\ue000',
        '\uffff',
        '\u{10000}',
        '\u{1f600}',
        '\u{10ffff}',
        'aa',
        'b',
        '#',
        '\u0001',
      ];
      const sorts = [
        ...new Set(
          stems.flatMap((stem) => [stem, `${stem}\uffff`, `${stem}\u{10ffff}`, `${stem}\u{10ffff}x`, `${stem}a`]),
        ),
      ];
      await putMany(
        records,
        sorts.map((sort) => ({ partition, sort })),
      );
      const byBytes = sorts.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
      for (const prefix of ['', ...sorts]) {
        const expected = byBytes.filter((sort) => sort.startsWith(prefix));
        const found = await readAll(7, (cursor) => records.query(partition, prefix, { limit: 7, cursor }));
        expect(found.map(({ sort }) => sort)).toStrictEqual(expected);
        const reversed = await records.query(partition, prefix, { reverse: true, limit: 1000 });
        expect(reversed.records.map(({ sort }) => sort)).toStrictEqual(expected.toReversed());
      }
    });

    it('refuses cursors that are not its own, and pages out of bounds', async () => {
      const { records } = bench;
      await putMany(
        records,
        [1, 2].map((n) => ({ partition, sort: sortOf(n) })),
      );
      const { cursor } = await records.query(partition, 'evidence#', { limit: 1 });
      const json = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
      const cursors = [
        '',
        'x',
        '%%%',
        json(null),
        json([]),
        json([1]),
        json(['']),
        json(['evidence#\ud83d']),
        'A'.repeat(9000),
      ];
      for (const bad of cursors) {
        expect((await refusal(records.query(partition, 'evidence#', { cursor: bad }))).code).toBe('bad-input');
        expect((await refusal(records.due(1, { cursor: bad }))).code).toBe('bad-input');
      }
      expect((await refusal(records.query(partition, 'event#', { cursor }))).code).toBe('bad-input');
      for (const limit of [0, 1001, 1.5, NaN]) {
        expect((await refusal(records.query(partition, '', { limit }))).code).toBe('bad-input');
        expect((await refusal(records.due(1, { limit }))).code).toBe('bad-input');
      }
      for (const prefix of ['half \ud83d', 'nul \0'])
        expect((await refusal(records.query(partition, prefix))).code).toBe('bad-input');
      expect((await refusal(records.query('', 'a'))).code).toBe('bad-input');
    });

    it('gets 1,000 keys at once, each once, without the missing', async () => {
      const { records } = bench;
      const keys = Array.from({ length: 700 }, (_, n) => ({ partition: `investigation#${n % 3}`, sort: sortOf(n) }));
      await putMany(records, keys);
      const missing = Array.from({ length: 200 }, (_, n) => ({ partition, sort: `none#${n}` }));
      const found = await records.batchGet([...keys, ...missing, ...keys.slice(0, 100)]);
      expect(found.map(({ sort }) => sort).sort()).toStrictEqual(keys.map(({ sort }) => sort));
      expect(await records.batchGet([])).toStrictEqual([]);
      const tooMany = Array.from({ length: 1001 }, (_, n) => ({ partition, sort: sortOf(n) }));
      expect((await refusal(records.batchGet(tooMany))).code).toBe('bad-input');
    });

    it('answers whole where the store answers in pieces (1 MB a query, 16 MB a batch)', async () => {
      const { records } = bench;
      const keys = Array.from({ length: 60 }, (_, n) => ({ partition, sort: sortOf(n) }));
      const filler = 'x'.repeat(340_000);
      for (const key of keys) await records.put({ ...key, body: { filler } }, 0);
      expect(await records.batchGet(keys)).toHaveLength(60);
      const { records: found, cursor } = await records.query(partition, 'evidence#', { limit: 60 });
      expect(found.map(({ sort }) => sort)).toStrictEqual(keys.map(({ sort }) => sort));
      expect(cursor).toBeUndefined();
    });

    it('answers what is due in every partition, the earliest first', async () => {
      const { records } = bench;
      const keys = Array.from({ length: 250 }, (_, n) => ({ partition: `investigation#${n % 7}`, sort: sortOf(n) }));
      // Every time three times: a cursor must stand between equal times.
      for (const [n, key] of keys.entries())
        await records.put({ ...key, body: {}, dueAtMs: 1000 + Math.floor(((n * 37) % 250) / 3) }, 0);
      await records.put({ partition, sort: 'never due', body: {} }, 0);
      await vi.waitFor(
        async () => {
          const due = await readAll(40, (cursor) => records.due(1050, { limit: 40, cursor }));
          const times = due.map(({ dueAtMs }) => dueAtMs ?? Infinity);
          expect(times).toStrictEqual(times.toSorted((a, b) => a - b));
          expect(new Set(due.map(({ sort }) => sort)).size).toBe(due.length);
          expect(due).toHaveLength(153);
          expect(Math.max(...times)).toBe(1050);
        },
        { timeout: 20_000 },
      );
      expect(await records.due(999)).toStrictEqual({ records: [] });
    });

    it('forgets what is no longer due', async () => {
      const { records } = bench;
      const due = async (beforeMs: number) => (await records.due(beforeMs)).records.map(({ sort }) => sort);
      for (const sort of ['a', 'b', 'c', 'd']) await records.put({ partition, sort, body: {}, dueAtMs: 10 }, 0);
      await records.put({ partition, sort: 'a', body: {} }, 1);
      await records.put({ partition, sort: 'b', body: {}, dueAtMs: 20 }, 1);
      await records.delete({ partition, sort: 'c' });
      await vi.waitFor(async () => expect(await due(10)).toStrictEqual(['d']), { timeout: 20_000 });
      await vi.waitFor(async () => expect(await due(20)).toStrictEqual(['d', 'b']), { timeout: 20_000 });
    });
  });
}
