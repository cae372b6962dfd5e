import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { useHydrated } from '../../parts/hydrated.ts';

type State = { at: 'idle' | 'sending' | 'sent' } | { at: 'failed'; why: string };

/** A note by anybody. It needs script (the token goes in a header); without it the API and curl remain. */
export function NoteForm({ slug, token }: { slug: string; token: string | undefined }): VNode | null {
  const hydrated = useHydrated();
  const [state, setState] = useState<State>({ at: 'idle' });
  if (!hydrated || token === undefined) return null;
  const send = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = event.currentTarget;
    if (!(form instanceof HTMLFormElement)) return;
    const fields = new FormData(form);
    setState({ at: 'sending' });
    const failure = await postNote(slug, token, { body: fields.get('body'), author: fields.get('author') });
    setState(failure === undefined ? { at: 'sent' } : { at: 'failed', why: failure });
    if (failure === undefined) form.reset();
  };
  return (
    <form class="note-form" onSubmit={(event) => void send(event)}>
      <div class="field">
        <label for="note-body">Write a note</label>
        <textarea id="note-body" name="body" required maxLength={65_536} aria-describedby="note-hint" />
        <span class="hint" id="note-hint">
          Markdown. Everybody can read it.
        </span>
      </div>
      <div class="field">
        <label for="note-author">Your name, if you like</label>
        <input id="note-author" name="author" maxLength={300} autocomplete="nickname" />
      </div>
      <p class="row">
        <button class="button" type="submit" disabled={state.at === 'sending'}>
          Send the note
        </button>
        <span role="status">
          {state.at === 'sent' && 'Kept. It shows here within a minute, or once a maintainer has approved it.'}
          {state.at === 'failed' && `Not sent: ${state.why} What you wrote is still here.`}
        </span>
      </p>
    </form>
  );
}

async function postNote(slug: string, token: string, note: object): Promise<string | undefined> {
  try {
    const response = await fetch(`/api/investigations/${slug}/notes`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(note),
    });
    if (response.ok) return undefined;
    const answer: unknown = await response.json();
    const error = typeof answer === 'object' && answer !== null && 'error' in answer ? answer.error : undefined;
    const message = typeof error === 'object' && error !== null && 'message' in error ? error.message : undefined;
    return typeof message === 'string' ? message : `the hub answered ${response.status}.`;
  } catch {
    return 'the hub could not be reached. Try again.';
  }
}
