import type { VNode } from 'preact';
import type { CaseDocument } from '../../../functions/model/case.ts';
import { Html } from '../../parts/html.tsx';
import { Said } from '../../parts/said.tsx';
import { Section } from '../../parts/section.tsx';
import { Time } from '../../parts/time.tsx';
import { address } from '../address.ts';
import { NoteForm } from './note-form.tsx';

/** The maintainers' updates, the newest first. */
export function Updates({ data }: { data: CaseDocument }): VNode | null {
  if (data.updates.length === 0) return null;
  const updates = [...data.updates].sort((a, b) => b.atMs - a.atMs);
  return (
    <Section id="updates" title="Updates" count={updates.length}>
      <ol class="updates">
        {updates.map((update) => (
          <li key={update.id} id={`update-${update.id}`}>
            <p class="meta">
              <a href={`#update-${update.id}`}>
                <Time ms={update.atMs} as="day" />
              </a>
              <span>{update.by}</span>
            </p>
            <h3>
              <Said text={update.title} />
            </h3>
            <Html html={update.html} />
          </li>
        ))}
      </ol>
    </Section>
  );
}

/** What anybody wrote, the oldest first, as a conversation reads. */
export function Discussion({ data }: { data: CaseDocument }): VNode {
  const notes = [...data.notes].sort((a, b) => a.atMs - b.atMs);
  const name = new Map(data.evidence.map((one) => [one.id, one.name]));
  return (
    <Section id="discussion" title="Discussion" count={notes.length}>
      {notes.length === 0 && <p class="quiet">No notes yet. Seen the same? Say version, slope and what you tried.</p>}
      <ol class="notes">
        {notes.map((note) => (
          <li key={note.id} id={`note-${note.id}`}>
            <p class="meta">
              <strong>{note.author === '' ? note.by : note.author}</strong>
              <a href={`#note-${note.id}`}>
                <Time ms={note.atMs} />
              </a>
              {note.evidenceId !== undefined && name.has(note.evidenceId) && (
                <a href={address.evidence(data.investigation.slug, note.evidenceId)}>{name.get(note.evidenceId)}</a>
              )}
            </p>
            <Html html={note.html} />
          </li>
        ))}
      </ol>
      <NoteForm slug={data.investigation.slug} token={data.investigation.publicToken} />
    </Section>
  );
}

export function Subscribe({ data }: { data: CaseDocument }): VNode {
  const slug = data.investigation.slug;
  return (
    <Section id="subscribe" title="Subscribe and reuse">
      <p class="row">
        <a class="button" href={address.feed(slug)}>
          Atom feed
        </a>
        <a class="button" href={address.data(slug)}>
          data.json
        </a>
        {data.chart && (
          <a class="button" href={`/i/${slug}/chart.svg`}>
            Chart as SVG
          </a>
        )}
      </p>
    </Section>
  );
}
