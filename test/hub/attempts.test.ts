import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { analyseJob } from '../../functions/hub/analyse-evidence.ts';
import type { AnalyseIsolated } from '../../functions/hub/deps.ts';
import { getEvidence } from '../../functions/hub/evidence-record.ts';
import { openInvestigation } from '../../functions/hub/open-investigation.ts';
import { deleteByReceipt } from '../../functions/hub/receipts.ts';
import { runWorker } from '../../functions/hub/run-worker.ts';
import { sweep } from '../../functions/hub/sweep.ts';
import { takeEvidence, type Taken } from '../../functions/hub/take-evidence.ts';
import { AppError } from '../../functions/model/error.ts';
import { NewInvestigation } from '../../functions/model/investigation.ts';
import { MAINTAINER, openTestHub, putBytes, testAnalysis, type TestHub } from './test-hub.ts';

const SLUG = 'attempts';
let hub: TestHub;
/** What the analyser does is the test's own business here. */
let analyse: AnalyseIsolated;

beforeEach(async () => {
  hub = await openTestHub({}, (deps) => ({ ...deps, analyse: (request, options) => analyse(request, options) }));
  await openInvestigation(
    hub.deps,
    NewInvestigation.parse({ slug: SLUG, title: 'Attempts', product: 'x' }),
    MAINTAINER,
  );
});
afterEach(async () => {
  vi.useRealTimers();
  await hub.close();
});

async function send(): Promise<Taken> {
  const submitter = { tokenId: 'cluster', label: 'cluster', isStranger: false };
  const evidence = { name: 'a', sizeBytes: 5, context: {}, comment: '' };
  const submission = { slug: SLUG, evidence, kind: 'file', parts: false, submitter, address: '::1' } as const;
  const taken = await takeEvidence(hub.deps, submission);
  await putBytes(hub, 'url' in taken.upload ? taken.upload.url : '', 'hello');
  return taken;
}
const stateOf = (taken: Taken) => getEvidence(hub.deps, SLUG, taken.evidence.id);
const messageOf = (taken: Taken, attempts: number) => ({
  body: JSON.stringify({ slug: SLUG, id: taken.evidence.id }),
  attempts,
});
const beating = () => Promise.resolve();

/** An analyser that stands still until it is told to go on. */
function standing() {
  let goOn: () => void = () => undefined;
  let begun: () => void = () => undefined;
  const started = new Promise<void>((resolve) => (begun = resolve));
  const gate = new Promise<void>((resolve) => (goOn = resolve));
  const run: AnalyseIsolated = async () => {
    begun();
    await gate;
    return testAnalysis(5);
  };
  return { run, started, goOn: () => goOn() };
}

describe('one attempt', () => {
  it('writes its progress at most every two seconds', async () => {
    const taken = await send();
    analyse = async (_, { progress }) => {
      for (let i = 0; i < 100; i++) {
        progress('reading', i / 100);
        hub.clock.nowMs += 100;
        await new Promise((resolve) => setImmediate(resolve));
      }
      return testAnalysis(5);
    };
    await analyseJob(hub.deps, messageOf(taken, 1), beating);
    // Announced, received, begun, analysed; between them ten seconds of progress, one write for each two.
    const { version, state } = await stateOf(taken);
    expect(state).toBe('analysed');
    expect(version - 4).toBeGreaterThanOrEqual(3);
    expect(version - 4).toBeLessThanOrEqual(6);
  });

  it('gives a sign of life every 30 s, to the queue and in the record, however silent the analyser is', async () => {
    const taken = await send();
    const { run, started, goOn } = standing();
    analyse = run;
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const heartbeat = vi.fn(beating);
    const job = analyseJob(hub.deps, messageOf(taken, 1), heartbeat);
    await started;
    const before = (await stateOf(taken)).progress?.atMs ?? 0;
    hub.clock.nowMs += 30_000;
    vi.advanceTimersByTime(30_000);
    await vi.waitFor(async () => expect((await stateOf(taken)).progress?.atMs).toBeGreaterThanOrEqual(before + 30_000));
    expect(heartbeat).toHaveBeenCalledTimes(1);
    goOn();
    await job;
    expect(await stateOf(taken)).toMatchObject({ state: 'analysed' });
  });

  it('gives up when its message belongs to somebody else', async () => {
    const taken = await send();
    analyse = standing().run;
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const job = analyseJob(hub.deps, messageOf(taken, 1), () => Promise.reject(new AppError('gone', 'void')));
    await vi.waitFor(async () => expect((await stateOf(taken)).state).toBe('analysing'));
    await vi.waitFor(() => {
      vi.advanceTimersByTime(30_000);
      expect(vi.getTimerCount()).toBe(0);
    });
    await job;
    expect(await stateOf(taken)).toMatchObject({ state: 'analysing', attempts: 1 });
  });

  it('is not begun twice while it lives; a delivery after the first takes it over', async () => {
    const taken = await send();
    const { run, started, goOn } = standing();
    analyse = run;
    const first = analyseJob(hub.deps, messageOf(taken, 1), beating);
    await started;
    await analyseJob(hub.deps, messageOf(taken, 1), beating);
    expect(await stateOf(taken)).toMatchObject({ attempts: 1 });
    analyse = () => Promise.resolve(testAnalysis(5));
    await analyseJob(hub.deps, messageOf(taken, 2), beating);
    const done = await stateOf(taken);
    expect(done).toMatchObject({ state: 'analysed', attempts: 2 });
    goOn();
    await first;
    expect(await stateOf(taken)).toEqual(done);
  });

  it('leaves nothing of what its submitter deleted meanwhile', async () => {
    const taken = await send();
    const { run, started, goOn } = standing();
    analyse = run;
    const job = analyseJob(hub.deps, messageOf(taken, 1), beating);
    await started;
    await deleteByReceipt(hub.deps, SLUG, taken.receipt.id, taken.receipt.secret);
    goOn();
    await job;
    expect(await stateOf(taken)).toMatchObject({ state: 'deleted' });
    expect((await hub.deps.evidence.list('')).objects).toEqual([]);
  });

  it('is tried again when a part of the house is down, and never refuses for that', async () => {
    const taken = await send();
    analyse = () => Promise.reject(new AppError('unavailable', 'the store does not answer'));
    await expect(analyseJob(hub.deps, messageOf(taken, 1), beating)).rejects.toMatchObject({ code: 'unavailable' });
    expect(await stateOf(taken)).toMatchObject({ state: 'analysing' });
  });

  it('counts its own failures, not how often its message was left by a host that was stopped', async () => {
    const taken = await send();
    analyse = () => Promise.reject(new Error('for once'));
    await expect(analyseJob(hub.deps, messageOf(taken, 3), beating)).rejects.toThrow('for once');
    expect(await stateOf(taken)).toMatchObject({ state: 'analysing', attempts: 1 });
    hub.clock.nowMs += 4 * 60_000;
    analyse = () => Promise.resolve(testAnalysis(5));
    await sweep(hub.deps);
    await hub.work();
    expect(await stateOf(taken)).toMatchObject({ state: 'analysed', attempts: 2 });
  });

  it('drops what names no evidence', async () => {
    for (const body of ['', '{', '{"slug": "UP", "id": "1"}', JSON.stringify({ slug: SLUG, id: '0'.repeat(19) })]) {
      await analyseJob(hub.deps, { body, attempts: 1 }, beating);
    }
  });
});

describe('the worker of one machine', () => {
  it('takes up what was interrupted, works until it is told to stop, and stops', async () => {
    const taken = await send();
    analyse = () => new Promise(() => undefined);
    void analyseJob(hub.deps, messageOf(taken, 1), beating);
    await vi.waitFor(async () => expect((await stateOf(taken)).state).toBe('analysing'));
    // The process died there; a new one begins.
    analyse = () => Promise.resolve(testAnalysis(5));
    const stop = new AbortController();
    const worker = runWorker(hub.deps, stop.signal);
    await vi.waitFor(async () => expect(await stateOf(taken)).toMatchObject({ state: 'analysed', attempts: 1 }));
    const next = await send();
    await vi.waitFor(async () => expect(await stateOf(next)).toMatchObject({ state: 'analysed' }));
    stop.abort();
    await worker;
  });
});
