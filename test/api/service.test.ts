import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { allRoutes } from '../../functions/api/create-api.ts';
import { onError } from '../../functions/api/on-error.ts';
import { AppError } from '../../functions/model/error.ts';
import { Hono } from 'hono';
import { openTestHub, type TestHub } from '../hub/test-hub.ts';
import { clientOf, signIn, type Ask } from './client.ts';

let hub: TestHub;
let ask: Ask;
beforeEach(async () => {
  hub = await openTestHub();
  ask = clientOf(hub);
});
afterEach(() => hub.close());

describe('the service', () => {
  it('says that it is up', async () => {
    expect((await ask('GET', '/api/health')).json).toEqual({ ok: true, version: 'unknown' });
  });

  it('documents every route, its parameters and who may', async () => {
    const document = await ask('GET', '/api/openapi.json');
    expect(document.json).toMatchObject({ openapi: '3.1.0' });
    const ids: string[] = [];
    for (const { method, path, params } of allRoutes()) {
      const operation = ['paths', path.replace(/:(\w+)/g, '{$1}'), method];
      ids.push(String(document.at(...operation, 'operationId')));
      const parameters = document.at(...operation, 'parameters') as { in: string; name: string }[];
      const inPath = parameters.filter((one) => one.in === 'path');
      expect(inPath.map(({ name }) => name)).toEqual(Object.keys(params?.shape ?? {}));
      expect(path.match(/:(\w+)/g)?.map((name) => name.slice(1)) ?? []).toEqual(Object.keys(params?.shape ?? {}));
    }
    expect(new Set(ids).size).toBe(ids.length);
    const open = ['paths', '/api/investigations', 'post', 'requestBody', 'content', 'application/json'];
    const body = document.at(...open, 'schema');
    expect(body).toMatchObject({ type: 'object', required: ['slug', 'title', 'product'] });
  });

  it('has a page to read without script, in which every route stands', async () => {
    const page = await hub.app.request('/api/');
    expect(page.headers.get('content-type')).toContain('text/html');
    const html = await page.text();
    expect(html).not.toContain('<script');
    for (const { method, path } of allRoutes()) expect(html).toContain(`<code>${method.toUpperCase()} ${path}</code>`);
  });

  it('every route for maintainers is closed to everybody else', async () => {
    const token = String(
      (
        await clientOf(hub, { cookie: await signIn(hub) })('POST', '/api/investigations', {
          slug: 'a',
          title: 'A',
          product: 'a',
        })
      ).at('publicToken'),
    );
    const closed = allRoutes().filter(({ who }) => who === 'maintainer');
    expect(closed.length).toBeGreaterThan(20);
    for (const { method, path } of closed) {
      const address = path.replace(':slug', 'a').replace(':id', '0'.repeat(19));
      for (const somebody of [ask, clientOf(hub, { bearer: token })]) {
        const answer = await somebody(method.toUpperCase(), address, method === 'get' ? undefined : {});
        expect([method, path, answer.status]).toEqual([method, path, 401]);
      }
    }
  });

  it('sends its headers with every answer, errors too, and no leave to other sites', async () => {
    for (const path of ['/api/health', '/api/none', '/api/', '/api/investigations/none']) {
      const { headers } = await hub.app.request(path, { headers: { origin: 'https://evil.example' } });
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('access-control-allow-origin')).toBeNull();
    }
  });

  it('bounds a body, announced or not', async () => {
    const big = `{"slug": "${'x'.repeat(1_000_000)}"}`;
    expect((await ask('POST', '/api/investigations', big, { 'content-length': String(big.length) })).status).toBe(413);
    expect((await ask('POST', '/api/investigations/a/mail-subscriptions', big)).status).toBe(413);
  });

  it('says what is wrong with a body', async () => {
    const path = '/api/investigations/a/mail-subscriptions';
    expect((await ask('POST', path, '{"address": ')).at('error')).toMatchObject({ code: 'bad-input' });
    expect((await ask('POST', path, '{}', { 'content-type': 'text/plain' })).status).toBe(400);
    const answer = await ask('POST', path, {});
    expect(answer.at('error', 'data', 'issues')).toMatchObject([{ field: 'address' }]);
    expect((await ask('POST', path, '{"__proto__": {"address": "a@example.org"}}')).status).toBe(400);
  });

  it('answers errors as plain text to who does not take JSON, and as JSON to the others', async () => {
    const plain = await hub.app.request('/api/investigations/none', { headers: { accept: 'text/plain' } });
    expect(plain.headers.get('content-type')).toContain('text/plain');
    expect(await plain.text()).toBe('not-found: there is no investigation "none"\n');
    expect((await ask('GET', '/api/nowhere')).at('error')).toMatchObject({ code: 'not-found' });
    expect((await ask('GET', '/api/investigations/UPPER')).status).toBe(400);
  });

  it('never shows a bug, and logs it', () => {
    const app = new Hono();
    app.get('/bug', () => {
      throw new TypeError('secret detail');
    });
    app.get('/slow', () => {
      throw new AppError('rate-limited', 'later', { data: { retryAfterSeconds: 9 } });
    });
    app.onError((error, c) => onError(error, c, hub.deps.log));
    return Promise.all([app.request('/bug'), app.request('/slow')]).then(async ([bug, slow]) => {
      expect(bug.status).toBe(500);
      expect(await bug.text()).not.toContain('secret detail');
      expect(hub.logged.join()).toContain('secret detail');
      expect([slow.status, slow.headers.get('retry-after')]).toEqual([429, '9']);
    });
  });
});
