import { AppError, isAppError } from '../model/error.ts';
import { Person } from '../model/person.ts';
import type { Deps } from './deps.ts';
import { hashSecret, newSecret } from './secrets.ts';

const LIFETIME_MS = 30 * 60_000;
const keyOf = (code: string) => ({ partition: 'sign-in', sort: hashSecret(code) });

/** Works once, within half an hour; what is stored is a hash. */
export async function createSignInLink(deps: Deps, person: Person): Promise<string> {
  const code = newSecret(deps);
  const expiresAtMs = deps.now() + LIFETIME_MS;
  await deps.records.put({ ...keyOf(code), body: { ...person, expiresAtMs, used: false }, expiresAtMs }, 0);
  return `${deps.config.publicUrl}/api/auth/link?code=${code}`;
}

export async function useSignInLink(deps: Deps, code: string): Promise<Person> {
  const spent = new AppError('unauthenticated', 'this sign-in link was used or has expired: make a new one');
  const stored = await deps.records.get(keyOf(code));
  if (!stored || stored.body['used'] === true || Number(stored.body['expiresAtMs']) <= deps.now()) throw spent;
  try {
    // The conditional write decides which of two uses at once is the first; a delete would let both in.
    const { expiresAtMs } = stored;
    await deps.records.put({ ...keyOf(code), body: { ...stored.body, used: true }, expiresAtMs }, stored.version);
  } catch (error) {
    if (isAppError(error) && error.code === 'conflict') throw spent;
    throw error;
  }
  return Person.parse(stored.body);
}
