import { createHash } from 'node:crypto';
import { createRemoteJWKSet, jwtVerify, type JWTPayload } from 'jose';
import { z } from 'zod';
import type { Config } from '../../hub/config.ts';
import { AppError } from '../../model/error.ts';
import type { Person } from '../../model/person.ts';

/** The authorization-code flow with PKCE (RFC 7636) against any issuer that has a discovery document. */
const Discovery = z.object({
  issuer: z.string(),
  authorization_endpoint: z.url(),
  token_endpoint: z.url(),
  jwks_uri: z.url(),
  token_endpoint_auth_methods_supported: z.array(z.string()).optional(),
});
type Discovery = z.infer<typeof Discovery>;
type Oidc = NonNullable<Config['oidc']>;

interface Issuer {
  readonly discovery: Discovery;
  readonly keys: ReturnType<typeof createRemoteJWKSet>;
  readonly readAtMs: number;
}

/** What must be remembered between leaving for the issuer and coming back. */
export interface Flow {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

const CACHE_MS = 3_600_000;
const TIMEOUT_MS = 10_000;
/** No `none`, and no HMAC: the client's secret is no key of the issuer's. */
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];

export class OidcClient {
  readonly #oidc: Oidc;
  readonly #redirectUri: string;
  readonly #now: () => number;
  #issuer: Promise<Issuer> | undefined;

  constructor(oidc: Oidc, redirectUri: string, now: () => number) {
    this.#oidc = oidc;
    this.#redirectUri = redirectUri;
    this.#now = now;
  }

  async authorizationUrl(flow: Flow): Promise<string> {
    const { discovery } = await this.#discover();
    const url = new URL(discovery.authorization_endpoint);
    const parameters = {
      response_type: 'code',
      client_id: this.#oidc.clientId,
      redirect_uri: this.#redirectUri,
      scope: 'openid email profile',
      state: flow.state,
      nonce: flow.nonce,
      code_challenge: createHash('sha256').update(flow.verifier).digest('base64url'),
      code_challenge_method: 'S256',
    };
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    return url.href;
  }

  /** `state` has been compared already. Throws AppError when the issuer or its token does not hold. */
  async personOf(code: string, flow: Flow): Promise<Person> {
    const { discovery, keys } = await this.#discover();
    const idToken = await this.#exchange(discovery, code, flow.verifier);
    let claims: JWTPayload;
    try {
      const verified = await jwtVerify(idToken, keys, {
        issuer: discovery.issuer,
        audience: this.#oidc.clientId,
        algorithms: ALGORITHMS,
        requiredClaims: ['sub', 'exp', 'iat', 'nonce'],
        clockTolerance: 60,
        currentDate: new Date(this.#now()),
      });
      claims = verified.payload;
    } catch (cause) {
      throw new AppError('unauthenticated', `the ID token does not hold: ${(cause as Error).message}`, { cause });
    }
    if (claims['nonce'] !== flow.nonce)
      throw new AppError('unauthenticated', 'the ID token is for another sign-in: try again');
    if (Array.isArray(claims.aud) && claims.aud.length > 1 && claims['azp'] !== this.#oidc.clientId) {
      throw new AppError('unauthenticated', 'the ID token was issued to another client');
    }
    return personOfClaims(claims);
  }

  async #exchange(discovery: Discovery, code: string, verifier: string): Promise<string> {
    const form = new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      redirect_uri: this.#redirectUri,
      client_id: this.#oidc.clientId,
      code_verifier: verifier,
    });
    const headers: Record<string, string> = { accept: 'application/json' };
    const { clientSecret, clientId } = this.#oidc;
    if (clientSecret !== undefined) {
      const methods = discovery.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
      if (methods.includes('client_secret_basic')) {
        const pair = `${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`;
        headers['authorization'] = `Basic ${Buffer.from(pair).toString('base64')}`;
      } else form.set('client_secret', clientSecret);
    }
    const answer = await ask(discovery.token_endpoint, { method: 'POST', body: form, headers });
    const parsed = z.object({ id_token: z.string() }).safeParse(answer);
    if (!parsed.success)
      throw new AppError('unavailable', 'the issuer answered without an ID token: try to sign in again');
    return parsed.data.id_token;
  }

  async #discover(): Promise<Issuer> {
    const known = await this.#issuer?.catch(() => undefined);
    if (known && this.#now() - known.readAtMs < CACHE_MS) return known;
    this.#issuer = this.#read();
    return this.#issuer;
  }

  async #read(): Promise<Issuer> {
    const { issuer } = this.#oidc;
    const discovery = Discovery.safeParse(await ask(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`));
    if (!discovery.success) throw new AppError('unavailable', `the discovery document of ${issuer} is incomplete`);
    if (discovery.data.issuer.replace(/\/$/, '') !== issuer.replace(/\/$/, '')) {
      throw new AppError('unavailable', `the discovery document of ${issuer} is of another issuer`);
    }
    const keys = createRemoteJWKSet(new URL(discovery.data.jwks_uri), { timeoutDuration: TIMEOUT_MS });
    return { discovery: discovery.data, keys, readAtMs: this.#now() };
  }
}

/** An address counts only when the issuer says that it was verified: else anyone could claim a maintainer's. */
function personOfClaims(claims: JWTPayload): Person {
  const subject = claims.sub ?? '';
  const email =
    claims['email_verified'] === true && typeof claims['email'] === 'string'
      ? claims['email'].slice(0, 300)
      : undefined;
  const named = [claims['name'], claims['preferred_username'], email].find(
    (name): name is string => typeof name === 'string' && name.trim() !== '',
  );
  return { subject: subject.slice(0, 300), name: (named ?? subject).trim().slice(0, 300), email };
}

async function ask(url: string, init: RequestInit = {}): Promise<unknown> {
  try {
    const response = await fetch(url, { ...init, redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (response.ok) return await response.json();
    throw new AppError(
      'unauthenticated',
      `the issuer answered ${response.status} for ${new URL(url).pathname}: try to sign in again`,
    );
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError('unavailable', 'the issuer of sign-ins cannot be reached: try again', { cause });
  }
}
