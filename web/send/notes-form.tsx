import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { AppError } from '../../functions/model/error.ts';
import { call, isObject } from '../calls/call.ts';
import { readReceiptAddress, type ReceiptKey } from '../calls/receipt-address.ts';
import { useDraft } from '../form/draft.ts';
import { TextField } from '../form/field.tsx';
import { MarkdownField } from '../form/markdown-field.tsx';
import { Problem } from '../form/problem.tsx';
import { keepReceipt, keptReceipts } from './kept-receipts.ts';
import { ReceiptCard } from './receipt-card.tsx';
import { toAppError } from '../calls/to-app-error.ts';

type Sent = { readonly receipt?: ReceiptKey };

/** Words instead of files: what was observed, a "me too" with figures, an idea. */
export function NotesForm({
  slug,
  publicToken,
  isReady,
}: {
  readonly slug: string;
  readonly publicToken: string;
  readonly isReady: boolean;
}): VNode {
  const { draft, set, clear } = useDraft(`note.${slug}`, { body: '', author: '' });
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<AppError>();
  const [sent, setSent] = useState<Sent>();
  const body = draft['body'] ?? '';
  const send = async (): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      const author = (draft['author'] ?? '').trim();
      const note = { body, author };
      const receipt = await call('POST', `/api/investigations/${slug}/notes`, readReceipt, {
        bearer: publicToken,
        body: note,
      });
      if (receipt) keepReceipt(keptReceipts(), { ...receipt, name: 'a note', sentAtMs: Date.now() });
      setSent(receipt ? { receipt } : {});
      clear();
    } catch (failure) {
      setError(toAppError(failure));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      class="stack notes-form"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <MarkdownField
        id="note-body"
        label="Your note"
        rows={6}
        maxLength={64 * 1024}
        value={body}
        onInput={(value) => set('body', value)}
        placeholder="We see it too: 2.13.3 on GKE, +40 MB a day at 200 runs a day, limit 1 GiB …"
      />
      <TextField
        id="note-author"
        label="Your name"
        hint="As you want to be shown. May stay empty."
        maxLength={300}
        value={draft['author'] ?? ''}
        onInput={(value) => set('author', value)}
      />
      <button type="submit" class="button" disabled={!isReady || isBusy || body.trim() === ''}>
        {isBusy ? 'Sending…' : 'Send the note'}
      </button>
      {error && <Problem title="The note was not sent." error={error} kept="What you wrote is kept in this browser." />}
      <div aria-live="polite">
        {sent && (
          <div class="notice good stack-tight">
            <p>
              <strong>The note has arrived.</strong> It is on <a href={`/i/${slug}/`}>the page of the investigation</a>{' '}
              in a moment, or once a maintainer has approved it.
            </p>
            {sent.receipt && <ReceiptCard receipt={sent.receipt} name="the note" />}
          </div>
        )}
      </div>
    </form>
  );
}

function readReceipt(answer: unknown): ReceiptKey | undefined {
  const receipt = isObject(answer) ? answer['receipt'] : undefined;
  if (!isObject(receipt) || typeof receipt['url'] !== 'string') return undefined;
  return readReceiptAddress(receipt['url'].slice(receipt['url'].indexOf('#')));
}
