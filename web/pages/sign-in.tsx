import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { fetchMe, signOut, type Me } from '../calls/session.ts';
import { Shell } from '../parts/shell.tsx';

/** `/sign-in/`: for maintainers; everybody else reads and sends without. */
export interface SignInProps {
  /** How one signs in here, as far as the publisher knew; the API has the last word. */
  readonly way?: Me['signIn'] | undefined;
}

export function SignInPage({ way: published }: SignInProps): VNode {
  const [me, setMe] = useState<Me>();
  const way = me?.signIn ?? published;
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    fetchMe().then(setMe, () => setFailed(true));
  }, []);
  return (
    <Shell>
      <h1>Sign in</h1>
      <div class="stack sign-in">
        <p class="lede">For maintainers. Reading, sending evidence and writing notes need no account.</p>
        {me?.person ? (
          <div class="notice good stack-tight" role="status">
            <p>
              You are signed in as <strong>{me.person.name}</strong>.
            </p>
            <p class="row">
              <a class="button primary" href="/desk/">
                Go to the desk
              </a>
              <button
                type="button"
                class="button"
                onClick={() => void signOut().then(() => setMe({ signIn: me.signIn }))}
              >
                Sign out
              </button>
            </p>
          </div>
        ) : (
          <>
            {failed && (
              <p class="notice warning" role="status">
                The hub does not answer just now: signing in may fail.
              </p>
            )}
            {way !== 'link' && (
              <p>
                <a class="button primary" href="/api/auth/sign-in?to=/desk/">
                  Sign in
                </a>
              </p>
            )}
            {way !== 'oidc' && (
              <p class="measure">
                On one machine: open the link that <code>casebook serve</code> printed when it started. It works once; a
                restart prints a new one.
              </p>
            )}
          </>
        )}
      </div>
    </Shell>
  );
}
