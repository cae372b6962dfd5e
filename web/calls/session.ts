import type { Person } from '../../functions/model/person.ts';
import { call, ignore, isObject } from './call.ts';

/** Who is signed in (without a person, nobody), and how one signs in at this hub. */
export interface Me {
  readonly person?: Person;
  /** `oidc`: by an issuer; `link`: by the one-time link that the server prints. */
  readonly signIn: 'oidc' | 'link';
}

export function fetchMe(signal?: AbortSignal): Promise<Me> {
  return call('GET', '/api/auth/me', readMe, signal ? { signal } : {});
}

export function readMe(answer: unknown): Me {
  const { person, signIn } = isObject(answer) ? answer : {};
  const way = { signIn: signIn === 'link' ? 'link' : 'oidc' } as const;
  if (!isObject(person) || typeof person['subject'] !== 'string' || typeof person['name'] !== 'string') return way;
  return { ...way, person: { subject: person['subject'], name: person['name'] } };
}

export async function signOut(): Promise<void> {
  await call('POST', '/api/auth/sign-out', ignore);
}
