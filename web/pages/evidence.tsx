import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { CaseDocument } from '../../functions/model/case.ts';
import { formatNumber } from '../draw/format.ts';
import { Html } from '../parts/html.tsx';
import { EvidencePill, Pill, VerdictPill } from '../parts/pill.tsx';
import { Facts } from '../parts/quantity.tsx';
import { Said } from '../parts/said.tsx';
import { Section } from '../parts/section.tsx';
import { Shell } from '../parts/shell.tsx';
import { Time } from '../parts/time.tsx';
import { address } from './address.ts';
import { Compared } from './evidence/compared.tsx';
import { describeEvidence } from './evidence/describe.ts';
import { Found } from './evidence/found.tsx';
import { Headline, verdictOf } from './evidence/headline.tsx';
import { type EvidencePageProps, pathsInCards } from './evidence/shown.ts';
import { State } from './evidence/state.tsx';
import { Views } from './evidence/views.tsx';
import { usePolling } from './investigation/refresh.ts';

export type { EvidencePageProps };

const SHOWN_FINDINGS = 60;
/** Two rows of a wide window. */
const FIRST_FACTS = 12;

/** One piece of evidence: what it is, its facts, what was found, and its views. */
export function EvidencePage(props: EvidencePageProps): VNode {
  const evidence = useFreshEvidence(props);
  const { investigation, analysis, views } = props;
  const findings = (analysis?.findings ?? []).slice(0, SHOWN_FINDINGS);
  const { others } = pathsInCards(findings, views);
  const verdict = verdictOf(findings);
  const capturedAtMs = evidence.context.capturedAtMs ?? analysis?.context.capturedAtMs;
  return (
    <Shell
      crumbs={[
        { href: '/', name: 'Investigations' },
        { href: address.investigation(investigation.slug), name: investigation.title },
      ]}
    >
      <header class="answer">
        <div class="row">
          {verdict && <VerdictPill state={verdict} />}
          <EvidencePill state={evidence.state} />
          {evidence.kind === 'comparison' && <Pill>comparison</Pill>}
          {evidence.kind === 'report' && <Pill tone="warning">reported by the submitter</Pill>}
        </div>
        <h1>{evidence.name}</h1>
        <Headline findings={findings} />
        <p class="lede">
          <Said text={describeEvidence(evidence, props.formatTitle, analysis, false)} />
        </p>
        <p class="meta">
          <span>
            {evidence.kind === 'comparison' ? 'compared for' : 'sent by'} {evidence.submittedBy}
          </span>
          <Time ms={evidence.submittedAtMs} />
          {capturedAtMs !== undefined && (
            <span>
              captured <Time ms={capturedAtMs} />
            </span>
          )}
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
          <p>
            <strong>Read with care</strong>
          </p>
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
          <Facts facts={analysis.facts.slice(0, 24)} first={FIRST_FACTS} />
        </Section>
      )}
      {analysis && (
        <Found
          findings={findings}
          total={analysis.findings.length}
          views={views}
          isReport={evidence.kind === 'report'}
        />
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
