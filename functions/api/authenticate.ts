import type { Context } from 'hono';
import type { Deps } from '../hub/deps.ts';
import { requireCluster, requireToken } from '../hub/tokens.ts';
import { AppError } from '../model/error.ts';
import type { Person } from '../model/person.ts';
import { isJson } from './accepts.ts';
import { readSession } from './auth/session.ts';
import type { Callers, Who } from './define-route.ts';

export async function authenticate(deps: Deps, c: Context, who: Who): Promise<Callers[Who]> {
  const bearer = bearerOf(c);
  switch (who) {
    case 'anyone':
      return undefined;
    case 'receipt':
      return bearer;
    case 'token':
      return requireToken(deps, c.req.param('slug') ?? '', bearer);
    case 'cluster':
      return requireCluster(deps, bearer);
    case 'maintainer':
      return requireMaintainer(deps, c);
    case 'token or maintainer':
      return bearer === undefined && (await readSession(deps, c))
        ? requireMaintainer(deps, c)
        : requireToken(deps, c.req.param('slug') ?? '', bearer);
  }
}

function bearerOf(c: Context): string | undefined {
  return /^Bearer +(\S{1,300})$/i.exec(c.req.header('authorization') ?? '')?.[1];
}

async function requireMaintainer(deps: Deps, c: Context): Promise<Person> {
  const person = await readSession(deps, c);
  if (!person)
    throw new AppError('unauthenticated', 'sign in as a maintainer first: open /api/auth/sign-in in a browser');
  if (c.req.method !== 'GET' && c.req.method !== 'HEAD') requireOwnPage(deps, c);
  return person;
}

/**
 * A cookie goes along with whatever page asks: a write must come from a page of this very site. Browsers say where from;
 * for what says nothing (curl) the type of the body decides: no page can send JSON to another site without asking first.
 */
export function requireOwnPage(deps: Deps, c: Context): void {
  const site = c.req.header('sec-fetch-site');
  const origin = c.req.header('origin');
  if (site !== undefined ? site === 'same-origin' : origin === new URL(deps.config.publicUrl).origin) return;
  if (site === undefined && origin === undefined && isJson(c.req.header('content-type'))) return;
  throw new AppError(
    'forbidden',
    'a change with a session must come from a page of this site (Sec-Fetch-Site or Origin says otherwise), or be sent by a program as application/json',
  );
}
