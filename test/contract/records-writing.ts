import { describe, expect, it } from 'vitest';
import type { Records, StoredRecord } from '../../functions/platform/records/records.ts';
import { refusal } from './refusal.ts';

const key = { partition: 'investigation#a', sort: 'evidence#1' };

export function describeWriting(bench: { readonly records: Records }): void {
  describe('writing', () => {
    it('gives back the JSON that was put, whatever is in it', async () => {
      const body = JSON.parse(
        '{"__proto__":{"x":1},"":"","n":[0.1,1e300,-0.5,9007199254740991,null,true,{}],"t":"é\\u0000\\ud83d\\ude00\\"\\\\"}',
      ) as Record<string, unknown>;
      const put = await bench.records.put({ ...key, body, dueAtMs: 5, expiresAtMs: 9e12 }, 0);
      expect(put).toStrictEqual({ ...key, version: 1, body, dueAtMs: 5, expiresAtMs: 9e12 });
      expect(await bench.records.get(key)).toStrictEqual(put);
    });

    it('drops what JSON does not hold, in the answer as in the store', async () => {
      const put = await bench.records.put({ ...key, body: { a: undefined, b: 1 }, dueAtMs: undefined }, 0);
      expect(put).toStrictEqual({ ...key, version: 1, body: { b: 1 } });
      expect(await bench.records.get(key)).toStrictEqual(put);
    });

    it('counts versions and refuses a write on another version, with the current record', async () => {
      const { records } = bench;
      await records.put({ ...key, body: { n: 1 }, dueAtMs: 7 }, 0);
      const second = await records.put({ ...key, body: { n: 2 } }, 1);
      expect(second).toStrictEqual({ ...key, version: 2, body: { n: 2 } });
      for (const expected of [0, 1, 3]) {
        const error = await refusal(records.put({ ...key, body: { n: 3 } }, expected));
        expect([error.code, error.data['current']]).toStrictEqual(['conflict', second]);
      }
      expect(await records.get(key)).toStrictEqual(second);
      const absent = await refusal(records.put({ partition: 'investigation#a', sort: 'none', body: {} }, 1));
      expect([absent.code, absent.data['current']]).toStrictEqual(['conflict', null]);
    });

    it.each([0, 1])('lets exactly one of 20 writers win on version %i', async (expected) => {
      const { records } = bench;
      if (expected === 1) await records.put({ ...key, body: { writer: 'first' } }, 0);
      const outcomes = await Promise.allSettled(
        Array.from({ length: 20 }, (_, writer) => records.put({ ...key, body: { writer } }, expected)),
      );
      const winners = outcomes.filter((outcome) => outcome.status === 'fulfilled').map(({ value }) => value);
      expect(winners).toHaveLength(1);
      expect(await records.get(key)).toStrictEqual(winners[0]);
      for (const outcome of outcomes)
        if (outcome.status === 'rejected')
          expect(outcome.reason).toMatchObject({ code: 'conflict', data: { current: winners[0] } });
    });

    it('loses no change of 10 writers who read, change and put until they win', async () => {
      const { records } = bench;
      await records.put({ ...key, body: { done: [] } }, 0);
      const append = async (writer: number): Promise<void> => {
        for (;;) {
          const current = (await records.get(key)) as StoredRecord; // it was put above and is never deleted
          const done = [...(current.body['done'] as number[]), writer];
          const outcome = await records
            .put({ ...key, body: { done } }, current.version)
            .catch((error: unknown) => error);
          if (!(outcome instanceof Error)) return;
          expect(outcome).toMatchObject({ code: 'conflict' });
        }
      };
      await Promise.all(Array.from({ length: 10 }, (_, writer) => append(writer)));
      const end = await records.get(key);
      expect(end?.version).toBe(11);
      expect([...(end?.body['done'] as number[])].sort((a, b) => a - b)).toStrictEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    });

    it('takes 350,000 bytes of JSON and no more, counted in UTF-8', async () => {
      const { records } = bench;
      const around = Buffer.byteLength('{"t":""}');
      const text = 'é'.repeat((350_000 - around) / 2);
      await records.put({ ...key, body: { t: text } }, 0);
      expect((await records.get(key))?.body).toStrictEqual({ t: text });
      const error = await refusal(records.put({ ...key, body: { t: `${text}x` } }, 1));
      expect([error.code, error.data['limit']]).toStrictEqual(['too-large', 'recordBytes']);
    });

    it('deletes on the right version only; deleting nothing is fine', async () => {
      const { records } = bench;
      await records.delete(key);
      await records.delete(key, 4);
      const stored = await records.put({ ...key, body: { n: 1 } }, 0);
      const error = await refusal(records.delete(key, 2));
      expect([error.code, error.data['current']]).toStrictEqual(['conflict', stored]);
      await records.delete(key, 1);
      expect(await records.get(key)).toBeUndefined();
      expect((await records.put({ ...key, body: {} }, 0)).version).toBe(1);
      await records.delete(key);
      expect(await records.get(key)).toBeUndefined();
    });

    it('adds to a counter from many sides at once; records do not see it', async () => {
      const { records } = bench;
      const sums = await Promise.all(Array.from({ length: 50 }, () => records.add(key, 2)));
      expect(sums.sort((a, b) => a - b)).toStrictEqual(Array.from({ length: 50 }, (_, i) => 2 * i + 2));
      expect(await records.add(key, -30)).toBe(70);
      expect(await records.add(key, 0)).toBe(70);
      expect(await records.get(key)).toBeUndefined();
      expect((await records.query(key.partition, '')).records).toStrictEqual([]);
      expect((await records.put({ ...key, body: {} }, 0)).version).toBe(1);
      expect(await records.add(key, 1)).toBe(71);
    });

    it('refuses keys, versions, times and amounts that a store could not keep', async () => {
      const { records } = bench;
      const bad = [
        { partition: '', sort: 'a' },
        { partition: 'p', sort: '' },
        { partition: '~p', sort: 'a' },
        { partition: 'p', sort: 'half \ud83d' },
        { partition: 'half \ude00', sort: 'a' },
        { partition: 'p', sort: 'nul \0' },
        { partition: 'p', sort: 'é'.repeat(513) },
      ];
      for (const badKey of bad) {
        for (const attempt of [
          records.put({ ...badKey, body: {} }, 0),
          records.get(badKey),
          records.batchGet([badKey]),
          records.delete(badKey),
          records.add(badKey, 1),
        ])
          expect((await refusal(attempt)).code).toBe('bad-input');
      }
      for (const attempt of [
        records.put({ ...key, body: {} }, -1),
        records.put({ ...key, body: {} }, 0.5),
        records.put({ ...key, body: {}, dueAtMs: NaN }, 0),
        records.put({ ...key, body: {}, expiresAtMs: 1.5 }, 0),
        records.add(key, 0.5),
        records.add(key, Infinity),
      ])
        expect((await refusal(attempt)).code).toBe('bad-input');
      expect((await records.put({ partition: 'p', sort: 'é'.repeat(512), body: {} }, 0)).version).toBe(1);
    });
  });
}
