import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { CaseSummary } from '../../functions/model/case.ts';
import { plural } from '../draw/format.ts';
import { Sparkline } from '../draw/sparkline.tsx';
import { StatusPill, VerdictPill } from '../parts/pill.tsx';
import { Said } from '../parts/said.tsx';
import { Section } from '../parts/section.tsx';
import { Shell } from '../parts/shell.tsx';
import { Time } from '../parts/time.tsx';
import { address } from './address.ts';
import { FirstInvestigation } from './home/first-investigation.tsx';
import { usePolling } from './investigation/refresh.ts';

export interface HomePageProps {
  readonly cases: readonly CaseSummary[];
  readonly publicUrl: string;
}

const CLOSED = new Set<CaseSummary['status']>(['resolved', 'not-a-leak', 'duplicate']);

/** What Casebook is, in one sentence, and every investigation with its answer. */
export function HomePage(props: HomePageProps): VNode {
  const [cases, setCases] = useState(props.cases);
  const [onNews] = useState(() => (news: unknown) => {
    const next = (news as { cases?: unknown }).cases;
    if (Array.isArray(next)) setCases(next as CaseSummary[]);
  });
  usePolling('/data.json', false, onNews);
  const open = cases.filter((one) => !CLOSED.has(one.status));
  const closed = cases.filter((one) => CLOSED.has(one.status));
  return (
    <Shell>
      <h1>Memory-leak investigations</h1>
      <p class="lede">
        Anyone sends evidence, from a metrics export to a heap dump; Casebook says whether it is a leak, in which
        memory, and who holds it.
      </p>
      {cases.length === 0 ? (
        <FirstInvestigation publicUrl={props.publicUrl} />
      ) : (
        <>
          <Newcomer />
          <List id="open" title="Open" cases={open} />
          {closed.length > 0 && <List id="closed" title="Closed" cases={closed} />}
          <p class="section">
            <a class="button" href="/feed.xml">
              Atom feed
            </a>{' '}
            <a class="button" href="/data.json">
              data.json
            </a>
          </p>
        </>
      )}
    </Shell>
  );
}

/** A pod was killed and somebody comes here for the first time: the two ways on, before the list. */
function Newcomer(): VNode {
  return (
    <section class="newcomer" aria-label="Is your pod killed for its memory?">
      <div>
        <h2>Is your pod killed for its memory?</h2>
        <p>
          Drop its metrics or a heap dump: you see at once whether it leaks and what holds the memory. Nothing leaves
          your machine.
        </p>
        <p>
          <a class="button primary" href="/analyse/">
            Analyse a file
          </a>
        </p>
      </div>
      <div>
        <h2>Do others have it too?</h2>
        <p>
          Find your product below. Its page says since which version it leaks, what to do meanwhile, and takes your
          evidence, by a form or one line of a shell. No account is needed.
        </p>
      </div>
    </section>
  );
}

function List({ id, title, cases }: { id: string; title: string; cases: readonly CaseSummary[] }): VNode {
  return (
    <Section id={id} title={title} count={cases.length}>
      {cases.length === 0 && <p class="quiet">None is open.</p>}
      <ol class="case-list">{cases.map(Row)}</ol>
    </Section>
  );
}

function Row(one: CaseSummary): VNode {
  return (
    <li key={one.slug} class="case-row">
      <div class="case-words">
        <p class="row">
          <VerdictPill state={one.verdict.state} />
          {/* The list says it already. */}
          {one.status !== 'open' && <StatusPill status={one.status} />}
        </p>
        <h3>
          <a href={address.investigation(one.slug)}>
            <Said text={one.title} />
          </a>
        </h3>
        <p class="case-sentence">
          <Said text={one.verdict.sentence} />
        </p>
        <p class="meta">
          <span>
            {one.product} {one.versions.slice(0, 4).join(', ')}
          </span>
          <span>{plural(one.evidenceCount, 'piece')} of evidence</span>
          {one.openSteps > 0 && <span>{plural(one.openSteps, 'open step')}</span>}
          <span>
            updated <Time ms={one.updatedAtMs} as="age" />
          </span>
        </p>
      </div>
      <Sparkline values={one.spark} width={160} height={48} />
    </li>
  );
}
