import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allRoutes } from '../../functions/api/create-api.ts';
import { openTestHub, putBytes, type TestHub } from '../hub/test-hub.ts';
import { clientOf, signIn, type Ask } from './client.ts';

let hub: TestHub;
let callers: Ask[];

beforeAll(async () => {
  hub = await openTestHub();
  const cookie = await signIn(hub);
  const opened = await clientOf(hub, { cookie })('POST', '/api/investigations', {
    slug: 'a',
    title: 'A',
    product: 'a',
  });
  callers = [clientOf(hub), clientOf(hub, { cookie }), clientOf(hub, { bearer: String(opened.at('publicToken')) })];
});
afterAll(() => hub.close());

const FIELDS = [
  'slug',
  'title',
  'name',
  'sizeBytes',
  'version',
  'body',
  'state',
  'context',
  'reason',
  '__proto__',
  'constructor',
  'toString',
];
const Value = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom<unknown>(-1, 1e308, '\u0000', '\ud800', 'x'.repeat(70_000), [], {}, null, '../../etc', "';--"),
);
const Body = fc.oneof(
  fc.dictionary(fc.constantFrom(...FIELDS), Value).map((body) => JSON.stringify(body)),
  Value.map((value) => JSON.stringify(value)),
  fc.string(),
);
const Part = fc.oneof(
  fc.constantFrom('a', '0'.repeat(19), '%00', '..', '%2e%2e', '__proto__'),
  fc.string().map(encodeURIComponent),
);

describe('whatever is sent', () => {
  it('is answered in words, and never by a bug', async () => {
    const routes = allRoutes();
    await fc.assert(
      fc.asyncProperty(
        fc.nat(routes.length - 1),
        fc.nat(2),
        Body,
        Part,
        Part,
        fc.string(),
        async (at, who, body, slug, id, query) => {
          const route = routes[at];
          const caller = callers[who];
          if (!route || !caller) return;
          const path =
            route.path.replace(':slug', slug).replace(':id', id) +
            `?${new URLSearchParams({ name: query, size: query, code: query }).toString()}`;
          const answer = await caller(route.method.toUpperCase(), path, route.method === 'get' ? undefined : body);
          expect([route.path, answer.status, answer.text]).not.toContain(500);
        },
      ),
      { numRuns: 1500 },
    );
  }, 120_000);

  it('keeps any words that are taken, and can show them again', async () => {
    const [, maintainer, sender] = callers;
    const Words = fc.string({ unit: 'binary', minLength: 1, maxLength: 300 });
    await fc.assert(
      fc.asyncProperty(Words, Words, async (name, comment) => {
        const from = { 'x-test-address': String(hub.clock.nowMs++) };
        hub.clock.nowMs += 60_000;
        const sent = await sender?.('POST', '/api/investigations/a/evidence', { name, comment, sizeBytes: 1 }, from);
        const note = await sender?.('POST', '/api/investigations/a/notes', { body: comment, author: name }, from);
        for (const answer of [sent, note]) expect([201, 400]).toContain(answer?.status);
        const desk = await maintainer?.('GET', '/api/investigations/a/desk');
        expect(desk?.status).toBe(200);
        if (sent?.status !== 201) return;
        expect(sent.at('evidence', 'comment')).toBe(comment);
        await putBytes(hub, String(sent.at('upload', 'url')), 'x');
        const path = `/api/investigations/a/evidence/${String(sent.at('evidence', 'id'))}/raw`;
        const opened = await maintainer?.('POST', path, { reason: 'a test' });
        const raw = await hub.app.request(String(opened?.at('url')));
        expect([raw.status, await raw.text()]).toEqual([200, 'x']);
      }),
      { numRuns: 60 },
    );
  }, 120_000);
});
