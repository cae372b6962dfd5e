import type { VNode } from 'preact';
import { Problem } from '../form/problem.tsx';
import { Pill } from '../parts/pill.tsx';
import { Time } from '../parts/time.tsx';
import { useAction } from './use-action.ts';
import type { Desk } from './use-desk.ts';

/** A note by anybody, with approve and hide. */
export function NoteItem({ desk, note }: { readonly desk: Desk; readonly note: Desk['notes'][number] }): VNode {
  const { run, isBusy, error } = useAction();
  const show = (to: 'visible' | 'hidden'): void => void run(() => desk.change('notes', note, { visibility: to }));
  const excerpt = note.body.slice(0, 40);
  return (
    <li class="work-item">
      <div class="row spread">
        <p class="meta">
          <span>{note.author === '' ? note.by : `${note.author} (as they say)`}</span>
          <Time ms={note.atMs} as="age" />
          {note.visibility !== 'visible' && <Pill tone="unsure">{note.visibility}</Pill>}
        </p>
        <span class="row">
          {note.visibility !== 'visible' && (
            <button type="button" class="button small" disabled={isBusy} onClick={() => show('visible')}>
              {note.visibility === 'pending' ? 'Approve' : 'Show'}
              <span class="unseen"> the note “{excerpt}”</span>
            </button>
          )}
          {note.visibility !== 'hidden' && (
            <button type="button" class="button small" disabled={isBusy} onClick={() => show('hidden')}>
              Hide<span class="unseen"> the note “{excerpt}”</span>
            </button>
          )}
        </span>
      </div>
      <p class="source-text">{note.body}</p>
      {error && <Problem title="It was not changed." error={error} />}
    </li>
  );
}
