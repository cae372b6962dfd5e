import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Deps } from '../../functions/hub/deps.ts';
import { partitionOf } from '../../functions/hub/keys.ts';
import { subscribe } from '../../functions/hub/subscriptions.ts';
import { onChanges } from '../../functions/hub/on-changes.ts';
import { openInvestigation } from '../../functions/hub/open-investigation.ts';
import { createWork } from '../../functions/hub/people-work.ts';
import { sweep } from '../../functions/hub/sweep.ts';
import { NewInvestigation } from '../../functions/model/investigation.ts';
import type { Change } from '../../functions/platform/changes/changes.ts';
import { clientOf } from '../api/client.ts';
import { MAINTAINER, openTestHub, putBytes, type TestHub } from './test-hub.ts';

let hub: TestHub;
let published: string[];
let down: boolean;
let token: string;

const publish = {
  investigation: (_: Deps, slug: string) => Promise.resolve(void published.push(slug)),
  home: () => Promise.resolve(void published.push('home')),
};

async function open(config: Parameters<typeof openTestHub>[0] = {}): Promise<void> {
  published = [];
  down = false;
  hub = await openTestHub(config, (deps) => ({
    ...deps,
    notifications: { send: (one) => (down ? Promise.reject(new Error('down')) : deps.notifications.send(one)) },
  }));
  const input = NewInvestigation.parse({ slug: 'worker', title: 'Worker', product: 'x' });
  token = (await openInvestigation(hub.deps, input, MAINTAINER)).publicToken ?? '';
}
beforeEach(() => open());
afterEach(() => hub.close());

/** Every record of the investigation, as a batch of the change stream brings them. */
async function batch(): Promise<Change[]> {
  const { records } = await hub.deps.records.query(partitionOf('worker'), '', { limit: 1000 });
  return records.map((record) => ({ partition: record.partition, sort: record.sort, record }));
}
const webhook = () =>
  subscribe(hub.deps, 'worker', { channel: 'webhook', target: 'https://hook.example.org/x' }, { person: MAINTAINER });

describe('a batch of changes', () => {
  it('publishes each investigation once, then the list', async () => {
    await openInvestigation(hub.deps, NewInvestigation.parse({ slug: 'other', title: 'O', product: 'x' }), MAINTAINER);
    const other = { partition: 'investigations', sort: 'other' };
    await onChanges(hub.deps, [...(await batch()), other, ...(await batch())], publish);
    expect(published).toEqual(['worker', 'other', 'home']);
  });

  it('passes over progress, tokens and counters', async () => {
    const record = { version: 3, body: { quiet: true } };
    const changes = [
      { partition: partitionOf('worker'), sort: 'evidence#1', record },
      { partition: 'tokens', sort: 'worker#1', record },
      { partition: 'deliveries', sort: '1', record },
    ].map((change) => ({ ...change, record: { ...change, ...change.record } }));
    await onChanges(hub.deps, changes, publish);
    expect(published).toEqual([]);
  });
});

describe('subscribers', () => {
  it('hear once of an update, however often the change comes', async () => {
    const { signingSecret } = await webhook();
    await createWork(hub.deps, 'worker', 'updates', { title: 'Week 2', body: 'We know' }, MAINTAINER);
    await onChanges(hub.deps, await batch(), publish);
    await onChanges(hub.deps, await batch(), publish);
    expect(hub.sent).toHaveLength(1);
    expect(hub.sent[0]).toMatchObject({
      to: { kind: 'webhook', url: 'https://hook.example.org/x', secret: signingSecret },
      subject: 'Worker: Week 2',
      url: 'http://127.0.0.1:8787/i/worker/',
    });
  });

  it('hear later when their receiver is down, by sweep', async () => {
    await webhook();
    await createWork(hub.deps, 'worker', 'updates', { title: 'Week 2', body: '' }, MAINTAINER);
    down = true;
    await onChanges(hub.deps, await batch(), publish);
    hub.clock.nowMs += 61_000;
    await sweep(hub.deps);
    down = false;
    expect(hub.sent).toEqual([]);
    await sweep(hub.deps);
    expect(hub.sent).toEqual([]);
    hub.clock.nowMs += 240_000;
    await sweep(hub.deps);
    await sweep(hub.deps);
    expect(hub.sent).toHaveLength(1);
  });

  it('hear nothing of what waits for approval', async () => {
    await hub.close();
    await open({ strangersAre: 'pending' });
    await webhook();
    const sent = await clientOf(hub, { bearer: token })('POST', '/api/investigations/worker/evidence', {
      name: 'a',
      sizeBytes: 5,
    });
    await putBytes(hub, String(sent.at('upload', 'url')), 'hello');
    await hub.work();
    await onChanges(hub.deps, await batch(), publish);
    expect(hub.sent).toEqual([]);
  });

  it('by mail hear nothing before they opened the link that was sent there, and can leave', async () => {
    const ask = clientOf(hub);
    const asked = await ask('POST', '/api/investigations/worker/mail-subscriptions', { address: 'kim@example.org' });
    expect(asked.status).toBe(202);
    expect(hub.sent).toMatchObject([{ to: { kind: 'mail', address: 'kim@example.org' } }]);
    await createWork(hub.deps, 'worker', 'updates', { title: 'Week 2', body: '' }, MAINTAINER);
    await onChanges(hub.deps, await batch(), publish);
    expect(hub.sent).toHaveLength(1);
    const link = hub.sent[0]?.url ?? '';
    expect((await hub.app.request(link.replace(/.$/, (last) => (last === '0' ? '1' : '0')))).status).toBe(404);
    const page = await hub.app.request(link);
    expect(page.headers.get('content-security-policy')).toContain("form-action 'self'");
    const action = / action="([^"]*confirm[^"]*)"/.exec(await page.text())?.[1] ?? '';
    expect((await hub.app.request(action, { method: 'POST' })).status).toBe(200);
    await createWork(hub.deps, 'worker', 'updates', { title: 'Week 3', body: '' }, MAINTAINER);
    const changes = (await batch()).filter(({ record }) => record?.body['text'] === 'Week 3');
    await onChanges(hub.deps, changes, publish);
    expect(hub.sent[1]).toMatchObject({ subject: 'Worker: Week 3' });
    expect(hub.sent[1]?.text).toContain(link);
    expect((await hub.app.request(action.replace('/confirm', '/end'), { method: 'POST' })).status).toBe(200);
    expect((await hub.app.request(link)).status).toBe(404);
  });

  it('are not made by strangers as webhooks, nor without bound as mail', async () => {
    const ask = clientOf(hub);
    const path = '/api/investigations/worker';
    const body = { channel: 'webhook', target: 'https://hook.example.org/' };
    expect((await ask('POST', `${path}/subscriptions`, body)).status).toBe(401);
    const statuses: number[] = [];
    for (let i = 0; i <= hub.deps.config.limits.notesPerHour; i++) {
      const from = { 'x-test-address': `198.51.100.${i}` };
      statuses.push((await ask('POST', `${path}/mail-subscriptions`, { address: 'kim@example.org' }, from)).status);
    }
    expect(statuses.at(-2)).toBe(202);
    expect(statuses.at(-1)).toBe(429);
  });
});
