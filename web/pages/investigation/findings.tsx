import type { VNode } from 'preact';
import type { CaseDocument, CaseFinding } from '../../../functions/model/case.ts';
import { FindingCard } from '../../parts/finding-card.tsx';
import { pictureOf } from '../../parts/finding-number.ts';
import { Html } from '../../parts/html.tsx';
import { Pill, SeverityPill } from '../../parts/pill.tsx';
import { Said } from '../../parts/said.tsx';
import { Section } from '../../parts/section.tsx';
import { Time } from '../../parts/time.tsx';
import { address } from '../address.ts';

const FIRST = 9;

/** People's findings first: they have weighed the machine's. Then the machine's, strongest first (casework orders them). */
export function Findings({ data }: { data: CaseDocument }): VNode {
  const name = new Map(data.evidence.map((one) => [one.id, one.name]));
  const slug = data.investigation.slug;
  const sources = (ids: readonly string[]): { href: string; name: string }[] =>
    ids.flatMap((id) => (name.has(id) ? [{ href: address.evidence(slug, id), name: name.get(id) ?? id }] : []));
  const mostBytes = Math.max(0, ...data.findings.map(({ finding }) => Math.abs(pictureOf(finding).bytes ?? 0)));
  const card = (one: CaseFinding): VNode => (
    <FindingCard
      finding={one.finding}
      sources={sources(one.evidenceIds)}
      judgement={one.judgement}
      reportedBySubmitter={one.reportedBySubmitter}
      mostBytes={mostBytes}
    />
  );
  const count = data.findings.length + data.personFindings.length;
  return (
    <Section id="findings" title="Findings" count={count}>
      {count === 0 && <p class="quiet">Nothing found yet: rules run on each piece of evidence as it arrives.</p>}
      <div class="cards">
        {data.personFindings.map((finding) => (
          <article class="card finding person" id={`finding-${finding.id}`}>
            <div class="row">
              <SeverityPill severity={finding.severity} />
              <Pill>by {finding.by}</Pill>
            </div>
            <h3>
              <Said text={finding.title} />
            </h3>
            <Html html={finding.html} />
            <p class="meta">
              <Time ms={finding.atMs} as="day" />
              {sources(finding.evidenceIds).map((source) => (
                <a href={source.href}>{source.name}</a>
              ))}
            </p>
          </article>
        ))}
        {data.findings.slice(0, FIRST).map(card)}
      </div>
      {data.findings.length > FIRST && (
        <details class="more">
          <summary>{data.findings.length - FIRST} weaker findings</summary>
          <div class="cards">{data.findings.slice(FIRST).map(card)}</div>
        </details>
      )}
    </Section>
  );
}
