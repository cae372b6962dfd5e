import type { VNode } from 'preact';
import { receiptAddress, type ReceiptKey } from '../calls/receipt-address.ts';
import { CopyButton } from '../parts/command.tsx';

/** The one thing to keep of a submission. */
export function ReceiptCard({
  receipt,
  name,
  isKeptHere = true,
}: {
  readonly receipt: ReceiptKey;
  readonly name: string;
  /** False where it was opened from its link. */
  readonly isKeptHere?: boolean;
}): VNode {
  const address = receiptAddress(receipt);
  const whole = `${location.origin}${address}`;
  return (
    <div class="receipt">
      <h4>Your receipt</h4>
      <p class="row">
        <a class="mono receipt-link" href={address}>
          {whole.replace(/^https?:\/\//, '')}
        </a>
        <CopyButton text={whole} name="Copy the link" />
      </p>
      <p class="quiet">
        Keep it. With this link one sees the state of <span class="mono">{name}</span> and can delete it, so give it
        only to whom you trust with that. {isKeptHere && 'This browser keeps it too.'}
      </p>
    </div>
  );
}
