import type { VNode } from 'preact';
import type { CaseDocument } from '../../../functions/model/case.ts';
import type { PublicEvidence } from '../../../functions/model/evidence.ts';
import { firstSentence } from '../../../functions/model/text.ts';
import { formatBytes } from '../../draw/format.ts';
import { Empty } from '../../parts/empty.tsx';
import { EvidencePill } from '../../parts/pill.tsx';
import { factName, factValue } from '../../parts/quantity.tsx';
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

/** Of metrics what they say of memory, without its clauses; of a heap what piles up; else what the analyser says first. */
function mainFact(one: PublicEvidence, { findings }: CaseDocument): string {
  const own = findings.filter(({ evidenceIds }) => evidenceIds.includes(one.id)).map(({ finding }) => finding);
  const verdict = own.find(({ rule }) => rule === 'metrics/verdict');
  if (verdict) return /^(?:[^;:]+: undecided|[^;:]+)/.exec(verdict.title)?.[0] ?? '';
  const classes = own
    .filter(({ rule, severity }) => (rule === 'heap/growth' || rule === 'heap/suspect') && severity !== 'note')
    .flatMap(({ evidence }) => (typeof evidence['class'] === 'string' ? [evidence['class'].replaceAll('`', "'")] : []));
  if (classes.length > 0)
    return `${one.kind === 'comparison' ? 'grows' : 'suspected'}: ${listed([...new Set(classes)].map((name) => `\`${name}\``))}`;
  return one.mainFact ? `${factName(one.mainFact)}: ${factValue(one.mainFact)}` : '';
}

const listed = ([first = '', second, ...more]: readonly string[]): string =>
  second === undefined
    ? first
    : more.length === 0
      ? `${first}, ${second}`
      : `${first}, ${second} and ${more.length} more`;
