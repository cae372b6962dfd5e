import type { VNode } from 'preact';
import type { Finding } from '../../../functions/model/analysis.ts';
import { plural } from '../../draw/format.ts';
import { FindingCard } from '../../parts/finding-card.tsx';
import { pictureOf } from '../../parts/finding-number.ts';
import { Section } from '../../parts/section.tsx';
import { isWhole } from './headline.tsx';
import { nameOf, pathsInCards, type ShownView } from './shown.ts';

/** Cards of single containers before they fold: the table of verdicts names all. */
const CONTAINERS = 3;

export interface FoundProps {
  readonly findings: readonly Finding[];
  /** How many there are, of which `findings` may be the first. */
  readonly total: number;
  readonly views: readonly ShownView[];
  readonly isReport: boolean;
}

/** What rules found in one piece of evidence, as cards, strongest first. */
export function Found({ findings, total, views, isReport }: FoundProps): VNode {
  const { pathOf, others } = pathsInCards(findings, views);
  const known = new Set(others.map((shown) => nameOf(shown).name));
  const mostBytes = Math.max(0, ...findings.map((finding) => Math.abs(pictureOf(finding).bytes ?? 0)));
  const ofOne = findings.filter((finding) => finding.rule === 'metrics/verdict' && !isWhole(finding));
  // The headline says what the whole is; a card of its own would say it again beside its containers.
  const cards = findings.filter((finding) => !(isWhole(finding) && ofOne.length > 0));
  const folded = new Set(ofOne.length > CONTAINERS + 1 ? ofOne.slice(CONTAINERS) : []);
  const card = (finding: Finding): VNode => (
    <FindingCard
      key={finding.fingerprint}
      finding={finding}
      reportedBySubmitter={isReport}
      mostBytes={mostBytes}
      path={pathOf.get(finding)}
      viewHref={finding.view !== undefined && known.has(finding.view) ? `#${finding.view}` : undefined}
    />
  );
  return (
    <Section id="findings" title="Findings" count={total - (findings.length - cards.length)}>
      {findings.length === 0 && (
        <p class="quiet">
          No rule found anything in it; the views below show what is there.
          {known.has('histogram') &&
            ' One file shows what is alive, not what grows: send a second of the same process, some hours later, and both are compared.'}
        </p>
      )}
      <div class="cards">{cards.filter((finding) => !folded.has(finding)).map(card)}</div>
      {folded.size > 0 && (
        <details class="more">
          <summary>{plural(folded.size, 'more container')}</summary>
          <div class="cards">{[...folded].map(card)}</div>
        </details>
      )}
    </Section>
  );
}
