import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Change } from '../../functions/platform/changes/changes.ts';
import { changesLanes, type ChangesStore } from './changes-lanes.ts';
import { follow, type Follower } from './changes-follower.ts';

const partition = 'investigation#a';
const ofKey = (changes: readonly Change[], sort: string) =>
  changes.filter((change) => change.sort === sort).map(({ record }) => record?.version);

for (const lane of changesLanes) {
  describe.skipIf(!lane.enabled)(`changes: ${lane.name}`, { timeout: 60_000 }, () => {
    let server: Awaited<ReturnType<typeof lane.start>>;
    let store: ChangesStore;
    const followers: Follower[] = [];
    const started = (handle?: (changes: readonly Change[]) => Promise<void>): Follower => {
      const follower = follow(store.changes(), handle);
      followers.push(follower);
      return follower;
    };
    beforeAll(async () => {
      server = await lane.start();
    }, 120_000);
    beforeEach(async () => {
      store = await server.open();
    });
    afterEach(async () => {
      await Promise.all(followers.splice(0).map((follower) => follower.stop()));
      store.close();
    });
    afterAll(() => server.stop());

    it('reports every version and every deletion in order, as it was then; no counter', async () => {
      const { records } = store;
      const key = { partition, sort: 'a' };
      const first = await records.put({ ...key, body: { n: 1 }, dueAtMs: 3, expiresAtMs: 9e12 }, 0);
      await records.add(key, 5);
      const second = await records.put({ ...key, body: { n: 2 } }, 1);
      await records.delete(key);
      const third = await records.put({ ...key, body: { n: 3 } }, 0);
      const follower = started();
      await follower.until((seen) => seen.length >= 4);
      expect(follower.seen).toStrictEqual([
        { ...key, record: first },
        { ...key, record: second },
        key,
        { ...key, record: third },
      ]);
    });

    it('keeps the order within each record while many are written at once', async () => {
      const { records } = store;
      const follower = started();
      await Promise.all(
        Array.from({ length: 20 }, async (_, n) => {
          for (let version = 0; version < 10; version++)
            await records.put({ partition, sort: `key#${n}`, body: { version } }, version);
        }),
      );
      await follower.until((seen) => seen.length >= 200);
      for (let n = 0; n < 20; n++)
        expect(ofKey(follower.seen, `key#${n}`)).toStrictEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    });

    it('delivers again what a handler threw on, and loses nothing behind it', async () => {
      const { records } = store;
      for (let n = 0; n < 30; n++) await records.put({ partition, sort: `key#${n}`, body: {} }, 0);
      let failures = 3;
      const handled: string[] = [];
      const follower = started(async (changes) => {
        await Promise.resolve();
        if (failures-- > 0) throw new Error('not now');
        handled.push(...changes.map(({ sort }) => sort));
      });
      await follower.until(() => handled.length >= 30);
      expect(handled).toStrictEqual(Array.from({ length: 30 }, (_, n) => `key#${n}`));
      // Delivered: the failed ones too.
      expect(ofKey(follower.seen, 'key#0')).toStrictEqual([1, 1, 1, 1]);
    });

    it('goes on where it stood when it was stopped', async () => {
      const { records } = store;
      await records.put({ partition, sort: 'a', body: {} }, 0);
      const first = started();
      await first.until((seen) => seen.length === 1);
      await first.stop();
      await records.put({ partition, sort: 'b', body: {} }, 0);
      const second = started();
      await second.until((seen) => seen.length >= 1);
      expect(second.seen.map(({ sort }) => sort)).toStrictEqual(['b']);
    });

    it('stops while it waits and while it fails', async () => {
      await started().stop();
      await store.records.put({ partition, sort: 'a', body: {} }, 0);
      const failing = started(() => Promise.reject(new Error('never')));
      await failing.until((seen) => seen.length >= 2);
      await failing.stop();
      const after = started();
      await after.until((seen) => seen.length === 1);
    });
  });
}
