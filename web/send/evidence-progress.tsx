import type { VNode } from 'preact';
import type { AppError } from '../../functions/model/error.ts';
import type { PublicEvidence, Refusal } from '../../functions/model/evidence.ts';
import type { Followed } from '../calls/receipts.ts';
import { plural } from '../draw/format.ts';
import { EvidencePill } from '../parts/pill.tsx';
import { EveryFormat, withoutList } from '../parts/refusal-words.tsx';
import { factText } from '../parts/quantity.tsx';

/** What the hub makes of a piece of evidence, in words that change as it goes; said aloud politely. */
export function EvidenceProgress({
  followed,
  trouble,
  slug,
}: {
  readonly followed?: Followed | undefined;
  readonly trouble?: AppError | undefined;
  readonly slug: string;
}): VNode {
  return (
    <div class="evidence-progress stack-tight" aria-live="polite">
      {followed ? <State {...followed} slug={slug} /> : <p>It has arrived. Waiting for the first word of the hub…</p>}
      {trouble && <p class="notice warning">{trouble.message} What has arrived is kept; this page asks again.</p>}
    </div>
  );
}

function State({ evidence, url, slug }: Followed & { slug: string }): VNode {
  const page = url || `/i/${slug}/evidence/${evidence.id}/`;
  return (
    <>
      <p class="row">
        <EvidencePill state={evidence.state} />
        <span>{sentenceOf(evidence)}</span>
      </p>
      {evidence.state === 'analysing' && evidence.progress && (
        <progress max={1} value={evidence.progress.done} aria-label="Analysis at the hub" />
      )}
      {evidence.state === 'refused' && evidence.refusal && <Refused {...evidence.refusal} />}
      {evidence.visibility === 'pending' && (
        <p class="quiet">Everybody sees the result once a maintainer has approved it.</p>
      )}
      {evidence.state === 'analysed' && evidence.visibility === 'visible' && (
        <p>
          <a href={page}>See the result on its page</a>
        </p>
      )}
    </>
  );
}

function Refused({ message, looksLike }: Refusal): VNode {
  const [why, reads] = withoutList(message);
  return (
    <div class="notice warning stack-tight">
      <p>{why}</p>
      {looksLike !== '' && !why.includes(looksLike) && <p>The bytes look like {looksLike}.</p>}
      <EveryFormat reads={reads} />
    </div>
  );
}

export function sentenceOf(evidence: PublicEvidence): string {
  switch (evidence.state) {
    case 'awaiting-upload':
      return 'The hub waits for the bytes.';
    case 'received':
      return evidence.attempts > 0
        ? `Received. The analysis broke off and is tried again (attempt ${evidence.attempts + 1}).`
        : evidence.kind === 'comparison'
          ? 'In line to be compared.'
          : 'Received, safe, and in line to be analysed.';
    case 'analysing':
      return evidence.progress ? `Being analysed: ${evidence.progress.step}.` : 'Being analysed.';
    case 'analysed': {
      const fact = evidence.mainFact ? `${factText(evidence.mainFact)}; ` : '';
      return `Analysed: ${fact}${plural(evidence.findingCount, 'finding')}.`;
    }
    case 'refused':
      return 'It could not be analysed.';
    case 'expired':
      return 'The upload was not finished in time. Send it again.';
    case 'deleted':
      return 'Deleted.';
  }
}
