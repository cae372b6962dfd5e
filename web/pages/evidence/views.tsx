import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { View } from '../../../functions/model/view.ts';
import { formatBytes, wordsOf } from '../../draw/format.ts';
import { useHydrated } from '../../parts/hydrated.ts';
import { Said } from '../../parts/said.tsx';
import { Section } from '../../parts/section.tsx';
import { useAddress, writeAddress } from '../../views/address-state.ts';
import { Chart } from '../../views/chart/chart.tsx';
import { Table } from '../../views/table/table.tsx';
import { ShowView } from '../../views/view.tsx';
import { ChartStack } from './chart-stack.tsx';
import { type LazyView, nameOf, shortTitle, type ShownView } from './shown.ts';

const titleOf = (shown: ShownView): string => {
  const { name, title } = nameOf(shown);
  return title ?? wordsOf(name);
};

/** One below the other in the published file; tabs with their state in the address once there is script. */
export function Views({ views }: { views: readonly ShownView[] }): VNode | null {
  const hydrated = useHydrated();
  const [chosen, setChosen] = useState<string | undefined>(undefined);
  const [asked, setAsked] = useState<string | undefined>(undefined);
  useAddress((state) => {
    const view = state.get('view') ?? undefined;
    setChosen(view);
    // A suspect's path is named in the address too and is no tab.
    setAsked(views.some((shown) => nameOf(shown).name === view) ? view : undefined);
  });
  useEffect(() => {
    // `#path` named a section of the file; in tabs, which are there after hydration, it is this one.
    if (hydrated && asked !== undefined) document.getElementById('views')?.scrollIntoView();
  }, [hydrated, asked]);
  const first = views[0];
  if (!first) return null;
  const tabs = tabsOf(views);
  const active = tabs.find((tab) => tab.views.some((shown) => nameOf(shown).name === chosen)) ?? tabs[0];
  if (!hydrated || !active || tabs.length === 1) {
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
    const next = tabs[(tabs.indexOf(active) + step + tabs.length) % tabs.length] ?? active;
    choose(next.name);
    document.getElementById(`tab-${next.name}`)?.focus();
  };
  return (
    <section class="section" aria-label="Views" id="views">
      <div class="tabs" role="tablist" aria-label="Views" onKeyDown={onKeyDown}>
        {tabs.map((tab) => (
          <button
            key={tab.name}
            type="button"
            role="tab"
            id={`tab-${tab.name}`}
            aria-selected={tab === active}
            aria-controls="view"
            tabIndex={tab === active ? 0 : -1}
            onClick={() => choose(tab.name)}
          >
            <Said text={tab.title} />
          </button>
        ))}
      </div>
      <div role="tabpanel" id="view" aria-labelledby={`tab-${active.name}`} class="tab-panel">
        {active.views.length > 1 ? (
          <ChartStack
            key={active.name}
            views={active.views}
            titleOf={titleOf}
            chosen={chosen}
            show={(shown) => <Shown shown={shown} height={STACKED_HEIGHT} />}
          />
        ) : (
          <Shown shown={active.views[0]} key={active.name} untitled={active.title === titleOf(active.views[0])} />
        )}
      </div>
    </section>
  );
}

interface Tab {
  readonly name: string;
  readonly title: string;
  readonly views: readonly [ShownView, ...ShownView[]];
}

/** A tab a view; charts that one analyser made of several containers (`memory`, `memory-2`, ...) are one, below each other. */
function tabsOf(views: readonly ShownView[]): Tab[] {
  const tabs = new Map<string, [ShownView, ...ShownView[]]>();
  for (const shown of views) {
    const { name, kind } = nameOf(shown);
    const stem = kind === 'chart' ? name.replace(/-\d+$/, '') : name;
    const first = tabs.get(stem);
    if (kind === 'chart' && first && nameOf(first[0]).kind === 'chart') first.push(shown);
    else tabs.set(tabs.has(stem) ? name : stem, [shown]);
  }
  return [...tabs].map(([stem, held]) => ({
    name: nameOf(held[0]).name,
    title:
      held.length > 1
        ? `${shortTitle({ name: stem, title: undefined })}: ${held.length} charts`
        : shortTitle({ ...nameOf(held[0]), name: stem }),
    views: held,
  }));
}

const STACKED_HEIGHT = 240;

interface ShownProps {
  readonly shown: ShownView;
  readonly height?: number | undefined;
  /** The title is said by the section or the tab around it. */
  readonly untitled?: boolean;
}

function Shown({ shown, height, untitled = true }: ShownProps): VNode {
  if ('lazy' in shown) return <Lazy lazy={shown.lazy} head={shown.head} height={height} untitled={untitled} />;
  if (shown.view.kind === 'table') return <Table view={shown.view} untitled={untitled} addressed />;
  if (shown.view.kind === 'chart')
    return <Chart view={shown.view} untitled={untitled} {...(height !== undefined && { height })} />;
  return <ShowView view={shown.view} untitled={untitled} />;
}

/** A big view: its head or a link in the file, the whole of it fetched when it comes into sight. */
function Lazy({ lazy, head, ...as }: { lazy: LazyView; head: View | undefined } & Omit<ShownProps, 'shown'>): VNode {
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
  if (got !== undefined && got !== 'failed') return <Shown shown={{ view: got }} {...as} />;
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
      {head && <Shown shown={{ view: head }} {...as} />}
      {!hydrated && (
        <p>
          <a href={lazy.href}>The whole view as JSON</a>, {formatBytes(lazy.sizeBytes)}.
        </p>
      )}
    </div>
  );
}
