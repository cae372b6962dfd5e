import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { analyseJob } from '../../functions/hub/analyse-evidence.ts';
import { analyseOutdated } from '../../functions/hub/analyse-outdated.ts';
import { openDesk } from '../../functions/hub/desk.ts';
import { getEvidence } from '../../functions/hub/evidence-record.ts';
import { rawKey } from '../../functions/hub/keys.ts';
import { openInvestigation } from '../../functions/hub/open-investigation.ts';
import { deleteByReceipt, openReceipt } from '../../functions/hub/receipts.ts';
import { sweep } from '../../functions/hub/sweep.ts';
import { takeEvidence, type Taken } from '../../functions/hub/take-evidence.ts';
import { analyseAgain, listDead, redriveDead } from '../../functions/hub/tend-evidence.ts';
import { requireToken } from '../../functions/hub/tokens.ts';
import { finishUpload, signParts } from '../../functions/hub/upload.ts';
import { PublicEvidence, type NewEvidence } from '../../functions/model/evidence.ts';
import { NewInvestigation } from '../../functions/model/investigation.ts';
import { MAINTAINER, openTestHub, putBytes, testAnalysis, type TestHub } from './test-hub.ts';

const SLUG = 'worker-leak';
const DAY_MS = 86_400_000;
let hub: TestHub;
let publicToken: string;

beforeEach(async () => {
  hub = await openTestHub();
  const input = NewInvestigation.parse({ slug: SLUG, title: 'Worker leak', product: 'worker' });
  publicToken = (await openInvestigation(hub.deps, input, MAINTAINER)).publicToken ?? '';
});
afterEach(() => hub.close());

async function take(
  text: string,
  more: { kind?: 'file' | 'report'; parts?: boolean } & Partial<NewEvidence> = {},
): Promise<Taken> {
  const { kind = 'file', parts = false, ...fields } = more;
  const submitter = await requireToken(hub.deps, SLUG, publicToken);
  const evidence = { name: 'a.txt', sizeBytes: text.length, context: {}, comment: '', ...fields };
  return takeEvidence(hub.deps, { slug: SLUG, evidence, kind, parts, submitter, address: '203.0.113.7' });
}

async function send(text: string, more: Parameters<typeof take>[1] = {}): Promise<Taken> {
  const taken = await take(text, more);
  if (!('url' in taken.upload)) throw new Error('expected one URL');
  expect((await putBytes(hub, taken.upload.url, text)).status).toBe(200);
  return taken;
}

const now = (taken: Taken) => getEvidence(hub.deps, SLUG, taken.evidence.id);

describe('the way of one piece of evidence', () => {
  it('goes from the announcement to the analysis, with an event for each change', async () => {
    const taken = await send('hello', { context: { version: '1.5.11' } });
    expect(await now(taken)).toMatchObject({ state: 'received', submittedBy: 'stranger', attempts: 0 });
    await hub.work();
    const done = await now(taken);
    expect(done).toMatchObject({ state: 'analysed', format: 'test-text', mainFact: { name: 'length', value: 5 } });
    // What the submitter said stands; the rest is the file's own word.
    expect(done.context).toEqual({ version: '1.5.11', pod: 'from-the-file' });
    expect(JSON.parse(new TextDecoder().decode(await hub.deps.evidence.read(done.analysisKey ?? '')))).toEqual(
      testAnalysis(5),
    );
    const kinds = (await openDesk(hub.deps, SLUG)).events.map(({ kind }) => kind).reverse();
    expect(kinds.filter((kind) => kind.startsWith('evidence/'))).toEqual([
      'evidence/announced',
      'evidence/received',
      'evidence/analysing',
      'evidence/analysed',
    ]);
  });

  it('changes nothing when the event or the job comes again', async () => {
    const taken = await send('hello');
    const body = JSON.stringify({ slug: SLUG, id: taken.evidence.id });
    await putBytes(hub, 'url' in taken.upload ? taken.upload.url : '', 'hello');
    await hub.work();
    const before = await now(taken);
    await analyseJob(hub.deps, { body, attempts: 1 }, () => Promise.resolve());
    await analyseJob(hub.deps, { body, attempts: 2 }, () => Promise.resolve());
    expect(await now(taken)).toEqual(before);
    expect((await hub.deps.evidence.list(`analysis/${SLUG}/`)).objects).toHaveLength(1);
  });

  it('analyses anew what was overwritten through the same URL', async () => {
    const taken = await send('hello');
    await hub.work();
    await putBytes(hub, 'url' in taken.upload ? taken.upload.url : '', 'howdy');
    expect(await now(taken)).toMatchObject({ state: 'received' });
    await hub.work();
    expect(await now(taken)).toMatchObject({ state: 'analysed' });
    expect((await hub.deps.evidence.list(`analysis/${SLUG}/`)).objects).toHaveLength(2);
  });

  it('refuses with the reason and what the bytes look like', async () => {
    const taken = await send('corrupt!');
    await hub.work();
    const refusal = { code: 'corrupt', message: 'byte 7 is wrong', looksLike: 'text' };
    expect(await now(taken)).toMatchObject({ state: 'refused', refusal });
    expect(await listDead(hub.deps)).toEqual([]);
  });

  it('takes a report and refuses one that is none', async () => {
    const good = await send(JSON.stringify(testAnalysis(3)), { kind: 'report' });
    const bad = await send('{"format": 3}', { kind: 'report' });
    await hub.work();
    expect(await now(good)).toMatchObject({ state: 'analysed', kind: 'report', mainFact: { value: 3 } });
    expect(await now(bad)).toMatchObject({ state: 'refused', refusal: { code: 'bad-input' } });
  });

  it('tries a failure again, then refuses, keeps the dead letter, and redrives it', async () => {
    const taken = await send('crash');
    for (let i = 0; i < 3; i++) {
      expect(await hub.work()).toBe(1);
      hub.clock.nowMs += 6000;
    }
    expect(await now(taken)).toMatchObject({ state: 'refused', attempts: 3, refusal: { code: 'failed' } });
    expect(await hub.work()).toBe(0);
    expect(await listDead(hub.deps)).toMatchObject([
      { slug: SLUG, id: taken.evidence.id, attempts: 3, failure: { message: 'TypeError: a bug' } },
    ]);
    // What a stack or a message may tell is for maintainers.
    expect(PublicEvidence.parse(await now(taken))).not.toHaveProperty('failure');
    expect(await redriveDead(hub.deps, MAINTAINER)).toBe(1);
    expect(await now(taken)).toMatchObject({ state: 'received', attempts: 0 });
    expect(await hub.work()).toBe(1);
    expect(await now(taken)).toMatchObject({ state: 'analysing', attempts: 1 });
  });

  it('ends what takes too long', async () => {
    const slow = await openTestHub({ analyseTimeoutMs: 30 }, (deps) => ({
      ...deps,
      analyse: () => new Promise(() => undefined),
    }));
    const previous = hub;
    hub = slow;
    const input = NewInvestigation.parse({ slug: SLUG, title: 'Slow', product: 'worker' });
    publicToken = (await openInvestigation(slow.deps, input, MAINTAINER)).publicToken ?? '';
    const taken = await send('hello');
    await slow.work();
    expect(await now(taken)).toMatchObject({ state: 'refused', refusal: { code: 'too-slow' } });
    await previous.close();
  });

  it('takes parts, says which are missing, and shows no object before all are there', async () => {
    const text = 'x'.repeat(5 * 2 ** 20) + 'the rest';
    await hub.close();
    hub = await openTestHub({ partBytes: 5 * 2 ** 20 });
    const input = NewInvestigation.parse({ slug: SLUG, title: 'Parts', product: 'worker' });
    publicToken = (await openInvestigation(hub.deps, input, MAINTAINER)).publicToken ?? '';
    const taken = await take(text, { parts: true });
    expect(taken.upload).toEqual({ partBytes: 5 * 2 ** 20, partCount: 2 });
    const [first, second] = await signParts(hub.deps, taken.evidence, [1, 2]);
    await putBytes(hub, second?.url ?? '', 'the rest');
    await expect(finishUpload(hub.deps, taken.evidence)).rejects.toMatchObject({
      code: 'bad-input',
      data: { missing: [1] },
    });
    expect(await hub.deps.evidence.head(rawKey(SLUG, taken.evidence.id))).toBeUndefined();
    await putBytes(hub, first?.url ?? '', text.slice(0, 5 * 2 ** 20));
    expect(await finishUpload(hub.deps, taken.evidence)).toMatchObject({ state: 'received' });
    expect(await finishUpload(hub.deps, await now(taken))).toMatchObject({ state: 'received' });
    expect(await hub.work()).toBe(1);
    expect(await now(taken)).toMatchObject({ state: 'analysed', mainFact: { value: text.length } });
  });
});

describe('sweep', () => {
  it('finds an object whose event was lost', async () => {
    const taken = await take('hello');
    await hub.deps.evidence.put(rawKey(SLUG, taken.evidence.id), 'hello');
    hub.clock.nowMs += hub.deps.config.sweepEveryMs;
    await sweep(hub.deps);
    await hub.work();
    expect(await now(taken)).toMatchObject({ state: 'analysed' });
  });

  it('expires an upload that never came and gives its room back; a late one is taken all the same', async () => {
    const taken = await take('hello');
    hub.clock.nowMs += DAY_MS + 1;
    await sweep(hub.deps);
    expect(await now(taken)).toMatchObject({ state: 'expired' });
    await hub.deps.evidence.put(rawKey(SLUG, taken.evidence.id), 'hello');
    hub.clock.nowMs += DAY_MS;
    await sweep(hub.deps);
    expect(await now(taken)).toMatchObject({ state: 'received' });
  });

  it('refuses bytes of another size than announced', async () => {
    const taken = await take('hello');
    await hub.deps.evidence.put(rawKey(SLUG, taken.evidence.id), 'hello, longer');
    hub.clock.nowMs += hub.deps.config.sweepEveryMs;
    await sweep(hub.deps);
    expect(await now(taken)).toMatchObject({ state: 'refused', refusal: { code: 'bad-input' } });
  });

  it('sends a job again that was lost, and one whose worker died', async () => {
    const taken = await send('hello');
    const [message] = await hub.deps.jobs.receive({ visibilitySeconds: 60 });
    await hub.deps.jobs.done(message?.receipt ?? '');
    hub.clock.nowMs += hub.deps.config.sweepEveryMs + 1;
    await sweep(hub.deps);
    expect(await hub.work()).toBe(1);
    expect(await now(taken)).toMatchObject({ state: 'analysed' });
  });

  it('deletes raw bytes at the end of their retention; the analysis stays', async () => {
    const taken = await send('hello');
    await hub.work();
    hub.clock.nowMs += 30 * DAY_MS + 1;
    await sweep(hub.deps);
    const kept = await now(taken);
    expect(kept).toMatchObject({ state: 'analysed', rawDeleted: true });
    expect(await hub.deps.evidence.head(rawKey(SLUG, taken.evidence.id))).toBeUndefined();
    expect(await hub.deps.evidence.head(kept.analysisKey ?? '')).toBeDefined();
    await expect(analyseAgain(hub.deps, SLUG, kept.id, MAINTAINER)).rejects.toMatchObject({ code: 'gone' });
    expect((await sweep(hub.deps)).looked).toBe(0);
  });
});

describe('newer analysers', () => {
  const versions = (version: number) => new Map([['test-text', version]]);

  it('look again at what an older one analysed or refused, once, while the bytes are kept', async () => {
    const old = await send('hello');
    const refused = await send('corrupt');
    const report = await send(JSON.stringify(testAnalysis(3)), { kind: 'report' });
    await hub.work();
    expect(await analyseOutdated(hub.deps, versions(1))).toBe(1);
    await hub.work();
    expect(await analyseOutdated(hub.deps, versions(1))).toBe(0);
    expect(await analyseOutdated(hub.deps, versions(2))).toBe(2);
    expect(await now(old)).toMatchObject({ state: 'received', analyserVersion: 1 });
    expect(await now(refused)).toMatchObject({ state: 'received' });
    expect(await now(report)).toMatchObject({ state: 'analysed' });
    await hub.work();
    expect(await now(old)).toMatchObject({ state: 'analysed' });
    hub.clock.nowMs += 30 * DAY_MS + 1;
    await sweep(hub.deps);
    expect(await analyseOutdated(hub.deps, versions(3))).toBe(0);
  });
});

describe('a receipt', () => {
  it('deletes bytes, analysis and words, and what a late PUT brings after', async () => {
    const taken = await send('hello', { name: 'secret-customer.txt', comment: 'private' });
    await hub.work();
    const { id, secret } = taken.receipt;
    await deleteByReceipt(hub.deps, SLUG, id, secret);
    await expect(openReceipt(hub.deps, SLUG, id, secret)).rejects.toMatchObject({ code: 'gone' });
    expect((await hub.deps.evidence.list('')).objects).toEqual([]);
    expect(JSON.stringify(await openDesk(hub.deps, SLUG))).not.toContain('secret-customer');
    await putBytes(hub, 'url' in taken.upload ? taken.upload.url : '', 'hello');
    expect((await hub.deps.evidence.list('')).objects).toEqual([]);
    hub.clock.nowMs += 3 * DAY_MS;
    await sweep(hub.deps);
    await expect(now(taken)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('is worth nothing with another secret', async () => {
    const taken = await send('hello');
    const wrong = taken.receipt.secret.replace(/^./, (first) => (first === '0' ? '1' : '0'));
    await expect(openReceipt(hub.deps, SLUG, taken.receipt.id, wrong)).rejects.toMatchObject({ code: 'not-found' });
    await expect(deleteByReceipt(hub.deps, SLUG, taken.receipt.id, wrong)).rejects.toMatchObject({ code: 'not-found' });
  });
});
