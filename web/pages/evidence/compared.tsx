import type { VNode } from 'preact';
import type { PublicEvidence } from '../../../functions/model/evidence.ts';
import { formatBytes } from '../../draw/format.ts';
import { Section } from '../../parts/section.tsx';
import { Time } from '../../parts/time.tsx';
import { address } from '../address.ts';

/** What a comparison compares, oldest first, each with its own page. */
export function Compared({ slug, files }: { slug: string; files: readonly PublicEvidence[] }): VNode {
  return (
    <Section id="compared" title="Compared, oldest first">
      <ol class="compared">
        {files.map(({ id, name, context, submittedAtMs, sizeBytes }) => (
          <li key={id}>
            <a href={address.evidence(slug, id)}>{name}</a>{' '}
            <span class="quiet">
              {[context.version, context.pod, formatBytes(sizeBytes)].filter(Boolean).join(', ')},{' '}
              {context.capturedAtMs === undefined ? 'sent' : 'captured'}{' '}
              <Time ms={context.capturedAtMs ?? submittedAtMs} />
            </span>
          </li>
        ))}
      </ol>
    </Section>
  );
}
