import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { withdraw } from '../calls/receipts.ts';
import { formatBytes } from '../draw/format.ts';
import { ConfirmButton } from '../form/confirm-button.tsx';
import { Time } from '../parts/time.tsx';
import { forgetUpload, pendingUploads, type PendingUpload } from './pending-uploads.ts';

/** The hub keeps an unfinished upload for a day. */
const KEPT_MS = 24 * 3_600_000;

/** Uploads that a reload or a crash interrupted, with what to do about them. */
export function Interrupted({
  slug,
  activeIds,
}: {
  readonly slug: string;
  /** Those that are being continued now. */
  readonly activeIds: ReadonlySet<string>;
}): VNode | null {
  const [uploads, setUploads] = useState<readonly PendingUpload[]>([]);
  useEffect(() => {
    const list = pendingUploads();
    for (const { id, begunAtMs } of list.read()) if (begunAtMs < Date.now() - KEPT_MS) forgetUpload(list, id);
    setUploads(list.read().filter((upload) => upload.slug === slug));
  }, [slug, activeIds]);
  const waiting = uploads.filter(({ id }) => !activeIds.has(id));
  if (waiting.length === 0) return null;
  const discard = (upload: PendingUpload): void => {
    forgetUpload(pendingUploads(), upload.id);
    setUploads((before) => before.filter(({ id }) => id !== upload.id));
    // The hub deletes what is not finished by itself within a day: a failure here costs nothing.
    withdraw(upload).catch(() => undefined);
  };
  return (
    <div class="notice warning" role="region" aria-label="Interrupted uploads">
      <p>
        <strong>
          {waiting.length === 1 ? 'An upload was interrupted.' : `${waiting.length} uploads were interrupted.`}
        </strong>{' '}
        Drop the same file again and it goes on from where it was.
      </p>
      <ul class="stack-tight">
        {waiting.map((upload) => (
          <li class="row spread" key={upload.id}>
            <span>
              <span class="mono">{upload.name}</span>, {formatBytes(upload.sizeBytes)}, begun{' '}
              <Time ms={upload.begunAtMs} as="age" />
            </span>
            <ConfirmButton question="Delete what has arrived?" yes="Delete" onConfirm={() => discard(upload)}>
              Discard<span class="unseen"> {upload.name}</span>
            </ConfirmButton>
          </li>
        ))}
      </ul>
    </div>
  );
}
