import type { VNode } from 'preact';
import type { Finding } from '../../../functions/model/analysis.ts';
import type { Verdict } from '../../../functions/model/case.ts';
import { formatBytes, plural } from '../../draw/format.ts';
import { pictureOf } from '../../parts/finding-number.ts';
import { Said } from '../../parts/said.tsx';

/** The finding on all containers of a file of metrics together. */
export const isWhole = ({ rule, evidence }: Finding): boolean =>
  rule === 'metrics/verdict' && evidence['scope'] === 'case';

/** What was understood, before any detail: the largest text of the page. Nothing where no rule claims anything. */
export function Headline({ findings }: { findings: readonly Finding[] }): VNode | null {
  const text = headlineOf(findings);
  return text === '' ? null : (
    <p class={text.length > 110 ? 'verdict long' : 'verdict'}>
      <Said text={text} />
    </p>
  );
}

export function headlineOf(findings: readonly Finding[]): string {
  const title = (findings.find(isWhole) ?? findings.find(({ rule }) => rule === 'metrics/fix'))?.title;
  if (title !== undefined) return /[.!?]$/.test(title) ? title : `${title}.`;
  const growing = findings.filter(({ rule, severity }) => rule === 'heap/growth' && severity !== 'note');
  if (growing.length > 0) return `${plural(growing.length, 'class grows', 'classes grow')}: ${listOf(growing)}.`;
  const held = findings.filter(({ rule }) => rule === 'heap/suspect');
  const suspects = held.filter(({ severity }) => severity !== 'note');
  if (suspects.length > 0) return `${plural(suspects.length, 'leak suspect')}: ${listOf(suspects)}.`;
  return held.length > 0 ? 'No leak suspect beyond a note.' : '';
}

const NAMED = 3;

/** "`LeakedSession` (6.2 MB) and `Plan` (2.1 MB)" */
function listOf(findings: readonly Finding[]): string {
  const names = findings.slice(0, NAMED).map((finding) => {
    const { class: of } = finding.evidence;
    const { bytes, heldBytes } = pictureOf(finding);
    // Of what grows, by how much; of what is held, how much.
    const grows = finding.rule === 'heap/growth';
    const name = typeof of === 'string' ? `\`${of.slice(0, 80).replaceAll('`', "'")}\`` : 'one class';
    const size = grows ? bytes : (heldBytes ?? bytes);
    return size === undefined ? name : `${name} (${grows ? '+' : ''}${formatBytes(size)})`;
  });
  const more = findings.length - names.length;
  if (more > 0) return `${names.join(', ')} and ${more} more`;
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
}

/** The state of a file of metrics, for the pill beside that of the evidence. */
export function verdictOf(findings: readonly Finding[]): Verdict['state'] | undefined {
  const verdict = findings.find(isWhole)?.evidence['verdict'];
  return verdict === 'leak' || verdict === 'no-leak' || verdict === 'undecided' ? verdict : undefined;
}
