import type { VNode } from 'preact';
import type { PublicEvidence } from '../../../functions/model/evidence.ts';
import { formatBytes } from '../../draw/format.ts';
import { Command } from '../../parts/command.tsx';
import { curlLine } from '../../parts/curl-line.ts';
import { EveryFormat, withoutList } from '../../parts/refusal-words.tsx';
import { Time } from '../../parts/time.tsx';
import { address } from '../address.ts';
import type { EvidencePageProps } from './shown.ts';

/** Where it stands while there is no analysis: on its way, being read, refused with the reason, or gone. */
export function State(props: EvidencePageProps): VNode | null {
  const { evidence } = props;
  switch (evidence.state) {
    case 'awaiting-upload':
      return (
        <div class="notice section-gap" role="status">
          <p>
            The place is ready; its {formatBytes(evidence.sizeBytes)} have not arrived yet. An upload that stopped goes
            on from its receipt.
          </p>
        </div>
      );
    case 'received':
      return (
        <div class="notice section-gap" role="status">
          <p>
            {evidence.kind === 'comparison' ? 'In line' : 'Arrived whole and waiting'} for a worker. This page changes
            by itself.
          </p>
          <progress aria-label="Waiting" />
        </div>
      );
    case 'analysing':
      return <Analysing evidence={evidence} />;
    case 'refused':
      return <Refused {...props} />;
    case 'expired':
      return (
        <div class="notice section-gap">
          <p>It never arrived, and its place has expired.</p>
        </div>
      );
    case 'deleted':
    case 'analysed':
      return null;
  }
}

function Analysing({ evidence }: { evidence: PublicEvidence }): VNode {
  const { progress, attempts } = evidence;
  return (
    <div class="notice section-gap" role="status">
      <p>
        Being analysed{progress && `: ${progress.step}`}
        {attempts > 1 && ` (attempt ${attempts})`}. This page changes by itself.
      </p>
      <progress value={progress?.done} max={1} aria-label="Analysed" />
    </div>
  );
}

function Refused({ evidence, investigation, publicToken, publicUrl }: EvidencePageProps): VNode {
  const { refusal } = evidence;
  const [why, reads] = withoutList(refusal?.message ?? 'It could not be read.');
  return (
    <section class="stack section-gap" aria-label="Why it was refused">
      <div class="notice error">
        <p>
          <strong>Refused.</strong> {why}
        </p>
        <p>
          {evidence.kind === 'comparison' ? (
            'A comparison reads the files that it names; while they are kept, a maintainer can have it made again.'
          ) : evidence.rawDeleted ? (
            'Its bytes are deleted.'
          ) : (
            <>
              Its bytes are kept, private to the maintainers
              {evidence.rawExpiresAtMs !== undefined && (
                <>
                  {' '}
                  until <Time ms={evidence.rawExpiresAtMs} as="day" />
                </>
              )}
              . A maintainer can have it analysed again.
            </>
          )}
        </p>
      </div>
      {refusal && refusal.looksLike !== '' && !why.includes(refusal.looksLike) && (
        <div class="stack-tight">
          <h2>What the bytes look like</h2>
          <pre class="bytes" tabIndex={0}>
            {refusal.looksLike}
          </pre>
        </div>
      )}
      {evidence.kind !== 'comparison' && <WhatWouldWork {...{ investigation, publicToken, publicUrl, reads }} />}
    </section>
  );
}

function WhatWouldWork({
  investigation,
  publicToken,
  publicUrl,
  reads,
}: Pick<EvidencePageProps, 'investigation' | 'publicToken' | 'publicUrl'> & { readonly reads: string }): VNode {
  return (
    <div class="stack-tight">
      <h2>What would work</h2>
      <p class="measure">
        A heap dump (V8 <code>.heapsnapshot</code>, HPROF), a class histogram, or a metrics export (Prometheus, Grafana,
        CSV); compressed with gzip, zstd or zip if you like. Send it{' '}
        <a href={address.send(investigation.slug)}>by the form</a>
        {publicToken !== undefined && ', or'}
      </p>
      {publicToken !== undefined && (
        <Command text={curlLine({ publicUrl, slug: investigation.slug, token: publicToken })} wrap />
      )}
      <EveryFormat reads={reads} />
    </div>
  );
}
