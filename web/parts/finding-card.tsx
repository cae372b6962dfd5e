import type { VNode } from 'preact';
import type { Finding } from '../../functions/model/analysis.ts';
import type { Judgement } from '../../functions/model/casework.ts';
import type { PathView } from '../../functions/model/view.ts';
import { formatNumber } from '../draw/format.ts';
import { Chain } from '../views/chain.tsx';
import { pictureOf } from './finding-number.ts';
import { Picture } from './finding-picture.tsx';
import { Html } from './html.tsx';
import { Pill, SeverityPill } from './pill.tsx';
import { Said } from './said.tsx';
import { Time } from './time.tsx';

export interface FindingCardProps {
  readonly finding: Finding;
  /** Where it is from: links to evidence. */
  readonly sources?: readonly { readonly href: string; readonly name: string }[];
  readonly judgement?: (Judgement & { html: string }) | undefined;
  readonly reportedBySubmitter?: boolean;
  /** The address of the view that shows it. */
  readonly viewHref?: string | undefined;
  /** The way to what is held, with the bytes of each step: drawn beside the words, over the whole width. */
  readonly path?: PathView | undefined;
  /** The most bytes of any finding beside it: what its bar is measured against. */
  readonly mostBytes?: number;
}

/** In a card of the grid. */
const SHORT_CHAIN = 6;

/** What a rule found: claim, number, picture, advice, its own limits, and what people said of it. */
export function FindingCard(props: FindingCardProps): VNode {
  const { finding, judgement, reportedBySubmitter = false, path, mostBytes } = props;
  const picture = pictureOf(finding);
  const title = (
    <>
      <div class="row">
        <SeverityPill severity={finding.severity} />
        {picture.kind !== undefined && <span class="label">{picture.kind.replaceAll('-', ' ')}</span>}
        {judgement && (
          <Pill tone={judgement.judgement === 'confirmed' ? 'leak' : 'plain'}>
            {judgement.judgement} by {judgement.by}
          </Pill>
        )}
        {reportedBySubmitter && <Pill tone="warning">reported by the submitter</Pill>}
      </div>
      <h3>
        <Said text={finding.title} />
      </h3>
      {picture.number !== undefined && <p class="finding-number">{picture.number}</p>}
      <Picture picture={picture} mostBytes={mostBytes} />
    </>
  );
  const name = `card machine finding ${judgement?.judgement ?? ''}`;
  if (path === undefined) {
    return (
      <article class={name} id={anchorOf(finding)}>
        {title}
        {picture.path && <Chain steps={picture.path} longest={SHORT_CHAIN} heldBytes={picture.heldBytes} />}
        <Words {...props} reasons={[]} />
      </article>
    );
  }
  return (
    <article class={`${name} suspect`} id={anchorOf(finding)}>
      <div class="finding-words">{title}</div>
      <div class="held-by" id={path.name}>
        <h4>What holds it, from the root</h4>
        <Chain steps={path.steps} longest={12} heldBytes={picture.heldBytes} />
      </div>
      <div class="finding-words">
        <Words {...props} reasons={picture.reasons ?? []} />
      </div>
    </article>
  );
}

function Words({
  finding,
  sources = [],
  judgement,
  viewHref,
  reasons,
}: FindingCardProps & { reasons: readonly string[] }): VNode {
  const sure = formatNumber(finding.confidence * 100, 2);
  const advice = (
    <>
      {adds(finding) && (
        <p>
          <Said text={finding.advice} />
        </p>
      )}
      {finding.limits !== undefined && finding.limits !== '' && (
        <p class="quiet small">
          What it cannot say: <Said text={finding.limits} />
        </p>
      )}
    </>
  );
  // A note is there to be known of: its advice waits until it is asked for.
  const folds = finding.severity === 'note' && !judgement && (adds(finding) || Boolean(finding.limits));
  return (
    <>
      {folds ? (
        <details class="reasons">
          <summary>What to do about it</summary>
          {advice}
        </details>
      ) : (
        advice
      )}
      {reasons.length > 0 && (
        <details class="reasons">
          <summary>Why it is suspected</summary>
          <ul class="bullets">
            {reasons.map((reason) => (
              <li>
                <Said text={reason} />
              </li>
            ))}
          </ul>
        </details>
      )}
      {judgement && judgement.html !== '' && (
        <div class="judgement">
          <Html html={judgement.html} />
          <p class="quiet small">
            {judgement.by}, <Time ms={judgement.atMs} as="day" />
          </p>
        </div>
      )}
      <p class="meta">
        <span title={`confidence ${sure} %`}>
          rule <code>{finding.rule}</code>, {sure}
          {'\u202f'}% sure
        </span>
        {viewHref !== undefined && <a href={viewHref}>see it</a>}
        {sources.length > 0 && (
          <span>
            in{' '}
            {sources.slice(0, 3).map((source, i) => (
              <>
                {i > 0 && ', '}
                <a href={source.href}>{source.name}</a>
              </>
            ))}
            {sources.length > 3 && ` and ${sources.length - 3} more`}
          </span>
        )}
      </p>
    </>
  );
}

/** Whether the advice says more than the claim, which of an undecided verdict ends with it. */
function adds({ title, advice }: Finding): boolean {
  const bare = advice.toLowerCase().replace(/[.\s]+$/, '');
  return bare !== '' && !title.toLowerCase().includes(bare);
}

/** The same cause has the same address, whatever characters its fingerprint has. */
export function anchorOf(finding: Pick<Finding, 'rule' | 'fingerprint'>): string {
  let hash = 2166136261;
  for (let i = 0; i < finding.fingerprint.length; i++) {
    hash = Math.imul(hash ^ finding.fingerprint.charCodeAt(i), 16777619);
  }
  return `finding-${finding.rule.replace('/', '-')}-${(hash >>> 0).toString(36)}`;
}
