import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { EncryptJWT, jwtDecrypt } from 'jose';
import { z } from 'zod';
import type { Deps } from '../../hub/deps.ts';
import { purposeKey } from '../../hub/secrets.ts';

/** State, nonce and verifier of one sign-in, in the browser that began it and unreadable there. */
const NAME = 'casebook-sign-in';
const LIFETIME_SECONDS = 600;
const PATH = '/api/auth';

const Remembered = z.object({ state: z.string(), nonce: z.string(), verifier: z.string(), to: z.string() });
export type Remembered = z.infer<typeof Remembered>;

export async function rememberFlow(deps: Deps, c: Context, flow: Remembered): Promise<void> {
  const nowSeconds = Math.floor(deps.now() / 1000);
  const jwt = await new EncryptJWT(flow)
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
    .setExpirationTime(nowSeconds + LIFETIME_SECONDS)
    .encrypt(purposeKey(deps, 'sign-in'));
  const secure = deps.config.publicUrl.startsWith('https:');
  // Lax: the way back from the issuer is a navigation from another site.
  setCookie(c, NAME, jwt, { httpOnly: true, sameSite: 'Lax', secure, path: PATH, maxAge: LIFETIME_SECONDS });
}

export async function takeFlow(deps: Deps, c: Context): Promise<Remembered | undefined> {
  const cookie = getCookie(c, NAME);
  deleteCookie(c, NAME, { path: PATH });
  if (cookie === undefined) return undefined;
  try {
    const currentDate = new Date(deps.now());
    const { payload } = await jwtDecrypt(cookie, purposeKey(deps, 'sign-in'), { currentDate });
    return Remembered.parse(payload);
  } catch {
    return undefined;
  }
}
