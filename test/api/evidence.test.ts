import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { changeEvidence } from '../../functions/hub/evidence-record.ts';
import { leakingSnapshot } from '../analysis/formats/v8-heapsnapshot/build-snapshot.ts';
import { ORIGIN, openTestHub, putBytes, type TestHub } from '../hub/test-hub.ts';
import { clientOf, signIn, type Ask } from './client.ts';

const EVIDENCE = '/api/investigations/worker/evidence';
let hub: TestHub;
let maintainer: Ask;
let token: string;
let sender: Ask;

async function open(config: Parameters<typeof openTestHub>[0] = {}): Promise<void> {
  hub = await openTestHub(config);
  maintainer = clientOf(hub, { cookie: await signIn(hub) });
  const opened = await maintainer('POST', '/api/investigations', {
    slug: 'worker',
    title: 'Worker',
    product: 'worker',
  });
  token = String(opened.at('publicToken'));
  sender = clientOf(hub, { bearer: token });
}
beforeEach(() => open());
afterEach(() => hub.close());

const limits = (more: object) => open({ limits: { ...hub.deps.config.limits, ...more } });

describe('sending evidence', () => {
  it('answers curl the URL alone, with the receipt in a header', async () => {
    const response = await hub.app.request(`${ORIGIN}${EVIDENCE}?name=dump.hprof&size=5&pod=web-1`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, accept: '*/*' },
    });
    expect(response.status).toBe(201);
    expect(response.headers.get('content-type')).toContain('text/plain');
    const url = (await response.text()).trim();
    expect((await putBytes(hub, url, 'hello, more')).status).toBe(403);
    const put = await putBytes(hub, url, 'hello');
    expect(put.status).toBe(200);
    expect(await put.text()).toMatch(/^Received 5 bytes\. .*\/i\/worker\/evidence\//);
    const receipt = /\/receipt\/#worker\.(\w+)\.(\w+)$/.exec(response.headers.get('casebook-receipt') ?? '');
    const followed = await clientOf(hub, { bearer: receipt?.[2] ?? '' })(
      'GET',
      `/api/receipts/worker/${receipt?.[1] ?? ''}`,
    );
    expect(followed.at('evidence')).toMatchObject({
      state: 'received',
      name: 'dump.hprof',
      context: { pod: 'web-1' },
    });
  });

  it('answers everything to who accepts JSON, and no secret of the record', async () => {
    const taken = await sender('POST', EVIDENCE, { name: 'a', sizeBytes: 5, context: { version: '1' }, kind: 'file' });
    expect(taken.status).toBe(201);
    expect(taken.at('upload', 'url')).toContain('/objects/');
    expect(taken.at('evidence', 'state')).toBe('awaiting-upload');
    expect(taken.text).not.toContain('Hash');
    expect(taken.at('receipt', 'url')).toBe(taken.headers.get('casebook-receipt'));
  });

  it('wants a token of this investigation that holds', async () => {
    const ask = (bearer?: string) => clientOf(hub, { bearer })('POST', EVIDENCE, { name: 'a', sizeBytes: 5 });
    expect((await ask()).status).toBe(401);
    expect((await ask(token.replace(/.$/, (last) => (last === '0' ? '1' : '0')))).status).toBe(401);
    expect((await ask('cbt_nonsense')).status).toBe(401);
    expect((await ask(token.replace('cbt_worker', 'cbt_other'))).status).toBe(403);
    expect((await ask(token)).status).toBe(201);
    const made = await maintainer('POST', '/api/investigations/worker/tokens', {
      label: 'prod cluster',
      expiresInDays: 1,
    });
    const secret = String(made.at('secret'));
    expect((await ask(secret)).at('evidence')).toMatchObject({ submittedBy: 'prod cluster' });
    const id = String(made.at('token', 'id'));
    const listed = (await maintainer('GET', '/api/investigations/worker/tokens')).json;
    expect(listed).toMatchObject([{ label: 'public' }, { id, usedBytes: 5 }]);
    expect(JSON.stringify(listed)).not.toContain('Hash');
    hub.clock.nowMs += 86_400_000;
    expect((await ask(secret)).status).toBe(401);
  });

  it('stops with a token that is revoked, and the page stops showing it', async () => {
    const shown = await maintainer('GET', '/api/investigations/worker/tokens');
    await maintainer('DELETE', `/api/investigations/worker/tokens/${String(shown.at(0, 'id'))}`);
    expect((await sender('POST', EVIDENCE, { name: 'a', sizeBytes: 5 })).status).toBe(401);
    expect((await sender('GET', '/api/investigations/worker')).at('publicToken')).toBeUndefined();
    const opened = await maintainer('POST', '/api/investigations/worker/public-token');
    const again = clientOf(hub, { bearer: String(opened.at('publicToken')) });
    expect((await again('POST', EVIDENCE, { name: 'a', sizeBytes: 5 })).status).toBe(201);
  });

  it.each([
    ['fileBytes', { fileBytes: 100 }, 'file'],
    ['reportBytes', { reportBytes: 100 }, 'report'],
    ['investigationBytes', { investigationBytes: 100 }, 'file'],
  ] as const)('takes what reaches the limit %s and refuses one byte more, by name', async (limit, config, kind) => {
    await hub.close();
    await limits(config);
    const over = await sender('POST', EVIDENCE, { name: 'a', sizeBytes: 101, kind });
    expect(over.status).toBe(413);
    expect(over.at('error', 'data')).toMatchObject({ limit, value: 100 });
    expect((await sender('POST', EVIDENCE, { name: 'a', sizeBytes: 100, kind })).status).toBe(201);
  });

  it.each([
    ['submissionsPerHour', { submissionsPerHour: 2 }],
    ['investigationSubmissionsPerHour', { investigationSubmissionsPerHour: 2 }],
    ['tokenBytesPerDay', { tokenBytesPerDay: 10 }],
  ] as const)('holds %s and says when to try again', async (limit, config) => {
    await hub.close();
    await limits(config);
    const ask = () => sender('POST', EVIDENCE, { name: 'a', sizeBytes: 5 });
    expect([(await ask()).status, (await ask()).status]).toEqual([201, 201]);
    const refused = await ask();
    expect(refused.status).toBe(429);
    expect(refused.at('error', 'data')).toMatchObject({ limit });
    hub.clock.nowMs += Number(refused.headers.get('retry-after')) * 1000;
    expect((await ask()).status).toBe(201);
  });

  it('counts addresses apart', async () => {
    await hub.close();
    await limits({ submissionsPerHour: 1 });
    const from = (address: string) =>
      sender('POST', EVIDENCE, { name: 'a', sizeBytes: 5 }, { 'x-test-address': address });
    expect((await from('198.51.100.1')).status).toBe(201);
    expect((await from('198.51.100.1')).status).toBe(429);
    expect((await from('198.51.100.2')).status).toBe(201);
  });

  it('refuses in plain text what one PUT cannot carry, and says how', async () => {
    const response = await hub.app.request(`${ORIGIN}${EVIDENCE}?name=big&size=6000000000`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, accept: 'text/plain' },
    });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('submit.sh');
    const asJson = await sender('POST', `${EVIDENCE}?name=big&size=6000000000`);
    expect(asJson.at('upload')).toEqual({ partBytes: 64 * 2 ** 20, partCount: 90 });
  });
});

describe('moderation', () => {
  const send = async (text = 'hello') => {
    const taken = await sender('POST', EVIDENCE, { name: 'a', sizeBytes: text.length });
    await putBytes(hub, String(taken.at('upload', 'url')), text);
    await hub.work();
    return taken;
  };

  it('holds what strangers send until a maintainer approves, where configured so', async () => {
    await hub.close();
    await open({ strangersAre: 'pending' });
    const sent = await send();
    expect(sent.json).toMatchObject({ evidence: { visibility: 'pending' } });
    const desk = await maintainer('GET', '/api/investigations/worker/desk');
    expect(desk.at('evidence', 0)).toMatchObject({ visibility: 'pending', state: 'analysed' });
    const path = `${EVIDENCE}/${String(sent.at('evidence', 'id'))}`;
    const version = Number(desk.at('evidence', 0, 'version'));
    expect((await sender('PATCH', path, { version, visibility: 'visible' })).status).toBe(401);
    expect((await maintainer('PATCH', path, { version, visibility: 'visible' })).json).toMatchObject({
      visibility: 'visible',
    });
    expect((await maintainer('PATCH', path, { version, visibility: 'hidden' })).status).toBe(409);
  });

  it('opens raw evidence under audit', async () => {
    const sent = await send();
    const path = `${EVIDENCE}/${String(sent.at('evidence', 'id'))}/raw`;
    expect((await sender('POST', path, { reason: 'curious' })).status).toBe(401);
    expect((await maintainer('POST', path, {})).status).toBe(400);
    const opened = await maintainer('POST', path, { reason: 'to see the strings' });
    const raw = await hub.app.request(String(opened.at('url')));
    expect(await raw.text()).toBe('hello');
    const desk = await maintainer('GET', '/api/investigations/worker/desk');
    expect(desk.at('events', 0)).toMatchObject({ kind: 'raw/opened', by: 'Mara', audience: 'maintainers' });
    expect(String(desk.at('events', 0, 'text'))).toContain('to see the strings');
  });

  it('analyses again, and drives dead jobs', async () => {
    const sent = await send();
    const again = await maintainer('POST', `${EVIDENCE}/${String(sent.at('evidence', 'id'))}/analyse`);
    expect(again.status).toBe(202);
    expect(again.json).toMatchObject({ state: 'received', format: 'test-text' });
    expect(await hub.work()).toBe(1);
    expect((await maintainer('GET', '/api/jobs/dead')).json).toEqual({ dead: [] });
    expect((await maintainer('POST', '/api/jobs/redrive')).json).toEqual({ redriven: 0 });
    expect((await sender('GET', '/api/jobs/dead')).status).toBe(401);
  });
});

describe('receipts and notes', () => {
  it('follow and delete evidence', async () => {
    const sent = await sender('POST', EVIDENCE, { name: 'a', sizeBytes: 5 });
    const path = `/api/receipts/worker/${String(sent.at('evidence', 'id'))}`;
    const owner = clientOf(hub, { bearer: String(sent.at('receipt', 'secret')) });
    expect((await owner('GET', path)).at('evidence')).toMatchObject({ state: 'awaiting-upload' });
    expect((await owner('GET', `${path}/upload`)).at('url')).toContain('/objects/');
    expect((await sender('GET', path)).status).toBe(404);
    expect((await clientOf(hub)('DELETE', path)).status).toBe(401);
    expect((await owner('DELETE', path)).status).toBe(204);
    expect((await owner('GET', path)).status).toBe(410);
  });

  it('let a stranger write a note and take it back', async () => {
    const path = '/api/investigations/worker/notes';
    expect((await clientOf(hub)('POST', path, { body: 'me too' })).status).toBe(401);
    const sent = await sender('POST', path, { body: '**me too**', author: 'Kim' });
    expect(sent.at('note')).toMatchObject({ by: 'stranger', author: 'Kim', visibility: 'visible' });
    expect(sent.text).not.toContain('Hash');
    const own = `/api/receipts/worker/${String(sent.at('note', 'id'))}`;
    const owner = clientOf(hub, { bearer: String(sent.at('receipt', 'secret')) });
    expect((await owner('GET', own)).at('note')).toMatchObject({ body: '**me too**' });
    expect((await owner('GET', `${own}/upload`)).status).toBe(400);
    const hidden = await maintainer('PATCH', `${path}/${String(sent.at('note', 'id'))}`, {
      version: 1,
      visibility: 'hidden',
    });
    expect(hidden.json).toMatchObject({ visibility: 'hidden', body: '**me too**' });
    expect((await owner('DELETE', own)).status).toBe(204);
    expect((await maintainer('GET', '/api/investigations/worker/desk')).at('notes')).toEqual([]);
    const signed = await maintainer('POST', path, { body: 'noted' });
    expect(signed.json).toMatchObject({ note: { by: 'Mara' } });
    expect(signed.at('receipt')).toBeUndefined();
  });
});

describe('comparing', () => {
  it('is for maintainers, names what is wrong, and answers the same comparison again', async () => {
    const COMPARISONS = '/api/investigations/worker/comparisons';
    const ids: string[] = [];
    for (const count of [20, 40]) {
      const text = leakingSnapshot(count);
      const body = { name: `${count}.heapsnapshot`, sizeBytes: new TextEncoder().encode(text).byteLength };
      const taken = await sender('POST', EVIDENCE, body);
      await putBytes(hub, String(taken.at('upload', 'url')), text);
      ids.push(String(taken.at('evidence', 'id')));
    }
    expect((await sender('POST', COMPARISONS, { evidenceIds: ids })).status).toBe(401);
    expect((await maintainer('POST', COMPARISONS, { evidenceIds: ids.slice(1) })).status).toBe(400);
    const early = await maintainer('POST', COMPARISONS, { evidenceIds: ids });
    expect(early.status).toBe(400);
    expect(early.text).toContain('once it is analysed');
    for (const id of ids) await analysedAs(id, 'v8-heapsnapshot');
    const asked = await maintainer('POST', COMPARISONS, { evidenceIds: ids });
    expect(asked.status).toBe(202);
    expect(asked.at()).toMatchObject({ kind: 'comparison', state: 'received', comparedIds: ids });
    expect(asked.text).not.toMatch(/Hash|etag/);
    const again = await maintainer('POST', COMPARISONS, { evidenceIds: ids });
    expect(again.at('id')).toBe(asked.at('id'));
    const none = await maintainer('POST', COMPARISONS, { evidenceIds: [ids[0], ids[0]?.replace(/^./, 'z')] });
    expect(none.status).toBe(404);
  });
});

/** What the worker would write; the analysers have their own tests. */
async function analysedAs(id: string, format: string): Promise<void> {
  await changeEvidence(hub.deps, 'worker', id, (current) => ({ next: { ...current, state: 'analysed', format } }));
}
