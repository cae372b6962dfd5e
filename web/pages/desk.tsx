import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { AppError } from '../../functions/model/error.ts';
import { fetchMe, signOut, type Me } from '../calls/session.ts';
import { toAppError } from '../calls/to-app-error.ts';
import { DeskList } from '../desk/desk-list.tsx';
import { AllFailedJobs } from '../desk/failed-jobs.tsx';
import { InvestigationDesk } from '../desk/investigation-desk.tsx';
import { addressOf, readRoute, type Route } from '../desk/route.ts';
import { OpenInvestigation } from '../desk/settings.tsx';
import { Problem } from '../form/problem.tsx';
import { Shell } from '../parts/shell.tsx';

/** `/desk/`: for maintainers. The file is the same for everybody; what is on it comes from the API after sign-in. */
export function DeskPage(): VNode {
  const [me, setMe] = useState<Me>();
  const [error, setError] = useState<AppError>();
  const [round, setRound] = useState(0);
  useEffect(() => {
    fetchMe().then(
      (found) => {
        setMe(found);
        setError(undefined);
      },
      (failure: unknown) => setError(toAppError(failure)),
    );
  }, [round]);
  const route = useRoute();
  return (
    <Shell>
      {me?.person ? (
        <SignedIn
          name={me.person.name}
          onSignOut={() => void signOut().then(() => setMe({ signIn: me.signIn }))}
          route={route}
        />
      ) : (
        <>
          <h1>Desk</h1>
          {error ? (
            <Problem title="The hub could not be asked who you are." error={error}>
              <button type="button" class="button small" onClick={() => setRound(round + 1)}>
                Try again
              </button>
            </Problem>
          ) : me ? (
            <SignedOut />
          ) : (
            <p class="quiet desk-lede">Asking who you are…</p>
          )}
        </>
      )}
      <noscript>
        <p class="notice">The desk needs JavaScript. Everything it writes is on the published pages, which do not.</p>
      </noscript>
    </Shell>
  );
}

function SignedOut(): VNode {
  return (
    <div class="stack desk-lede">
      <p class="lede">Here maintainers triage evidence, publish updates and keep the next steps moving.</p>
      <p>
        <a class="button primary" href="/sign-in/">
          Sign in
        </a>
      </p>
      <p class="quiet">Reading, sending evidence and writing notes need no account.</p>
    </div>
  );
}

function SignedIn({
  name,
  onSignOut,
  route,
}: {
  readonly name: string;
  readonly onSignOut: () => void;
  readonly route: Route;
}): VNode {
  const body = useRef<HTMLDivElement>(null);
  const isFirst = useRef(true);
  const place = route.at === 'desk' ? `${route.slug}/${route.section}` : route.at;
  useEffect(() => {
    // A new place starts at its heading, for the eye and for a screen reader; not on the first load.
    if (!isFirst.current) body.current?.querySelector<HTMLElement>('h2[tabindex], h1')?.focus();
    isFirst.current = false;
  }, [place]);
  return (
    <>
      <p class="row spread signed-in">
        <span>
          Signed in as <strong>{name}</strong>
        </span>
        <button type="button" class="button small plain" onClick={onSignOut}>
          Sign out
        </button>
      </p>
      <div ref={body}>
        {route.at === 'list' && (
          <>
            <h1 tabIndex={-1}>Investigations</h1>
            <div class="desk-lede">
              <DeskList />
            </div>
          </>
        )}
        {route.at === 'new' && (
          <>
            <p class="crumbs">
              <a href="#">All investigations</a>
            </p>
            <h1 tabIndex={-1}>Open an investigation</h1>
            <div class="desk-lede">
              <OpenInvestigation onOpened={(slug) => (location.hash = addressOf(slug))} />
            </div>
          </>
        )}
        {route.at === 'jobs' && (
          <>
            <p class="crumbs">
              <a href="#">All investigations</a>
            </p>
            <h1 tabIndex={-1}>Failed jobs</h1>
            <div class="desk-lede">
              <AllFailedJobs />
            </div>
          </>
        )}
        {route.at === 'desk' && <InvestigationDesk key={route.slug} slug={route.slug} section={route.section} />}
      </div>
    </>
  );
}

function useRoute(): Route {
  const [route, setRoute] = useState<Route>({ at: 'list' });
  useEffect(() => {
    const read = (): void => setRoute(readRoute(location.hash));
    read();
    addEventListener('hashchange', read);
    return () => removeEventListener('hashchange', read);
  }, []);
  return route;
}
