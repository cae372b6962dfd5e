import type { VNode } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Analysis, Finding } from '../../functions/model/analysis.ts';
import type { PathView, View } from '../../functions/model/view.ts';
import { plural } from '../draw/format.ts';
import { headlineOf, isWhole } from '../pages/evidence/headline.tsx';
import { pathsInCards, shortTitle } from '../pages/evidence/shown.ts';
import { FindingCard } from '../parts/finding-card.tsx';
import { Facts } from '../parts/quantity.tsx';
import { Said } from '../parts/said.tsx';

const SHOWN_FINDINGS = 3;
const MOST_FINDINGS = 50;
const SHOWN_FACTS = 8;

/** What an analysis made in this browser says: the findings first, then the numbers, then the views on demand. */
export function AnalysisResult({
  analysis,
  idPrefix,
  isOpen,
}: {
  readonly analysis: Analysis;
  readonly idPrefix: string;
  readonly isOpen: boolean;
}): VNode {
  const { facts, warnings } = analysis;
  const findings = analysis.findings.slice(0, MOST_FINDINGS);
  const { pathOf, views } = useMemo(() => splitPaths(findings, analysis.views), [analysis]);
  // The line above says what the whole is; of several containers each has a card.
  const cards = findings.filter((finding) => !isWhole(finding) || findings.length === 1);
  const card = (finding: Finding): VNode => <FindingCard finding={finding} path={pathOf.get(finding)} />;
  const more = cards.length - SHOWN_FINDINGS;
  return (
    <details class="result" open={isOpen}>
      <summary>
        <Said
          text={`Read: ${headlineOf(findings) || (findings.length === 0 ? 'nothing stands out' : plural(findings.length, 'finding'))}`}
        />
      </summary>
      <div class="stack">
        {warnings.length > 0 && (
          <ul class="notice warning">
            {warnings.slice(0, 5).map((warning) => (
              <li>{warning}</li>
            ))}
            {warnings.length > 5 && <li>and {plural(warnings.length - 5, 'more warning')}</li>}
          </ul>
        )}
        {cards.length > 0 && <div class="cards">{cards.slice(0, SHOWN_FINDINGS).map(card)}</div>}
        {more > 0 && (
          <details>
            <summary>{plural(more, 'more finding')}</summary>
            <div class="cards">{cards.slice(SHOWN_FINDINGS).map(card)}</div>
          </details>
        )}
        <Facts facts={facts.slice(0, SHOWN_FACTS)} />
        {views.length > 0 && <Views views={views} idPrefix={idPrefix} />}
      </div>
    </details>
  );
}

/** The path of a suspect is drawn in its card, as on the page of evidence. */
function splitPaths(
  findings: readonly Finding[],
  all: readonly View[],
): { readonly pathOf: ReadonlyMap<Finding, PathView>; readonly views: readonly View[] } {
  const { pathOf, others } = pathsInCards(
    findings,
    all.map((view) => ({ view })),
  );
  return { pathOf, views: others.flatMap((shown) => ('view' in shown ? [shown.view] : [])) };
}

type Renderer = (props: { view: View; untitled?: boolean }) => VNode;

/** One view at a time, chosen by name. Their code is loaded when the first is opened. */
function Views({ views, idPrefix }: { readonly views: readonly View[]; readonly idPrefix: string }): VNode {
  // Whether memory grows is seen at a glance, so its chart is open; tables wait to be asked for.
  const [shown, setShown] = useState(() => views.find(({ kind }) => kind === 'chart')?.name);
  const [loaded, setLoaded] = useState<{ readonly Renderer: Renderer }>();
  const view = views.find(({ name }) => name === shown);
  useEffect(() => {
    if (!view || loaded) return;
    void import('../views/view.tsx').then(({ ShowView }) => setLoaded({ Renderer: ShowView }));
  }, [view, loaded]);
  const id = `${idPrefix}-view`;
  return (
    <div class="stack">
      <div class="row" role="group" aria-label="Views">
        {views.map((one) => (
          <button
            type="button"
            class="button small"
            aria-expanded={one.name === shown}
            aria-controls={id}
            onClick={() => setShown(one.name === shown ? undefined : one.name)}
          >
            {shortTitle({ name: one.name, title: one.title })}
          </button>
        ))}
      </div>
      <div id={id} hidden={!view}>
        {view && (loaded ? <loaded.Renderer key={view.name} view={view} /> : <p class="quiet">Loading the view…</p>)}
      </div>
    </div>
  );
}
