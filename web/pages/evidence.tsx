import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { CaseDocument } from '../../functions/model/case.ts';
import { formatNumber } from '../draw/format.ts';
import { FindingCard } from '../parts/finding-card.tsx';
import { pictureOf } from '../parts/finding-number.ts';
import { Html } from '../parts/html.tsx';
import { EvidencePill, Pill } from '../parts/pill.tsx';
import { Facts } from '../parts/quantity.tsx';
import { Said } from '../parts/said.tsx';
import { Section } from '../parts/section.tsx';
import { Shell } from '../parts/shell.tsx';
import { Time } from '../parts/time.tsx';
import { address } from './address.ts';
import { Compared } from './evidence/compared.tsx';
import { describeEvidence } from './evidence/describe.ts';
import { type EvidencePageProps, nameOf, pathsInCards } from './evidence/shown.ts';
import { State } from './evidence/state.tsx';
import { Views } from './evidence/views.tsx';
import { usePolling } from './investigation/refresh.ts';

export type { EvidencePageProps };

const SHOWN_FINDINGS = 60;

/** One piece of evidence: what it is, its facts, what was found, and its views. */
export function EvidencePage(props: EvidencePageProps): VNode {
  const evidence = useFreshEvidence(props);
  const { investigation, analysis, views } = props;
  const findings = (analysis?.findings ?? []).slice(0, SHOWN_FINDINGS);
  const { pathOf, others } = pathsInCards(findings, views);
  const known = new Set(others.map((shown) => nameOf(shown).name));
  const mostBytes = Math.max(0, ...findings.map((finding) => Math.abs(pictureOf(finding).bytes ?? 0)));
  return (
    <Shell
      crumbs={[
        { href: '/', name: 'Investigations' },
        { href: address.investigation(investigation.slug), name: investigation.title },
      ]}
    >
      <header class="answer">
        <div class="row">
          <EvidencePill state={evidence.state} />
          {evidence.kind === 'comparison' && <Pill>comparison</Pill>}
          {evidence.kind === 'report' && <Pill tone="warning">reported by the submitter</Pill>}
        </div>
        <h1>{evidence.name}</h1>
        <p class="lede">
          <Said text={describeEvidence(evidence, props.formatTitle, analysis)} />
        </p>
        <p class="meta">
          <span>
            {evidence.kind === 'comparison' ? 'compared for' : 'sent by'} {evidence.submittedBy}
          </span>
          <Time ms={evidence.submittedAtMs} />
          {analysis && <a href={address.analysis(investigation.slug, evidence.id)}>analysis.json</a>}
        </p>
        <Html html={props.commentHtml} />
      </header>
      {props.compared && props.compared.length > 0 && <Compared slug={investigation.slug} files={props.compared} />}
      {evidence.kind === 'report' && (
        <div class="notice warning section-gap">
          <p>
            <strong>Reported by the submitter.</strong> The file was analysed on their machine and stayed there: the hub
            checked the form of this report, and cannot check its numbers.
          </p>
        </div>
      )}
      <State {...props} evidence={evidence} />
      {analysis && analysis.warnings.length > 0 && (
        <div class="notice warning section-gap">
          <ul class="bullets">
            {analysis.warnings.slice(0, 20).map((warning) => (
              <li>
                <Said text={warning} />
              </li>
            ))}
          </ul>
          {analysis.warnings.length > 20 && <p>{formatNumber(analysis.warnings.length - 20)} more in analysis.json.</p>}
        </div>
      )}
      {analysis && analysis.facts.length > 0 && (
        <Section id="facts" title="Facts">
          <Facts facts={analysis.facts.slice(0, 24)} />
        </Section>
      )}
      {analysis && (
        <Section id="findings" title="Findings" count={analysis.findings.length}>
          {findings.length === 0 && (
            <p class="quiet">No rule found anything in it. The views below show what is there.</p>
          )}
          <div class="cards">
            {findings.map((finding) => (
              <FindingCard
                finding={finding}
                reportedBySubmitter={evidence.kind === 'report'}
                mostBytes={mostBytes}
                path={pathOf.get(finding)}
                viewHref={finding.view !== undefined && known.has(finding.view) ? `#${finding.view}` : undefined}
              />
            ))}
          </div>
        </Section>
      )}
      <Views views={others} />
    </Shell>
  );
}

/** While it is on its way the page follows it in the investigation's document, and comes again when there is more to show. */
function useFreshEvidence(props: EvidencePageProps): EvidencePageProps['evidence'] {
  const [evidence, setEvidence] = useState(props.evidence);
  const [onNews] = useState(() => (news: unknown) => {
    const next = (news as CaseDocument).evidence.find((one) => one.id === props.evidence.id);
    if (!next || next.version <= props.evidence.version) return;
    if (next.state !== props.evidence.state || next.analysedAtMs !== props.evidence.analysedAtMs) location.reload();
    else setEvidence(next);
  });
  const busy = evidence.state === 'received' || evidence.state === 'analysing' || evidence.state === 'awaiting-upload';
  usePolling(address.data(props.investigation.slug), busy, onNews);
  return evidence;
}
