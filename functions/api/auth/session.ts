import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { jwtVerify, SignJWT } from 'jose';
import type { Deps } from '../../hub/deps.ts';
import { purposeKey } from '../../hub/secrets.ts';
import { Person } from '../../model/person.ts';
import { isAllowed } from './allowed.ts';

type Through = 'oidc' | 'link';

const isHttps = (deps: Deps): boolean => deps.config.publicUrl.startsWith('https:');
/** The prefix makes browsers refuse it from a subdomain or without TLS. */
const cookieName = (deps: Deps): string => (isHttps(deps) ? '__Host-casebook' : 'casebook');
const cookieOptions = (deps: Deps) => ({ httpOnly: true, sameSite: 'Lax', secure: isHttps(deps), path: '/' }) as const;

export async function startSession(deps: Deps, c: Context, person: Person, through: Through): Promise<void> {
  const nowSeconds = Math.floor(deps.now() / 1000);
  const maxAge = Math.floor(deps.config.sessionMs / 1000);
  const jwt = await new SignJWT({ name: person.name, email: person.email, through })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(person.subject)
    .setAudience(deps.config.publicUrl)
    .setIssuedAt(nowSeconds)
    .setExpirationTime(nowSeconds + maxAge)
    .sign(purposeKey(deps, 'session'));
  setCookie(c, cookieName(deps), jwt, { ...cookieOptions(deps), maxAge });
}

/** A maintainer taken off the list is out with their next request, not when the session ends. */
export async function readSession(deps: Deps, c: Context): Promise<Person | undefined> {
  const cookie = getCookie(c, cookieName(deps));
  if (cookie === undefined) return undefined;
  try {
    const { payload } = await jwtVerify(cookie, purposeKey(deps, 'session'), {
      algorithms: ['HS256'],
      audience: deps.config.publicUrl,
      currentDate: new Date(deps.now()),
    });
    const person = Person.parse({ subject: payload.sub, name: payload['name'], email: payload['email'] });
    const allowed = payload['through'] === 'link' || isAllowed(deps.config, person);
    return allowed ? person : undefined;
  } catch {
    return undefined;
  }
}

export function endSession(deps: Deps, c: Context): void {
  deleteCookie(c, cookieName(deps), cookieOptions(deps));
}
