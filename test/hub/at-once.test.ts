import { expect, it } from 'vitest';
import { openDesk } from '../../functions/hub/desk.ts';
import { rawKey } from '../../functions/hub/keys.ts';
import { editInvestigation, getInvestigation, openInvestigation } from '../../functions/hub/open-investigation.ts';
import { receiveObject } from '../../functions/hub/receive-object.ts';
import { sweep } from '../../functions/hub/sweep.ts';
import { takeEvidence } from '../../functions/hub/take-evidence.ts';
import { NewInvestigation } from '../../functions/model/investigation.ts';
import { isAppError } from '../../functions/model/error.ts';
import { MAINTAINER, openTestHub } from './test-hub.ts';

const SLUG = 'at-once';
const submitter = { tokenId: 'cluster', label: 'cluster', isStranger: false };

it('senders, events that repeat, workers and sweeps at once: each piece is analysed, once', async () => {
  const hub = await openTestHub();
  await openInvestigation(hub.deps, NewInvestigation.parse({ slug: SLUG, title: 'At once', product: 'x' }), MAINTAINER);
  const send = async () => {
    const evidence = { name: 'a', sizeBytes: 4, context: {}, comment: '' };
    const submission = { slug: SLUG, evidence, kind: 'file', parts: false, submitter, address: '::1' } as const;
    const { evidence: taken } = await takeEvidence(hub.deps, submission);
    const key = rawKey(SLUG, taken.id);
    await hub.deps.evidence.put(key, 'fine');
    await Promise.all([receiveObject(hub.deps, key), receiveObject(hub.deps, key), sweep(hub.deps)]);
  };
  await Promise.all([...Array.from({ length: 20 }, send), hub.work(), hub.work(), hub.work()]);
  await Promise.all([hub.work(), hub.work()]);
  const { evidence, events } = await openDesk(hub.deps, SLUG);
  expect(evidence.map(({ state }) => state)).toEqual(Array.from({ length: 20 }, () => 'analysed'));
  for (const kind of ['evidence/received', 'evidence/analysed']) {
    const subjects = events.filter((event) => event.kind === kind).map(({ subjectId }) => subjectId);
    expect([subjects.length, new Set(subjects).size]).toEqual([20, 20]);
  }
  await hub.close();
});

it('of edits that read the same version one wins, and the others are told what is there now', async () => {
  const hub = await openTestHub();
  await openInvestigation(hub.deps, NewInvestigation.parse({ slug: SLUG, title: 'At once', product: 'x' }), MAINTAINER);
  const edits = await Promise.allSettled(
    ['one', 'two', 'three'].map((title) => editInvestigation(hub.deps, SLUG, { title, version: 1 }, MAINTAINER)),
  );
  const won = edits.filter((edit) => edit.status === 'fulfilled').map(({ value }) => value);
  expect(won).toHaveLength(1);
  const lost = edits.filter((edit) => edit.status === 'rejected').map(({ reason }: { reason: unknown }) => reason);
  for (const error of lost) expect(isAppError(error) && error.data['current']).toEqual(won[0]);
  expect(await getInvestigation(hub.deps, SLUG)).toEqual(won[0]);
  await hub.close();
});
