import { createSignInLink } from '../../functions/hub/sign-in-link.ts';
import type { Person } from '../../functions/model/person.ts';
import { MAINTAINER, ORIGIN, type TestHub } from '../hub/test-hub.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Parsed, when it is JSON. */
  readonly json: unknown;
  /** A part of it, by its path. */
  at(...path: (string | number)[]): unknown;
}

export type Ask = (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>;

/** A client of the API that accepts JSON, as somebody: with a cookie (and the header of its own pages), a bearer, or nothing. */
export function clientOf(hub: TestHub, as: { cookie?: string; bearer?: string } = {}): Ask {
  return async (method, path, body, headers = {}) => {
    const response = await hub.app.request(`${ORIGIN}${path}`, {
      method,
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(as.cookie ? { cookie: as.cookie, 'sec-fetch-site': 'same-origin' } : {}),
        ...(as.bearer ? { authorization: `Bearer ${as.bearer}` } : {}),
        ...headers,
      },
      body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
    });
    const text = await response.text();
    const json = parse(text);
    const at = (...path: (string | number)[]) => path.reduce(step, json);
    return { status: response.status, headers: response.headers, text, json, at };
  };
}

/** By the one-time link, as the CLI prints it. */
export async function signIn(hub: TestHub, person: Person = MAINTAINER): Promise<string> {
  const link = await createSignInLink(hub.deps, person);
  const response = await hub.app.request(link);
  return (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function step(value: unknown, key: string | number): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string | number, unknown>)[key] : undefined;
}
