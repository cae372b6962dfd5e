import fc from 'fast-check';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDesk } from '../../functions/hub/desk.ts';
import type { Deps } from '../../functions/hub/deps.ts';
import { rawKey } from '../../functions/hub/keys.ts';
import { onChanges } from '../../functions/hub/on-changes.ts';
import { openInvestigation } from '../../functions/hub/open-investigation.ts';
import { receiveObject } from '../../functions/hub/receive-object.ts';
import { workOn } from '../../functions/hub/run-worker.ts';
import { recoverInterrupted, sweep } from '../../functions/hub/sweep.ts';
import { takeEvidence, type Taken } from '../../functions/hub/take-evidence.ts';
import { NewInvestigation } from '../../functions/model/investigation.ts';
import { openSqliteChanges } from '../../functions/platform/changes/sqlite.ts';
import { Crash, crashing, newFuse } from './crashing.ts';
import { MAINTAINER, openTestHub, type TestHub } from './test-hub.ts';

const SLUG = 'crashes';
const BY = { tokenId: 'a-token', label: 'cluster', isStranger: false };

/** What may happen, each cut off at the n-th operation on a port, before or after that took effect. */
const Act = fc.record({
  act: fc.constantFrom('submit', 'submit', 'event', 'work', 'work', 'sweep', 'wait'),
  diesAt: fc.oneof({ weight: 2, arbitrary: fc.nat(14) }, { weight: 1, arbitrary: fc.constant(Infinity) }),
  after: fc.boolean(),
  text: fc.constantFrom('fine', 'fine', 'corrupt'),
});
type Act = typeof Act extends fc.Arbitrary<infer T> ? T : never;

describe('whatever is cut off, anywhere', () => {
  it('acknowledged evidence ends analysed or refused, once, and every change has its event', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(Act, { minLength: 3, maxLength: 14 }), async (acts) => {
        const fuse = newFuse();
        const hub = await openTestHub({}, (deps) => crashing(deps, fuse));
        try {
          await openInvestigation(
            hub.deps,
            NewInvestigation.parse({ slug: SLUG, title: 'Crashes', product: 'x' }),
            MAINTAINER,
          );
          const arrived: Taken[] = [];
          for (const act of acts) {
            fuse.operationsLeft = act.diesAt;
            fuse.after = act.after;
            await perform(hub, act, arrived).catch(ignoreCrash);
            fuse.operationsLeft = Infinity;
            if (fuse.dead) {
              fuse.dead = false;
              await recoverInterrupted(hub.deps);
            }
          }
          await settle(hub);
          await check(hub, arrived);
        } finally {
          await hub.close();
        }
      }),
      { numRuns: 40 },
    );
  }, 120_000);
});

async function perform(hub: TestHub, { act, text }: Act, arrived: Taken[]): Promise<void> {
  const { deps } = hub;
  if (act === 'wait') hub.clock.nowMs += 3 * 60_000;
  if (act === 'sweep') await sweep(deps);
  if (act === 'event') for (const { evidence } of arrived) await receiveObject(deps, rawKey(SLUG, evidence.id));
  if (act === 'work') {
    const [message] = await deps.jobs.receive({ max: 1, visibilitySeconds: 120 });
    if (message) await workOn(deps, message);
  }
  if (act === 'submit') {
    const evidence = { name: 'a.txt', sizeBytes: text.length, context: {}, comment: '' };
    const taken = await takeEvidence(deps, {
      slug: SLUG,
      evidence,
      kind: 'file',
      parts: false,
      submitter: BY,
      address: '::1',
    });
    // The store acknowledges the bytes; its event may come or not.
    await hub.evidence.put(rawKey(SLUG, taken.evidence.id), text);
    arrived.push(taken);
  }
}

async function settle(hub: TestHub): Promise<void> {
  for (let round = 0; round < 12; round++) {
    hub.clock.nowMs += hub.deps.config.sweepEveryMs;
    await sweep(hub.deps);
    await hub.work();
  }
}

async function check(hub: TestHub, arrived: readonly Taken[]): Promise<void> {
  await repairEvents(hub.deps, join(hub.dir, 'casebook.db'));
  const { evidence, events } = await openDesk(hub.deps, SLUG);
  for (const { evidence: sent } of arrived) {
    const found = evidence.find(({ id }) => id === sent.id);
    const ends = sent.sizeBytes === 'corrupt'.length ? 'refused' : 'analysed';
    expect(found?.state).toBe(ends);
    const kinds = events.filter(({ subjectId }) => subjectId === sent.id).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === `evidence/${ends}`)).toHaveLength(1);
    expect(kinds.filter((kind) => kind === 'evidence/received')).toHaveLength(1);
    const analyses = await hub.evidence.list(`analysis/${SLUG}/${sent.id}/`);
    expect(analyses.objects).toHaveLength(ends === 'analysed' ? 1 : 0);
  }
  // Nothing is left to do but the retention of raw bytes.
  expect(await hub.deps.jobs.receive({ visibilitySeconds: 1 })).toEqual([]);
}

/** The real change log, read to its end as the server does. */
async function repairEvents(deps: Deps, path: string): Promise<void> {
  const changes = openSqliteChanges(path, { pollMs: 5 });
  const published = new Set<string>();
  const quiet = new AbortController();
  let timer = setTimeout(() => quiet.abort(), 50);
  await changes.consume(async (batch) => {
    clearTimeout(timer);
    const publish = {
      investigation: (_: Deps, slug: string) => Promise.resolve(void published.add(slug)),
      home: () => Promise.resolve(),
    };
    await onChanges(deps, batch, publish);
    timer = setTimeout(() => quiet.abort(), 50);
  }, quiet.signal);
  changes.close();
  expect([...published]).toEqual([SLUG]);
}

function ignoreCrash(error: unknown): void {
  if (!(error instanceof Crash)) throw error;
}
