import { describe, expect, it, vi } from 'vitest';
import type { Records } from '../../functions/platform/records/records.ts';
import { readAll } from './records-reading.ts';
import { refusal } from './refusal.ts';

const key = { partition: 'investigation#a', sort: 'evidence#1' };

export function describeExpiry(bench: { readonly records: Records; nowMs: number }): void {
  describe('expiry', () => {
    it('holds to the millisecond, for every way of reading', async () => {
      const { records } = bench;
      const expiresAtMs = bench.nowMs + 1234;
      const stored = await records.put({ ...key, body: {}, dueAtMs: 1, expiresAtMs }, 0);
      bench.nowMs = expiresAtMs - 1;
      expect(await records.get(key)).toStrictEqual(stored);
      expect(await records.batchGet([key])).toStrictEqual([stored]);
      expect((await records.query(key.partition, '')).records).toStrictEqual([stored]);
      await vi.waitFor(async () => expect((await records.due(1)).records).toStrictEqual([stored]), { timeout: 20_000 });
      bench.nowMs = expiresAtMs;
      expect(await records.get(key)).toBeUndefined();
      expect(await records.batchGet([key])).toStrictEqual([]);
      expect(await records.query(key.partition, '')).toStrictEqual({ records: [] });
      expect(await records.due(1)).toStrictEqual({ records: [] });
    });

    it('leaves the key free, though the store may not have dropped it yet', async () => {
      const { records } = bench;
      await records.put({ ...key, body: { n: 1 }, expiresAtMs: bench.nowMs + 10 }, 0);
      await records.put({ ...key, body: { n: 2 }, expiresAtMs: bench.nowMs + 10 }, 1);
      bench.nowMs += 10;
      const error = await refusal(records.put({ ...key, body: { n: 3 } }, 2));
      expect([error.code, error.data['current']]).toStrictEqual(['conflict', null]);
      await records.delete(key, 9);
      expect(await records.put({ ...key, body: { n: 4 } }, 0)).toStrictEqual({ ...key, version: 1, body: { n: 4 } });
      bench.nowMs += 1e9;
      expect((await records.get(key))?.body).toStrictEqual({ n: 4 });
    });

    it('lets one of 20 writers take over what has expired', async () => {
      const { records } = bench;
      await records.put({ ...key, body: { writer: 'old' }, expiresAtMs: bench.nowMs + 10 }, 0);
      bench.nowMs += 10;
      const outcomes = await Promise.allSettled(
        Array.from({ length: 20 }, (_, writer) => records.put({ ...key, body: { writer } }, 0)),
      );
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    });

    it('keeps pages full where most has expired', async () => {
      const { records } = bench;
      for (let n = 100; n < 300; n++)
        await records.put(
          {
            partition: 'p',
            sort: String(n),
            body: {},
            dueAtMs: n,
            ...(n % 10 !== 0 && { expiresAtMs: bench.nowMs + 5 }),
          },
          0,
        );
      bench.nowMs += 5;
      const expected = Array.from({ length: 20 }, (_, i) => String(100 + i * 10));
      const found = await readAll(6, (cursor) => records.query('p', '', { limit: 6, cursor }));
      expect(found.map(({ sort }) => sort)).toStrictEqual(expected);
      await vi.waitFor(
        async () => {
          const due = await readAll(6, (cursor) => records.due(1000, { limit: 6, cursor }));
          expect(due.map(({ sort }) => sort)).toStrictEqual(expected);
        },
        { timeout: 20_000 },
      );
    });

    it('starts a counter again when its time, set by the first who gave one, is over', async () => {
      const { records } = bench;
      const endMs = bench.nowMs + 1500;
      expect(await records.add(key, 5)).toBe(5);
      expect(await records.add(key, 5, endMs)).toBe(10);
      expect(await records.add(key, 5, endMs + 9999)).toBe(15);
      bench.nowMs = endMs - 1;
      expect(await records.add(key, 1)).toBe(16);
      bench.nowMs = endMs;
      const sums = await Promise.all(Array.from({ length: 10 }, () => records.add(key, 1, endMs + 100)));
      expect(sums.sort((a, b) => a - b)).toStrictEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
      bench.nowMs = endMs + 100;
      expect(await records.add(key, 7)).toBe(7);
    });
  });
}
