import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openInvestigation } from '../../functions/hub/open-investigation.ts';
import { runAnalysis } from '../../functions/hub/run-analysis.ts';
import { onChanges } from '../../functions/hub/on-changes.ts';
import { issueToken } from '../../functions/hub/tokens.ts';
import { NewInvestigation } from '../../functions/model/investigation.ts';
import { testRun } from '../analysis/test-run.ts';
import { ProtoWriter, snappyOf } from '../analysis/formats/proto-writer.ts';
import { MAINTAINER, openTestHub, ORIGIN, type TestHub } from '../hub/test-hub.ts';
import { clientOf, signIn, type Ask } from './client.ts';

const SLUG = 'alarmed';
const PATH = `/api/investigations/${SLUG}/alerts`;
const PROMTOOL = spawnSync('promtool', ['--version']).status === 0;
const RULES = [
  { kind: 'working-set', percentOfLimit: 90, forMinutes: 5 },
  { kind: 'slope', bytesPerHour: 1e6 },
  { kind: 'time-to-limit', hours: 24 },
  { kind: 'oom-kill' },
  { kind: 'restart' },
];

let hub: TestHub;
let ask: Ask;
let bearer: string;

beforeEach(async () => {
  hub = await openTestHub({}, (deps) => ({
    ...deps,
    analyse: async (request) => runAnalysis((key) => deps.evidence.source(key), request, testRun()),
  }));
  await openInvestigation(hub.deps, NewInvestigation.parse({ slug: SLUG, title: 'Alarmed', product: 'x' }), MAINTAINER);
  bearer = (await issueToken(hub.deps, SLUG, { label: 'prod', expiresInDays: 9 }, MAINTAINER)).secret;
  ask = clientOf(hub, { cookie: await signIn(hub) });
});
afterEach(() => hub.close());

/** Twenty minutes at this share of the limit, from this minute on. */
async function push(fromMinute: number, percent: number): Promise<void> {
  const request = new ProtoWriter();
  for (const [metric, value] of [
    ['container_memory_working_set_bytes', percent * 1e6],
    ['container_spec_memory_limit_bytes', 100e6],
  ] as const) {
    const series = new ProtoWriter();
    const labels = { __name__: metric, container: 'app', namespace: 'shop', pod: 'app-1' };
    for (const [name, text] of Object.entries(labels)) series.bytes(1, new ProtoWriter().bytes(1, name).bytes(2, text));
    for (let i = 0; i < 20; i++) {
      const timeMs = Date.UTC(2026, 0, 1) + (fromMinute + i) * 60_000;
      series.bytes(2, new ProtoWriter().double(1, value).varint(2, timeMs));
    }
    request.bytes(1, series);
  }
  const answer = await hub.app.request(`${ORIGIN}/api/push/prometheus`, {
    method: 'POST',
    body: snappyOf(request.done()),
    headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/x-protobuf' },
  });
  expect(answer.status).toBe(204);
  hub.clock.nowMs += 61_000;
  await hub.work();
}

async function alertEvents(): Promise<string[]> {
  const { records } = await hub.deps.records.query(`investigation#${SLUG}`, 'event#', { limit: 1000 });
  return records.map(({ body }) => String(body['kind'])).filter((kind) => /^alert\/(firing|recovered)$/.test(kind));
}

describe('alerts', () => {
  it('fire and recover by pushes, once each, on the timeline and to subscribers', async () => {
    const rule = RULES[0];
    const added = await ask('POST', PATH, { title: 'Nearly full', rule });
    expect(added.status).toBe(201);
    await ask('POST', `/api/investigations/${SLUG}/subscriptions`, {
      channel: 'webhook',
      target: 'https://hooks.example.org/x',
    });
    for (const [minute, percent] of [
      [0, 50],
      [20, 95],
      [40, 97],
      [60, 88],
      [80, 92],
    ] as const) {
      await push(minute, percent);
    }
    expect(await alertEvents()).toEqual(['alert/firing']);
    expect((await ask('GET', PATH)).at(0, 'firing', 0, 'subject')).toBe('shop/app-1/app');
    await push(100, 40);
    expect(await alertEvents()).toEqual(['alert/firing', 'alert/recovered']);
    const { records } = await hub.deps.records.query(`investigation#${SLUG}`, 'event#', { limit: 1000 });
    const nothing = { investigation: () => Promise.resolve(), home: () => Promise.resolve() };
    const changes = records.map((record) => ({ partition: record.partition, sort: record.sort, record }));
    await onChanges(hub.deps, changes, nothing);
    expect(hub.sent.map(({ subject }) => subject).filter((text) => text.includes('Nearly full'))).toHaveLength(2);
  });

  it('are changed with their version, forget when their rule changes, and are deleted', async () => {
    const added = await ask('POST', PATH, { title: 'Nearly full', rule: RULES[0] });
    const id = String(added.at('id'));
    await push(0, 95);
    const [firing] = [(await ask('GET', PATH)).at(0)] as [{ state: string; version: number }];
    expect(firing.state).toBe('firing');
    expect((await ask('PATCH', `${PATH}/${id}`, { version: 1, title: 'Other' })).status).toBe(409);
    const kept = await ask('PATCH', `${PATH}/${id}`, { version: firing.version, title: 'Other' });
    expect([kept.at('title'), kept.at('state')]).toEqual(['Other', 'firing']);
    const changed = await ask('PATCH', `${PATH}/${id}`, { version: kept.at('version'), enabled: false });
    expect([changed.at('enabled'), changed.at('state')]).toEqual([false, 'ok']);
    expect((await ask('DELETE', `${PATH}/${id}`)).status).toBe(204);
    expect((await ask('GET', PATH)).json).toEqual([]);
  });

  it('belong to maintainers, and their fields are checked', async () => {
    expect((await clientOf(hub)('GET', PATH)).status).toBe(401);
    expect((await clientOf(hub, { bearer })('POST', PATH, { title: 'x', rule: RULES[3] })).status).toBe(401);
    const wrong = { title: 'x', rule: { kind: 'working-set', percentOfLimit: 0 } };
    expect((await ask('POST', PATH, wrong)).status).toBe(400);
  });

  it('are downloaded as rules, and a dashboard names its panels', async () => {
    for (const rule of RULES) {
      await ask('POST', PATH, { title: `"{{ $labels }}" ${rule.kind}`, rule, namespace: 'sh"op', container: 'app' });
    }
    const { text, status } = await clientOf(hub)('GET', `/api/investigations/${SLUG}/prometheus-rules.yaml`);
    expect(status).toBe(200);
    expect(text.match(/- alert: /g)).toHaveLength(RULES.length);
    expect(text).not.toContain('{{');
    const board = await clientOf(hub)('GET', `/api/investigations/${SLUG}/grafana-dashboard.json`);
    expect(board.at('panels', 0, 'targets', 0, 'expr')).toContain('container_memory_working_set_bytes');
    const variables = (): unknown => board.at('templating', 'list');
    expect(variables()).toMatchObject([{ name: 'datasource' }, { regex: '' }, { regex: '' }]);
  });

  it('a dashboard is of the pods that the metrics speak of', async () => {
    await push(0, 40);
    await ask('POST', PATH, { title: 'killed', rule: { kind: 'oom-kill' } });
    const rules = await clientOf(hub)('GET', `/api/investigations/${SLUG}/prometheus-rules.yaml`);
    // Prometheus sees all of its cluster: an alert that names nothing is of the investigation's pods.
    const watched = 'namespace=~"(?:shop)",pod=~"(?:app)(?:-[a-z0-9-]+)?",container!=""';
    expect(rules.text).toContain(JSON.stringify(watched).slice(1, -1));
    const board = await clientOf(hub)('GET', `/api/investigations/${SLUG}/grafana-dashboard.json`);
    expect(board.at('templating', 'list')).toMatchObject([
      { name: 'datasource' },
      { name: 'namespace', regex: '/^(?:shop)$/' },
      { name: 'pod', regex: '/^(?:app)(?:-[a-z0-9-]+)?$/' },
    ]);
  });

  it.skipIf(!PROMTOOL)(
    'make rules that promtool takes (skipped where the package prometheus is not installed)',
    async () => {
      const path = join(hub.dir, 'rules.yaml');
      const check = async (): Promise<string> => {
        const { text } = await clientOf(hub)('GET', `/api/investigations/${SLUG}/prometheus-rules.yaml`);
        writeFileSync(path, text);
        const { stdout, stderr, status } = spawnSync('promtool', ['check', 'rules', path], { encoding: 'utf8' });
        return status === 0 ? stdout : `failed: ${stdout}${stderr}`;
      };
      expect(await check()).toContain('SUCCESS');
      for (const rule of RULES) {
        await ask('POST', PATH, { title: `"{{ $labels }}" ${rule.kind}`, rule, namespace: 'sh"op', container: 'app' });
        await ask('POST', PATH, { title: rule.kind, rule });
      }
      expect(await check()).toContain(`SUCCESS: ${2 * RULES.length} rules found`);
    },
  );
});
