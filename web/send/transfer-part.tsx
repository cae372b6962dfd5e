import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { AppError } from '../../functions/model/error.ts';
import { formatBytes, formatDuration } from '../draw/format.ts';
import { ConfirmButton } from '../form/confirm-button.tsx';
import { Problem } from '../form/problem.tsx';
import { EvidenceProgress } from './evidence-progress.tsx';
import { ReceiptCard } from './receipt-card.tsx';
import type { Amount, Submission } from './submission.ts';
import { toAppError } from '../calls/to-app-error.ts';
import type { Submissions } from './submissions.ts';

/** How far a file is on its way; afterwards its receipt, and what the hub made of it. */
export function TransferPart({
  submission,
  submissions,
  slug,
}: {
  readonly submission: Submission;
  readonly submissions: Submissions;
  readonly slug: string;
}): VNode | null {
  const { key, transfer, file, choice } = submission;
  const { transfers } = submissions;
  const [fault, setFault] = useState<AppError>();
  const stop = (): void => {
    transfers.withdraw(key).catch((error: unknown) => setFault(toAppError(error)));
  };
  const problem = fault && (
    <Problem title="It could not be deleted." error={fault} kept="It is still there; try again." />
  );
  switch (transfer.state) {
    case 'idle':
      return null;
    case 'announcing':
      return <p role="status">Asking the hub for a place…</p>;
    case 'sending':
    case 'paused': {
      const isPaused = transfer.state === 'paused';
      return (
        <div class="stack-tight">
          <progress max={transfer.totalBytes} value={transfer.sentBytes} aria-label={`Upload of ${file.name}`} />
          <div class="row spread">
            <span role="status" class="amount">
              {isPaused ? 'Paused. ' : ''}
              <AmountWords amount={transfer} />
            </span>
            <span class="row">
              <button
                type="button"
                class="button small"
                onClick={() => (isPaused ? void transfers.send(key) : transfers.pause(key))}
              >
                {isPaused ? 'Go on' : 'Pause'}
              </button>
              <ConfirmButton question="Stop and delete what has arrived?" yes="Stop and delete" onConfirm={stop}>
                Stop
              </ConfirmButton>
            </span>
          </div>
          {'note' in transfer && transfer.note !== undefined && <p class="notice warning">{transfer.note}</p>}
          {transfer.byParts && (
            <p class="quiet">
              You may close this page: drop the same file again, here and in this browser, and it goes on from where it
              was.
            </p>
          )}
          {problem}
        </div>
      );
    }
    case 'failed':
      return (
        <Problem
          title={choice === 'report' ? 'The report was not sent.' : 'The file was not sent.'}
          error={transfer.error}
          kept={
            transfer.receipt
              ? 'What has arrived is kept for a day. The file on this machine is unchanged.'
              : 'Nothing has left this machine; what you wrote is still here.'
          }
        >
          <button type="button" class="button small" onClick={() => void transfers.send(key)}>
            {transfer.receipt ? 'Go on' : 'Try again'}
          </button>
          {transfer.receipt && (
            <ConfirmButton question="Delete what has arrived?" yes="Delete" onConfirm={stop}>
              Give up
            </ConfirmButton>
          )}
        </Problem>
      );
    case 'sent':
      return (
        <div class="stack">
          <EvidenceProgress followed={transfer.followed} trouble={transfer.trouble} slug={slug} />
          <ReceiptCard receipt={transfer.receipt} name={file.name} />
          {problem}
        </div>
      );
    case 'deleted':
      return (
        <p class="notice" role="status">
          Deleted at the hub. The file on this machine is unchanged.
        </p>
      );
  }
}

function AmountWords({ amount }: { amount: Amount }): VNode {
  const { sentBytes, totalBytes, bytesPerSecond, secondsLeft } = amount;
  return (
    <>
      {formatBytes(sentBytes)} of {formatBytes(totalBytes)}
      {bytesPerSecond !== undefined && ` · ${formatBytes(bytesPerSecond, 2)}/s`}
      {secondsLeft !== undefined && secondsLeft >= 1 && ` · ${formatDuration(secondsLeft * 1000)} left`}
    </>
  );
}
