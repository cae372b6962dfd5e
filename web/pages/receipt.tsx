import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { readReceiptAddress, receiptAddress, type ReceiptKey } from '../calls/receipt-address.ts';
import { TextField } from '../form/field.tsx';
import { Shell } from '../parts/shell.tsx';
import { Time } from '../parts/time.tsx';
import { forgetReceipt, keptReceipts, type KeptReceipt } from '../send/kept-receipts.ts';
import { OpenReceipt } from '../send/open-receipt.tsx';

/** `/receipt/#<slug>.<id>.<secret>`: the same file for everybody; the secret never leaves the fragment but for the API. */
type Fragment =
  | { readonly state: 'unread' }
  | { readonly state: 'none' | 'wrong' }
  | { readonly state: 'read'; readonly key: ReceiptKey };

export function ReceiptPage(): VNode {
  const fragment = useFragment();
  return (
    <Shell>
      <h1>Receipt</h1>
      {fragment.state === 'unread' && <p class="quiet">Reading the receipt…</p>}
      {fragment.state === 'read' && <OpenReceipt key={fragment.key.id} receipt={fragment.key} />}
      {fragment.state === 'wrong' && (
        <p class="notice warning" role="alert">
          <strong>This link is not whole.</strong> A receipt ends in three parts with dots between them. Copy all of it
          and try again.
        </p>
      )}
      {(fragment.state === 'none' || fragment.state === 'wrong') && <NoReceipt />}
      <noscript>
        <p class="notice">A receipt needs JavaScript: its secret must not be sent to a server with the address.</p>
      </noscript>
    </Shell>
  );
}

function useFragment(): Fragment {
  const [fragment, setFragment] = useState<Fragment>({ state: 'unread' });
  useEffect(() => {
    const read = (): void => {
      const key = readReceiptAddress(location.hash);
      if (key) setFragment({ state: 'read', key });
      else setFragment({ state: location.hash.length > 1 && location.hash !== '#main' ? 'wrong' : 'none' });
    };
    read();
    addEventListener('hashchange', read);
    return () => removeEventListener('hashchange', read);
  }, []);
  return fragment;
}

function NoReceipt(): VNode {
  const [typed, setTyped] = useState('');
  const [fault, setFault] = useState<string>();
  const [kept, setKept] = useState<readonly KeptReceipt[]>([]);
  useEffect(() => setKept(keptReceipts().read().toReversed()), []);
  const forget = (id: string): void => {
    forgetReceipt(keptReceipts(), id);
    setKept((before) => before.filter((receipt) => receipt.id !== id));
  };
  return (
    <div class="stack">
      <p class="lede">With a receipt one follows what one sent, and can delete it.</p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const key = readReceiptAddress(typed.includes('#') ? typed.slice(typed.indexOf('#')) : typed);
          if (key) location.hash = receiptAddress(key).split('#')[1] ?? '';
          else setFault('That is not a whole receipt: it looks like …/receipt/#name.id.secret');
        }}
      >
        <TextField
          id="receipt-link"
          label="The link of a receipt"
          mono
          value={typed}
          fault={fault}
          onInput={setTyped}
        />
        <p class="row form-row">
          <button type="submit" class="button">
            Open
          </button>
        </p>
      </form>
      {kept.length > 0 && (
        <section class="section" aria-labelledby="kept-title">
          <h2 id="kept-title">Sent from this browser</h2>
          <ul class="kept">
            {kept.map((receipt) => (
              <li class="row spread" key={receipt.id}>
                <span>
                  <a class="mono" href={receiptAddress(receipt)}>
                    {receipt.name}
                  </a>{' '}
                  <span class="quiet">
                    to {receipt.slug}, <Time ms={receipt.sentAtMs} as="age" />
                  </span>
                </span>
                <button type="button" class="button small plain" onClick={() => forget(receipt.id)}>
                  Forget here<span class="unseen">: {receipt.name}</span>
                </button>
              </li>
            ))}
          </ul>
          <p class="quiet">Forgetting removes the link from this browser. It deletes nothing at the hub.</p>
        </section>
      )}
    </div>
  );
}
