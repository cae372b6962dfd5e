import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addMapped } from '../../functions/hub/mapping.ts';
import { mappingKind } from '../../functions/hub/mapping-record.ts';
import { openInvestigation } from '../../functions/hub/open-investigation.ts';
import { publishInvestigation } from '../../functions/hub/publish/publish.ts';
import { runAnalysis } from '../../functions/hub/run-analysis.ts';
import { sweep } from '../../functions/hub/sweep.ts';
import { issueToken } from '../../functions/hub/tokens.ts';
import type { Deps } from '../../functions/hub/deps.ts';
import { CaseDocument } from '../../functions/model/case.ts';
import { Evidence } from '../../functions/model/evidence.ts';
import { NewInvestigation } from '../../functions/model/investigation.ts';
import { SeriesMapping } from '../../functions/model/mapping.ts';
import { unknownNames } from '../analysis/series/builders/unknown-names.ts';
import { testRun } from '../analysis/test-run.ts';
import { MAINTAINER, openTestHub, putBytes, type TestHub } from '../hub/test-hub.ts';
import { clientOf, signIn, type Ask } from './client.ts';

const SLUG = 'nameless';
const PATH = `/api/investigations/${SLUG}/mapping`;
const RAM = { metric: 'acme_worker_ram', role: 'rss', unit: 'MB' };

let hub: TestHub;
let ask: Ask;
let bearer: string;
/** What is done in the middle of an analysis. */
let meanwhile: () => Promise<unknown>;
let analysed: number;

beforeEach(async () => {
  meanwhile = () => Promise.resolve();
  analysed = 0;
  const analyse = (deps: Deps): Deps['analyse'] => {
    return async (request) => {
      analysed++;
      const analysis = await runAnalysis((key) => deps.evidence.source(key), request, testRun());
      await meanwhile();
      return analysis;
    };
  };
  hub = await openTestHub({}, (deps) => ({ ...deps, analyse: analyse(deps) }));
  await openInvestigation(
    hub.deps,
    NewInvestigation.parse({ slug: SLUG, title: 'Nameless', product: 'x' }),
    MAINTAINER,
  );
  bearer = (await issueToken(hub.deps, SLUG, { label: 'prod', expiresInDays: 9 }, MAINTAINER)).secret;
  ask = clientOf(hub, { cookie: await signIn(hub) });
});
afterEach(() => hub.close());

async function send(text = unknownNames({ hours: 72, growthPerHour: 4 })): Promise<string> {
  const sized = { name: 'memory.json', sizeBytes: text.length };
  const taken = await clientOf(hub, { bearer })('POST', `/api/investigations/${SLUG}/evidence`, sized);
  await putBytes(hub, String(taken.at('upload', 'url')), text);
  await hub.work();
  return String(taken.at('evidence', 'id'));
}

async function evidence(id: string): Promise<Evidence> {
  const stored = await hub.deps.records.get({ partition: `investigation#${SLUG}`, sort: `evidence#${id}` });
  return Evidence.parse({ ...stored?.body, version: stored?.version });
}

async function published(): Promise<CaseDocument> {
  await publishInvestigation(hub.deps, SLUG);
  return CaseDocument.parse(JSON.parse(new TextDecoder().decode(await hub.deps.site.read(`i/${SLUG}/data.json`))));
}

async function events(): Promise<string[]> {
  const { records } = await hub.deps.records.query(`investigation#${SLUG}`, 'event#', { limit: 1000 });
  return records.map(({ body }) => String(body['kind'])).filter((kind) => kind.startsWith('mapping/'));
}

describe('a mapping of series by hand', () => {
  it('is remembered, evidence is read by it, and the verdict of the case stands on it', async () => {
    const id = await send();
    const before = await published();
    expect(before.verdict.state).toBe('undecided');
    expect(before.unknownSeries?.map(({ metric }) => metric)).toContain('acme_worker_ram');

    const added = await ask('POST', PATH, RAM);
    expect([added.status, added.at('by'), added.at('version')]).toEqual([201, MAINTAINER.name, 1]);
    expect((await evidence(id)).state).toBe('received');
    await hub.work();
    const after = await published();
    expect(after.verdict.state).toBe('leak');
    expect(after.unknownSeries?.[0]).toMatchObject({ metric: 'acme_worker_ram', reading: 'mapped' });
    const page = new TextDecoder().decode(await hub.deps.site.read(`i/${SLUG}/evidence/${id}/index.html`));
    expect(page).toContain('Series mapped by hand');

    // Who follows heard of the evidence once; the word itself is an event of its own.
    const told = after.timeline.map(({ kind }) => kind);
    expect(told.filter((kind) => kind === 'evidence/analysed')).toHaveLength(1);
    expect(told).toContain('mapping/added');

    // What comes later is read by it too.
    const later = await send();
    expect((await evidence(later)).mappingStamp).toBe((await evidence(id)).mappingStamp);
    expect((await clientOf(hub)('GET', PATH)).at(0, 'metric')).toBe('acme_worker_ram');

    const removed = await ask('DELETE', `${PATH}/${String(added.at('id'))}`);
    expect(removed.status).toBe(204);
    await hub.work();
    expect((await evidence(id)).mappingStamp).toBeUndefined();
    expect((await published()).verdict.state).toBe('undecided');
    expect(await events()).toEqual(['mapping/added', 'mapping/removed']);
  });

  it('is changed against the version that was read; two words on one name are one too many', async () => {
    const added = await ask('POST', PATH, RAM);
    expect((await ask('POST', PATH, { ...RAM, role: 'usage' })).status).toBe(409);
    expect((await ask('POST', PATH, { ...RAM, labels: { pod: 'worker-1' } })).status).toBe(201);
    const path = `${PATH}/${String(added.at('id'))}`;
    const changed = await ask('PATCH', path, { version: 1, role: 'js-heap' });
    expect([changed.at('role'), changed.at('unit'), changed.at('version')]).toEqual(['js-heap', 'MB', 2]);
    const stale = await ask('PATCH', path, { version: 1, role: 'rss' });
    expect([stale.status, stale.at('error', 'data', 'current', 'role')]).toEqual([409, 'js-heap']);
    expect((await ask('PATCH', path, { version: 2, labels: { pod: 'worker-1' } })).status).toBe(409);
    expect((await ask('DELETE', `${PATH}/01h00000000000000aa`)).status).toBe(404);
  });

  it('says what is wrong: who, a unit of another kind, too many', async () => {
    expect((await clientOf(hub)('POST', PATH, RAM)).status).toBe(401);
    expect((await clientOf(hub, { bearer })('POST', PATH, RAM)).status).toBe(401);
    expect((await ask('POST', PATH, { ...RAM, role: 'tea' })).status).toBe(400);
    expect((await ask('POST', PATH, { ...RAM, unit: 'count' })).status).toBe(400);
    expect((await ask('POST', PATH, { metric: 'jobs', role: 'work' })).at('unit')).toBe('count');
    for (let i = 1; i < 200; i++)
      await addMapped(hub.deps, SLUG, SeriesMapping.parse({ metric: `m${i}`, role: 'rss' }), MAINTAINER);
    expect((await ask('POST', PATH, RAM)).status).toBe(413);
  });

  it('makes one job of several changes, and comes again when it changed in the middle of an analysis', async () => {
    const id = await send();
    analysed = 0;
    await ask('POST', PATH, RAM);
    await ask('POST', PATH, { metric: 'acme_worker_cap', role: 'limit', unit: 'MB' });
    await hub.work();
    expect(analysed).toBe(1);
    meanwhile = async () => {
      meanwhile = () => Promise.resolve();
      await ask('POST', PATH, { metric: 'acme_room_celsius', role: 'ignore' });
    };
    await ask('PATCH', `${PATH}/${String((await ask('GET', PATH)).at(0, 'id'))}`, { version: 1, role: 'usage' });
    await hub.work();
    expect(analysed).toBe(3);
    const { state, mappingStamp, remapped } = await evidence(id);
    expect([state, remapped, mappingStamp?.length]).toEqual(['analysed', undefined, 16]);
  });

  it('leaves alone what has no series, and what has nothing to be read from', async () => {
    const dump = await send(
      ' num     #instances         #bytes  class name\n   1:          1200         169368  [B\nTotal 1200 169368\n',
    );
    expect((await evidence(dump)).state).toBe('analysed');
    await ask('POST', PATH, RAM);
    expect((await evidence(dump)).state).toBe('analysed');
  });

  it('is finished by the sweep when the process died before the evidence was sent on', async () => {
    const id = await send();
    // As a crash right after the write leaves it.
    const { key } = mappingKind(hub.deps, SLUG);
    const one = { ...SeriesMapping.parse(RAM), id, by: 'Mara', atMs: hub.clock.nowMs, version: 1 };
    const body = { slug: SLUG, series: [one], settled: false };
    await hub.deps.records.put({ ...key, body, dueAtMs: hub.clock.nowMs + 1000 }, 0);
    hub.clock.nowMs += 2000;
    await sweep(hub.deps);
    expect((await evidence(id)).state).toBe('received');
    expect((await hub.deps.records.get(key))?.dueAtMs).toBeUndefined();
    await hub.work();
    expect((await published()).verdict.state).toBe('leak');
  });
});
