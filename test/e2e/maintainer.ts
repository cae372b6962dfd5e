import { Desk } from '../../functions/hub/desk.ts';
import { Investigation } from '../../functions/model/investigation.ts';
import type { RunningServer } from './server.ts';

/** A maintainer's program: signs in by the printed link and speaks the API. */
export interface Maintainer {
  call(method: string, path: string, body?: unknown): Promise<unknown>;
  /** Opens an investigation; answers its public token. */
  open(slug: string, title?: string): Promise<string>;
  desk(slug: string): Promise<Desk>;
}

export async function signIn(server: RunningServer): Promise<Maintainer> {
  const answer = await fetch(server.signInLink, { redirect: 'manual' });
  const cookie = answer.headers.get('set-cookie')?.split(';')[0];
  if (cookie === undefined) throw new Error(`the sign-in link answered ${answer.status}`);
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${server.url}${path}`, {
      method,
      headers: { cookie, accept: 'application/json', 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
    return response.status === 204 ? undefined : response.json();
  };
  return {
    call,
    async open(slug, title = `Memory of ${slug} rises`) {
      const opened = await call('POST', '/api/investigations', { slug, title, product: 'Engine' });
      return Investigation.parse(opened).publicToken ?? '';
    },
    desk: async (slug) => Desk.parse(await call('GET', `/api/investigations/${slug}/desk`)),
  };
}
