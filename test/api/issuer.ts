import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type JWTPayload } from 'jose';

/** A small OIDC issuer: discovery, keys, and a token endpoint that checks PKCE, the client and the redirect as RFC 6749 and 7636 say. */
export async function startIssuer(claims: JWTPayload, nowMs: () => number) {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256', use: 'sig' };
  const codes = new Map<string, URLSearchParams>();
  /** What a bad issuer, or somebody between, would change. */
  const twist: { claims: JWTPayload; key?: CryptoKey } = { claims: {} };
  let issuer = '';

  async function tokens(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const form = new URLSearchParams(Buffer.concat(chunks).toString());
    const asked = codes.get(form.get('code') ?? '');
    codes.delete(form.get('code') ?? '');
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    const basic = `Basic ${Buffer.from('casebook:shh').toString('base64')}`;
    const holds =
      asked?.get('code_challenge') === challenge &&
      asked.get('redirect_uri') === form.get('redirect_uri') &&
      request.headers.authorization === basic;
    if (!holds)
      return void response.writeHead(400, { 'content-type': 'application/json' }).end('{"error":"invalid_grant"}');
    const nowSeconds = Math.floor(nowMs() / 1000);
    const idToken = await new SignJWT({
      iss: issuer,
      aud: 'casebook',
      nonce: asked.get('nonce'),
      iat: nowSeconds,
      exp: nowSeconds + 300,
      ...claims,
      ...twist.claims,
    })
      .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
      .sign(twist.key ?? privateKey);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ access_token: 'unused', token_type: 'Bearer', id_token: idToken }));
  }

  const server = createServer((request, response) => {
    if (request.url === '/token') return void tokens(request, response);
    const documents: Record<string, object> = {
      '/.well-known/openid-configuration': {
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/keys`,
      },
      '/keys': { keys: [jwk] },
    };
    const document = documents[request.url ?? ''];
    response.writeHead(document ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(document ?? {}));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    issuer,
    twist,
    /** What the person does at the issuer: signs in there; answers where the browser is sent back to. */
    approve(authorizationUrl: string): string {
      const { searchParams } = new URL(authorizationUrl);
      const code = `code-${codes.size}-${searchParams.get('state') ?? ''}`;
      codes.set(code, searchParams);
      const back = new URL(searchParams.get('redirect_uri') ?? '');
      back.searchParams.set('code', code);
      back.searchParams.set('state', searchParams.get('state') ?? '');
      back.searchParams.set('iss', issuer);
      return back.href;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
