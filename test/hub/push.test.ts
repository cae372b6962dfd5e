import { compress } from 'snappyjs';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Deps } from '../../functions/hub/deps.ts';
import { pushDelaySeconds } from '../../functions/hub/push/push-evidence.ts';
import { listSegments } from '../../functions/hub/push/push-objects.ts';
import { eraseEvidence } from '../../functions/hub/erase-evidence.ts';
import { sweep } from '../../functions/hub/sweep.ts';
import { otlpProtobuf, writeRequestV2 } from '../analysis/formats/metric-samples.ts';
import { openPushHub, type PushHub, SLUG, T0, workingSet, writeRequest } from './push-hub.ts';

const STALE = 0x7ff0000000000002n;

let hub: PushHub;
const start = async (config = {}, wrap?: (deps: Deps) => Deps): Promise<void> => {
  hub = await openPushHub(config, wrap);
};

beforeEach(() => start());
afterEach(() => hub.close());

describe('pushes of a cluster', () => {
  it('are one piece of evidence that is analysed once, not once a push', async () => {
    for (let i = 0; i < 5; i++) expect((await hub.write([i * 15, 1000 + i])).status).toBe(204);
    expect(await hub.work()).toBe(0);
    hub.clock.nowMs += 6000;
    await hub.work();
    const [evidence, ...others] = await hub.pushed();
    expect(others).toEqual([]);
    expect(evidence).toMatchObject({ kind: 'push', state: 'analysed', format: 'push-log', submittedBy: 'prod' });
    expect(hub.analyses).toHaveLength(1);
    expect(workingSet(hub.analyses[0])?.values).toEqual([1000, 1001, 1002, 1003, 1004]);
  });

  it('out of order, sent twice and overlapping, count once; a stale marker is no sample', async () => {
    await hub.write([30, 3], [45, 4]);
    await hub.write([0, 1], [15, 2], [30, 3]);
    await hub.write([0, 1], [15, 2], [30, 3]);
    await hub.write([60, STALE]);
    hub.clock.nowMs += 6000;
    await hub.work();
    const [analysis] = hub.analyses;
    expect(workingSet(analysis)?.values).toEqual([1, 2, 3, 4]);
    expect(workingSet(analysis)?.timesMs).toEqual([0, 15, 30, 45].map((seconds) => T0 + seconds * 1000));
    expect(analysis?.facts).toContainEqual({ name: 'pushes', value: 3, unit: 'count' });
  });

  it('are analysed again at most once a minute, from one compacted object', async () => {
    await hub.write([0, 1]);
    hub.clock.nowMs += 6000;
    await hub.work();
    for (let i = 1; i < 30; i++) {
      hub.clock.nowMs += 1000;
      await hub.write([i * 15, i]);
      await hub.work();
    }
    expect(hub.analyses).toHaveLength(1);
    hub.clock.nowMs += 31_000;
    await hub.work();
    expect(hub.analyses).toHaveLength(2);
    expect(workingSet(hub.analyses[1])?.values).toHaveLength(30);
    const [evidence] = await hub.pushed();
    expect(await listSegments(hub.evidence, SLUG, evidence?.id ?? '')).toHaveLength(1);
    const events = await hub.deps.records.query(`investigation#${SLUG}`, 'event#', { limit: 1000 });
    const kinds = events.records.map(({ body }) => body['kind']);
    expect(kinds.filter((kind) => kind === 'evidence/analysed')).toHaveLength(1);
  });

  it('are analysed a minute after the last analysis began, and never without a rest', async () => {
    await hub.write([0, 1]);
    hub.clock.nowMs += 6000;
    await hub.work();
    const [evidence] = await hub.pushed();
    const delayAfter = (analysisTookMs: number): number =>
      pushDelaySeconds(hub.deps, { ...evidence!, analysedAtMs: hub.clock.nowMs, analysisTookMs });
    expect([0, 20_000, 40_000, 80_000].map(delayAfter)).toEqual([60, 40, 20, 20]);
    expect(evidence?.analysisTookMs).toBeDefined();
  });

  it('that arrive during the analysis are in the next one', async () => {
    await hub.close();
    const late: { push?: () => Promise<unknown> } = {};
    await start({}, (deps) => ({
      ...deps,
      analyse: async (asked, options) => {
        const analysis = await deps.analyse(asked, options);
        await late.push?.();
        return analysis;
      },
    }));
    await hub.write([0, 1]);
    late.push = () => hub.write([15, 2]);
    hub.clock.nowMs += 6000;
    await hub.work();
    expect((await hub.pushed())[0]?.state).toBe('received');
    delete late.push;
    hub.clock.nowMs += 61_000;
    await hub.work();
    expect((await hub.pushed())[0]?.state).toBe('analysed');
    expect(workingSet(hub.analyses.at(-1))?.values).toEqual([1, 2]);
  });

  it('survive a compaction that dies before it deletes, and one that dies before its job', async () => {
    await hub.close();
    const broken = { on: false };
    await start({}, (deps) => ({
      ...deps,
      evidence: {
        ...deps.evidence,
        delete: (key) => (broken.on ? Promise.reject(new Error('power is gone')) : deps.evidence.delete(key)),
      },
    }));
    await hub.write([0, 1]);
    await hub.write([15, 2]);
    broken.on = true;
    hub.clock.nowMs += 6000;
    await hub.work();
    const [evidence] = await hub.pushed();
    expect(await listSegments(hub.evidence, SLUG, evidence?.id ?? '')).toHaveLength(3);
    broken.on = false;
    hub.clock.nowMs += 10_000;
    await hub.work();
    expect(workingSet(hub.analyses.at(-1))?.values).toEqual([1, 2]);
    expect(hub.analyses.at(-1)?.facts).toContainEqual({ name: 'pushes', value: 2, unit: 'count' });
  });

  it('are found by sweep when their job was lost', async () => {
    await hub.write([0, 1]);
    hub.clock.nowMs += 6000;
    for (const message of await hub.deps.jobs.receive({ max: 10, visibilitySeconds: 1 })) {
      await hub.deps.jobs.done(message.receipt);
    }
    hub.clock.nowMs += 600_000;
    await sweep(hub.deps);
    await hub.work();
    expect((await hub.pushed())[0]?.state).toBe('analysed');
  });

  it('begin a new piece of evidence when the old one is full, and when it was deleted', async () => {
    await hub.close();
    await start({ pushEvidenceBytes: 10 });
    await hub.write([0, 1]);
    hub.clock.nowMs += 6000;
    await hub.work();
    await hub.write([15, 2]);
    const full = await hub.pushed();
    expect(full).toHaveLength(2);
    await eraseEvidence(hub.deps, SLUG, full[1]?.id ?? '');
    expect(await listSegments(hub.evidence, SLUG, full[1]?.id ?? '')).toEqual([]);
    expect((await hub.write([30, 3])).status).toBe(204);
    expect((await hub.pushed()).map(({ state }) => state)).toEqual(['analysed', 'deleted', 'received']);
  });

  it('of OTLP and of both versions of remote write join', async () => {
    await hub.write([0, 1]);
    const v2 = await hub.post('prometheus', new Uint8Array(writeRequestV2()), {
      'content-type': 'application/x-protobuf;proto=io.prometheus.write.v2.Request',
      'content-encoding': 'snappy',
    });
    expect(v2.status).toBe(204);
    expect(v2.headers.get('x-prometheus-remote-write-samples-written')).toBe('3');
    const plain = await hub.post('otlp/v1/metrics', otlpProtobuf());
    expect([plain.status, plain.headers.get('content-type')]).toEqual([200, 'application/x-protobuf']);
    const packed = new Uint8Array(gzipSync(otlpProtobuf()));
    expect((await hub.post('otlp/v1/metrics', packed, { 'content-encoding': 'gzip' })).status).toBe(200);
    hub.clock.nowMs += 6000;
    await hub.work();
    const metrics = hub.analyses[0]?.series.map(({ metric }) => metric);
    expect(metrics).toContain('container_memory_working_set_bytes');
    expect(metrics).toContain('container.memory.working_set');
    expect(hub.analyses[0]?.warnings.filter((text) => text.startsWith('the push at byte'))).toEqual([]);
  });
});

describe('the push doors', () => {
  it.each([
    ['prometheus', 'no snappy', Uint8Array.of(1, 2, 3), {}],
    ['prometheus', 'no protobuf', new Uint8Array(compress(new TextEncoder().encode('hello, hello'))), {}],
    ['prometheus', 'no bytes that say so', writeRequest([[0, 1]]), { 'content-type': 'application/json' }],
    [
      'prometheus',
      'another message',
      writeRequest([[0, 1]]),
      { 'content-type': 'application/x-protobuf;proto=other.Message' },
    ],
    ['prometheus', 'another packing', writeRequest([[0, 1]]), { 'content-encoding': 'gzip' }],
    [
      'prometheus',
      'the other version',
      writeRequest([[0, 1]]),
      { 'content-type': 'application/x-protobuf;proto=io.prometheus.write.v2.Request' },
    ],
    ['otlp/v1/metrics', 'no protobuf', Uint8Array.of(9, 9, 9), {}],
    [
      'otlp/v1/metrics',
      'no JSON',
      new TextEncoder().encode('{"resourceMetrics":'),
      { 'content-type': 'application/json' },
    ],
    ['otlp/v1/metrics', 'no gzip', otlpProtobuf(), { 'content-encoding': 'gzip' }],
  ])('%s refuses for good: %s', async (path, _, body, headers) => {
    expect((await hub.post(path, body, headers)).status).toBe(400);
    expect(await hub.pushed()).toEqual([]);
  });

  it('take nothing from strangers, from revoked tokens or by the public token', async () => {
    const by = (bearer: string): Promise<Response> =>
      hub.post('prometheus', writeRequest([[0, 1]]), { authorization: `Bearer ${bearer}` });
    expect((await by('nobody')).status).toBe(401);
    const investigation = await hub.deps.records.get({ partition: 'investigations', sort: SLUG });
    expect((await by(String(investigation?.body['publicToken']))).status).toBe(403);
  });

  it('refuse a block that promises more than is read, and say when to try again beyond the limit of a token', async () => {
    const bomb = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x0f, 0);
    expect((await hub.post('prometheus', bomb)).status).toBe(413);
    await hub.close();
    await start({ limits: { ...hub.deps.config.limits, pushBytesPerDay: 200 } });
    expect((await hub.write([0, 1])).status).toBe(204);
    await hub.write([15, 1]);
    const answer = await hub.write([30, 1]);
    expect(answer.status).toBe(429);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('say 503 when the store fails, so that senders come again', async () => {
    await hub.close();
    await start({}, (deps) => ({
      ...deps,
      evidence: { ...deps.evidence, put: () => Promise.reject(new Error('no space left')) },
    }));
    expect((await hub.write([0, 1])).status).toBe(503);
  });
});
