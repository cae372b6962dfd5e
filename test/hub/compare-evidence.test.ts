import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../functions/analysis/analyser.ts';
import { analyseJob } from '../../functions/hub/analyse-evidence.ts';
import { compareEvidence } from '../../functions/hub/compare-evidence.ts';
import { getEvidence } from '../../functions/hub/evidence-record.ts';
import { jobBytes } from '../../functions/hub/job-bytes.ts';
import { rawKey, siteKeys } from '../../functions/hub/keys.ts';
import { openInvestigation } from '../../functions/hub/open-investigation.ts';
import { publishInvestigation } from '../../functions/hub/publish/publish.ts';
import { deleteByReceipt } from '../../functions/hub/receipts.ts';
import { runAnalysis } from '../../functions/hub/run-analysis.ts';
import { sweep } from '../../functions/hub/sweep.ts';
import { takeEvidence, type Taken } from '../../functions/hub/take-evidence.ts';
import { analyseAgain, editEvidence, openRaw } from '../../functions/hub/tend-evidence.ts';
import { requireToken } from '../../functions/hub/tokens.ts';
import { Analysis } from '../../functions/model/analysis.ts';
import { CaseDocument } from '../../functions/model/case.ts';
import { NewInvestigation } from '../../functions/model/investigation.ts';
import { leakingSnapshot } from '../analysis/formats/v8-heapsnapshot/build-snapshot.ts';
import { MAINTAINER, openTestHub, putBytes, type TestHub } from './test-hub.ts';

const SLUG = 'worker-leak';
let hub: TestHub;
let publicToken: string;

/** The real analysers on the real local stores, in this process. */
beforeEach(async () => {
  hub = await openTestHub({}, (deps) => ({
    ...deps,
    analyse: (request, { signal, progress }) =>
      runAnalysis((key) => deps.evidence.source(key), request, { signal, limits: DEFAULT_LIMITS, progress }),
  }));
  const input = NewInvestigation.parse({ slug: SLUG, title: 'Worker leak', product: 'worker' });
  publicToken = (await openInvestigation(hub.deps, input, MAINTAINER)).publicToken ?? '';
});
afterEach(() => hub.close());

async function send(name: string, text: string): Promise<Taken> {
  const submitter = await requireToken(hub.deps, SLUG, publicToken);
  const evidence = { name, sizeBytes: new TextEncoder().encode(text).byteLength, context: {}, comment: '' };
  const address = '203.0.113.7';
  const taken = await takeEvidence(hub.deps, { slug: SLUG, evidence, kind: 'file', parts: false, submitter, address });
  if (!('url' in taken.upload)) throw new Error('expected one URL');
  expect((await putBytes(hub, taken.upload.url, text)).status).toBe(200);
  return taken;
}

async function sendDumps(...counts: number[]): Promise<Taken[]> {
  const taken: Taken[] = [];
  for (const count of counts) taken.push(await send(`after-${count}.heapsnapshot`, leakingSnapshot(count)));
  await hub.work();
  return taken;
}

const ids = (taken: readonly Taken[]): string[] => taken.map(({ evidence }) => evidence.id);
const compare = (taken: readonly Taken[]) => compareEvidence(hub.deps, SLUG, ids(taken), MAINTAINER);
const now = (id: string) => getEvidence(hub.deps, SLUG, id);
const read = async (key: string): Promise<string> => new TextDecoder().decode(await hub.deps.site.read(key));

async function publishedCase(): Promise<CaseDocument> {
  await publishInvestigation(hub.deps, SLUG);
  return CaseDocument.parse(JSON.parse(await read(siteKeys.data(SLUG))));
}

describe('a comparison', () => {
  it('says what grew between the dumps and who holds it, on its page and in the case', async () => {
    const dumps = await sendDumps(100, 300, 500);
    const asked = await compare(dumps);
    expect(asked).toMatchObject({ kind: 'comparison', state: 'received', comparedIds: ids(dumps), sizeBytes: 0 });
    expect(asked.name).toBe('after-100.heapsnapshot ↔ after-300.heapsnapshot ↔ after-500.heapsnapshot');
    await hub.work();
    const done = await now(asked.id);
    expect(done).toMatchObject({ state: 'analysed', format: 'v8-heapsnapshot' });
    const bytes = await hub.deps.evidence.read(done.analysisKey ?? '');
    const analysis = Analysis.parse(JSON.parse(new TextDecoder().decode(bytes)));
    const growth = analysis.findings.find(({ rule }) => rule === 'heap/growth');
    expect(growth?.evidence).toMatchObject({ class: 'LeakedSession', instancesDelta: 400, instances: [100, 300, 500] });

    const data = await publishedCase();
    expect(data.findings.map(({ finding }) => finding.rule)).toContain('heap/growth');
    expect(data.verdict.submissions).toBe(3);
    expect(data.verdict.sentence).toContain('400 more `LeakedSession` pile up');
    expect(done.mainFact).toMatchObject({ name: 'shallowBytesDelta', unit: 'bytes' });
    const html = await read(siteKeys.evidence(SLUG, asked.id));
    for (const id of ids(dumps)) expect(html).toContain(`/i/${SLUG}/evidence/${id}/`);
    expect(html).toContain('LeakedSession');
    expect(html).not.toMatch(/\sstyle=/);
  });

  it('is the same when it is asked for again, and when its job comes again', async () => {
    const dumps = await sendDumps(50, 90);
    const asked = await compare(dumps);
    expect(await compare(dumps)).toEqual(asked);
    await hub.work();
    const done = await now(asked.id);
    const body = JSON.stringify({ slug: SLUG, id: asked.id });
    await analyseJob(hub.deps, { body, attempts: 2 }, () => Promise.resolve());
    expect(await compare(dumps)).toEqual(done);
    expect(await now(asked.id)).toEqual(done);
    expect((await hub.deps.evidence.list(`analysis/${SLUG}/${asked.id}/`)).objects).toHaveLength(1);
    // The other way round it is another question.
    expect((await compare(dumps.toReversed())).id).not.toBe(asked.id);
  });

  it('is made by sweep when its job was lost', async () => {
    const asked = await compare(await sendDumps(50, 90));
    const [message] = await hub.deps.jobs.receive({ visibilitySeconds: 60 });
    await hub.deps.jobs.done(message?.receipt ?? '');
    hub.clock.nowMs += hub.deps.config.sweepEveryMs + 1;
    await sweep(hub.deps);
    expect(await hub.work()).toBe(1);
    expect(await now(asked.id)).toMatchObject({ state: 'analysed' });
  });

  it('compares what is there now when a file was overwritten meanwhile', async () => {
    const dumps = await sendDumps(50, 90);
    const asked = await compare(dumps);
    await hub.deps.evidence.put(rawKey(SLUG, ids(dumps)[1] ?? ''), leakingSnapshot(250));
    await hub.work();
    const done = await now(asked.id);
    expect(done.state).toBe('analysed');
    expect(done.etag).not.toBe(asked.etag);
    const bytes = await hub.deps.evidence.read(done.analysisKey ?? '');
    expect(new TextDecoder().decode(bytes)).toContain('"instancesDelta":200');
  });

  it('is as big as the largest of its files, for who chooses the machine', async () => {
    const dumps = await sendDumps(50, 90);
    const { id } = await compare(dumps);
    const largest = Math.max(...dumps.map(({ evidence }) => evidence.sizeBytes));
    expect(await jobBytes(hub.deps, { slug: SLUG, id })).toBe(largest);
    expect(await jobBytes(hub.deps, { slug: SLUG, id: ids(dumps)[0] ?? '' })).toBe(dumps[0]?.evidence.sizeBytes);
  });
});

describe('what cannot be compared is refused with the reason', () => {
  it('files whose bytes are deleted', async () => {
    const dumps = await sendDumps(50, 90);
    const asked = await compare(dumps);
    await hub.deps.evidence.delete(rawKey(SLUG, ids(dumps)[0] ?? ''));
    await hub.work();
    expect(await now(asked.id)).toMatchObject({ state: 'refused', refusal: { code: 'gone' } });
    expect((await now(asked.id)).refusal?.message).toContain('after-50.heapsnapshot');
    await expect(analyseAgain(hub.deps, SLUG, asked.id, MAINTAINER)).rejects.toMatchObject({ code: 'gone' });
    await expect(compare(dumps.toReversed())).rejects.toMatchObject({ code: 'gone' });
  });

  it('one file twice, different formats, a comparison itself, and what has nothing to compare', async () => {
    const [dump] = await sendDumps(50);
    const metrics = [
      await send('a.prom', 'process_resident_memory_bytes 1 1000\nprocess_resident_memory_bytes 2 2000\n'),
      await send('b.prom', 'process_resident_memory_bytes 3 3000\nprocess_resident_memory_bytes 4 4000\n'),
    ];
    const waiting = await send('late.heapsnapshot', leakingSnapshot(3));
    const refusal = async (taken: readonly (Taken | undefined)[]): Promise<unknown> =>
      compare(taken.flatMap((one) => one ?? [])).catch((error: unknown) => error);
    expect(await refusal([dump, waiting])).toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining('late') as unknown,
    });
    await hub.work();
    expect(await refusal([dump, dump])).toMatchObject({ code: 'bad-input' });
    expect(await refusal([dump, metrics[0]])).toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining('different formats') as unknown,
    });
    expect(await refusal(metrics)).toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('V8') as unknown,
    });
    const comparison = await compare([...(await sendDumps(60)), ...(dump ? [dump] : [])]);
    await hub.work();
    await expect(openRaw(hub.deps, SLUG, comparison.id, 'to look', MAINTAINER)).rejects.toMatchObject({
      code: 'bad-input',
    });
    await expect(
      compareEvidence(hub.deps, SLUG, [comparison.id, dump?.evidence.id ?? ''], MAINTAINER),
    ).rejects.toMatchObject({ code: 'bad-input', message: expect.stringContaining('comparison') as unknown });
  });
});

describe('what a comparison tells of its files', () => {
  it('is not shown while one of them is hidden', async () => {
    const dumps = await sendDumps(100, 300);
    const { id } = await compare(dumps);
    await hub.work();
    expect((await publishedCase()).evidence.map((one) => one.id)).toContain(id);
    const first = await now(ids(dumps)[0] ?? '');
    const hide = { version: first.version, visibility: 'hidden' as const };
    await editEvidence(hub.deps, SLUG, first.id, hide, MAINTAINER);
    const data = await publishedCase();
    expect(data.evidence.map((one) => one.id)).toEqual([ids(dumps)[1]]);
    expect(JSON.stringify(data)).not.toContain('heap/growth');
    await expect(read(siteKeys.evidence(SLUG, id))).rejects.toMatchObject({ code: 'not-found' });
  });

  it('goes with any of them', async () => {
    const dumps = await sendDumps(100, 300);
    const { id } = await compare(dumps);
    await hub.work();
    await publishedCase();
    const [, second] = dumps;
    await deleteByReceipt(hub.deps, SLUG, second?.receipt.id ?? '', second?.receipt.secret);
    expect(await now(id)).toMatchObject({ state: 'deleted', name: 'deleted' });
    expect((await hub.deps.evidence.list(`analysis/${SLUG}/${id}/`)).objects).toEqual([]);
    expect((await hub.deps.site.list(`i/${SLUG}/evidence/${id}/`)).objects).toEqual([]);
  });
});

describe('a submitter who holds the receipts', () => {
  const ask = (first: Taken | undefined, others: readonly unknown[], secret = first?.receipt.secret) =>
    hub.app.request(`/api/receipts/${SLUG}/${first?.evidence.id ?? ''}/comparisons`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        authorization: `Bearer ${secret ?? ''}`,
      },
      body: JSON.stringify({ others }),
    });
  const keyOf = ({ evidence, receipt }: Taken) => ({ id: evidence.id, secret: receipt.secret });

  it('has them compared, oldest first in whatever order they are named', async () => {
    const [early, late] = await sendDumps(100, 300);
    const answer = await ask(late, [keyOf(early!)]);
    expect(answer.status).toBe(202);
    const { evidence, url } = (await answer.json()) as { evidence: { id: string; comparedIds: string[] }; url: string };
    expect(evidence.comparedIds).toEqual([early?.evidence.id, late?.evidence.id]);
    expect(url).toContain(evidence.id);
    await hub.work();
    expect(await now(evidence.id)).toMatchObject({ state: 'analysed', submittedBy: early?.evidence.submittedBy });
    // Asked again by the other one: the same.
    const again = (await (await ask(early, [keyOf(late!)])).json()) as { evidence: { id: string } };
    expect(again.evidence.id).toBe(evidence.id);
    const followed = await hub.app.request(`/api/receipts/${SLUG}/${early?.evidence.id ?? ''}`, {
      headers: { authorization: `Bearer ${early?.receipt.secret ?? ''}`, accept: 'application/json' },
    });
    expect(await followed.json()).toMatchObject({ comparable: true });
  });

  it('needs the receipt of each, and files that everybody may see', async () => {
    const [early, late] = await sendDumps(100, 300);
    const wrong = { ...keyOf(late!), secret: early!.receipt.secret };
    expect((await ask(early, [wrong])).status).toBe(404);
    expect((await ask(early, [keyOf(late!)], 'wrong')).status).toBe(404);
    expect((await ask(early, [])).status).toBe(400);
    expect((await ask(early, [keyOf(early!)])).status).toBe(400);
    const { version } = await now(late!.evidence.id);
    await editEvidence(hub.deps, SLUG, late!.evidence.id, { version, visibility: 'hidden' }, MAINTAINER);
    expect((await ask(early, [keyOf(late!)])).status).toBe(403);
  });

  it('counts as a submission', async () => {
    const [early, late] = await sendDumps(100, 300);
    hub.deps.config.limits.submissionsPerHour = 3;
    expect((await ask(early, [keyOf(late!)])).status).toBe(202);
    expect((await ask(early, [keyOf(late!)])).status).toBe(429);
  });
});
