import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTestHub, type TestHub } from '../hub/test-hub.ts';
import { clientOf, signIn, type Ask } from './client.ts';

const NEW = { slug: 'worker', title: 'Worker grows', summary: 'It **grows**', product: 'worker', versions: ['1.0'] };
let hub: TestHub;
let maintainer: Ask;
let stranger: Ask;

beforeEach(async () => {
  hub = await openTestHub();
  maintainer = clientOf(hub, { cookie: await signIn(hub) });
  stranger = clientOf(hub);
});
afterEach(() => hub.close());

describe('investigations', () => {
  it('are opened by maintainers, with a public token, and read by anybody', async () => {
    expect((await stranger('POST', '/api/investigations', NEW)).status).toBe(401);
    const opened = await maintainer('POST', '/api/investigations', NEW);
    expect(opened.status).toBe(201);
    expect(opened.json).toMatchObject({ ...NEW, status: 'open', openedBy: 'Mara', version: 1 });
    expect(opened.at('publicToken')).toMatch(/^cbt_worker_[0-9a-z]{19}_[0-9a-f]{40}$/);
    expect((await stranger('GET', '/api/investigations/worker')).json).toEqual(opened.json);
    expect((await stranger('GET', '/api/investigations')).json).toEqual([opened.json]);
    expect((await stranger('GET', '/api/investigations/other')).status).toBe(404);
  });

  it('keep their slug to themselves', async () => {
    const first = await maintainer('POST', '/api/investigations', NEW);
    const again = await maintainer('POST', '/api/investigations', { ...NEW, title: 'Another' });
    expect(again.status).toBe(409);
    expect(again.at('error', 'data', 'current')).toEqual(first.json);
    expect((await maintainer('GET', '/api/investigations/worker/tokens')).json).toHaveLength(1);
  });

  it('change field by field: what is left out stays', async () => {
    await maintainer('POST', '/api/investigations', NEW);
    const changed = await maintainer('PATCH', '/api/investigations/worker', { title: 'It leaks', version: 1 });
    expect(changed.json).toMatchObject({ title: 'It leaks', summary: NEW.summary, versions: ['1.0'], version: 2 });
  });

  it('answer 409 with the current state to who read an older one', async () => {
    await maintainer('POST', '/api/investigations', NEW);
    const first = await maintainer('PATCH', '/api/investigations/worker', { status: 'reproducing', version: 1 });
    const late = await maintainer('PATCH', '/api/investigations/worker', { status: 'resolved', version: 1 });
    expect(late.status).toBe(409);
    expect(late.at('error', 'data', 'current')).toEqual(first.json);
  });

  it('say of which other one they are a duplicate', async () => {
    await maintainer('POST', '/api/investigations', NEW);
    await maintainer('POST', '/api/investigations', { ...NEW, slug: 'older' });
    const patch = (body: object) => maintainer('PATCH', '/api/investigations/worker', body);
    expect((await patch({ status: 'duplicate', version: 1 })).status).toBe(400);
    expect((await patch({ status: 'duplicate', duplicateOf: 'worker', version: 1 })).status).toBe(400);
    expect((await patch({ status: 'duplicate', duplicateOf: 'none', version: 1 })).status).toBe(404);
    expect((await patch({ status: 'duplicate', duplicateOf: 'older', version: 1 })).json).toMatchObject({
      duplicateOf: 'older',
    });
    expect((await patch({ status: 'open', version: 2 })).at('duplicateOf')).toBeUndefined();
  });
});

describe('the work of people', () => {
  const WORK = {
    findings: [{ title: 'The registry keeps plans', severity: 'warning' }, { body: 'since 1.4' }],
    judgements: [{ fingerprint: 'heap/map:Plan', judgement: 'confirmed' }, { judgement: 'refuted' }],
    hypotheses: [{ title: 'The registry' }, { state: 'supported' }],
    experiments: [{ title: 'No child processes', variable: 'children' }, { state: 'running' }],
    steps: [{ title: 'Take a snapshot', owner: 'Ana' }, { state: 'done' }],
    updates: [{ title: 'Week 2', body: 'We *know*' }, { title: 'Week 3' }],
  } as const;

  it.each(Object.entries(WORK))(
    '%s are added, changed and hidden by maintainers, with an event each',
    async (name, [input, change]) => {
      await maintainer('POST', '/api/investigations', NEW);
      const path = `/api/investigations/worker/${name}`;
      expect((await stranger('POST', path, input)).status).toBe(401);
      const added = await maintainer('POST', path, input);
      expect(added.status).toBe(201);
      expect(added.json).toMatchObject({ ...input, by: 'Mara', slug: 'worker', version: 1, visibility: 'visible' });
      const one = `${path}/${String(added.at('id'))}`;
      expect((await stranger('PATCH', one, { ...change, version: 1 })).status).toBe(401);
      const changed = await maintainer('PATCH', one, { ...change, version: 1 });
      expect(changed.json).toMatchObject({ ...input, ...change, version: 2 });
      expect((await maintainer('PATCH', one, { ...change, version: 1 })).at('error', 'data', 'current')).toEqual(
        changed.json,
      );
      expect((await maintainer('PATCH', one, { visibility: 'hidden', version: 2 })).json).toMatchObject({
        visibility: 'hidden',
      });
      const desk = await maintainer('GET', '/api/investigations/worker/desk');
      expect(desk.at(name)).toMatchObject([{ ...input, ...change, visibility: 'hidden' }]);
      expect(
        (desk.at('events') as { subjectId: string }[]).filter(({ subjectId }) => subjectId === added.at('id')),
      ).toHaveLength(3);
    },
  );

  it('lets go of a field by null', async () => {
    await maintainer('POST', '/api/investigations', NEW);
    const path = '/api/investigations/worker/steps';
    const { id } = (await maintainer('POST', path, { title: 'x', owner: 'Ana', dueAtMs: 5 })).json as { id: string };
    const kept = await maintainer('PATCH', `${path}/${id}`, { title: 'y', version: 1 });
    expect(kept.json).toMatchObject({ title: 'y', owner: 'Ana', dueAtMs: 5 });
    const emptied = await maintainer('PATCH', `${path}/${id}`, { dueAtMs: null, version: 2 });
    expect(emptied.json).toMatchObject({ title: 'y', owner: 'Ana' });
    expect(emptied.at('dueAtMs')).toBeUndefined();
    expect((await maintainer('PATCH', `${path}/${id}`, { title: null, version: 3 })).status).toBe(400);
  });

  it('belongs to an investigation that exists, and says what is wrong with it', async () => {
    const lost = await maintainer('POST', '/api/investigations/none/steps', { title: 'x' });
    expect(lost.status).toBe(404);
    await maintainer('POST', '/api/investigations', NEW);
    const bad = await maintainer('POST', '/api/investigations/worker/steps', { title: '', state: 'later' });
    expect(bad.status).toBe(400);
    const issues = bad.at('error', 'data', 'issues') as { field: string }[];
    expect(issues.map(({ field }) => field)).toEqual(['title', 'state']);
  });
});
