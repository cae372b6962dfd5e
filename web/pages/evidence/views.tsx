import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { View } from '../../../functions/model/view.ts';
import { formatBytes, wordsOf } from '../../draw/format.ts';
import { useHydrated } from '../../parts/hydrated.ts';
import { Said } from '../../parts/said.tsx';
import { Section } from '../../parts/section.tsx';
import { useAddress, writeAddress } from '../../views/address-state.ts';
import { Table } from '../../views/table/table.tsx';
import { ShowView } from '../../views/view.tsx';
import { type LazyView, nameOf, type ShownView } from './shown.ts';

const titleOf = (shown: ShownView): string => {
  const { name, title } = nameOf(shown);
  return title ?? wordsOf(name);
};

/** One below the other in the published file; tabs with their state in the address once there is script. */
export function Views({ views }: { views: readonly ShownView[] }): VNode | null {
  const hydrated = useHydrated();
  const [chosen, setChosen] = useState<string | undefined>(undefined);
  const latest = useRef<string | undefined>(undefined);
  useAddress((state) => {
    const view = state.get('view') ?? undefined;
    setChosen(view);
    // `#path` named a section of the file; in tabs it is this one.
    const isTab = views.some((shown) => nameOf(shown).name === view);
    if (isTab && view !== latest.current) document.getElementById('views')?.scrollIntoView();
    latest.current = view;
  });
  const first = views[0];
  if (!first) return null;
  const active = views.find((shown) => nameOf(shown).name === chosen) ?? first;
  if (!hydrated || views.length === 1) {
    return (
      <>
        {views.map((shown) => (
          <Section id={nameOf(shown).name} title={titleOf(shown)}>
            <Shown shown={shown} />
          </Section>
        ))}
      </>
    );
  }
  const choose = (name: string): void => {
    setChosen(name);
    writeAddress({ view: name, sort: undefined, q: undefined });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const next = views[(views.indexOf(active) + step + views.length) % views.length] ?? first;
    choose(nameOf(next).name);
    document.getElementById(`tab-${nameOf(next).name}`)?.focus();
  };
  return (
    <section class="section" aria-label="Views" id="views">
      <div class="tabs" role="tablist" aria-label="Views" onKeyDown={onKeyDown}>
        {views.map((shown) => {
          const { name } = nameOf(shown);
          return (
            <button
              type="button"
              role="tab"
              id={`tab-${name}`}
              aria-selected={shown === active}
              aria-controls="view"
              tabIndex={shown === active ? 0 : -1}
              onClick={() => choose(name)}
            >
              <Said text={titleOf(shown)} />
            </button>
          );
        })}
      </div>
      <div role="tabpanel" id="view" aria-labelledby={`tab-${nameOf(active).name}`} class="tab-panel">
        <Shown shown={active} key={nameOf(active).name} />
      </div>
    </section>
  );
}

function Shown({ shown }: { shown: ShownView }): VNode {
  if ('lazy' in shown) return <Lazy lazy={shown.lazy} head={shown.head} />;
  return shown.view.kind === 'table' ? (
    <Table view={shown.view} untitled addressed />
  ) : (
    <ShowView view={shown.view} untitled />
  );
}

/** A big view: its head or a link in the file, the whole of it fetched when it comes into sight. */
function Lazy({ lazy, head }: { lazy: LazyView; head: View | undefined }): VNode {
  const hydrated = useHydrated();
  const [got, setGot] = useState<View | 'failed' | undefined>(undefined);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    const stop = new AbortController();
    setGot(undefined);
    fetch(lazy.href, { signal: stop.signal })
      .then(async (response) => {
        if (!response.ok) throw new Error(`the hub answered ${response.status}`);
        // Written by publish from a validated analysis, and named by its content.
        setGot((await response.json()) as View);
      })
      .catch(() => {
        if (!stop.signal.aborted) setGot('failed');
      });
    return () => stop.abort();
  }, [lazy.href, attempt]);
  if (got !== undefined && got !== 'failed') return <Shown shown={{ view: got }} />;
  return (
    <div class="stack-tight">
      {got === 'failed' ? (
        <p class="notice error" role="alert">
          The view could not be loaded.{' '}
          <button type="button" class="button small" onClick={() => setAttempt(attempt + 1)}>
            Try again
          </button>
        </p>
      ) : hydrated ? (
        <p role="status" class="quiet">
          Loading {formatBytes(lazy.sizeBytes)}
        </p>
      ) : null}
      {head && <ShowView view={head} untitled />}
      {!hydrated && (
        <p>
          <a href={lazy.href}>The whole view as JSON</a>, {formatBytes(lazy.sizeBytes)}.
        </p>
      )}
    </div>
  );
}
