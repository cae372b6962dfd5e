import { timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Deps } from '../../hub/deps.ts';
import { useSignInLink } from '../../hub/sign-in-link.ts';
import { AppError } from '../../model/error.ts';
import { Person } from '../../model/person.ts';
import { isAllowed } from '../auth/allowed.ts';
import { rememberFlow, takeFlow } from '../auth/flow-cookie.ts';
import { OidcClient } from '../auth/oidc.ts';
import { endSession, readSession, startSession } from '../auth/session.ts';
import { requireOwnPage } from '../authenticate.ts';
import { defineRoute, type Route } from '../define-route.ts';

const noun = 'auth';
const answerText = 'A redirect';

const clients = new WeakMap<Deps, OidcClient>();

function clientOf(deps: Deps): OidcClient {
  const { oidc, publicUrl } = deps.config;
  if (!oidc) {
    throw new AppError(
      'not-found',
      'no issuer is configured here: sign in with the one-time link that the server printed',
    );
  }
  const client = clients.get(deps) ?? new OidcClient(oidc, `${publicUrl}/api/auth/callback`, deps.now);
  clients.set(deps, client);
  return client;
}

/** Only a path of this site: no other address, nor one that a browser would read as one (`//host`, `/\host`). */
const LocalPath = z
  .string()
  .max(500)
  .regex(/^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/);

const token = (deps: Deps): string => Buffer.from(deps.random(32)).toString('base64url');

function equal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

export const authRoutes: readonly Route[] = [
  defineRoute({
    method: 'get',
    path: '/api/auth/me',
    noun,
    summary: 'Who is signed in, and how one signs in here',
    who: 'anyone',
    answer: z.object({ person: Person.nullable(), signIn: z.enum(['oidc', 'link']) }),
    async handle({ deps, c }) {
      const person = await readSession(deps, c);
      return { person: person ?? null, signIn: deps.config.oidc ? ('oidc' as const) : ('link' as const) };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/api/auth/sign-in',
    noun,
    summary: 'Leave for the issuer',
    who: 'anyone',
    query: z.object({ to: LocalPath.default('/desk/') }),
    answerText,
    async handle({ deps, c, query }) {
      const flow = { state: token(deps), nonce: token(deps), verifier: token(deps), to: query.to };
      const url = await clientOf(deps).authorizationUrl(flow);
      await rememberFlow(deps, c, flow);
      return c.redirect(url);
    },
  }),
  defineRoute({
    method: 'get',
    path: '/api/auth/callback',
    noun,
    summary: 'Back from the issuer',
    who: 'anyone',
    query: z.object({
      code: z.string().max(4000).optional(),
      state: z.string().max(500).optional(),
      iss: z.string().max(500).optional(),
      error: z.string().max(200).optional(),
    }),
    answerText,
    async handle({ deps, c, query }) {
      const flow = await takeFlow(deps, c);
      if (!flow || !equal(flow.state, query.state ?? '')) {
        throw new AppError(
          'unauthenticated',
          'this sign-in did not begin in this browser, or more than ten minutes ago: sign in again',
        );
      }
      // RFC 9207: an answer that names its issuer must name ours.
      if (query.iss !== undefined && query.iss !== deps.config.oidc?.issuer) {
        throw new AppError('unauthenticated', 'the answer comes from another issuer');
      }
      if (query.error !== undefined || query.code === undefined) {
        throw new AppError('unauthenticated', `the issuer did not sign you in: ${query.error ?? 'no code'}`);
      }
      const person = await clientOf(deps).personOf(query.code, flow);
      if (!isAllowed(deps.config, person)) {
        throw new AppError(
          'forbidden',
          `${person.email ?? person.subject} is no maintainer here: ask to be added to oidc.allowed`,
        );
      }
      await startSession(deps, c, person, 'oidc');
      return c.redirect(flow.to);
    },
  }),
  defineRoute({
    method: 'get',
    path: '/api/auth/link',
    noun,
    summary: 'Sign in by a one-time link',
    who: 'anyone',
    query: z.object({ code: z.string().regex(/^[0-9a-f]{40}$/), to: LocalPath.default('/desk/') }),
    answerText,
    async handle({ deps, c, query }) {
      await startSession(deps, c, await useSignInLink(deps, query.code), 'link');
      return c.redirect(query.to);
    },
  }),
  defineRoute({
    method: 'post',
    path: '/api/auth/sign-out',
    noun,
    summary: 'End the session',
    who: 'anyone',
    status: 204,
    handle({ deps, c }) {
      requireOwnPage(deps, c);
      endSession(deps, c);
      return Promise.resolve();
    },
  }),
];
