import { Event } from '../model/casework.ts';
import type { Change } from '../platform/changes/changes.ts';
import type { Deps } from './deps.ts';
import { INVESTIGATIONS, nounKey, partitionOf } from './keys.ts';
import { notifyOf } from './notify.ts';
import { appendEvent } from './record-event.ts';

/** Where the folded case goes; `hub/publish` in the product. */
export interface Publish {
  investigation(deps: Deps, slug: string): Promise<void>;
  home(deps: Deps): Promise<void>;
}

const PREFIX = partitionOf('');

/** Step 4: a batch of changes publishes each investigation once. At least once: all of it may come again. */
export async function onChanges(deps: Deps, changes: readonly Change[], publish: Publish): Promise<void> {
  const slugs = new Set<string>();
  for (const change of changes) {
    await appendLostEvent(deps, change);
    const slug = slugOf(change);
    if (slug !== undefined && change.record?.body['quiet'] !== true) slugs.add(slug);
  }
  for (const slug of slugs) await publish.investigation(deps, slug);
  if (slugs.size > 0) await publish.home(deps);
  for (const { sort, record } of changes) {
    if (sort.startsWith('event#') && record) await notifyOf(deps, Event.parse(record.body));
  }
}

function slugOf({ partition, sort }: Change): string | undefined {
  if (partition === INVESTIGATIONS) return sort;
  return partition.startsWith(PREFIX) ? partition.slice(PREFIX.length) : undefined;
}

/** The process may have died between a change and its event; the change carries it. */
async function appendLostEvent(deps: Deps, { record }: Change): Promise<void> {
  const event = Event.safeParse(record?.body['lastEvent']);
  if (!event.success) return;
  // Nearly always there: a read costs less than a write that is refused.
  const { slug, id } = event.data;
  if (!(await deps.records.get(nounKey(slug, 'event', id)))) await appendEvent(deps.records, event.data);
}
