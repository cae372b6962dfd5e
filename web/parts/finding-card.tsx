import type { VNode } from 'preact';
import type { Finding } from '../../functions/model/analysis.ts';
import type { Judgement } from '../../functions/model/casework.ts';
import { linearScale } from '../draw/scale.ts';
import { Sparkline } from '../draw/sparkline.tsx';
import { formatNumber } from '../draw/format.ts';
import { type FindingPicture, pictureOf } from './finding-number.ts';
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
  /** The most bytes of any finding beside it: what its bar is measured against. */
  readonly mostBytes?: number;
}

/** What a rule found: claim, number, picture, advice, its own limits, and what people said of it. */
export function FindingCard(props: FindingCardProps): VNode {
  const { finding, sources = [], judgement, reportedBySubmitter = false, viewHref, mostBytes } = props;
  const picture = pictureOf(finding);
  return (
    <article class={`card machine finding ${judgement?.judgement ?? ''}`} id={anchorOf(finding)}>
      <div class="row">
        <SeverityPill severity={finding.severity} />
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
      {finding.advice !== '' && (
        <p>
          <Said text={finding.advice} />
        </p>
      )}
      {finding.limits !== undefined && finding.limits !== '' && (
        <p class="quiet small">
          What it cannot say: <Said text={finding.limits} />
        </p>
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
        <span title={`confidence ${formatNumber(finding.confidence * 100, 2)} %`}>
          rule <code>{finding.rule}</code>, {formatNumber(finding.confidence * 100, 2)}
          {'\u202f'}% sure
        </span>
        {viewHref !== undefined && <a href={viewHref}>see it</a>}
        {sources.length > 0 && (
          <span>
            in{' '}
            {sources.slice(0, 4).map((source, i) => (
              <>
                {i > 0 && ', '}
                <a href={source.href}>{source.name}</a>
              </>
            ))}
            {sources.length > 4 && ` and ${sources.length - 4} more`}
          </span>
        )}
      </p>
    </article>
  );
}

/** The same cause has the same address, whatever characters its fingerprint has. */
export function anchorOf(finding: Pick<Finding, 'rule' | 'fingerprint'>): string {
  let hash = 2166136261;
  for (let i = 0; i < finding.fingerprint.length; i++) {
    hash = Math.imul(hash ^ finding.fingerprint.charCodeAt(i), 16777619);
  }
  return `finding-${finding.rule.replace('/', '-')}-${(hash >>> 0).toString(36)}`;
}

function Picture({ picture, mostBytes }: { picture: FindingPicture; mostBytes: number | undefined }): VNode | null {
  if (picture.path) return <MiniPath path={picture.path} />;
  if (picture.spark) return <Sparkline values={picture.spark} width={240} height={40} />;
  if (picture.interval) return <Interval {...picture.interval} />;
  if (picture.bytes !== undefined && mostBytes !== undefined && mostBytes > 0) {
    return (
      <svg class="share-bar" width="100%" height="8" aria-hidden="true">
        <rect class="track" width="100%" height="8" />
        <rect
          class="fill"
          width={`${Math.min(100, (Math.abs(picture.bytes) / mostBytes) * 100).toFixed(1)}%`}
          height="8"
        />
      </svg>
    );
  }
  return null;
}

/** Root, the last holders, the thing held; the middle of a long chain is counted. */
function MiniPath({ path }: { path: NonNullable<FindingPicture['path']> }): VNode {
  const shown = path.length > 5 ? [path[0], undefined, ...path.slice(-3)] : path;
  return (
    <ol class="mini-path" aria-label="Path from the root">
      {shown.map((step) =>
        step === undefined ? (
          <li class="quiet">{path.length - 4} more</li>
        ) : (
          <li>
            {step.via !== '' && <span class="via">{step.via}</span>}
            <code>{step.name}</code>
          </li>
        ),
      )}
    </ol>
  );
}

/** A slope with its interval against zero: does it include "nothing"? */
function Interval({ low, value, high }: { low: number; value: number; high: number }): VNode {
  const room = (Math.max(high, 0) - Math.min(low, 0)) * 0.05 || 1;
  const x = linearScale([Math.min(low, 0) - room, Math.max(high, 0) + room], [0, 100]);
  const at = (place: number): string => `${x(place).toFixed(1)}%`;
  return (
    <svg class="interval" width="100%" height="24" role="img" aria-label="the slope and its interval, against zero">
      <line class="grid-line" x1={at(0)} x2={at(0)} y1="2" y2="22" />
      <text class="tick" x={at(0)} dx="4" y="22">
        0
      </text>
      <line class="interval-line" x1={at(low)} x2={at(high)} y1="9" y2="9" />
      <circle class="interval-dot" cx={at(value)} cy="9" r="4" />
    </svg>
  );
}
