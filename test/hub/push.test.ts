import { compress } from 'snappyjs';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runAnalysis } from '../../functions/hub/run-analysis.ts';
import type { Deps } from '../../functions/hub/deps.ts';
import { pushDelaySeconds } from '../../functions/hub/push/push-evidence.ts';
import { listSegments } from '../../functions/hub/push/push-objects.ts';
import { openInvestigation } from '../../functions/hub/open-investigation.ts';
import { getEvidence } from '../../functions/hub/evidence-record.ts';
import { eraseEvidence } from '../../functions/hub/erase-evidence.ts';
import { sweep } from '../../functions/hub/sweep.ts';
import { issueToken } from '../../functions/hub/tokens.ts';
import type { Analysis } from '../../functions/model/analysis.ts';
import { NewInvestigation } from '../../functions/model/investigation.ts';
import { testRun } from '../analysis/test-run.ts';
import { otlpProtobuf, writeRequestV2 } from '../analysis/formats/metric-samples.ts';
import { ProtoWriter } from '../analysis/formats/proto-writer.ts';
import { MAINTAINER, ORIGIN, openTestHub, type TestHub } from './test-hub.ts';

const SLUG = 'pushed';
const T0 = Date.UTC(2026, 0, 1);
const STALE = 0x7ff0000000000002n;

let hub: TestHub;
let bearer: string;
const analyses: Analysis[] = [];

async function start(config = {}, wrap: (deps: Deps) => Deps = (deps) => deps): Promise<void> {
  hub = await openTestHub(config, (deps) =>
    wrap({
      ...deps,
      analyse: async (request) => {
        const analysis = await runAnalysis((key) => deps.evidence.source(key), request, testRun());
        analyses.push(analysis);
        return analysis;
      },
    }),
  );
  await openInvestigation(
    hub.deps,
    NewInvestigation.parse({ slug: SLUG, title: 'Pushed', product: 'shop' }),
    MAINTAINER,
  );
  bearer = (await issueToken(hub.deps, SLUG, { label: 'prod', expiresInDays: 9 }, MAINTAINER)).secret;
}

/** One series of one pod; each sample is [seconds after T0, value]. */
function request(...samples: [number, number | bigint][]): Uint8Array<ArrayBuffer> {
  const series = new ProtoWriter();
  const labels = { __name__: 'container_memory_working_set_bytes', container: 'app', namespace: 'shop', pod: 'app-1' };
  for (const [name, value] of Object.entries(labels)) series.bytes(1, new ProtoWriter().bytes(1, name).bytes(2, value));
  for (const [seconds, value] of samples) {
    const sample = new ProtoWriter();
    if (typeof value === 'bigint') sample.fixed64(1, value);
    else sample.double(1, value);
    series.bytes(2, sample.varint(2, T0 + seconds * 1000));
  }
  return new Uint8Array(compress(new ProtoWriter().bytes(1, series).done()));
}

async function post(
  path: string,
  body: Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
): Promise<Response> {
  return hub.app.request(`${ORIGIN}/api/push/${path}`, {
    method: 'POST',
    body,
    headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/x-protobuf', ...headers },
  });
}
const write = (...samples: [number, number | bigint][]): Promise<Response> =>
  post('prometheus', request(...samples), { 'content-encoding': 'snappy' });

async function pushed() {
  const page = await hub.deps.records.query(`investigation#${SLUG}`, 'evidence#');
  return Promise.all(page.records.map(({ body }) => getEvidence(hub.deps, SLUG, String(body['id']))));
}
const series = (analysis: Analysis | undefined) =>
  analysis?.series.find(({ metric }) => metric === 'container_memory_working_set_bytes');

beforeEach(() => start());
afterEach(async () => {
  analyses.length = 0;
  await hub.close();
});

describe('pushes of a cluster', () => {
  it('are one piece of evidence that is analysed once, not once a push', async () => {
    for (let i = 0; i < 5; i++) expect((await write([i * 15, 1000 + i])).status).toBe(204);
    expect(await hub.work()).toBe(0);
    hub.clock.nowMs += 6000;
    await hub.work();
    const [evidence, ...others] = await pushed();
    expect(others).toEqual([]);
    expect(evidence).toMatchObject({ kind: 'push', state: 'analysed', format: 'push-log', submittedBy: 'prod' });
    expect(analyses).toHaveLength(1);
    expect(series(analyses[0])?.values).toEqual([1000, 1001, 1002, 1003, 1004]);
  });

  it('out of order, sent twice and overlapping, count once; a stale marker is no sample', async () => {
    await write([30, 3], [45, 4]);
    await write([0, 1], [15, 2], [30, 3]);
    await write([0, 1], [15, 2], [30, 3]);
    await write([60, STALE]);
    hub.clock.nowMs += 6000;
    await hub.work();
    const [analysis] = analyses;
    expect(series(analysis)?.values).toEqual([1, 2, 3, 4]);
    expect(series(analysis)?.timesMs).toEqual([0, 15, 30, 45].map((seconds) => T0 + seconds * 1000));
    expect(analysis?.facts).toContainEqual({ name: 'pushes', value: 3, unit: 'count' });
  });

  it('are analysed again at most once a minute, from one compacted object', async () => {
    await write([0, 1]);
    hub.clock.nowMs += 6000;
    await hub.work();
    for (let i = 1; i < 30; i++) {
      hub.clock.nowMs += 1000;
      await write([i * 15, i]);
      await hub.work();
    }
    expect(analyses).toHaveLength(1);
    hub.clock.nowMs += 31_000;
    await hub.work();
    expect(analyses).toHaveLength(2);
    expect(series(analyses[1])?.values).toHaveLength(30);
    const [evidence] = await pushed();
    expect(await listSegments(hub.evidence, SLUG, evidence?.id ?? '')).toHaveLength(1);
    const events = await hub.deps.records.query(`investigation#${SLUG}`, 'event#', { limit: 1000 });
    const kinds = events.records.map(({ body }) => body['kind']);
    expect(kinds.filter((kind) => kind === 'evidence/analysed')).toHaveLength(1);
  });

  it('are analysed a minute after the last analysis began, and never without a rest', async () => {
    await write([0, 1]);
    hub.clock.nowMs += 6000;
    await hub.work();
    const [evidence] = await pushed();
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
    await write([0, 1]);
    late.push = () => write([15, 2]);
    hub.clock.nowMs += 6000;
    await hub.work();
    expect((await pushed())[0]?.state).toBe('received');
    delete late.push;
    hub.clock.nowMs += 61_000;
    await hub.work();
    expect((await pushed())[0]?.state).toBe('analysed');
    expect(series(analyses.at(-1))?.values).toEqual([1, 2]);
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
    await write([0, 1]);
    await write([15, 2]);
    broken.on = true;
    hub.clock.nowMs += 6000;
    await hub.work();
    const [evidence] = await pushed();
    expect(await listSegments(hub.evidence, SLUG, evidence?.id ?? '')).toHaveLength(3);
    broken.on = false;
    hub.clock.nowMs += 10_000;
    await hub.work();
    expect(series(analyses.at(-1))?.values).toEqual([1, 2]);
    expect(analyses.at(-1)?.facts).toContainEqual({ name: 'pushes', value: 2, unit: 'count' });
  });

  it('are found by sweep when their job was lost', async () => {
    await write([0, 1]);
    hub.clock.nowMs += 6000;
    for (const message of await hub.deps.jobs.receive({ max: 10, visibilitySeconds: 1 })) {
      await hub.deps.jobs.done(message.receipt);
    }
    hub.clock.nowMs += 600_000;
    await sweep(hub.deps);
    await hub.work();
    expect((await pushed())[0]?.state).toBe('analysed');
  });

  it('begin a new piece of evidence when the old one is full, and when it was deleted', async () => {
    await hub.close();
    await start({ pushEvidenceBytes: 10 });
    await write([0, 1]);
    hub.clock.nowMs += 6000;
    await hub.work();
    await write([15, 2]);
    const full = await pushed();
    expect(full).toHaveLength(2);
    await eraseEvidence(hub.deps, SLUG, full[1]?.id ?? '');
    expect(await listSegments(hub.evidence, SLUG, full[1]?.id ?? '')).toEqual([]);
    expect((await write([30, 3])).status).toBe(204);
    expect((await pushed()).map(({ state }) => state)).toEqual(['analysed', 'deleted', 'received']);
  });

  it('of OTLP and of both versions of remote write join', async () => {
    await write([0, 1]);
    const v2 = await post('prometheus', new Uint8Array(writeRequestV2()), {
      'content-type': 'application/x-protobuf;proto=io.prometheus.write.v2.Request',
      'content-encoding': 'snappy',
    });
    expect(v2.status).toBe(204);
    expect(v2.headers.get('x-prometheus-remote-write-samples-written')).toBe('3');
    const plain = await post('otlp/v1/metrics', otlpProtobuf());
    expect([plain.status, plain.headers.get('content-type')]).toEqual([200, 'application/x-protobuf']);
    const packed = new Uint8Array(gzipSync(otlpProtobuf()));
    expect((await post('otlp/v1/metrics', packed, { 'content-encoding': 'gzip' })).status).toBe(200);
    hub.clock.nowMs += 6000;
    await hub.work();
    const metrics = analyses[0]?.series.map(({ metric }) => metric);
    expect(metrics).toContain('container_memory_working_set_bytes');
    expect(metrics).toContain('container.memory.working_set');
    expect(analyses[0]?.warnings.filter((text) => text.startsWith('the push at byte'))).toEqual([]);
  });
});

describe('the push doors', () => {
  it.each([
    ['prometheus', 'no snappy', Uint8Array.of(1, 2, 3), {}],
    ['prometheus', 'no protobuf', new Uint8Array(compress(new TextEncoder().encode('hello, hello'))), {}],
    ['prometheus', 'no bytes that say so', request([0, 1]), { 'content-type': 'application/json' }],
    [
      'prometheus',
      'another message',
      request([0, 1]),
      { 'content-type': 'application/x-protobuf;proto=other.Message' },
    ],
    ['prometheus', 'another packing', request([0, 1]), { 'content-encoding': 'gzip' }],
    [
      'prometheus',
      'the other version',
      request([0, 1]),
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
    expect((await post(path, body, headers)).status).toBe(400);
    expect(await pushed()).toEqual([]);
  });

  it('take nothing from strangers, from revoked tokens or by the public token', async () => {
    bearer = 'nobody';
    expect((await write([0, 1])).status).toBe(401);
    const investigation = await hub.deps.records.get({ partition: 'investigations', sort: SLUG });
    bearer = String(investigation?.body['publicToken']);
    expect((await write([0, 1])).status).toBe(403);
  });

  it('refuse a block that promises more than is read, and say when to try again beyond the limit of a token', async () => {
    const bomb = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x0f, 0);
    expect((await post('prometheus', bomb)).status).toBe(413);
    await hub.close();
    await start({ limits: { ...hub.deps.config.limits, tokenBytesPerDay: 200 } });
    expect((await write([0, 1])).status).toBe(204);
    await write([15, 1]);
    const answer = await write([30, 1]);
    expect(answer.status).toBe(429);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('say 503 when the store fails, so that senders come again', async () => {
    await hub.close();
    await start({}, (deps) => ({
      ...deps,
      evidence: { ...deps.evidence, put: () => Promise.reject(new Error('no space left')) },
    }));
    expect((await write([0, 1])).status).toBe(503);
  });
});
