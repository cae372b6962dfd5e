import { generateKeyPair } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSignInLink } from '../../functions/hub/sign-in-link.ts';
import { MAINTAINER, openTestHub, type TestHub } from '../hub/test-hub.ts';
import { clientOf, signIn } from './client.ts';
import { startIssuer } from './issuer.ts';

const NEW = { slug: 'worker', title: 'Worker', product: 'worker' };
const cookieOf = (response: Response, name: string) =>
  response.headers.getSetCookie().find((cookie) => cookie.startsWith(`${name}=`)) ?? '';

describe('sessions', () => {
  let hub: TestHub;
  beforeEach(async () => (hub = await openTestHub()));
  afterEach(() => hub.close());

  it('begin with a link that works once, within half an hour', async () => {
    const link = await createSignInLink(hub.deps, MAINTAINER);
    const uses = await Promise.all([hub.app.request(link), hub.app.request(link)]);
    expect(uses.map(({ status }) => status).sort()).toEqual([302, 401]);
    const used = uses.find(({ status }) => status === 302);
    expect(used?.headers.get('location')).toBe('/desk/');
    expect(used?.headers.get('set-cookie')).toMatch(/^casebook=.*HttpOnly.*SameSite=Lax$/);
    const late = await createSignInLink(hub.deps, MAINTAINER);
    hub.clock.nowMs += 30 * 60_000;
    expect((await hub.app.request(late)).status).toBe(401);
  });

  it('are known, expire, and end', async () => {
    const cookie = await signIn(hub);
    const me = clientOf(hub, { cookie });
    expect((await me('GET', '/api/auth/me')).json).toEqual({ person: MAINTAINER, signIn: 'link' });
    const out = await me('POST', '/api/auth/sign-out');
    expect(out.headers.get('set-cookie')).toMatch(/^casebook=; Max-Age=0/);
    hub.clock.nowMs += hub.deps.config.sessionMs;
    expect((await me('GET', '/api/auth/me')).json).toEqual({ person: null, signIn: 'link' });
  });

  it('cannot be forged or altered', async () => {
    const cookie = await signIn(hub);
    const [header, payload, signature] = cookie.split('.') as [string, string, string];
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
    const other = Buffer.from(JSON.stringify({ ...claims, name: 'Eve' })).toString('base64url');
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    for (const bad of [`${header}.${other}.${signature}`, `casebook=${none}.${payload}.`, 'casebook=x']) {
      expect((await clientOf(hub, { cookie: bad })('POST', '/api/investigations', NEW)).status).toBe(401);
    }
  });

  it('write only from pages of this site', async () => {
    const cookie = await signIn(hub);
    const from = (headers: Record<string, string>) =>
      clientOf(hub)('POST', '/api/investigations', NEW, { cookie, ...headers });
    expect((await from({ 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await from({ 'sec-fetch-site': 'same-site' })).status).toBe(403);
    expect((await from({ 'sec-fetch-site': 'none' })).status).toBe(403);
    expect((await from({ origin: 'https://evil.example' })).status).toBe(403);
    expect((await from({ origin: 'null' })).status).toBe(403);
    expect((await from({ 'content-type': 'text/plain' })).status).toBe(403);
    expect((await from({ 'sec-fetch-site': 'same-origin', 'content-type': 'text/plain' })).status).toBe(400);
    expect((await from({ origin: 'http://127.0.0.1:8787' })).status).toBe(201);
    const redrive = (headers: Record<string, string>) =>
      clientOf(hub)('POST', '/api/jobs/redrive', undefined, { cookie, ...headers });
    expect((await redrive({})).status).toBe(403);
    expect((await redrive({ 'sec-fetch-site': 'same-origin' })).status).toBe(200);
  });

  it('have a cookie that no subdomain can set, and TLS alone carries, over https', async () => {
    const tls = await openTestHub({ publicUrl: 'https://casebook.example.org' });
    const response = await tls.app.request(await createSignInLink(tls.deps, MAINTAINER));
    expect(response.headers.get('set-cookie')).toMatch(/^__Host-casebook=.*Path=\/; HttpOnly; Secure; SameSite=Lax$/);
    expect(response.headers.get('strict-transport-security')).toContain('max-age');
    await tls.close();
  });

  it('go nowhere but to paths of this site', async () => {
    const to = async (path: string) =>
      hub.app.request(`${await createSignInLink(hub.deps, MAINTAINER)}&to=${encodeURIComponent(path)}`);
    expect((await to('/i/worker/')).headers.get('location')).toBe('/i/worker/');
    for (const path of ['//evil.example', '/\\evil.example', 'https://evil.example', '/a\\b', '/a\nb']) {
      expect((await to(path)).status).toBe(400);
    }
  });
});

describe('sign-in by an issuer', () => {
  let hub: TestHub;
  let issuer: Awaited<ReturnType<typeof startIssuer>>;
  const claims = { sub: 'abc', name: 'Ana', email: 'ana@example.org', email_verified: true };

  async function open(allowed: string[], who: object = claims): Promise<void> {
    issuer = await startIssuer({ ...who }, () => hub.clock.nowMs);
    hub = await openTestHub({ oidc: { issuer: issuer.issuer, clientId: 'casebook', clientSecret: 'shh', allowed } });
  }
  afterEach(async () => {
    await hub.close();
    await issuer.close();
  });

  /** The browser: leaves, signs in there, comes back with the cookie it was given. */
  async function flow(change: (back: URL) => void = () => undefined): Promise<Response> {
    const left = await hub.app.request('/api/auth/sign-in?to=/i/worker/');
    const cookie = cookieOf(left, 'casebook-sign-in').split(';')[0] ?? '';
    const back = new URL(issuer.approve(left.headers.get('location') ?? ''));
    change(back);
    return hub.app.request(back.pathname + back.search, { headers: { cookie } });
  }

  it.each([
    ['the address', 'Ana@Example.org'],
    ['the domain', '@example.org'],
    ['the subject', 'abc'],
    ['everybody', '*'],
  ])('lets in by %s', async (_, entry) => {
    await open([entry]);
    const back = await flow();
    expect(back.status).toBe(302);
    expect(back.headers.get('location')).toBe('/i/worker/');
    const cookie = cookieOf(back, 'casebook').split(';')[0] ?? '';
    const me = await clientOf(hub, { cookie })('GET', '/api/auth/me');
    expect(me.json).toEqual({ person: { subject: 'abc', name: 'Ana', email: 'ana@example.org' }, signIn: 'oidc' });
    expect((await clientOf(hub, { cookie })('POST', '/api/investigations', NEW)).status).toBe(201);
  });

  it.each([
    ['nobody is listed', []],
    ['another is', ['bob@example.org', '@ample.org', 'abcd']],
  ])('lets nobody in when %s', async (_, allowed) => {
    await open(allowed);
    expect((await flow()).status).toBe(403);
  });

  it('does not believe an address that the issuer did not verify', async () => {
    await open(['ana@example.org'], { ...claims, email_verified: false });
    expect((await flow()).status).toBe(403);
  });

  it('ends a session when its person leaves the list', async () => {
    await open(['abc']);
    const cookie = cookieOf(await flow(), 'casebook').split(';')[0] ?? '';
    hub.deps.config.oidc?.allowed.splice(0);
    expect((await clientOf(hub, { cookie })('GET', '/api/auth/me')).json).toMatchObject({ person: null });
  });

  it('refuses what was twisted on the way', async () => {
    await open(['*']);
    expect((await flow((back) => back.searchParams.set('state', 'other'))).status).toBe(401);
    expect((await flow((back) => back.searchParams.set('code', 'other'))).status).toBe(401);
    expect((await flow((back) => back.searchParams.set('iss', 'https://evil.example'))).status).toBe(401);
    expect((await flow((back) => back.searchParams.set('error', 'access_denied'))).status).toBe(401);
    const left = await hub.app.request('/api/auth/sign-in');
    const noCookie = new URL(issuer.approve(left.headers.get('location') ?? ''));
    expect((await hub.app.request(noCookie.pathname + noCookie.search)).status).toBe(401);
  });

  it.each([
    ['nonce', { nonce: 'other' }],
    ['audience', { aud: 'another-client' }],
    ['issuer', { iss: 'https://evil.example' }],
    ['time', { exp: 1 }],
    ['party', { aud: ['casebook', 'other'], azp: 'other' }],
  ])('refuses an ID token with another %s', async (_, twisted) => {
    await open(['*']);
    issuer.twist.claims = twisted;
    expect((await flow()).status).toBe(401);
  });

  it('refuses an ID token that another key signed', async () => {
    await open(['*']);
    issuer.twist.key = (await generateKeyPair('ES256')).privateKey;
    expect((await flow()).status).toBe(401);
  });

  it('says so when the issuer is down', async () => {
    await open(['*']);
    await issuer.close();
    expect((await hub.app.request('/api/auth/sign-in')).status).toBe(503);
  });
});
