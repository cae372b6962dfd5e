import { Event } from '../model/casework.ts';
import { isAppError } from '../model/error.ts';
import { newId } from '../model/id.ts';
import type { Records } from '../platform/records/records.ts';
import type { Deps } from './deps.ts';
import { nounKey } from './keys.ts';

/** Who did what. Names of files stay out of the text: the submitter may delete them, an event is for ever. */
export interface EventDraft {
  readonly kind: string;
  readonly by: string;
  readonly text: string;
  readonly subjectId?: string;
  readonly audience?: 'public' | 'maintainers';
}

export function makeEvent(deps: Pick<Deps, 'now' | 'random'>, slug: string, draft: EventDraft): Event {
  const atMs = deps.now();
  return Event.parse({ ...draft, text: draft.text.slice(0, 1000), id: newId(atMs, deps.random(10)), slug, atMs });
}

/** Once, however often it is called: the id was made with the change that it tells of. */
export async function appendEvent(records: Records, event: Event): Promise<void> {
  try {
    await records.put({ ...nounKey(event.slug, 'event', event.id), body: { ...event } }, 0);
  } catch (error) {
    if (!isAppError(error) || error.code !== 'conflict') throw error;
  }
}

/** For what changes no record, such as opening raw evidence. */
export async function recordEvent(deps: Deps, slug: string, draft: EventDraft): Promise<Event> {
  const event = makeEvent(deps, slug, draft);
  await appendEvent(deps.records, event);
  return event;
}
