import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { AppError, isAppError } from '../../functions/model/error.ts';
import type { Note } from '../../functions/model/casework.ts';
import type { ReceiptKey } from '../calls/receipt-address.ts';
import { lookUp, withdraw, type Followed } from '../calls/receipts.ts';
import { formatBytes } from '../draw/format.ts';
import { ConfirmButton } from '../form/confirm-button.tsx';
import { Problem } from '../form/problem.tsx';
import { Time } from '../parts/time.tsx';
import { CompareSent } from './compare-sent.tsx';
import { EvidenceProgress } from './evidence-progress.tsx';
import { followReceipt } from './follow-receipt.ts';
import { forgetReceipt, keptReceipts } from './kept-receipts.ts';
import { forgetUpload, pendingUploads } from './pending-uploads.ts';
import { ReceiptCard } from './receipt-card.tsx';
import { toAppError } from '../calls/to-app-error.ts';

type Shown = Followed | { readonly note: Note };

/** What a receipt stands for, as it is now, and the way to take it back. */
export function OpenReceipt({ receipt }: { readonly receipt: ReceiptKey }): VNode {
  const [shown, setShown] = useState<Shown>();
  const [trouble, setTrouble] = useState<AppError>();
  const [isKept] = useState(() =>
    keptReceipts()
      .read()
      .some(({ id }) => id === receipt.id),
  );
  const [isDeleted, setDeleted] = useState(false);
  const [round, setRound] = useState(0);
  useEffect(() => {
    const controller = new AbortController();
    setTrouble(undefined);
    void look(receipt, controller.signal, setShown, setTrouble);
    return () => controller.abort();
  }, [receipt, round]);

  const remove = (): void => {
    withdraw(receipt).then(
      () => {
        forgetReceipt(keptReceipts(), receipt.id);
        forgetUpload(pendingUploads(), receipt.id);
        setDeleted(true);
      },
      (error: unknown) => setTrouble(toAppError(error)),
    );
  };

  if (isDeleted || trouble?.code === 'gone') {
    return (
      <div class="notice good" role="status">
        <p>
          <strong>It is deleted.</strong> The bytes, the analysis and the record are gone from the hub. The{' '}
          <a href={`/i/${receipt.slug}/`}>page of the investigation</a> follows in a moment.
        </p>
      </div>
    );
  }
  return (
    <div class="stack">
      {trouble && (
        <Problem
          title={trouble.code === 'not-found' ? 'There is no such receipt.' : 'The hub could not be asked.'}
          error={trouble}
        >
          <button type="button" class="button small" onClick={() => setRound(round + 1)}>
            Ask again
          </button>
        </Problem>
      )}
      {!shown && !trouble && <p class="quiet">Asking the hub…</p>}
      {shown &&
        ('note' in shown ? <NoteShown note={shown.note} /> : <EvidenceShown shown={shown} slug={receipt.slug} />)}
      {shown && 'evidence' in shown && shown.comparable && <CompareSent receipt={receipt} />}
      {shown && (
        <>
          <ReceiptCard
            receipt={receipt}
            name={'note' in shown ? 'the note' : shown.evidence.name}
            isKeptHere={isKept}
          />
          <div class="delete-row">
            <ConfirmButton
              small={false}
              question="Delete it for good, with everything made from it?"
              yes="Delete for good"
              onConfirm={remove}
            >
              Delete what was sent
            </ConfirmButton>
          </div>
        </>
      )}
    </div>
  );
}

async function look(
  receipt: ReceiptKey,
  signal: AbortSignal,
  show: (shown: Shown) => void,
  trouble: (error: AppError | undefined) => void,
): Promise<void> {
  try {
    const first = await lookUp(receipt, signal);
    if (signal.aborted) return;
    show(first);
    if ('note' in first) return;
  } catch (error) {
    if (signal.aborted) return;
    trouble(toAppError(error));
    if (isAppError(error) && error.code !== 'unavailable') return;
  }
  await followReceipt(receipt, {
    signal,
    onState: (followed) => {
      show(followed);
      trouble(undefined);
    },
    onTrouble: trouble,
  });
}

function EvidenceShown({ shown, slug }: { readonly shown: Followed; readonly slug: string }): VNode {
  const { evidence } = shown;
  const { rawDeleted, rawExpiresAtMs } = evidence;
  return (
    <div class="stack">
      <h2 class="mono file-name">{evidence.name}</h2>
      <p class="meta">
        <span>{formatBytes(evidence.sizeBytes)}</span>
        <span>{evidence.kind === 'report' ? 'only the report was sent' : 'the file was sent'}</span>
        <span>
          <Time ms={evidence.submittedAtMs} />
        </span>
        {evidence.kind === 'file' && rawDeleted && <span>the file itself is deleted</span>}
        {evidence.kind === 'file' && !rawDeleted && rawExpiresAtMs !== undefined && (
          <span>
            the file is deleted <Time ms={rawExpiresAtMs} as="age" />
          </span>
        )}
      </p>
      <EvidenceProgress followed={shown} slug={slug} />
      {evidence.state === 'awaiting-upload' && (
        <p>
          Not all of it has arrived. Open <a href={`/i/${slug}/send/`}>the form</a> in the browser it was sent from and
          drop the same file again.
        </p>
      )}
    </div>
  );
}

function NoteShown({ note }: { readonly note: Note }): VNode {
  return (
    <div class="stack">
      <h2>A note</h2>
      <p class="meta">
        <Time ms={note.atMs} />
        <span>{note.visibility === 'visible' ? 'shown to everybody' : 'waits for a maintainer'}</span>
      </p>
      <blockquote class="note-text">{note.body}</blockquote>
    </div>
  );
}
