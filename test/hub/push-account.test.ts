import { afterEach, describe, expect, it } from 'vitest';
import { Config } from '../../functions/hub/config.ts';
import type { Deps } from '../../functions/hub/deps.ts';
import { eraseEvidence } from '../../functions/hub/erase-evidence.ts';
import { bytesHeld, reserveBytes } from '../../functions/hub/held-bytes.ts';
import { pushPrefix } from '../../functions/hub/keys.ts';
import { compactPushes } from '../../functions/hub/push/compact-pushes.ts';
import { listSegments, restFor, segmentsToJoin } from '../../functions/hub/push/push-objects.ts';
import { recoverInterrupted, sweep } from '../../functions/hub/sweep.ts';
import { AppError } from '../../functions/model/error.ts';
import { Crash, crashing, newFuse } from './crashing.ts';
import { openPushHub, type PushHub, SLUG, workingSet, writeRequest } from './push-hub.ts';
import { ORIGIN } from './test-hub.ts';

let hub: PushHub;
const start = async (config: Partial<Config> = {}, wrap?: (deps: Deps) => Deps): Promise<void> => {
  hub = await openPushHub(config, wrap);
};
afterEach(() => hub.close());

const held = (): Promise<number> => bytesHeld(hub.deps, SLUG);
const limits = (changed: Partial<Config['limits']>): Config['limits'] =>
  Config.parse({ publicUrl: ORIGIN, secret: 'a secret that is longer than 32 bytes', limits: changed }).limits;

/** Enough samples for a compaction to save room. */
async function pushScrapes(from: number, count: number): Promise<void> {
  for (let i = from; i < from + count; i++) expect((await hub.write([i * 15, i])).status).toBe(204);
}
const valuesUpTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

describe('the account of an investigation that is pushed to', () => {
  it('holds what lies there once it is compacted, so that more can be pushed than it may ever hold', async () => {
    const bodyBytes = writeRequest([[0, 1]]).length;
    await start({ limits: limits({ investigationBytes: 20 * bodyBytes }) });
    for (let round = 0; round < 6; round++) {
      await pushScrapes(10 * round, 10);
      await hub.workAfter(61_000);
      expect(await held()).toBe(await hub.storedBytes());
    }
    expect(workingSet(hub.analyses.at(-1))?.values).toEqual(valuesUpTo(60));
    await expect(pushScrapes(60, 30)).rejects.toThrow();
    expect(await held()).toBeLessThanOrEqual(20 * bodyBytes);
  });

  it('is right again wherever a compaction was cut off, and nothing that was acknowledged is missing', async () => {
    let survived = 0;
    for (let diesAt = 0; survived < 2; diesAt++) {
      for (const after of [false, true]) {
        const fuse = newFuse();
        await start({}, (deps) => crashing(deps, fuse));
        await pushScrapes(0, 3);
        await hub.workAfter(61_000);
        await pushScrapes(3, 3);
        Object.assign(fuse, { operationsLeft: diesAt, after });
        await hub.workAfter(61_000).catch(ignoreCrash);
        if (!fuse.dead) survived++;
        Object.assign(fuse, { operationsLeft: Infinity, dead: false });
        await recoverInterrupted(hub.deps);
        for (let i = 0; i < 3; i++) {
          await sweep(hub.deps);
          await hub.workAfter(301_000);
        }
        const [evidence] = await hub.pushed();
        expect([diesAt, evidence?.state, await held()]).toEqual([diesAt, 'analysed', await hub.storedBytes()]);
        expect(await listSegments(hub.evidence, SLUG, evidence?.id ?? '')).toHaveLength(1);
        expect(workingSet(hub.analyses.at(-1))?.values).toEqual(valuesUpTo(6));
        await hub.close();
      }
    }
  }, 240_000);

  it('is the same after two compactions at once, and after one that was too late', async () => {
    await start();
    await pushScrapes(0, 6);
    const [evidence] = await hub.pushed();
    await Promise.allSettled([compactPushes(hub.deps, evidence!), compactPushes(hub.deps, evidence!)]);
    await hub.workAfter(61_000);
    expect(await held()).toBe(await hub.storedBytes());
    expect(workingSet(hub.analyses.at(-1))?.values).toEqual(valuesUpTo(6));
    await eraseEvidence(hub.deps, SLUG, evidence!.id);
    await hub.evidence.put(`${pushPrefix(SLUG, evidence!.id)}late`, 'casebook push log 1\n');
    await expect(compactPushes(hub.deps, evidence!)).rejects.toThrow('was deleted while it was compacted');
    expect([await held(), await hub.storedBytes()]).toEqual([0, 0]);
  });

  it('is empty when the evidence is deleted, when its bytes have expired, and when nothing ever came of an advance', async () => {
    const broken = { on: false };
    await start({}, (deps) => ({
      ...deps,
      evidence: {
        ...deps.evidence,
        put: (...put) => (broken.on ? Promise.reject(new Error('no space')) : deps.evidence.put(...put)),
      },
    }));
    await pushScrapes(0, 3);
    await hub.workAfter(61_000);
    const [first] = await hub.pushed();
    await eraseEvidence(hub.deps, SLUG, first!.id);
    await eraseEvidence(hub.deps, SLUG, first!.id);
    expect(await held()).toBe(0);
    await pushScrapes(3, 3);
    await hub.workAfter(61_000);
    expect(await held()).toBeGreaterThan(0);
    hub.clock.nowMs += hub.deps.config.rawRetentionMs;
    await sweep(hub.deps);
    expect(await held()).toBe(0);
    broken.on = true;
    expect((await hub.write([0, 1])).status).toBe(503);
    expect(await held()).toBeGreaterThan(0);
    hub.clock.nowMs += 2 * hub.deps.config.uploadLifetimeMs;
    await sweep(hub.deps);
    expect(await held()).toBe(0);
  });

  it('counts uploads and pushes together', async () => {
    const bodyBytes = writeRequest([[0, 1]]).length;
    await start({ limits: limits({ investigationBytes: 3 * bodyBytes }) });
    await reserveBytes(hub.deps, SLUG, 2 * bodyBytes);
    expect((await hub.write([0, 1])).status).toBe(204);
    expect((await hub.write([15, 1])).status).toBe(413);
    await expect(reserveBytes(hub.deps, SLUG, bodyBytes)).rejects.toThrow('investigationBytes');
    expect(await held()).toBe(3 * bodyBytes);
  });
});

describe('a piece of evidence that is full', () => {
  it('is closed by what is stored, whether or not its analysis succeeds', async () => {
    await start({ pushEvidenceBytes: 10 }, (deps) => ({
      ...deps,
      analyse: () => Promise.reject(new AppError('too-slow', 'it takes too long')),
    }));
    await pushScrapes(0, 3);
    await hub.workAfter(6000);
    const [first] = await hub.pushed();
    expect([first?.state, first?.sizeBytes]).toEqual(['refused', await hub.storedBytes()]);
    await pushScrapes(3, 1);
    expect(await hub.pushed()).toHaveLength(2);
  });

  it('is closed when more waits than a compaction takes, as where none succeeds', async () => {
    const bodyBytes = writeRequest([[0, 1]]).length;
    await start(
      {
        pushEvidenceBytes: bodyBytes,
        pushJoinBytes: 3 * bodyBytes,
        limits: limits({ pushBytesPerDay: 100 * bodyBytes }),
      },
      (deps) => ({
        ...deps,
        evidence: { ...deps.evidence, read: () => Promise.reject(new Error('damaged')) },
      }),
    );
    for (let i = 0; i < 12; i++) {
      await pushScrapes(i, 1);
      await hub.workAfter(61_000);
    }
    expect((await hub.pushed()).length).toBeGreaterThan(1);
  });
});

describe('more than one compaction takes', () => {
  it('is analysed bit by bit, without another push', async () => {
    const bodyBytes = writeRequest([[0, 1]]).length;
    await start({ pushJoinBytes: 4 * bodyBytes });
    await pushScrapes(0, 12);
    for (let i = 0; i < 6; i++) await hub.workAfter(61_000);
    const [evidence] = await hub.pushed();
    expect(hub.analyses.length).toBeGreaterThan(2);
    expect(workingSet(hub.analyses.at(-1))?.values).toEqual(valuesUpTo(12));
    expect(await listSegments(hub.evidence, SLUG, evidence?.id ?? '')).toHaveLength(1);
    expect(await held()).toBe(await hub.storedBytes());
  });

  it('and what came during an analysis that was refused, is analysed as well', async () => {
    const late: { push?: () => Promise<unknown> } = {};
    await start({}, (deps) => ({
      ...deps,
      analyse: async (asked, options) => {
        if (!late.push) return deps.analyse(asked, options);
        await late.push();
        delete late.push;
        throw new AppError('bad-input', 'nothing that was pushed holds a sample yet');
      },
    }));
    late.push = () => hub.write([15, 2]);
    await hub.write([0, 1]);
    await hub.workAfter(6000);
    expect((await hub.pushed())[0]?.state).toBe('received');
    await hub.workAfter(61_000);
    expect((await hub.pushed())[0]?.state).toBe('analysed');
    expect(workingSet(hub.analyses.at(-1))?.values).toEqual([1, 2]);
  });

  it('takes the first and what fits, one other at the least', () => {
    const of = (...sizes: number[]) =>
      segmentsToJoin(
        sizes.map((sizeBytes) => ({ sizeBytes })),
        100,
      ).length;
    expect([of(), of(900), of(900, 50, 50, 1), of(5, 200, 1), of(5, 99, 2, 1)]).toEqual([0, 1, 3, 2, 2]);
  });

  it('rests as long as it works, and a quarter of it with much before it', () => {
    const rest = (...sizes: number[]) => restFor(sizes.map((sizeBytes) => ({ sizeBytes })));
    expect([rest(64e6), rest(64e6, 32e6), rest(64e6, 16e6, 17e6)]).toEqual([1, 1, 0.25]);
  });
});

function ignoreCrash(error: unknown): void {
  if (!(error instanceof Crash)) throw error;
}
