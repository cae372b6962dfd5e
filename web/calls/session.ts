import type { Person } from '../../functions/model/person.ts';
import { isAppError } from '../../functions/model/error.ts';
import { call, ignore, isObject } from './call.ts';

/** Who is signed in; without a person, nobody. */
export interface Me {
  readonly person?: Person;
}

export async function fetchMe(signal?: AbortSignal): Promise<Me> {
  try {
    return await call('GET', '/api/auth/me', readMe, signal ? { signal } : {});
  } catch (error) {
    if (isAppError(error) && (error.code === 'unauthenticated' || error.code === 'forbidden')) return {};
    throw error;
  }
}

/** `{person}`, or the person itself. */
export function readMe(answer: unknown): Me {
  if (!isObject(answer)) return {};
  const person = isObject(answer['person']) ? answer['person'] : answer;
  const { subject, name } = person;
  return typeof subject === 'string' && typeof name === 'string' ? { person: { subject, name } } : {};
}

export async function signOut(): Promise<void> {
  await call('POST', '/api/auth/sign-out', ignore);
}
