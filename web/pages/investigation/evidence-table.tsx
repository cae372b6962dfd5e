import type { VNode } from 'preact';
import type { CaseDocument } from '../../../functions/model/case.ts';
import type { PublicEvidence } from '../../../functions/model/evidence.ts';
import { firstSentence } from '../../../functions/model/text.ts';
import { formatBytes, formatQuantity, wordsOf } from '../../draw/format.ts';
import { Empty } from '../../parts/empty.tsx';
import { EvidencePill } from '../../parts/pill.tsx';
import { Said } from '../../parts/said.tsx';
import { Section } from '../../parts/section.tsx';
import { Time } from '../../parts/time.tsx';
import { address } from '../address.ts';

/** What, who, when, state, main fact: the newest first. */
export function EvidenceTable({ data }: { data: CaseDocument }): VNode {
  const slug = data.investigation.slug;
  const rows = [...data.evidence].sort((a, b) => b.submittedAtMs - a.submittedAtMs);
  return (
    <Section id="evidence" title="Evidence" count={rows.length} aside={<a href={address.send(slug)}>Send evidence</a>}>
      {rows.length === 0 ? (
        <Empty title="No evidence yet.">
          <p>
            The first piece decides most: a metrics export over a day says whether memory grows and in which layer; a
            heap dump says who holds it. The commands are under <a href="#next">what to do next</a>.
          </p>
        </Empty>
      ) : (
        <div class="table-wrap" role="region" aria-label="Evidence" tabIndex={0}>
          <table class="table evidence-table">
            <thead>
              <tr>
                <th scope="col">What</th>
                <th scope="col">State</th>
                <th scope="col">Main fact</th>
                <th scope="col">From</th>
                <th scope="col" class="number">
                  Size
                </th>
                <th scope="col" class="number">
                  Sent
                </th>
              </tr>
            </thead>
            <tbody>{rows.map((one) => Row(one, data))}</tbody>
          </table>
        </div>
      )}
    </Section>
  );
}

function Row(one: PublicEvidence, data: CaseDocument): VNode {
  const { slug } = data.investigation;
  const { context } = one;
  const where = [context.version, context.cluster ?? context.namespace, context.pod].filter(
    (part) => part !== undefined,
  );
  return (
    <tr key={one.id} id={`evidence-${one.id}`}>
      <td class="name">
        <a href={address.evidence(slug, one.id)}>{one.name}</a>
        <div class="quiet">{where.join(', ')}</div>
      </td>
      <td>
        <EvidencePill state={one.state} />
        {one.state === 'analysing' && one.progress && (
          <progress value={one.progress.done} max={1} aria-label={`${one.progress.step} of ${one.name}`} />
        )}
      </td>
      <td class="fact">
        <Said text={one.state === 'refused' ? firstSentence(one.refusal?.message ?? '') : mainFact(one, data)} />
      </td>
      <td>
        {one.submittedBy}
        {(one.kind === 'report' || one.kind === 'comparison') && <div class="quiet">{one.kind}</div>}
      </td>
      <td class="number">{one.kind === 'comparison' ? '' : formatBytes(one.sizeBytes)}</td>
      <td class="number">
        <Time ms={one.submittedAtMs} as="age" />
      </td>
    </tr>
  );
}

/** Of metrics what they say of memory, without its clauses; of anything else what its analyser says first. */
function mainFact(one: PublicEvidence, { findings }: CaseDocument): string {
  const verdict = findings.find(
    ({ finding, evidenceIds }) => finding.rule === 'metrics/verdict' && evidenceIds.includes(one.id),
  );
  if (verdict) return /^[^;:]+/.exec(verdict.finding.title)?.[0] ?? '';
  const fact = one.mainFact;
  if (!fact) return '';
  return `${wordsOf(fact.name)}: ${typeof fact.value === 'number' ? formatQuantity(fact.value, fact.unit) : fact.value}`;
}
