import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { TextField } from '../form/field.tsx';
import { Time } from '../parts/time.tsx';
import type { Desk } from './use-desk.ts';

const SHOWN = 200;

/** Who did what, when: everything that happened, with what only maintainers see. */
export function Audit({ desk }: { readonly desk: Desk }): VNode {
  const [wanted, setWanted] = useState('');
  const words = wanted.toLowerCase().trim();
  const events = desk.events
    .toSorted((a, b) => b.atMs - a.atMs)
    .filter(({ by, kind, text }) => words === '' || `${by} ${kind} ${text}`.toLowerCase().includes(words));
  return (
    <div class="stack">
      <TextField
        id="audit-filter"
        label="Find in the log"
        value={wanted}
        onInput={setWanted}
        placeholder="raw/opened"
      />
      <div class="table-wrap" tabIndex={0} role="region" aria-label="Events of the log">
        <table class="table audit">
          <thead>
            <tr>
              <th scope="col">When</th>
              <th scope="col">Who</th>
              <th scope="col">What</th>
              <th scope="col">In words</th>
            </tr>
          </thead>
          <tbody>
            {events.slice(0, SHOWN).map((event) => (
              <tr key={event.id}>
                <td>
                  <Time ms={event.atMs} />
                </td>
                <td>{event.by}</td>
                <td class="mono">{event.kind}</td>
                <td>
                  {event.text} {event.audience === 'maintainers' && <span class="label">maintainers only</span>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class="quiet" role="status">
        {events.length === 0
          ? 'Nothing in the log says that.'
          : events.length > SHOWN
            ? `The newest ${SHOWN} of ${events.length}.`
            : ''}
      </p>
    </div>
  );
}
