import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { NewExperiment, NewHypothesis, NewUpdate } from '../../functions/model/casework.ts';
import { Problem } from '../form/problem.tsx';
import { ExperimentPill, HypothesisPill, StatusPill } from '../parts/pill.tsx';
import { Said } from '../parts/said.tsx';
import { Time } from '../parts/time.tsx';
import { Alerts } from './alerts.tsx';
import { Audit } from './audit.tsx';
import { Deploys } from './deploys.tsx';
import { FailedJobs } from './failed-jobs.tsx';
import { Findings } from './findings.tsx';
import { Followers } from './followers.tsx';
import { Inbox } from './inbox.tsx';
import { addressOf, SECTIONS, type SectionName } from './route.ts';
import { SeriesNames } from './series-names.tsx';
import { Settings } from './settings.tsx';
import { EXPERIMENT, HYPOTHESIS, UPDATE } from './specs.ts';
import { Steps } from './steps.tsx';
import { Tokens } from './tokens.tsx';
import { useDesk, type Desk } from './use-desk.ts';
import { WorkList } from './work-list.tsx';

/** The desk of one investigation: one section at a time, each with its address. */
export function InvestigationDesk({ slug, section }: { readonly slug: string; readonly section: SectionName }): VNode {
  const { desk, error, reload } = useDesk(slug);
  const strip = useRef<HTMLUListElement>(null);
  const isOpen = desk !== undefined;
  useEffect(() => {
    // On a phone the sections are a strip wider than the screen: the one that is open is in sight.
    const current = strip.current?.querySelector<HTMLElement>('[aria-current]');
    if (strip.current && current) strip.current.scrollLeft = current.offsetLeft - strip.current.clientWidth / 3;
  }, [section, isOpen]);
  if (!desk) {
    return error ? (
      <Problem title="The desk could not be opened." error={error}>
        <button type="button" class="button small" onClick={reload}>
          Try again
        </button>
        <a class="button small" href="/desk/#">
          All investigations
        </a>
      </Problem>
    ) : (
      <p class="quiet" role="status">
        Opening the desk…
      </p>
    );
  }
  const { investigation } = desk;
  const title = SECTIONS.find(([name]) => name === section)?.[1] ?? '';
  return (
    <>
      <p class="crumbs">
        <a href="#">All investigations</a>
      </p>
      <div class="row desk-title">
        <h1>
          <Said text={investigation.title} />
        </h1>
        <StatusPill status={investigation.status} />
      </div>
      <p class="meta">
        <a href={`/i/${slug}/`}>The published page</a>
        <span>
          changed <Time ms={investigation.updatedAtMs} as="age" />
        </span>
      </p>
      <div class="desk">
        <nav aria-label="Desk" class="desk-nav">
          <ul ref={strip}>
            {SECTIONS.map(([name, words]) => (
              <li key={name}>
                <a href={addressOf(slug, name)} aria-current={name === section ? 'page' : undefined}>
                  {words}
                  <Count value={countOf(desk, name)} asks={ASKING[name]} />
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <section class="desk-section" aria-labelledby="desk-section-title">
          <h2 id="desk-section-title" tabIndex={-1}>
            {title}
          </h2>
          {error && <Problem title="This may be out of date." error={error} />}
          <SectionBody key={`${slug}/${section}`} desk={desk} section={section} />
        </section>
      </div>
    </>
  );
}

/** Counts that ask for somebody's word, with what they count. */
const ASKING: Partial<Record<SectionName, string>> = { inbox: 'waiting', alerts: 'firing', jobs: 'failed' };

function Count({ value, asks }: { readonly value: number; readonly asks: string | undefined }): VNode | null {
  if (value === 0) return null;
  return (
    <span class={asks === undefined ? 'count' : 'asking'}>
      {' '}
      {value}
      {asks !== undefined && <span class="unseen"> {asks}</span>}
    </span>
  );
}

function countOf(desk: Desk, section: SectionName): number {
  switch (section) {
    case 'inbox':
      return [...desk.evidence, ...desk.notes].filter(({ visibility }) => visibility === 'pending').length;
    case 'steps':
      return desk.steps.filter(({ state }) => state === 'open' || state === 'doing').length;
    case 'findings':
      return desk.machineFindings.length + desk.findings.length;
    case 'hypotheses':
    case 'experiments':
    case 'updates':
    case 'deploys':
      return desk[section].length;
    case 'series':
      return desk.mapping.length;
    case 'alerts':
      return desk.alerts.filter(({ state }) => state === 'firing').length;
    case 'followers':
      return desk.subscriptions.length;
    case 'jobs':
      return desk.evidence.filter(({ refusal }) => refusal?.code === 'failed').length;
    case 'tokens':
      return desk.tokens.filter(({ revokedAtMs }) => revokedAtMs === undefined).length;
    case 'settings':
    case 'audit':
      return 0;
  }
}

function SectionBody({ desk, section }: { readonly desk: Desk; readonly section: SectionName }): VNode {
  switch (section) {
    case 'inbox':
      return <Inbox desk={desk} />;
    case 'steps':
      return <Steps desk={desk} />;
    case 'findings':
      return <Findings desk={desk} />;
    case 'settings':
      return <Settings desk={desk} />;
    case 'tokens':
      return <Tokens desk={desk} />;
    case 'series':
      return <SeriesNames desk={desk} />;
    case 'deploys':
      return <Deploys desk={desk} />;
    case 'alerts':
      return <Alerts desk={desk} />;
    case 'followers':
      return <Followers desk={desk} />;
    case 'jobs':
      return <FailedJobs desk={desk} />;
    case 'audit':
      return <Audit desk={desk} />;
    case 'updates':
      return (
        <WorkList
          desk={desk}
          noun="updates"
          items={desk.updates}
          specs={UPDATE}
          schema={NewUpdate}
          add="Publish an update"
          submit="Publish it"
          empty="Readers and subscribers see it at once: what is known, what is next, when the next update comes."
        />
      );
    case 'hypotheses':
      return (
        <WorkList
          desk={desk}
          noun="hypotheses"
          items={desk.hypotheses}
          specs={HYPOTHESIS}
          schema={NewHypothesis}
          initial={{ state: 'open' }}
          add="Add a hypothesis"
          submit="Add it"
          pill={({ state }) => <HypothesisPill state={state} />}
          empty="What could it be, and what would show that it is not? Refuted ones are kept: they save others the way."
        />
      );
    case 'experiments':
      return (
        <WorkList
          desk={desk}
          noun="experiments"
          items={desk.experiments}
          specs={EXPERIMENT}
          schema={NewExperiment}
          initial={{ state: 'planned' }}
          add="Add an experiment"
          submit="Add it"
          pill={({ state }) => <ExperimentPill state={state} />}
          more={({ variable, result }) => (
            <>
              <p>Changes: {variable}</p>
              {result !== '' && <p class="source-text">{result}</p>}
            </>
          )}
          empty="One thing changed, everything else the same: what moved every long investigation forward."
        />
      );
  }
}
